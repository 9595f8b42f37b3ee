package async

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"gobridge/bridge/internal/cmem"
	"gobridge/bridge/internal/frame"
	"gobridge/bridge/internal/interrupt"
	"gobridge/bridge/internal/layout"
	"gobridge/bridge/internal/ref"
	"gobridge/bridge/internal/status"
	"gobridge/bridge/internal/types"
	"gobridge/bridge/internal/value"
)

const (
	maxBuffer = 1 << 30 // bytes of a channel; no typo may ask Go for more at once
	maxCases  = 65535   // one less than reflect.Select takes, for the timeout
)

// SelectCase is the mirror of gobridge_select_case.
//
//gobridge:mirror gobridge_select_case
type SelectCase struct {
	Chan frame.Ref
	Send uintptr // of a value, 0 to receive
}

// chanAt returns the channel that a reference names, which can do what the caller wants of it.
func chanAt(f *frame.Frame, r frame.Ref, can reflect.ChanDir) (reflect.Value, error) {
	ch, err := value.At(f, r, "chan")
	switch {
	case err != nil:
		return ch, err
	case ch.Kind() != reflect.Chan:
		return ch, status.Errorf(status.WrongKind, "chan is a %s, not a channel", ch.Type())
	case ch.Type().ChanDir()&can != can:
		return ch, status.Errorf(status.WrongKind, "chan is a %s, of the other direction", ch.Type())
	}
	return ch, nil
}

func receiving(f *frame.Frame, r frame.Ref) (c reflect.SelectCase, err error) {
	c.Dir = reflect.SelectRecv
	c.Chan, err = chanAt(f, r, reflect.RecvDir)
	return c, err
}

func sending(f *frame.Frame, r frame.Ref, v *frame.Value, argument string) (c reflect.SelectCase, err error) {
	c.Dir = reflect.SelectSend
	if c.Chan, err = chanAt(f, r, reflect.SendDir); err != nil {
		return c, err
	}
	elem := layout.Of(c.Chan.Type().Elem())
	c.Send = reflect.New(elem.Type).Elem()
	return c, status.About(argument, value.Decode(f, elem, v, c.Send))
}

// wait does the case that is ready first. The time is in nanoseconds: below 0 there is no end to it. The host may interrupt it.
func wait(f *frame.Frame, cases []reflect.SelectCase, timeout int64) (chosen int, received reflect.Value, open bool, err error) {
	defer ClosedIsNoPanic(&err)
	n := len(cases)
	if timeout < 0 && !anyChannel(cases) {
		return 0, received, false, status.Errorf(status.Nil, "there is no channel but nil ones, and no end to the wait")
	}
	switch {
	case timeout == 0:
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectDefault})
	case f.Thread.Interrupted != nil:
		return waitOrWake(f, cases, timeout)
	case timeout > 0:
		timer := time.NewTimer(time.Duration(timeout))
		defer timer.Stop()
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(timer.C)})
	}
	chosen, received, open = reflect.Select(cases)
	switch {
	case chosen < n:
		return chosen, received, open, nil
	case timeout > 0: // where another case was ready too, the choice was made by chance
		return wait(f, cases[:n], 0)
	}
	return 0, received, false, status.Errorf(status.Timeout, "the time is over")
}

// waitOrWake is wait for a thread that may be interrupted. The end of the time comes by the channel that wakes it, for there is
// room for one case more.
func waitOrWake(f *frame.Frame, cases []reflect.SelectCase, timeout int64) (chosen int, received reflect.Value, open bool, err error) {
	n, mark := len(cases), f.Thread.Interrupted
	wake := interrupt.Begin(mark)
	defer interrupt.End(wake)
	if timeout > 0 {
		defer time.AfterFunc(time.Duration(timeout), func() { interrupt.Wake(wake) }).Stop()
	}
	chosen, received, open = reflect.Select(append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(wake)}))
	if chosen < n {
		return chosen, received, open, nil
	}
	chosen, received, open, err = wait(f, cases, 0) // where another case was ready too, the choice was made by chance
	if isTimeout(err) {
		if why := interrupt.Take(mark); why != nil {
			err = why
		}
	}
	return chosen, received, open, err
}

func isTimeout(err error) bool {
	return err != nil && status.FailureOf(err).Code == status.Timeout
}

func anyChannel(cases []reflect.SelectCase) bool {
	for _, c := range cases {
		if !c.Chan.IsNil() {
			return true
		}
	}
	return false
}

// ClosedIsNoPanic, deferred, makes a status of Go's panic over a closed channel.
func ClosedIsNoPanic(err *error) {
	reason := recover()
	if why, byRuntime := reason.(runtime.Error); byRuntime && strings.HasSuffix(why.Error(), " closed channel") {
		*err = status.Errorf(status.Closed, "%v", why)
	} else if reason != nil {
		panic(reason)
	}
}

