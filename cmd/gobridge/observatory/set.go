package observatory

import (
	"fmt"
	"regexp"
	"strings"
	"text/template"
)

// leftOut says why gobridge wraps no symbol of a family. The first row that matches a symbol is the one for it.
var leftOut = []struct {
	pattern *regexp.Regexp
	reason  string
}{
	// cgo
	{all(`(runtime\.)?_cgo_panic\w*`), "panics for C code that Go code called; a host has no Go code to panic in"},
	{all(`(_cgo_|x_cgo_|x_crosscall2|_crosscall2|syscall\.cgo_libc_|runtime\._cgo_)\w+`), "where the runtime finds a C function of runtime/cgo's: whoever changes it breaks cgo"},
	{all(`runtime\.cgo[A-Z]\w+`), "what cgo puts into the Go code that it makes"},
	{all(`syscall\.cgocaller`), "gobridge_runtime_cgocall calls C functions"},
	// types
	{all(`reflect\.typesByString`), "finds types whose methods the linker may have left out: a call of one ends the process (\"unreachable method called\")"},
	{all(`reflect\.typelinks`), "offsets of the types that typesByString finds"},
	{all(`(reflect|internal/reflectlite)\.(resolve\w+Off|rtypeOff|addReflectOff|toType)`), "takes an offset or an address for a type: a wrong one is read as it is"},
	{all(`reflect\.\(\*rtype\)\.ptrTo`), "gobridge_type_parse makes pointer types"},
	{all(`reflect\.\(\*rtype\)\.\w+`), "a method of reflect.Type, which takes no pull; C has type.h"},
	{all(`reflect\.(\(\*Value\)\.pointer|valueInterface|ifaceIndir|add|gcbits|verifyNotInHeapPtr|unsafeslice)`), "a step inside reflect, on what reflect has checked"},
	// maps, slices and memory
	{all(`internal/reflectlite\.\w+`), "what reflect's symbol of that name does"},
	{all(`reflect\.mapassign`), "calls reflect.mapassign0, or its variant for strings"},
	{all(`maps\.(keys|values)`), "gobridge_map_next_n gives keys and elements"},
	{all(`reflect\.(chan\w+|makechan|rselect)`), "chan.h has it, through reflect"},
	{all(`runtime\.chanbuf`), "the address of a place in a channel, without the channel's lock"},
	{all(`(reflect|runtime)\.(memmove|memclr\w+|typedmemclrpartial)`), "writes memory with no type to tell where pointers are, or how much there is"},
	{all(`reflect\.typedarrayclear`), "clears n variables in a row, which nothing counts; gobridge_reflect_typedmemclr clears one, which may be an array"},
	{all(`runtime\.(typedmemmove|typedslicecopy|growslice)`), "reflect's symbol of that name calls it, and is wrapped"},
	{all(`runtime\.(newarray|makeslice)`), "reflect.unsafe_NewArray, which is wrapped, makes the same"},
	{all(`runtime\.mallocgc|internal/bytealg\.MakeNoZero`), "memory with any type or with none, or with what was there before; reflect.unsafe_New and unsafe_NewArray are wrapped"},
	{all(`(reflect|runtime)\.typehash|runtime\.nilinterhash`), "panics where a value cannot be hashed; gobridge_value_hash refuses"},
	{all(`runtime\.stringHash`), "runtime.strhash, which is wrapped, with the string itself"},
	{all(`runtime\.cmpstring`), "C has memcmp"},
	{all(`runtime\.memequal_varlen`), "takes the size from a register that only compiled Go code sets"},
	{all(`(runtime|internal/syscall/unix)\.go(string|stringn|bytes)`), "gobridge_runtime_convTstring and convTslice copy C's memory"},
	{all(`arena\.\w+`), "memory that is freed by hand, of an experiment: what still points there crashes"},
	{all(`runtime\.(findObject|checkptrBase)`), "what lies at an address, for as long as the collector does not run"},
	{all(`runtime\.heapObjectsCanMove`), "false in every release"},
	{all(`runtime\.(add|noescape)`), "arithmetic on pointers"},
	{all(`runtime\.(atomicwb|gcWriteBarrier2|writeBarrier)`), "the collector's write barrier: only compiled Go code keeps its rules"},
	{all(`(internal/runtime|sync)/atomic\.(Load\w*|casPointer|storePointer|CompareAndSwapPointer|StorePointer|SwapPointer)`), "an atomic access to memory: C has <stdatomic.h>, and Go's memory is not C's to write"},
	{all(`runtime\.zeroVal`), "the zeros that are shown for all that is not there"},
	// the scheduler
	{all(`(runtime|sync|sync/atomic)\.(runtime_)?proc(Pin|Unpin)`), "between the two the collector cannot run: a host that waits meanwhile stops the process"},
	{all(`runtime\.(gopark|goready|goyield|wakep|entersyscall|entersyscallblock|exitsyscall)`), "a step of the scheduler: where the goroutine is not in the right state, it hangs or ends the process"},
	{all(`runtime\.(morestack\w+|mayMoreStack\w+)`), "called where a Go function begins, on a stack that is too small"},
	{all(`(runtime\.procyield|sync\.runtime_(canSpin|doSpin))`), "spins for a lock; C has its own"},
	{all(`runtime\.(getm|lockedOSThread)`), "tells of the thread what the host knows, or what only the runtime can read"},
	{all(`(sync|internal/poll)\.runtime_Sem\w+`), "a goroutine that waits at an address, perhaps for ever; chan.h waits with deadlines"},
	{all(`sync\.runtime_notifyList\w+`), "the waiting goroutines of a sync.Cond"},
	{all(`time\.(Sleep|newTimer|resetTimer|stopTimer)`), "C has sleeps and timers, and chan.h and task.h wait with deadlines"},
	{all(`runtime\.(doInit|sched|lastmoduledatap|extraMInUse|netpollWaiters|haveHighResSleep)`), "the runtime's own state, which no one else may change or knows the layout of"},
	// the end
	{all(`(runtime|sync)\.(throw|fatal)|syscall\.Exit|os\.runtime_beforeExit`), "ends the process, or is to be called where it ends"},
	{all(`runtime\.(gopanic|sigpanic|setsigsegv|moduledataverify1)`), "panics, or fakes a fault; this library makes statuses of panics"},
	{all(`runtime\.(divideError|overflowError)`), "what the runtime panics with"},
	{all(`runtime\.(overrideWrite|setCrashFD)`), "gets what the runtime writes when it dies, where no C can run"},
	// clocks and random numbers
	{all(`runtime\.(fastrand\w*|randn|cheaprand64)|internal/runtime/maps\.rand`), "an older name or a variant of runtime.rand, cheaprand and cheaprandn, which are wrapped"},
	{all(`runtime\.(cputicks|traceClockNow)`), "a clock without a unit; runtime.nanotime is wrapped"},
	{all(`time\.Now`), "exported, and gobridge_time_now gives the same"},
	{all(`time\.(Time\.abs|absClock|absDate|nextStdChunk|registerLoadFromEmbeddedTZData)`), "a step of formatting times, which gobridge_value_to_text does, or of finding time zones"},
	// profiles and stacks
	{all(`runtime\.(FuncForPC|callers|findfunc|funcInfo\.entry|funcline1|srcFunc\.name|newInlineUnwinder|\(\*inlineUnwinder\)\.srcFunc|pprof_\w+)`), "frames of Go stacks, and profiles made of them; runtime.h has gobridge_go_stacks and profiles"},
	{all(`runtime/pprof\.\w+|runtime\.blockevent|sync\.event`), "what profiles are made of; runtime.h has profiles"},
	{all(`runtime/trace\.\w+|runtime\.traceAdvance`), "events of an execution trace, which Go code writes with runtime/trace"},
	{all(`runtime/metrics(_test)?\.\w+`), "what runtime/metrics reads; gobridge_go_memory tells what hosts ask for"},
	{all(`runtime/debug\.\w+`), "what a function of runtime/debug does; runtime.h has those that hosts need"},
	{all(`internal/coverage/cfile\.\w+`), "counters of a program that was built with -cover"},
	// hooks
	{all(`(crypto/internal/boring/bcache|unique|weak|sync)\.(registerCache|runtime_register\w+|runtime_makeStrongFromWeak|poolCleanup)|runtime\.blockUntilEmptyFinalizerQueue`), "what the collector does for one package of the standard library"},
	{all(`internal/godebug\.\w+`), "hooks that package internal/godebug has set"},
	{all(`internal/poll\.\w+`), "the network poller's own descriptors"},
	{all(`plugin\.\w+`), "the last step of loading a Go plugin"},
	{all(`internal/testlog\.\w+`), "for go test"},
	// the operating system
	{all(`os(/signal)?\.(signal\w*|sigpipe|ignoreSIGSYS|restoreSIGSYS)`), "changes how the process takes signals, which is the host's to say"},
	{all(`syscall\.runtime_(Before|After)\w+|os\.checkClonePidfd`), "a step of starting a process: others must follow"},
	{all(`syscall\.runtime(Setenv|Unsetenv)`), "tells C's environment of a change to Go's; C has setenv"},
	{all(`(os\.runtime_args|syscall\.(runtime_envs|Getpagesize)|runtime\.getAuxv|crypto/internal/boring(/fipstls)?\.runtime_arg0)`), "what C has from libc: arguments, environment, page size, auxiliary vector"},
	{all(`syscall\.(Raw)?Syscall6?|syscall\.(mmap|prlimit|getsockopt|setsockopt|runtime_doAllThreadsSyscall)|runtime\.(fcntl|write|vgetrandom)`), "a system call: C makes its own"},
	{all(`runtime\.vdso\w+Sym`), "an address in the kernel's vDSO"},
	{all(`internal/cpu\.\w+|runtime\.goarm\w*`), "what the processor can do: C's compilers tell that"},
	// other packages
	{all(`syscall\.hasWaitingReaders`), "a look into a sync.RWMutex"},
	{all(`(bytes|crypto|database|debug|encoding|go|math|net)(/[\w/]+)?\..+`), "a part of a package that is not the runtime; bridge.Func gives a host what it wants of one"},
}

