// Package stream has readers and writers: of the host's for Go, and of Go's for the host.
package stream

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
	"unsafe"

	"gobridge/bridge/internal/callback"
	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/gort"
	"gobridge/bridge/internal/interrupt"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// Ops answers the calls about streams.
var Ops = []frame.Op{
	{Name: "gobridge_reader_new", Run: newStream[reader]},
	{Name: "gobridge_writer_new", Run: newStream[writer]},
	{Name: "gobridge_io_read", Run: ioRead},
	{Name: "gobridge_io_write", Run: ioWrite},
	{Name: "gobridge_set_output", Run: setOutput},
}

// host is what a stream of the host's is made of. The pointer is there for callback.DropAfter.
type host struct {
	callback.Host
	_ *byte
}

// The host cannot write what these lead to, as it could through a pointer: then Go would call whatever it finds there.
type (
	reader struct{ host *host }
	writer struct{ host *host }
)

var errNoStream = errors.New("it is the zero value of a stream, which does nothing")

func newStream[T reader | writer](f *frame.Frame) error {
	h := &host{Host: callback.HostOf(f)}
	f.NewRef = value.NewRef(f, T{h})
	callback.DropAfter(h, callback.DropOf(f), h.Data)
	return nil
}

func (r reader) Read(p []byte) (int, error) {
	switch {
	case r.host == nil:
		return 0, errNoStream
	case len(p) == 0:
		return 0, nil
	}
	o := callback.C.Read(r.host.Call, r.host.Data, p)
	gort.BackFromC()
	runtime.KeepAlive(r.host)
	n, err := done(&o, p)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

func (w writer) Write(p []byte) (int, error) {
	switch {
	case w.host == nil:
		return 0, errNoStream
	case len(p) == 0:
		return 0, nil
	}
	o := callback.C.Write(w.host.Call, w.host.Data, p)
	gort.BackFromC()
	runtime.KeepAlive(w.host)
	n, err := done(&o, p)
	if n < len(p) && err == nil {
		err = io.ErrShortWrite
	}
	return n, err
}

func done(o *callback.Outcome, p []byte) (int, error) {
	err := o.Failure()
	if o.Done > uint(len(p)) {
		return 0, fmt.Errorf("a callback says that it has done %d of %d bytes", o.Done, len(p))
	}
	return int(o.Done), err
}

// maxEmpty is how often a reader may give nothing and no error, one after the other.
const maxEmpty = 100

func ioRead(f *frame.Frame) error {
	r, p, err := streamAt[io.Reader](f, "reader", "capacity")
	for tries := 0; err == nil && len(p) > 0; tries++ {
		var n int
		var interrupted error
		switch n, err, interrupted = read(r, p, f.Thread.Interrupted); {
		case interrupted != nil:
			return interrupted
		case err == io.EOF:
			return setDone(f, n, p, nil)
		case tries == maxEmpty && n == 0 && err == nil:
			return status.ReturnedBy(io.ErrNoProgress)
		case n != 0 || err != nil:
			return setDone(f, n, p, err)
		}
	}
	return err
}

// expiring is a reader that can be told when to give up: pipes, sockets.
type expiring interface{ SetReadDeadline(time.Time) error }

// read is r.Read, which the host may interrupt if the reader can be told. One of its deadlines is lost then.
func read(r io.Reader, p []byte, mark *uint32) (n int, err, interrupted error) {
	e, canExpire := r.(expiring)
	if mark == nil || !canExpire {
		n, err = r.Read(p)
		return n, err, nil
	}
	wake, over, woken := interrupt.Begin(mark), make(chan struct{}), make(chan bool, 1)
	defer interrupt.End(wake)
	go func() {
		expired := false
		defer func() { _ = recover(); woken <- expired }() // it may be anyone's method
		select {
		case <-wake:
			expired = true
			_ = e.SetReadDeadline(time.Unix(1, 0))
		case <-over:
		}
	}()
	func() {
		defer close(over)
		n, err = r.Read(p)
	}()
	if <-woken {
		_ = e.SetReadDeadline(time.Time{})
		if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			interrupted = interrupt.Take(mark)
		}
	}
	return n, err, interrupted
}

func ioWrite(f *frame.Frame) error {
	w, p, err := streamAt[io.Writer](f, "writer", "len")
	if err != nil {
		return err
	}
	n, err := w.Write(p)
	if n < len(p) && err == nil {
		err = io.ErrShortWrite
	}
	return setDone(f, n, p, err)
}

// streamAt returns what a reference names as a reader or writer, and the host's memory. Nothing is done as yet.
func streamAt[T any](f *frame.Frame, argument, length string) (stream T, memory []byte, err error) {
	in := frame.Args[streamArgs](f)
	v, err := value.At(f, in.Stream, argument)
	if err != nil {
		return stream, nil, err
	}
	stream, is := v.Interface().(T)
	if !is {
		return stream, nil, status.Errorf(status.WrongKind, "%s is a %s, no %T", argument, v.Type(), &stream)
	}
	cmem.TouchOut(unsafe.Pointer(in.Done), unsafe.Sizeof(*in.Done))
	memory, err = cmem.Bytes(in.Buffer, in.Len, length)
	*in.Done = 0
	return stream, memory, err
}

func setDone(f *frame.Frame, n int, p []byte, err error) error {
	in := frame.Args[streamArgs](f)
	if n < 0 || n > len(p) {
		return status.Errorf(status.Argument, "%d of %d bytes were done, says Go", n, len(p))
	}
	*in.Done = uint(n)
	return status.ReturnedBy(err)
}