// giveReceived puts what was received into C memory, NIL where nothing was.
func giveReceived(f *frame.Frame, v reflect.Value, to *frame.Value) {
	if !v.IsValid() {
		*to = frame.Value{}
		return
	}
	*to = value.Encode(f, v)
	f.NewRef = to.Owner
}

// claim panics where C memory cannot be written, before something is taken from a channel that would be lost. It leaves
// the memory as it is.
func claim(v *frame.Value) {
	atomic.AddUint32(&v.Kind, 0)
	atomic.AddUint32((*uint32)(unsafe.Pointer(&v.Owner)), 0)
}

func chanNew(f *frame.Frame) error {
	in := frame.Args[frame.MakeArgs](f)
	t, err := types.At(f, in.Type, "type")
	if err != nil {
		return err
	}
	if t.Kind() != reflect.Chan || t.ChanDir() != reflect.BothDir {
		return status.Errorf(status.WrongKind, "type is %s, not a channel type of both directions", ref.Describe(t))
	}
	capacity, most := int64(in.Count), maxBuffer/max(1, int64(t.Elem().Size()))
	if capacity < 0 || capacity > most {
		return status.Errorf(status.OutOf(capacity, 0), "capacity is %d; a %s can have from 0 to %d", capacity, t, most)
	}
	f.NewRef = value.NewRef(f, reflect.MakeChan(t.Type.Type, int(capacity)).Interface())
	return nil
}

func chanLen(f *frame.Frame) error {
	in := frame.Args[frame.RefArgs](f)
	ch, err := chanAt(f, in.Ref, 0)
	if err == nil {
		f.Result = uint64(ch.Len())
	}
	return err
}

func chanCap(f *frame.Frame) error {
	in := frame.Args[frame.RefArgs](f)
	ch, err := chanAt(f, in.Ref, 0)
	if err == nil {
		f.Result = uint64(ch.Cap())
	}
	return err
}

func chanSend(f *frame.Frame) error {
	in := frame.Args[chanArgs](f)
	c, err := sending(f, in.Chan, in.Value, "value")
	if err != nil {
		return err
	}
	_, _, _, err = wait(f, []reflect.SelectCase{c}, in.TimeoutNs)
	return status.About("chan", err)
}

func chanReceive(f *frame.Frame) error {
	in := frame.Args[chanArgs](f)
	c, err := receiving(f, in.Chan)
	if err != nil {
		return err
	}
	claim(in.Value)
	_, received, open, err := wait(f, []reflect.SelectCase{c}, in.TimeoutNs)
	if err != nil {
		return status.About("chan", err)
	}
	giveReceived(f, received, in.Value)
	if open {
		f.Result = 1
	}
	return nil
}

func chanClose(f *frame.Frame) (err error) {
	in := frame.Args[frame.RefArgs](f)
	ch, err := chanAt(f, in.Ref, reflect.SendDir)
	if err != nil {
		return err
	}
	if ch.IsNil() {
		return status.Errorf(status.Nil, "chan is a nil %s", ch.Type())
	}
	defer func() { err = status.About("chan", err) }()
	defer ClosedIsNoPanic(&err)
	ch.Close()
	return nil
}

func chanSelect(f *frame.Frame) error {
	in := frame.Args[selectArgs](f)
	if in.Count > maxCases {
		return status.Errorf(status.Limit, "count: %d cases, more than %d", in.Count, maxCases)
	}
	fromC := unsafe.Slice(in.Cases, in.Count)
	cases := make([]reflect.SelectCase, len(fromC), len(fromC)+1)
	for i := range fromC {
		var err error
		if cases[i], err = fromC[i].decode(f); err != nil {
			return status.About(fmt.Sprintf("cases[%d]", i), err)
		}
	}
	claim(in.Received)
	cmem.TouchOut(unsafe.Pointer(in.Open), unsafe.Sizeof(*in.Open))
	chosen, received, open, err := wait(f, cases, in.TimeoutNs)
	if err != nil {
		return status.About("cases", err)
	}
	giveReceived(f, received, in.Received)
	f.Result, *in.Open = uint64(chosen), open
	return nil
}

func (c *SelectCase) decode(f *frame.Frame) (reflect.SelectCase, error) {
	switch {
	case c.Send == 0:
		return receiving(f, c.Chan)
	case c.Send < cmem.FirstPage:
		return reflect.SelectCase{}, status.Errorf(status.Null, "send is %#x", c.Send)
	}
	return sending(f, c.Chan, *(**frame.Value)(unsafe.Pointer(&c.Send)), "send")
}
