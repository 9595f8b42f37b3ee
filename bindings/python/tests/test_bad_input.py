"""Whatever is handed in, an exception comes of it at worst."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable
from typing import Any

import pytest

import gobridge

#: They wait, keep calling, or panic in a goroutine of their own, which ends a Go program.
LEFT_OUT = {
    "call.Elsewhere",
    "wait.Sleep",
    "wait.Context",
    "wait.Poll",
    "keep.Ticker",
    "http.Serve",
    "chans.Count",
    "seq.Count",
}


class Hostile:
    """Every protocol of Python's fails, or lies."""

    def __index__(self) -> int:
        raise ZeroDivisionError

    def __len__(self) -> int:
        return -1

    def __iter__(self) -> Any:
        raise ZeroDivisionError

    def __hash__(self) -> int:
        raise ZeroDivisionError

    def __eq__(self, other: object) -> bool:
        raise ZeroDivisionError

    def __str__(self) -> str:
        raise ZeroDivisionError

    def read(self, *args: Any) -> Any:
        return self

    def write(self, *args: Any) -> Any:
        return 2**70

    def __call__(self, *args: Any) -> Any:
        raise self.Failure

    class Failure(Exception):
        def __str__(self) -> str:
            raise ZeroDivisionError


def objects(lib: gobridge.Library) -> list[Any]:
    closed = lib.new("map[string]int64")
    closed.close()
    ended = lib.new("chan int64")
    ended.close()  # an open one makes whoever iterates it wait, rightly
    return [
        None, True, 0, -1, 2**31, 2**63 - 1, 2**63, -(2**63), 2**64, 10**400, 0.0, -0.0, 1e308, float("inf"), float("nan"),
        1j, "", "a", "\0", "\ud800", "\udcff", "x" * 10_000, b"", b"\xff", bytearray(b"ab"), memoryview(b"abcd")[::2],
        [], [1], ["a", None], [[[]]], (), (1, "a"), {}, {"a": 1}, {1: [2]}, {None: {}}, {"X": 1}, {"X": "wrong"}, set(),
        object(), Hostile(), Hostile, len, lambda *_: 1, lambda: 1, io.BytesIO(b"data"), io.StringIO(), iter([]), range(3),
        gobridge.GoError("mine"), ValueError("a"), lib, lib.strings, lib.strings.ToUpper, lib.call.Adder(1), lib.type("int64"),
        closed, lib.new("map[string]int64", {"a": 1}), lib.new("[]int64", [1]), lib.new("[2]int64", [1, 2]),
        lib.new("int64", 1), lib["main.Point"](X=1), lib.echo.Point({"X": 1}), ended,
        lib.new("error", ValueError("e")), lib.strings.NewReader("abc"), lib.new("*main.Point"), slice(None), slice(5, 1, -1),
        Ellipsis, type, NotImplemented,
    ]  # fmt: skip


def attempt(call: Callable[..., Any], *args: Any) -> None:
    with contextlib.suppress(Exception):
        repr(call(*args))


@pytest.mark.parametrize("seed", range(4))
def test_functions(lib: gobridge.Library, seed: int) -> None:
    chance, every = random.Random(seed), objects(lib)
    functions = [lib[name] for name in lib._names() if name not in LEFT_OUT]
    for _ in range(1000):
        function = chance.choice(functions)
        attempt(function, *(chance.choice(every) for _ in range(chance.choice([0, 1, 1, 2, 2, 3]))))
    assert lib.math.Add(1, 2) == 3


@pytest.mark.parametrize("seed", range(4))
def test_values(lib: gobridge.Library, seed: int) -> None:
    chance, every = random.Random(seed), objects(lib)
    left_out = {
        "_io_read", "receive", "receive_async", "__aiter__", "send", "_receive", "_send", "start", "_start",
        "__init_subclass__", "close", "_release", "__exit__",
    }  # fmt: skip
    for _ in range(1500):
        value = chance.choice(every)
        if not isinstance(value, gobridge._core.Object):
            continue
        names = [name for name in dir(value) if name not in left_out]
        attempt(getattr(value, chance.choice(names), len), *(chance.choice(every) for _ in range(chance.randrange(4))))
    assert lib.math.Add(1, 2) == 3


@pytest.mark.parametrize("seed", range(2))
def test_new_values(lib: gobridge.Library, seed: int) -> None:
    chance, every = random.Random(seed), objects(lib)
    types = [
        "int8", "uint64", "float32", "string", "bool", "complex128", "any", "error", "[]byte", "[]any", "[3]int8", "[]string",
        "map[string]any", "map[any]any", "map[int8][]string", "*int64", "**main.Point", "main.Point", "[]main.Point",
        "func(int) int", "chan int", "time.Time", "time.Duration", "io.Reader", "io.Writer", "struct{ X int; Y []string }",
        "uintptr", "unsafe.Pointer",
    ]  # fmt: skip
    for _ in range(1500):
        attempt(lib.new, chance.choice(types), chance.choice(every))
    for wrong in every:
        attempt(lib.new, wrong)
    assert lib.math.Add(1, 2) == 3
