"""Libraries, and the Go packages in them as namespaces."""

from __future__ import annotations

import ast
import enum
import json
import os
import re
import threading
import types
from collections import Counter
from typing import Any

from . import _core
from ._hooks import Hooks
from ._task import Task
from ._values import CHAN, FUNC, INTERFACE, MAP, SLICE, STRUCT, File

_loaded: dict[str, Library] = {}
_lock = threading.Lock()


def load(path: str | os.PathLike[str]) -> Library:
    """Loads a library that gobridge build has made, or any other that has gobridge in it. Go starts with the first use."""
    real = os.path.realpath(path)
    with _lock:
        if real not in _loaded:
            _loaded[real] = Library(real)
        return _loaded[real]


class Namespace(types.ModuleType):
    """A Go package: its registered functions, types, constants and variables."""

    def __init__(self, library: Library, name: str) -> None:
        super().__init__(name)
        self._library = library
        self._prefix = name + "."
        self.__doc__ = library.doc_of(name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = self._library._find(self._prefix + name)
        self.__dict__[name] = found
        return found

    def __dir__(self) -> list[str]:
        inside = (name.removeprefix(self._prefix) for name in self._library._names() if name.startswith(self._prefix))
        return sorted({name for name in inside if "." not in name})

    def __repr__(self) -> str:
        return f"<Go package {self.__name__} of {self._library.path}>"


class Library:
    """A loaded library: a namespace for each Go package in it, and Go values of any type."""

    def __init__(self, path: str) -> None:
        hooks = Hooks()
        self._core = _core.Library(path, hooks)
        hooks.core, hooks.library = self._core, self
        self._known: dict[str, dict[str, Any]] | None = None
        self._lock = threading.RLock()

    @property
    def path(self) -> str:
        """Where it was loaded from."""
        return self._core.path

    @property
    def go_release(self) -> str:
        """The Go release that it was built with."""
        return self._core.go_release()

    # ---- what there is ----

    def _describe(self) -> dict[str, dict[str, Any]]:
        """What is known of each name: from the description, else from the registered functions."""
        with self._lock:
            if self._known is None:
                text = self._core.description()
                known: dict[str, dict[str, Any]] = {name: {"kind": "function"} for name in self._core.names()}
                for package in json.loads(text)["packages"] if text else ():
                    known |= _of_package(package)
                self._known = known
            return self._known

    def _names(self) -> list[str]:
        return list(self._describe())

    def _find(self, name: str) -> Any:
        known = self._describe().get(name)
        if known is None or known["kind"] == "type":
            try:
                type_ = self._core.type(name)
            except LookupError:
                raise AttributeError(f"{self.path} has no {name}") from None
            rows = self._describe().items()
            members = {const: row["value"] for const, row in rows if row["kind"] == "constant" and row["type"] == name}
            if members:
                return self._enumeration(type_, members)
            made = self._core.hooks.class_of(type_.pointer() if type_.kind == STRUCT else type_)
            return made if hasattr(made, "_go") else type_
        if known["kind"] == "constant":
            return self._constant(known)
        if known["kind"] == "variable":
            return self._core.func(known["registered"])()
        func = self._core.func(known.get("registered") or name)
        func._reads = sum(1 << index for index, row in enumerate(known.get("params", ())[:64]) if row.get("in_place"))
        return func

    def _constant(self, known: dict[str, Any]) -> Any:
        value = constant(known["value"])
        package, _, name = known["type"].rpartition(".")
        if not package:
            return value
        try:
            made = getattr(getattr(self, package), name)
        except AttributeError:  # a type of a package that the library does not have, such as time.Duration
            return value
        return made(value) if isinstance(made, type) and issubclass(made, enum.Enum) else value

    def _enumeration(self, type_: _core.Type, members: dict[str, str]) -> Any:
        """A Go type with constants as an enumeration; values that are no constant's stay what they are."""
        values = {name.rpartition(".")[2]: constant(value) for name, value in members.items()}
        base: Any = enum.IntEnum if all(isinstance(value, int) for value in values.values()) else enum.StrEnum
        if base is enum.StrEnum and not all(isinstance(value, str) for value in values.values()):
            return type_
        made: Any = base(type_.name.rpartition(".")[2], values)
        numbers = set(values.values())

        def from_go(value: Any) -> Any:
            number = value._value() if isinstance(value, _core.Object) else value
            return made(number) if number in numbers else number

        type_.from_go = from_go
        return made

    def doc_of(self, name: str) -> str:
        """What the description says of a name."""
        text: str = (self._known or {}).get(name, {}).get("doc", "")
        return text

    def parameters(self, name: str) -> list[str]:
        """The names of a function's parameters, where the description has them."""
        return [row["name"] for row in (self._known or {}).get(name, {}).get("params", ())]

    def order(self, func: _core.Func, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """Arguments by name in the order of the parameters."""
        names = self.parameters(func.__name__)
        first = len(names) - len(func._type.params) + len(args)
        rest = names[len(args) :] if not func._type.takes_context or names[:1] == [""] else names[1 + len(args) :]
        if first < 0 or set(rest) != set(named):
            unknown = sorted(set(named) - set(rest)) or sorted(set(rest) - set(named))
            raise TypeError(f"{func.__name__}() and the arguments {unknown}: not as it is declared")
        return (*args, *(named[name] for name in rest))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        known = self._describe()
        if known.get(name, {"kind": "package"})["kind"] != "package":
            return self._find(name)
        if not any(full.startswith(name + ".") for full in known):
            raise AttributeError(f"{self.path} has no {name}")
        found = Namespace(self, name)
        self.__dict__[name] = found
        return found

    def __getitem__(self, name: str) -> Any:
        """What has a name, "strings.ToUpper", or a package."""
        return self._find(name) if "." in name else getattr(self, name)

    def __dir__(self) -> list[str]:
        return sorted({name.partition(".")[0] for name in self._names()} | set(super().__dir__()))

    def __repr__(self) -> str:
        return f"<gobridge library {self.path}>"

    # ---- values ----

    def type(self, expression: str) -> _core.Type:
        """A type by its expression in Go's syntax."""
        return self._core.type(expression)

    def new(self, type_: Any, value: Any = None, *, capacity: int = 0) -> Any:
        """A new Go value: a map, a slice, a channel with a capacity, a func of a callable; of any other type a pointer to a
        variable, which is zero without a value."""
        of = self._core.hooks.type_of(type_)
        if of.kind == CHAN:
            return of.chan(capacity)
        if of.kind in (MAP, SLICE):
            return self._core.make(of, ({} if of.kind == MAP else []) if value is None else value)
        if of.kind in (FUNC, INTERFACE) or isinstance(value, dict):
            return self._core.make(of, value)
        made = of.new()
        if value is not None:
            made._store(value)
        return made

    def file(self, value: Any) -> File:
        """A Go io.Reader or io.Writer as a file."""
        return File(value)

    def call_async(self, func: _core.Func, *args: Any, timeout: float | None = None) -> Task:
        """Calls a function in a goroutine; `await` gives its results. Cancelling ends its context."""
        return func.start(*args, timeout=timeout)

    # ---- leaks ----

    def live(self) -> int:
        """How many references the process holds."""
        return self._core.live()

    def leaks(self) -> Counter[str]:
        """How many references there are to what, by type. GOBRIDGE_DEBUG=refs lets `references` tell where they are from."""
        lines = self._core.references().splitlines()
        return Counter(line.partition(": ")[2].partition(", from ")[0] for line in lines)

    def references(self) -> str:
        """The live references, a line for each."""
        return self._core.references()


def constant(value: str) -> Any:
    """The value of a Go constant. Bytes of a string that are no UTF-8 are as in any other: surrogates."""
    if value in ("true", "false"):
        return value == "true"
    escapes = re.compile(r"\\(?:x([89a-f].)|.)")
    try:
        return ast.literal_eval(escapes.sub(lambda escape: rf"\udc{escape[1]}" if escape[1] else escape[0], value))
    except (SyntaxError, ValueError):
        return value


def _of_package(package: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows of a package in a description by their names."""
    prefix = package["name"] + "."
    rows = {package["name"]: {"kind": "package", "doc": package.get("doc", "")}}
    for kind in ("function", "type", "constant", "variable"):
        for row in package.get(kind + "s") or ():
            rows[prefix + row["name"]] = {**row, "kind": kind}
            if kind == "function" and row.get("registered"):
                rows.setdefault(row["registered"], rows[prefix + row["name"]])
            for member in (*(row.get("fields") or ()), *(row.get("methods") or ())):
                rows[f"{prefix}{row['name']}.{member['name']}"] = {"kind": "member", "doc": member.get("doc", "")}
    return rows
