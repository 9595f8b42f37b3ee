"""Go packages in Python: any library with gobridge in it, loaded at run time.

    import gobridge
    lib = gobridge.load("./libembed.so")
    lib.strings.ToUpper("go")
"""

from __future__ import annotations

import atexit
import os

from . import _core, _errors, _func
from ._errors import *  # noqa: F403
from ._errors import GoError
from ._library import Library, Namespace, load
from ._task import Task
from ._values import Array, Chan, File, Map, Pointer, Slice, Struct, Value, plain

Func = _core.Func
Type = _core.Type

atexit.register(_core._end)
os.register_at_fork(after_in_child=_core._forked)

__all__ = [
    "Array", "Chan", "File", "Func", "GoError", "Library", "Map", "Namespace", "Pointer", "Slice", "Struct", "Task",
    "Type", "Value", "load", "plain", *(error.__name__ for error in _errors.BY_STATUS),
]  # fmt: skip
del _func
