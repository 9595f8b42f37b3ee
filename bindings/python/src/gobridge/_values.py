"""Proxies: what Go's maps, slices, structs, pointers and channels are in Python. All are live: they show what Go has."""

from __future__ import annotations

import asyncio
import io
from collections.abc import ItemsView, Iterable, Iterator, Mapping, MutableMapping, MutableSequence, Sequence, Set, ValuesView
from typing import Any

from . import _core
from ._errors import ClosedError, GoTimeoutError, UnhashableError


def nanoseconds(timeout: float | None) -> int:
    """A timeout in seconds as C has it; None is without an end."""
    return -1 if timeout is None else max(0, min(int(timeout * 1e9), 2**63 - 1))


class Value(_core.Object):
    """A Go value that has no other class, such as one of a named number type in an interface."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        """The number or string itself."""
        return self._value()

    def close(self) -> None:
        """Releases the reference now. The Go value lives on where Go holds it."""
        self._release()

    def __repr__(self) -> str:
        return describe(self)

    def __eq__(self, other: object) -> bool:
        return self._equal(other)

    def __hash__(self) -> int:
        return hash(self._hash())


def describe(value: _core.Object) -> str:
    """The repr of a proxy: its type, and what Go prints of it."""
    if value._closed:
        return f"<{value._type.name} (closed)>"
    text = value._print()
    return f"<{value._type.name} {text if len(text) <= 1000 else text[:1000] + '...'}>"


class Pointer(Value):
    """A pointer to a variable, which is its value."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        """What it points to."""
        return self._load()

    @value.setter
    def value(self, to: Any) -> None:
        self._store(to)

    def __repr__(self) -> str:
        return f"<{self._type.name} (closed)>" if self._closed else f"<{self._type.name} to {self._load()!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pointer) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())


class Method:
    """A Go method in a class."""

    def __init__(self, name: str, doc: str) -> None:
        self.__name__ = name
        self.__doc__ = doc

    def __get__(self, value: Any, owner: type | None = None) -> Any:
        return self if value is None else value._method(self.__name__)


class Field:
    """A field of a Go struct in a class."""

    def __init__(self, index: int, name: str, doc: str) -> None:
        self.index = index
        self.name = name
        self.__doc__ = doc

    def __get__(self, value: Any, owner: type | None = None) -> Any:
        return self if value is None else value._field(self.index, self.name)

    def __set__(self, value: Any, to: Any) -> None:
        value._set_field(self.index, to)


class Struct(_core.Object):
    """A Go struct, as a rule behind a pointer: its exported fields are attributes, and its methods are methods."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def close(self) -> None:
        """Releases the reference now. The Go value lives on where Go holds it."""
        self._release()

    def copy(self) -> Any:
        """A new variable with the same fields."""
        struct = struct_type(self)
        made = struct.new()
        made._store(self)
        return made

    __copy__ = copy

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._get(name)  # one of an embedded struct

    def __setattr__(self, name: str, to: Any) -> None:
        if name not in self._fields:
            raise AttributeError(f"{struct_type(self).name} has no field {name}")
        object.__setattr__(self, name, to)

    def __repr__(self) -> str:
        if self._closed:
            return describe(self)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Struct) or struct_type(self) is not struct_type(other):
            return NotImplemented
        try:
            return bool(by_value(self)._equal(by_value(other)))
        except UnhashableError:  # it has slices or maps, which Go does not compare
            return all(getattr(self, name) == getattr(other, name) for name in self._fields)

    __hash__ = None  # type: ignore[assignment]


def struct_type(value: _core.Object) -> _core.Type:
    """The struct type of a struct or of a pointer to one."""
    return value._type.elem or value._type


def by_value(value: Struct) -> Any:
    return value._load() if value._type.elem is not None else value


class _Items(ItemsView[Any, Any]):
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return self._mapping._pairs()  # type: ignore[attr-defined, no-any-return]


class _Values(ValuesView[Any]):
    def __iter__(self) -> Iterator[Any]:
        return (elem for _, elem in self._mapping._pairs())  # type: ignore[attr-defined]


class Map(_core.Map, MutableMapping[Any, Any]):
    """A Go map. Iteration is Go's: in any order, and entries may come and go meanwhile."""

    __slots__ = ()
    close = Value.close

    def items(self) -> ItemsView[Any, Any]:
        return _Items(self)

    def values(self) -> ValuesView[Any]:
        return _Values(self)

    def update(self, other: Any = (), /, **more: Any) -> None:
        """Sets many entries in one crossing."""
        self._set_all({**dict(other._pairs() if isinstance(other, Map) else other), **more})

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """Arrow's PyCapsule interface: a table of keys and values."""
        return self._arrow()

    def __repr__(self) -> str:
        return describe(self)


