"""Go functions: what they can beside being called. These are set on the extension's own class, for Python before 3.12 calls a
class that is derived from it by a slower way."""

from __future__ import annotations

import array
import inspect
import queue
import threading
from collections.abc import Iterator
from typing import Any

from . import _core
from ._hooks import signature as declared
from ._task import Task
from ._values import nanoseconds


def start(self: _core.Func, *args: Any, timeout: float | None = None) -> Task:
    """Calls it in a goroutine. Its context, if it takes one, ends after as many seconds, or when the task is cancelled."""
    return Task(self._start(args, nanoseconds(timeout)))


def rows(self: _core.Func, *columns: Any) -> Any:
    """Calls it for each row of columns of its types (arrays, buffers), in one crossing; gives a column, or a tuple of them."""
    type_ = self._type
    results = type_.results[: type_.result_count]
    if not columns or not all(part.format for part in (*type_.params, *results)):
        return [self(*row) for row in zip(*columns, strict=True)]
    count = len(columns[0])
    if any(hasattr(column, "__array_interface__") for column in columns):
        import numpy

        made: list[Any] = [numpy.empty(count, part.format) for part in results]
    else:
        made = [array.array(part.format, bytes(count * array.array(part.format).itemsize)) for part in results]
    self._rows(count, columns, tuple(made))
    return made[0] if len(made) == 1 else tuple(made)


def close(self: _core.Func) -> None:
    """Releases the reference now. A registered function stays."""
    self._release()


def iterate(self: _core.Func) -> Iterator[Any]:
    """What an iter.Seq or iter.Seq2 yields. It runs in a thread of its own, at most one step ahead."""
    yielder = self._type.params[0] if len(self._type.params) == 1 and not self._type.results else None
    if yielder is None or [part.name for part in yielder.results] != ["bool"]:
        raise TypeError(f"a {self._type.name} is no iterator")
    asked: queue.SimpleQueue[bool] = queue.SimpleQueue()
    given: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def step(*values: Any) -> bool:
        given.put((True, values[0] if len(values) == 1 else values))
        return asked.get()

    def run() -> None:
        try:
            self(step)
        except BaseException as raised:
            given.put((False, raised))
        else:
            given.put((False, None))

    threading.Thread(target=run, daemon=True).start()
    try:
        while (item := given.get())[0]:
            yield item[1]
            asked.put(True)
    finally:
        asked.put(False)
    if item[1] is not None:
        raise item[1]


def signature(self: _core.Func) -> inspect.Signature:
    """Its parameters by their names in Go, where the library has a description."""
    type_ = self._type
    known = type_.library.hooks.library.parameters(self.__name__)
    kind, several = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL
    params = []
    for index, part in enumerate(type_.params):
        name = known[index] if index < len(known) and known[index].isidentifier() else f"p{index}"
        last = type_.variadic and index == len(type_.params) - 1
        params.append(inspect.Parameter(name, several if last else kind, annotation=part.name))
    results = [part.name for part in type_.results[: type_.result_count]]
    returns = results[0] if len(results) == 1 else tuple(results) or None
    return inspect.Signature(params, return_annotation=returns)


def equal(self: _core.Func, other: object) -> bool:
    return isinstance(other, _core.Func) and self._identity() == other._identity()


def hashed(self: _core.Func) -> int:
    return hash(self._identity())


def represent(self: _core.Func) -> str:
    return f"<Go func {declared(self.__name__, self._type)}>"


def install() -> None:
    """Gives the extension's class its methods."""
    members = {
        "start": start, "map": rows, "close": close, "__iter__": iterate, "__repr__": represent, "__eq__": equal,
        "__hash__": hashed, "__signature__": property(signature),
    }  # fmt: skip
    for name, member in members.items():
        setattr(_core.Func, name, member)
