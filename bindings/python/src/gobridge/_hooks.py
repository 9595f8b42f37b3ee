"""What the extension asks Python for: how types convert, and what failures become."""

from __future__ import annotations

import dataclasses
import enum
import numbers
import os
import re
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeGuard

from . import _core
from ._errors import GoError, of_status
from ._values import (
    ARRAY,
    BY_KIND,
    INTERFACE,
    MAP,
    POINTER,
    SLICE,
    STRING,
    STRUCT,
    Array,
    Field,
    Method,
    Struct,
    Value,
)

if TYPE_CHECKING:
    from ._library import Library

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_own(raised: BaseException) -> TypeGuard[GoError]:
    """Whether an exception is just a status, and none that a program has made for itself."""
    return isinstance(raised, GoError) and type(raised) is of_status(raised.status)


class Hooks:
    """Those of one library. Their names are known to the extension."""

    core: _core.Library
    library: Library

    def __init__(self) -> None:
        self.structs: dict[_core.Type, type[Struct]] = {}
        # Python's exceptions on their way through Go. Not all come back, so that the oldest are forgotten.
        self.pending: deque[tuple[_core.Object, BaseException]] = deque(maxlen=16)
        self.lock = threading.RLock()

    # ---- types ----

    def prepare(self, type_: _core.Type) -> None:
        """Once for each type: how its values convert."""
        if type_.name == "time.Duration":
            type_.to_go, type_.from_go = duration_to_go, duration_from_go
        elif type_.name == "time.Time":
            type_.to_go, type_.from_go = self.time_to_go, time_from_go
        elif type_.kind != INTERFACE and any(
            name == "Error" and method.name == "func() string" for name, method in type_.methods()
        ):
            type_.from_go = self.error_value

    def class_of(self, type_: _core.Type) -> type[_core.Object]:
        """The class of a type's values."""
        with self.lock:
            elem = type_.elem
            if type_.kind == POINTER and elem is not None and elem.kind == STRUCT:
                return self.struct_class(type_, elem)
            if type_.kind == STRUCT:
                pointers = self.struct_class(type_.pointer(), type_)
                return type(pointers.__name__, (pointers,), {"__slots__": ()})
            if type_.kind == POINTER and elem is not None and elem.kind == ARRAY:
                return Array
            base = BY_KIND.get(type_.kind, Value)
            methods = type_.methods()
            if not methods or base is _core.Func:
                return base
            members: dict[str, Any] = {name: Method(name, signature(name, method)) for name, method in methods}
            return type(type_.name.rpartition(".")[2], (base,), {"__slots__": (), **members})

    def struct_class(self, pointer: _core.Type, struct: _core.Type) -> type[Struct]:
        """The class of pointers to a struct type; calling it makes a new one."""
        made = self.structs.get(struct)
        if made is not None:
            return made
        doc_of, of = self.library.doc_of, struct.name
        members: dict[str, Any] = {
            name: Method(name, doc_of(f"{of}.{name}") or signature(name, method)) for name, method in pointer.methods()
        }
        names = []
        for index, (name, exported, _embedded, _tag, type_) in enumerate(struct.fields()):
            if exported:
                members[name] = Field(index, name, doc_of(f"{of}.{name}") or f"{name} {type_.name}")
                names.append(name)

        def new(cls: type[Struct], **fields: Any) -> Any:
            return self.core.make(struct, fields)

        package, _, name = struct.name.rpartition(".")
        members |= {
            "__slots__": (), "__new__": new, "__module__": package, "__doc__": doc_of(of),
            "_fields": tuple(names), "__match_args__": tuple(names), "_go": struct,
        }  # fmt: skip
        made = self.structs[struct] = type(name or "struct", (Struct,), members)
        pointer.cls = made
        return made

    def field_index(self, type_: _core.Type, name: object) -> int:
        """The index of a field by Go's name, or by one that differs in case and underscores."""
        wanted = str(name)
        rows = type_.fields()
        for index, row in enumerate(rows):
            if row[0] == wanted and row[1]:
                return index
        plain = wanted.replace("_", "").lower()
        for index, row in enumerate(rows):
            if row[0].lower() == plain and row[1]:
                return index
        raise AttributeError(f"{type_.name} has no field {wanted}")

    def type_of(self, what: object) -> _core.Type:
        """A type by its expression, itself, or a class of its values."""
        if isinstance(what, _core.Type):
            return what
        if isinstance(what, str):
            return self.core.type(what)
        if isinstance(what, type) and issubclass(what, Struct) and hasattr(what, "_go"):
            return what._go.pointer()  # type: ignore[no-any-return]
        raise TypeError(f"{what!r} is no Go type")

    # ---- to Go ----

    def simplify(self, type_: _core.Type, value: Any) -> Any:
        """Something that the extension knows for what it does not, or the object itself."""
        if isinstance(value, BaseException) and type_.kind == INTERFACE:
            return self.exception(value)
        if type_.name in ("io.Reader", "io.ReadCloser") and hasattr(value, "read"):
            return self.core.reader(value)
        if type_.name in ("io.Writer", "io.WriteCloser") and hasattr(value, "write"):
            return self.core.writer(value)
        if isinstance(value, enum.Enum):
            return value.value
        if isinstance(value, os.PathLike) and type_.kind == STRING:
            return os.fspath(value)
        if isinstance(value, numbers.Integral) and type_.kind == INTERFACE:
            return int(value)
        if isinstance(value, numbers.Real) and type_.kind == INTERFACE:
            return float(value)
        if type(value).__name__ in ("bool_", "bool") and type(value).__module__ == "numpy":
            return bool(value)
        if type_.kind == INTERFACE and isinstance(value, timedelta):
            return self.core.make(self.core.type("time.Duration"), value)
        if type_.kind == INTERFACE and isinstance(value, datetime):
            return self.time_to_go(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        if type_.kind in (SLICE, MAP, INTERFACE) and (capsules := arrow_capsules(value)):
            return self.core.arrow(None if type_.kind == INTERFACE else type_, *capsules)
        if isinstance(value, Mapping) and not isinstance(value, dict):
            return dict(value)
        if isinstance(value, Iterable) and (type_.kind in (ARRAY, SLICE) or type_.name == "interface {}"):
            return value if isinstance(value, (str, list)) else list(value)
        elem = type_.elem if type_.kind == POINTER else type_
        if elem is not None and elem.kind == STRUCT and hasattr(value, "__dict__"):
            return dict(vars(value))
        return value

    def time_to_go(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        since = value.astimezone(UTC) - EPOCH
        return self.core.time(since.days * 86400 + since.seconds, since.microseconds * 1000)

    def argument(self, raised: BaseException, name: str | None, index: int) -> BaseException:
        """Says which argument an exception is about."""
        return self.within(raised, f"argument {index + 1} of {name or 'the function'}")

    def within_field(self, raised: BaseException, type_: _core.Type, name: str) -> BaseException:
        """Says which field an exception is about."""
        return self.within(raised, f"{type_.name}.{name}")

    def called(self, raised: BaseException, name: str | None) -> BaseException:
        """Names an argument that Go did not take as a call from Python does."""
        if is_own(raised) and (refused := re.match(r"args\[(\d+)\]: ", raised.message)):
            raised._say(raised.message[refused.end() :])
            return self.argument(raised, name, int(refused[1]))
        return raised

    def within(self, raised: BaseException, where: str) -> BaseException:
        """Says which part of a value an exception is about."""
        if type(raised) in (TypeError, ValueError, OverflowError):
            return type(raised)(f"{where}: {raised}")
        if is_own(raised):
            raised._say(f"{where}: {raised.message}")
        else:
            raised.add_note(where)
        return raised

    # ---- failures ----

    def failure(self, status: int, message: str, stack: str, error: _core.Object | None) -> BaseException:
        """The exception of a failure: Python's own where one has come back from Go. C's names mean nothing here."""
        message = re.sub(r"^gobridge_\w+: (value: )?", "", message)
        class_ = of_status(status)
        if error is None:
            return self.panicked(message) or class_(message, stack)
        is_error = any(name == "Error" for name, _ in error._type.methods())
        if is_error and class_.__name__ == "ReturnedError":
            message = error._error_message()
        made = class_(message, stack, error if is_error else None)
        for passing in list(self.pending) if is_error else ():
            if error._error_is(passing[0]):
                if passing in self.pending:
                    self.pending.remove(passing)
                if status != 25 or error._equal(passing[0]):
                    return passing[1]
                made.__cause__ = passing[1]
        return made

    def panicked(self, message: str) -> BaseException | None:
        """Python's own exception where Go panicked with it in a call that gives no error as a value."""
        for passing in list(self.pending):
            if passing[0]._error_message() in message:
                self.pending.remove(passing)
                return passing[1]
        return None

    def exception(self, raised: BaseException) -> _core.Object:
        """The Go error that an exception is."""
        if isinstance(raised, GoError) and raised.error is not None and raised.error._type.library is self.core:
            return raised.error
        try:
            text = f"{type(raised).__name__}: {raised}"
        except Exception:
            text = type(raised).__name__
        error = self.core.error(text)
        self.pending.append((error, raised))
        return error

    def error_value(self, error: _core.Object) -> GoError:
        """The exception, which is not raised, that an error as a value is."""
        return of_status(25)(error._error_message(), "", error)

    # ---- calls ----

    def doc(self, func: _core.Func) -> str:
        """What help() shows of a function."""
        return self.library.doc_of(func.__name__) or signature(func.__name__, func._type)

    def call(self, func: _core.Func, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """A call with names, or without the context that it begins with: that one runs as a task, which Ctrl-C ends."""
        timeout = named.pop("timeout", None) if func._type.takes_context else None
        if named:
            args = self.library.order(func, args, named)
        if func._type.takes_context and len(args) < len(func._type.params):
            return func.start(*args, timeout=timeout).result()
        return func(*args)


def signature(name: str, func: _core.Type) -> str:
    """A function as Go would declare it: "ToUpper(string) string"."""
    return name + func.name.removeprefix("func")


def arrow_capsules(value: Any) -> tuple[Any, Any] | None:
    """The schema and the array of what has Arrow's PyCapsule interface. Of a stream pyarrow makes one array."""
    if hasattr(value, "__arrow_c_stream__") and not hasattr(value, "__arrow_c_array__"):
        try:
            import pyarrow
        except ImportError:
            return None
        value = pyarrow.chunked_array(value).combine_chunks()
    return value.__arrow_c_array__() if hasattr(value, "__arrow_c_array__") else None


def duration_to_go(value: Any) -> Any:
    """Nanoseconds of a timedelta; numbers are nanoseconds already."""
    if not isinstance(value, timedelta):
        return value
    return (value.days * 86400 + value.seconds) * 10**9 + value.microseconds * 1000


def duration_from_go(value: Any) -> timedelta:
    """A timedelta, which knows microseconds."""
    return timedelta(microseconds=(value._value() if isinstance(value, _core.Object) else value) // 1000)


def time_from_go(value: _core.Object) -> datetime | _core.Object:
    """A datetime of UTC, which knows microseconds; the time itself where its year is none of datetime's."""
    seconds, nanoseconds = value._time()
    try:
        return EPOCH + timedelta(seconds=seconds, microseconds=nanoseconds // 1000)
    except OverflowError:
        return value
