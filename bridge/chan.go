package bridge

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"gobridge/bridge/internal/layout"
)

// asyncOps answers the calls about channels and tasks.
var asyncOps = []op{
	{name: "gobridge_chan_make", run: chanMake},
	{name: "gobridge_chan_len", run: chanLen},
	{name: "gobridge_chan_cap", run: chanCap},
	{name: "gobridge_chan_send", run: chanSend},
	{name: "gobridge_chan_receive", run: chanReceive},
	{name: "gobridge_chan_close", run: chanClose},
	{name: "gobridge_chan_select", run: chanSelect},
	{name: "gobridge_task_start", run: taskStart},
	{name: "gobridge_task_wait", run: taskWait},
	{name: "gobridge_task_done", run: taskDone},
	{name: "gobridge_task_descriptor", run: taskDescriptor},
	{name: "gobridge_task_cancel", run: taskCancel},
	{name: "gobridge_task_limit", run: taskLimit},
}

const (
	maxBuffer = 1 << 30 // bytes of a channel; no typo may ask Go for more at once
	maxCases  = 65535   // one less than reflect.Select takes, for the timeout
)

// selectCase is the mirror of gobridge_select_case.
//
//gobridge:mirror gobridge_select_case
type selectCase struct {
	channel ref
	send    uintptr // of a value, 0 to receive
}

// chanAt gives the channel that a reference names, which can do what the caller wants of it.
func chanAt(f *frame, r ref, can reflect.ChanDir) (reflect.Value, error) {
	ch, err := valueAt(f, r, "chan")
	switch {
	case err != nil:
		return ch, err
	case ch.Kind() != reflect.Chan:
		return ch, failf(errWrongKind, "chan is a %s, not a channel", ch.Type())
	case ch.Type().ChanDir()&can != can:
		return ch, failf(errWrongKind, "chan is a %s, of the other direction", ch.Type())
	}
	return ch, nil
}

func receiving(f *frame, r ref) (c reflect.SelectCase, err error) {
	c.Dir = reflect.SelectRecv
	c.Chan, err = chanAt(f, r, reflect.RecvDir)
	return c, err
}

func sending(f *frame, r ref, v *value, argument string) (c reflect.SelectCase, err error) {
	c.Dir = reflect.SelectSend
	if c.Chan, err = chanAt(f, r, reflect.SendDir); err != nil {
		return c, err
	}
	elem := layout.Of(c.Chan.Type().Elem())
	c.Send = reflect.New(elem.Type).Elem()
	return c, about(argument, decode(f, elem, v, c.Send))
}

// wait does the case that is ready first. The time is in nanoseconds: below 0 there is no end to it.
func wait(cases []reflect.SelectCase, timeout int64) (chosen int, received reflect.Value, open bool, err error) {
	defer closedIsNoPanic(&err)
	n := len(cases)
	switch {
	case timeout < 0:
		if !anyChannel(cases) {
			return 0, received, false, failf(errNil, "there is no channel but nil ones, and no end to the wait")
		}
	case timeout == 0:
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectDefault})
	default:
		timer := time.NewTimer(time.Duration(timeout))
		defer timer.Stop()
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(timer.C)})
	}
	chosen, received, open = reflect.Select(cases)
	switch {
	case chosen < n:
		return chosen, received, open, nil
	case timeout > 0: // where another case was ready too, the choice was made by chance
		return wait(cases[:n], 0)
	}
	return 0, received, false, failf(errTimeout, "the time is over")
}

func anyChannel(cases []reflect.SelectCase) bool {
	for _, c := range cases {
		if !c.Chan.IsNil() {
			return true
		}
	}
	return false
}

// closedIsNoPanic, deferred, makes a status of Go's panic over a closed channel.
func closedIsNoPanic(err *error) {
	reason := recover()
	if why, byRuntime := reason.(runtime.Error); byRuntime && strings.HasSuffix(why.Error(), " closed channel") {
		*err = failf(errClosed, "%v", why)
	} else if reason != nil {
		panic(reason)
	}
}