// all matches a whole symbol.
func all(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }

// whyNot says why gobridge does not wrap a symbol; "" where nothing says so.
func whyNot(symbol string) string {
	for _, family := range leftOut {
		if family.pattern.MatchString(symbol) {
			return family.reason
		}
	}
	return ""
}

var set = template.Must(template.New("").Funcs(template.FuncMap{"whyNot": whyNot}).Parse(
	`# The linkname set of {{.Release}}

<!-- Code generated by gobridge list --go {{.Release}} --format set. DO NOT EDIT. -->

Go lets outsiders pull {{len .Symbols}} symbols on {{.Platform}}. {{.Wrapped}} of them are C functions (` + "`gobridge/linkname.h`" + `); of each of the others
this page says why not.

| Go symbol | C function, or why there is none |
|---|---|
{{range .Symbols}}| ` + "`{{.Symbol}}`" + ` | {{with .Gobridge}}` + "`{{.}}`" + `{{else}}{{whyNot .Symbol}}{{end}} |
{{end}}`))

// formatSet is a page of what gobridge wraps of a list, and why not the rest.
func formatSet(list *List) (string, error) {
	wrapped := 0
	for _, s := range list.Symbols {
		if s.Gobridge != "" {
			wrapped++
		} else if whyNot(s.Symbol) == "" {
			return "", fmt.Errorf("%s: nothing says why gobridge does not wrap it (cmd/gobridge/observatory/set.go)", s.Symbol)
		}
	}
	var text strings.Builder
	err := set.Execute(&text, map[string]any{
		"Release": list.Release, "Platform": list.platform, "Symbols": list.Symbols, "Wrapped": wrapped})
	return text.String(), err
}