class Array(_core.Slice, Sequence[Any]):
    """A Go array. Where its elements are numbers it is a buffer, which memoryview and NumPy share."""

    __slots__ = ()
    close = Value.close

    def tolist(self) -> list[Any]:
        """A list of the elements."""
        if self._elem.format and self._elem.from_go is None:
            return memoryview(self).tolist()
        return list(self)

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """Arrow's PyCapsule interface: an array of the elements, which shares the memory of numbers. Structs are a table."""
        return self._arrow()

    @property
    def _elem(self) -> _core.Type:
        elem = self._type.elem
        assert elem is not None
        return elem.elem or elem if self._type.kind == POINTER else elem

    def _part(self, part: slice) -> Any:
        low, high, step = part.indices(len(self))
        return self._sub(low, max(low, high)) if step == 1 else [self[i] for i in range(low, high, step)]

    def _assign(self, part: slice, to: Iterable[Any]) -> None:
        low, high, step = part.indices(len(self))
        items, places = list(to), range(low, high, step)
        if len(items) != len(places):
            raise ValueError(f"{len(items)} elements cannot take the place of {len(places)}")
        for i, item in zip(places, items, strict=True):
            self[i] = item

    def _delete(self, index: Any) -> None:
        raise TypeError(f"the length of a {self._type.name} is fixed")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, (str, bytes)):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=False))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return describe(self)


class Slice(Array, MutableSequence[Any]):
    """A Go slice. A part of it by [low:high] shares its memory, as in Go; what grows may move elsewhere."""

    __slots__ = ()

    def insert(self, index: int, value: Any) -> None:
        low = slice(index, None).indices(len(self))[0]
        tail = list(self[low:])
        self.append(value)
        for i, item in enumerate([value, *tail], low):
            self[i] = item

    def _delete(self, index: Any) -> None:
        count = len(self)
        if isinstance(index, slice):
            gone = set(range(*index.indices(count)))
        elif -count <= index < count:
            gone = {index % count}
        else:
            raise IndexError("index out of range")
        kept = [self[i] for i in range(count) if i not in gone]
        for i, item in enumerate(kept):
            self[i] = item
        self._truncate(len(kept))


class Chan(_core.Chan):
    """A Go channel; iterating receives until it is closed."""

    __slots__ = ()

    def send(self, value: Any, timeout: float | None = None) -> None:
        """Sends, waiting for room or a receiver as many seconds as are given."""
        self._send(value, nanoseconds(timeout))

    def receive(self, timeout: float | None = None) -> Any:
        """Receives; raises ClosedError once the channel is closed and empty."""
        value, is_open = self._receive(nanoseconds(timeout))
        if not is_open:
            raise ClosedError("the channel is closed")
        return value

    def close(self) -> None:
        """Go's close."""
        self._end()

    @property
    def capacity(self) -> int:
        return self._cap()

    def __len__(self) -> int:
        return self._len()

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        while True:
            value, is_open = self._receive(-1)
            if not is_open:
                return
            yield value

    async def receive_async(self) -> Any:
        """Receives without blocking the event loop. It asks again and again: no value is lost if it is cancelled."""
        pause = 0.0
        while True:
            try:
                return self.receive(0)
            except GoTimeoutError:
                await asyncio.sleep(pause)
                pause = min(pause + 0.001, 0.01)

    async def __aiter__(self) -> Any:
        while True:
            try:
                value = await self.receive_async()
            except ClosedError:
                return
            yield value

    __repr__ = describe


class File(io.RawIOBase):
    """A Go value with the methods Read or Write as a file."""

    _methods: Set[str] = frozenset()  # of one that could not be made, which Python closes all the same

    def __init__(self, value: Any) -> None:
        self._go = value
        self._methods = {name for name, _ in value._type.methods()}

    def readable(self) -> bool:
        return "Read" in self._methods

    def writable(self) -> bool:
        return "Write" in self._methods

    def readinto(self, buffer: Any) -> int:
        self._checkClosed()
        return self._go._io_read(buffer)  # type: ignore[no-any-return]

    def write(self, data: Any) -> int:
        self._checkClosed()
        return self._go._io_write(data)  # type: ignore[no-any-return]

    def close(self) -> None:
        if not self.closed:
            super().close()
            if "Close" in self._methods:
                self._go._method("Close")()


def plain(value: Any) -> Any:
    """A copy in Python's own objects: dicts of maps and structs, lists of slices, and so on, all the way down."""
    if isinstance(value, Mapping):
        return {key: plain(elem) for key, elem in value.items()}
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value._fields}
    if isinstance(value, (Array, list, tuple)):
        return [plain(elem) for elem in value]
    if isinstance(value, (Pointer, Value)):
        return plain(value.value)
    return value


BOOL, FLOAT64, ARRAY, CHAN, FUNC, INTERFACE, MAP, POINTER, SLICE, STRING, STRUCT = (
    1, 14, 17, 18, 19, 20, 21, 22, 23, 24, 25,
)  # fmt: skip
#: The class of the values of each kind; that of structs and pointers depends on what they are of.
BY_KIND: dict[int, type[_core.Object]] = {
    ARRAY: Array, CHAN: Chan, FUNC: _core.Func, MAP: Map, POINTER: Pointer, SLICE: Slice,
}  # fmt: skip
