package stream

import (
	"io"
	"log"
	"os"
	"sync"
	"sync/atomic"

	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/value"
)

// output is one of Go's standard streams, and what the host has in its place. A pipe once made stays, for Go code may keep it.
type output struct {
	file         **os.File
	mu           sync.Mutex // guards the next two
	before, pipe *os.File
	writer       atomic.Pointer[io.Writer] // the host's; nil where what is in the pipe goes where it went before
}

// outputs are the streams by their numbers.
var outputs = map[uint64]*output{1: {file: &os.Stdout}, 2: {file: &os.Stderr}}

func setOutput(f *frame.Frame) error {
	in := frame.Args[streamArgs](f)
	o := outputs[in.Len]
	if o == nil {
		return status.Errorf(status.Argument, "stream is %d, neither GOBRIDGE_STDOUT nor GOBRIDGE_STDERR", in.Len)
	}
	if in.Stream == 0 {
		o.restore()
		return nil
	}
	v, err := value.At(f, in.Stream, "writer")
	if err != nil {
		return err
	}
	w, isWriter := v.Interface().(io.Writer)
	if !isWriter {
		return status.Errorf(status.WrongKind, "writer is a %s, no io.Writer", v.Type())
	}
	return o.redirect(w)
}

func (o *output) redirect(w io.Writer) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pipe == nil {
		out, in, err := os.Pipe()
		if err != nil {
			return status.Errorf(status.System, "stream: %v", err)
		}
		o.before, o.pipe = *o.file, in
		go o.feed(out)
	}
	o.writer.Store(&w)
	o.use(o.pipe, o.before)
	return nil
}

func (o *output) restore() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pipe != nil {
		o.use(o.before, o.pipe)
		o.writer.Store(nil)
	}
}

// use puts a file in another one's place, where a program has not put its own.
func (o *output) use(file, instead *os.File) {
	if *o.file == instead {
		*o.file = file
	}
	if log.Writer() == io.Writer(instead) {
		log.SetOutput(file)
	}
}

// feed runs as long as the process, whatever a writer does.
func (o *output) feed(from *os.File) {
	defer func() { go o.feed(from) }() // a writer has called runtime.Goexit
	text := make([]byte, 1<<16)
	for {
		n, err := from.Read(text)
		if err != nil {
			select {} // the host has closed what is not its own
		}
		o.write(text[:n])
	}
}

func (o *output) write(text []byte) {
	defer func() { _ = recover() }()
	if w := o.writer.Load(); w != nil {
		_, _ = (*w).Write(text)
	} else {
		_, _ = o.before.Write(text)
	}
}
