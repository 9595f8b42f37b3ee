"""Exceptions: one class for each status of the C API, all of them GoErrors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import _core


class GoError(Exception):
    """A failure. Where Go code returned an error or panicked with one, `error` is that error itself."""

    status = 0  #: the number of gobridge/status.h
    message = ""
    stack = ""  #: Go's stack if it panicked, else ""
    error: _core.Object | None = None

    def __init__(self, message: str = "", stack: str = "", error: _core.Object | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.stack = stack
        self.error = error

    def _say(self, message: str) -> None:
        """Gives it another message."""
        self.message = message
        self.args = (message,)

    def is_(self, target: object) -> bool:
        """Go's errors.Is: whether this error, or one that it wraps, is another one."""
        other = target.error if isinstance(target, GoError) else target
        return self is target or (self.error is not None and other is not None and self.error._error_is(other))

    def as_(self, type_: Any) -> Any:
        """Go's errors.As: the error of a type (an expression, a Type or a class) that it is or wraps, else None."""
        return None if self.error is None else self.error._error_as(self.error._type.library.hooks.type_of(type_))

    def unwrap(self) -> GoError | list[GoError] | None:
        """Go's errors.Unwrap: the error that it wraps, a list of them, or None."""
        inner = None if self.error is None else self.error._error_unwrap()
        if inner is None:
            return None
        hooks = inner._type.library.hooks
        if inner._type.name == "[]error":
            return [error if isinstance(error, GoError) else hooks.error_value(error) for error in inner]
        return hooks.error_value(inner)  # type: ignore[no-any-return]


class NullError(GoError, ValueError):
    """An argument is NULL."""


class NilReferenceError(GoError, ValueError):
    """A reference is 0."""


class StaleReferenceError(GoError, ValueError):
    """A reference was released."""


class ForgedReferenceError(GoError, ValueError):
    """A reference was never given out."""


class WrongKindError(GoError, TypeError):
    """A value is of another kind than it is used for, such as a struct by value whose field is set."""


class WrongTypeError(GoError, TypeError):
    """A value does not fit the Go type that it is for."""


class GoSyntaxError(GoError, ValueError):
    """A type expression or another text does not parse."""


class TooDeepError(GoError, RecursionError):
    """A type expression or a value is nested too deeply."""


class UnknownTypeError(GoError, LookupError):
    """A type name is not known."""


class UnhashableError(GoError, TypeError):
    """A value cannot be hashed or compared."""


class NilError(GoError, ValueError):
    """A nil map is written to, or a nil pointer is followed."""


class RangeError(GoError, OverflowError):
    """A number does not fit."""


class NotFastError(GoError, TypeError):
    """A fast variant does not fit a map's type."""


class NotImplementedByTypeError(GoError, TypeError):
    """A type does not implement an interface."""


class IteratorEndError(GoError, LookupError):
    """An iterator is past its end."""


class MapReleasedError(GoError, ValueError):
    """An iterator's map was released."""


class ScopeError(GoError, RuntimeError):
    """A scope is not the innermost open one."""


class PanicError(GoError, RuntimeError):
    """Go panicked; `stack` says where."""


class ForkedError(GoError, RuntimeError):
    """This process is a fork of the one in which Go runs. Use multiprocessing's spawn, or fork before the first call."""


class NoMemoryError(GoError, MemoryError):
    """There is no memory."""


class UnsupportedError(GoError, RuntimeError):
    """It is not to be had here."""


class UnknownNameError(GoError, AttributeError):
    """No function, field or method has the name."""


class UnexportedError(GoError, AttributeError):
    """A field or a method is not exported."""


class CountError(GoError, TypeError):
    """There are too few or too many arguments or results."""


class ReturnedError(GoError):
    """A Go function returned an error."""


class GoexitError(GoError, RuntimeError):
    """A Go function called runtime.Goexit."""


class GoTimeoutError(GoError, TimeoutError):
    """The time was over before it was done."""


class ClosedError(GoError, ValueError):
    """A channel is closed."""


class BusyError(GoError, RuntimeError):
    """It is running already."""


class TooSmallError(GoError, ValueError):
    """There is too little room."""


class GoSystemError(GoError, OSError):
    """The operating system refused."""


class BatchError(GoError, RuntimeError):
    """A thread records no batch, or records one already."""


class SkippedError(GoError, RuntimeError):
    """An operation of a batch was not done because of an earlier one."""


class GoIndexError(GoError, IndexError):
    """An index is out of bounds."""


class LimitError(GoError, ValueError):
    """It is more than the library or Go can have."""


class ArgumentError(GoError, ValueError):
    """An argument is none that the function takes."""


class AddressError(GoError, ValueError):
    """At an address nothing lies."""


class NoCallbackError(GoError, RuntimeError):
    """This thread runs no callback."""


class GoInterruptedError(GoError, InterruptedError):
    """A wait was interrupted."""


#: The classes in the order of the statuses, from 1.
BY_STATUS: list[type[GoError]] = [
    NullError, NilReferenceError, StaleReferenceError, ForgedReferenceError, WrongKindError, WrongTypeError,
    GoSyntaxError, TooDeepError, UnknownTypeError, UnhashableError, NilError, RangeError, NotFastError,
    NotImplementedByTypeError, IteratorEndError, MapReleasedError, ScopeError, PanicError, ForkedError,
    NoMemoryError, UnsupportedError, UnknownNameError, UnexportedError, CountError, ReturnedError, GoexitError,
    GoTimeoutError, ClosedError, BusyError, TooSmallError, GoSystemError, BatchError, SkippedError, GoIndexError,
    LimitError, ArgumentError, AddressError, NoCallbackError, GoInterruptedError,
]  # fmt: skip
for _number, _class in enumerate(BY_STATUS, 1):
    _class.status = _number


def of_status(status: int) -> type[GoError]:
    """The class of a status; GoError itself for one that a newer library has."""
    return BY_STATUS[status - 1] if 0 < status <= len(BY_STATUS) else GoError