// giveReceived puts what was received into C memory, NIL where nothing was.
func (f *frame) giveReceived(v reflect.Value, to *value) {
	if !v.IsValid() {
		*to = value{}
		return
	}
	*to = encode(f, v)
	f.made = to.owner
}

// claim panics where C memory can not be written, before something is taken from a channel that would be lost. It leaves
// the memory as it is.
func claim(p unsafe.Pointer) {
	atomic.AddUint32(&(*value)(p).kind, 0)
	atomic.AddUint32((*uint32)(unsafe.Pointer(&(*value)(p).owner)), 0)
}

// ---- handlers ----

func chanMake(f *frame) error {
	t, err := typeAt(f, ref(f.a), "type")
	if err != nil {
		return err
	}
	if t.Kind() != reflect.Chan || t.ChanDir() != reflect.BothDir {
		return failf(errWrongKind, "type is %s, not a channel type of both directions", describe(t))
	}
	capacity, most := int64(f.b), maxBuffer/max(1, int64(t.Elem().Size()))
	if capacity < 0 || capacity > most {
		return failf(errRange, "capacity is %d; a %s can have from 0 to %d", capacity, t, most)
	}
	f.made = name(f, reflect.MakeChan(t.Type.Type, int(capacity)).Interface())
	return nil
}

func chanLen(f *frame) error {
	ch, err := chanAt(f, ref(f.a), 0)
	if err == nil {
		f.result = uint64(ch.Len())
	}
	return err
}

func chanCap(f *frame) error {
	ch, err := chanAt(f, ref(f.a), 0)
	if err == nil {
		f.result = uint64(ch.Cap())
	}
	return err
}

func chanSend(f *frame) error {
	c, err := sending(f, ref(f.a), (*value)(f.p), "value")
	if err != nil {
		return err
	}
	_, _, _, err = wait([]reflect.SelectCase{c}, int64(f.b))
	return about("chan", err)
}

func chanReceive(f *frame) error {
	c, err := receiving(f, ref(f.a))
	if err != nil {
		return err
	}
	claim(f.p)
	_, received, open, err := wait([]reflect.SelectCase{c}, int64(f.b))
	if err != nil {
		return about("chan", err)
	}
	f.giveReceived(received, (*value)(f.p))
	if open {
		f.result = 1
	}
	return nil
}

func chanClose(f *frame) (err error) {
	ch, err := chanAt(f, ref(f.a), reflect.SendDir)
	if err != nil {
		return err
	}
	if ch.IsNil() {
		return failf(errNil, "chan is a nil %s", ch.Type())
	}
	defer func() { err = about("chan", err) }()
	defer closedIsNoPanic(&err)
	ch.Close()
	return nil
}

// chanSelect gives the index of the case that it chose in the upper bits of the result, and in the lowest whether what it
// received was sent.
func chanSelect(f *frame) error {
	if f.a > maxCases {
		return failf(errRange, "count: %d cases, more than %d", f.a, maxCases)
	}
	fromC := unsafe.Slice((*selectCase)(f.p), f.a)
	cases := make([]reflect.SelectCase, len(fromC), len(fromC)+1)
	for i := range fromC {
		var err error
		if cases[i], err = fromC[i].decode(f); err != nil {
			return about(fmt.Sprintf("cases[%d]", i), err)
		}
	}
	claim(f.q)
	chosen, received, open, err := wait(cases, int64(f.b))
	if err != nil {
		return about("cases", err)
	}
	f.giveReceived(received, (*value)(f.q))
	f.result = uint64(chosen) << 1
	if open {
		f.result |= 1
	}
	return nil
}

func (c *selectCase) decode(f *frame) (reflect.SelectCase, error) {
	switch {
	case c.send == 0:
		return receiving(f, c.channel)
	case c.send < firstPage:
		return reflect.SelectCase{}, failf(errNull, "send is %#x", c.send)
	}
	return sending(f, c.channel, *(**value)(unsafe.Pointer(&c.send)), "send")
}
