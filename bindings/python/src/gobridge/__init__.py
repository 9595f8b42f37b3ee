"""Go packages in Python: any library with gobridge in it, loaded at run time.

import gobridge
lib = gobridge.load("./libembed.so")
lib.strings.ToUpper("go")
"""

from __future__ import annotations

import atexit
import os

from . import _core, _func
from ._errors import (
    AddressError,
    ArgumentError,
    BatchError,
    BusyError,
    ClosedError,
    CountError,
    ForgedReferenceError,
    ForkedError,
    GoError,
    GoexitError,
    GoIndexError,
    GoInterruptedError,
    GoSyntaxError,
    GoSystemError,
    GoTimeoutError,
    IteratorEndError,
    LimitError,
    MapReleasedError,
    NilError,
    NilReferenceError,
    NoCallbackError,
    NoMemoryError,
    NotFastError,
    NotImplementedByTypeError,
    NullError,
    PanicError,
    RangeError,
    ReturnedError,
    ScopeError,
    SkippedError,
    StaleReferenceError,
    TooDeepError,
    TooSmallError,
    UnexportedError,
    UnhashableError,
    UnknownNameError,
    UnknownTypeError,
    UnsupportedError,
    WrongKindError,
    WrongTypeError,
)
from ._library import Library, Namespace, load
from ._task import Task
from ._values import Array, Chan, File, Map, Pointer, Slice, Struct, Value, plain

Func = _core.Func
Type = _core.Type

_func.install()
atexit.register(_core._end)
os.register_at_fork(after_in_child=_core._forked)

__all__ = [
    "AddressError",
    "ArgumentError",
    "Array",
    "BatchError",
    "BusyError",
    "Chan",
    "ClosedError",
    "CountError",
    "File",
    "ForgedReferenceError",
    "ForkedError",
    "Func",
    "GoError",
    "GoIndexError",
    "GoInterruptedError",
    "GoSyntaxError",
    "GoSystemError",
    "GoTimeoutError",
    "GoexitError",
    "IteratorEndError",
    "Library",
    "LimitError",
    "Map",
    "MapReleasedError",
    "Namespace",
    "NilError",
    "NilReferenceError",
    "NoCallbackError",
    "NoMemoryError",
    "NotFastError",
    "NotImplementedByTypeError",
    "NullError",
    "PanicError",
    "Pointer",
    "RangeError",
    "ReturnedError",
    "ScopeError",
    "SkippedError",
    "Slice",
    "StaleReferenceError",
    "Struct",
    "Task",
    "TooDeepError",
    "TooSmallError",
    "Type",
    "UnexportedError",
    "UnhashableError",
    "UnknownNameError",
    "UnknownTypeError",
    "UnsupportedError",
    "Value",
    "WrongKindError",
    "WrongTypeError",
    "load",
    "plain",
]
