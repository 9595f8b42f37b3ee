"""Live Go values: maps, slices, structs, pointers, channels, iterators."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import pickle
import sys
import threading
from collections.abc import MutableMapping, MutableSequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

import gobridge


def test_map(lib: gobridge.Library) -> None:
    ages = lib.new("map[string]int64", {"a": 1, "b": 2})
    assert MutableMapping in type(ages).__mro__
    assert ages == {"a": 1, "b": 2}
    assert len(ages) == 2
    ages["c"] = 3
    assert ages["c"] == 3
    del ages["a"]
    assert "a" not in ages
    assert sorted(ages) == ["b", "c"]
    assert sorted(ages.items()) == [("b", 2), ("c", 3)]
    assert sorted(ages.values()) == [2, 3]
    assert ages.get("x") is None
    assert ages.get("x", 5) == 5
    assert ages.pop("b") == 2
    assert ages.setdefault("d", 9) == 9
    ages.update({"e": 5}, f=6)
    assert ages.copy() == {"c": 3, "d": 9, "e": 5, "f": 6}
    ages.clear()
    assert not ages
    assert repr(ages) == "<map[string]int64 map[]>"


def test_map_keys_that_are_not_there(lib: gobridge.Library) -> None:
    ages = lib.new("map[string]int64", {"a": 1})
    for key in ("b", 1, None, 1.5, object()):
        assert key not in ages
        with pytest.raises((KeyError, TypeError)):
            ages[key]
    with pytest.raises(KeyError):
        del ages["b"]
    with pytest.raises(TypeError):
        ages[1] = 1
    with pytest.raises(TypeError):
        ages["a"] = "one"
    with pytest.raises(OverflowError):
        ages["a"] = 2**64
    with pytest.raises(TypeError):
        hash(ages)
    anything = lib.new("map[any]int", {})
    with pytest.raises(TypeError):
        anything[[1]] = 1
    assert anything.update([("x", 1)]) is None
    assert anything["x"] == 1


def test_map_of_nan(lib: gobridge.Library) -> None:
    numbers = lib.new("map[float64]int64")
    numbers[float("nan")] = 1
    numbers[float("nan")] = 2
    assert len(numbers) == 2
    assert float("nan") not in numbers
    numbers.clear()
    assert len(numbers) == 0


def test_map_that_changes_while_it_is_iterated(lib: gobridge.Library) -> None:
    numbers = lib.new("map[int64]int64", {i: i for i in range(1000)})
    seen = 0
    for key in numbers:
        numbers[key + 10_000 + seen] = 0
        numbers.pop(key)
        seen += 1
        if seen > 500:
            break
    assert seen == 501
    over = iter(numbers)
    next(over)
    numbers.close()
    with pytest.raises((ValueError, StopIteration)):
        for _ in over:
            pass
    with pytest.raises(ValueError, match="closed"):
        len(numbers)


def test_large_map(lib: gobridge.Library) -> None:
    entries = {f"key {i}": i for i in range(20_000)}
    go = lib.new("map[string]int64", entries)
    assert go.copy() == entries
    assert lib.new("map[string]float64", {"a": 1, "b": 2.5}) == {"a": 1.0, "b": 2.5}
    nested = lib.new("map[string][]int64", {"a": [1, 2], "b": []})
    assert nested["a"] == [1, 2]
    assert gobridge.plain(nested) == {"a": [1, 2], "b": []}


@pytest.mark.parametrize(
    ("expression", "entries"),
    [
        ("map[string]int64", {}),
        ("map[string]int64", {f"key {i}": -i for i in range(300)}),
        ("map[string]string", {f"{i}": "x" * 50 * i for i in range(200)}),
        ("map[string]string", {"": "", "long": "y" * 1_000_000, "surrogate \udcff": "größer 世界"}),
        ("map[int64]float64", {2**63 - 1: 0.5, -(2**63): float("inf"), 0: -0.0}),
        ("map[uint64]int", {2**64 - 1: -1}),
        ("map[uint]uintptr", {2**64 - 1: 2**64 - 1, 0: 0}),
        ("map[string]int", dict.fromkeys(map(str, range(500)), 7)),
        ("map[string]float64", {"a": 1, "b": 2.5, "long": 2**63}),
        ("map[int32]bool", {-1: True, 7: False}),
        ("map[bool]uint8", {True: 255, False: 0}),
        ("map[float32]int16", {0.5: -1}),
        ("map[string][]uint8", {"a": b"\x00\xff", "b": b""}),
        ("map[string]any", {"n": None, "s": "text", "i": 5, "f": 1.5}),
        ("map[any]string", {1: "one", "two": "2", None: "none"}),
        ("map[string][]int64", {f"{i}": list(range(i)) for i in range(200)}),
    ],
)
def test_entries_of_maps(lib: gobridge.Library, expression: str, entries: dict[Any, Any]) -> None:
    go = lib.new(expression, entries)
    assert go.copy() == entries
    assert dict(go.items()) == entries
    assert sorted(map(str, go)) == sorted(map(str, entries))


def test_entries_that_take_a_longer_way(lib: gobridge.Library) -> None:
    class Text(str):
        __slots__ = ()

    class Number:
        def __init__(self, entries: dict[Any, Any]) -> None:
            self.entries = entries

        def __index__(self) -> int:
            self.entries["new"] = 1  # it changes what is being read
            return 9

    class Entries(dict[Any, Any]):
        pass

    entries = Entries({f"key {i}": i for i in range(100)})
    entries[Text("text")] = True + 1
    entries["number"] = Number(entries)
    go = lib.new("map[string]int64", entries)
    assert go.copy() == {f"key {i}": i for i in range(100)} | {"text": 2, "number": 9}
    for wrong, error in (({"a": 1, "b": "x"}, TypeError), ({"a": 1, 2: 2}, TypeError), ({"a": 2**63}, OverflowError)):
        with pytest.raises(error):
            lib.new("map[string]int64", wrong)
        with pytest.raises(error):
            go.update(wrong)
    for kind in ("uint", "uint64"):
        for number in (-1, 2**64):
            with pytest.raises(OverflowError):
                lib.new(f"map[string]{kind}", {"a": number})
    assert len(go) == 102


def test_entries_that_no_dict_can_have(lib: gobridge.Library) -> None:
    keys = lib.new("map[[2]int64]int64")
    keys[[1, 2]] = 3
    with pytest.raises(TypeError):
        keys.copy()
    keys.close()
    with pytest.raises(ValueError, match="closed"):
        keys.copy()


def test_threads_that_share_an_iterator(lib: gobridge.Library) -> None:
    over = iter(lib.new("map[int64]int64", {i: i for i in range(20_000)}))
    seen: list[int] = []

    def work() -> None:
        while True:
            try:
                seen.append(next(over))
            except ValueError:
                continue  # another thread is moving it
            except StopIteration:
                return

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(20_000))


def test_threads_that_append_to_a_slice(lib: gobridge.Library) -> None:
    numbers, interval = lib.new("[]int64"), sys.getswitchinterval()

    def work(first: int) -> None:
        for number in range(first, 8000, 4):
            numbers.append(number)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert sorted(numbers) == list(range(8000)), "none is lost"


def test_slice(lib: gobridge.Library) -> None:
    numbers = lib.new("[]int64", [1, 2, 3])
    assert MutableSequence in type(numbers).__mro__
    assert numbers == [1, 2, 3]
    numbers.append(4)
    numbers.extend([5, 6])
    assert numbers[-1] == 6
    numbers[0] = 10
    assert list(numbers[1:3]) == [2, 3]
    part = numbers[1:3]
    part[0] = 20
    assert numbers[1] == 20, "a part shares the memory"
    numbers[1] = 2
    assert numbers[::2] == [10, 3, 5]
    numbers.insert(1, 7)
    assert numbers == [10, 7, 2, 3, 4, 5, 6]
    del numbers[0]
    del numbers[-1]
    assert numbers.tolist() == [7, 2, 3, 4, 5]
    del numbers[1:3]
    assert numbers.tolist() == [7, 4, 5]
    numbers[0:2] = [1, 2]
    assert numbers.pop() == 5
    assert 2 in numbers
    assert lib.math.SumSlice(numbers) == 3
    for index in (2, -3, 2**70):
        with pytest.raises(IndexError):
            numbers[index]
    with pytest.raises(TypeError):
        numbers["a"]
    with pytest.raises(TypeError):
        numbers[0] = "a"
    with pytest.raises(ValueError, match="cannot take the place"):
        numbers[0:2] = [1]
    assert lib.new("[]string", ("a", "b")) == ["a", "b"]
    assert lib.new("[][]string", [["a"], []])[0][0] == "a"


def test_slice_list_that_shrinks(lib: gobridge.Library) -> None:
    items: list[object] = []

    class Shrinks:
        def __index__(self) -> int:
            items.clear()
            return 1

    items += [Shrinks(), 2, 3]
    with pytest.raises(IndexError):
        lib.math.SumSlice(items)


def test_array(lib: gobridge.Library) -> None:
    three = lib.new("[3]int64", [1, 2, 3])
    assert three == [1, 2, 3]
    three[1] = 5
    assert memoryview(three).tolist() == [1, 5, 3]
    with pytest.raises(TypeError):
        del three[0]
    with pytest.raises(gobridge.GoError):
        lib.new("[3]int64", [1, 2])


def test_struct(lib: gobridge.Library) -> None:
    point = lib.main.Point(X=1, Y=2, Name="p", Tags=["a"])
    assert (point.X, point.Y, point.Name) == (1, 2, "p")
    assert point.Tags == ["a"]
    assert point.Sum() == 3
    point.Move(10, 20)
    assert point.X == 11
    point.Inner.Deep = 1.5
    assert point.Inner.Deep == 1.5
    assert isinstance(point, lib.main.Point)
    assert repr(point).startswith("Point(X=11, Y=22, Name='p', Tags=")
    assert point.copy() == point
    assert point.copy() is not point
    with pytest.raises(AttributeError):
        point.Nothing  # noqa: B018
    with pytest.raises(AttributeError):
        point.Nothing = 1
    with pytest.raises(TypeError):
        point.X = "a"
    with pytest.raises(AttributeError):
        lib.main.Point(Nothing=1)
    with pytest.raises(TypeError):
        lib.main.Point(1, 2)
    match point:
        case lib.main.Point(x, 22):
            assert x == 11
    by_value = lib.echo.Point(point)
    assert by_value == point
    assert isinstance(by_value, lib.main.Point)
    with pytest.raises(TypeError):
        by_value.X = 1
    changed = by_value.copy()
    changed.X = 5
    assert changed != point


def test_structs_of_python(lib: gobridge.Library) -> None:
    @dataclasses.dataclass
    class Point:
        x: int
        y: int
        name: str = ""

    assert lib.echo.Point(Point(1, 2, "d")).Name == "d"
    assert lib.echo.Pointer({"X": 4}).X == 4
    assert lib.echo.Point(SimpleNamespace(X=9)).X == 9
    points = lib.new("[]main.Point", [Point(1, 2), {"X": 3}])
    points[1].X = 7
    assert points[1].X == 7
    with pytest.raises(AttributeError):
        lib.echo.Point({"Z": 1})


def test_pointer(lib: gobridge.Library) -> None:
    number = lib.new("int64", 5)
    assert number.value == 5
    number.value += 1
    assert number.value == 6
    assert repr(number) == "<*int64 to 6>"
    with pytest.raises(OverflowError):
        number.value = 2**63
    assert lib.new("string").value == ""
    assert lib.new("*int64").value is None


def test_named_scalars(lib: gobridge.Library) -> None:
    assert lib.echo.Color(1) == 1
    green = lib.echo.Any(lib.new("main.Color", 1))
    assert green.value == 1
    assert green.String() == "green"


def test_close_and_with(lib: gobridge.Library) -> None:
    with lib.new("map[string]int64", {"a": 1}) as ages:
        assert ages["a"] == 1
    with pytest.raises(ValueError, match="closed"):
        ages["a"]
    with pytest.raises(ValueError, match="closed"):
        lib.echo.Any(ages)
    ages.close()
    assert "closed" in repr(ages)


def test_references_are_released(lib: gobridge.Library) -> None:
    """In bulk: up to 256 wait for the thread's next call, or its end, which may come a little after the join."""
    counts = []

    def run() -> None:
        kept = [lib.new("map[int8]uint16") for _ in range(1000)]
        counts.append(lib.leaks()["a map[int8]uint16"])
        del kept

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert counts == [1000]
    assert lib.leaks()["a map[int8]uint16"] <= 256
    assert lib.live() >= 0


def test_channel(lib: gobridge.Library) -> None:
    assert list(lib.chans.Count(5)) == [0, 1, 2, 3, 4]
    chan = lib.new("chan string", capacity=2)
    assert chan.capacity == 2
    chan.send("a")
    chan.send("b")
    assert len(chan) == 2
    with pytest.raises(TimeoutError):
        chan.send("c", timeout=0.03)
    assert chan.receive() == "a"
    chan.close()
    assert list(chan) == ["b"]
    with pytest.raises(gobridge.ClosedError):
        chan.receive()
    with pytest.raises(gobridge.ClosedError):
        chan.send("x")
    with pytest.raises(TimeoutError):
        lib.new("chan int").receive(timeout=0)
    with pytest.raises(TypeError):
        lib.new("chan int", capacity=1).send("a")


def test_channel_in_asyncio(lib: gobridge.Library) -> None:
    async def main() -> list[int]:
        return [number async for number in lib.chans.Count(4)]

    assert asyncio.run(main()) == [0, 1, 2, 3]


def test_iterators(lib: gobridge.Library) -> None:
    assert list(lib.seq.Count(4)) == [0, 1, 2, 3]
    for number in lib.seq.Count(1_000_000):
        if number == 3:
            break
    assert number == 3
    with pytest.raises(TypeError):
        list(lib.math.Add)


def test_type_expressions(lib: gobridge.Library) -> None:
    with pytest.raises(ValueError, match="map"):
        lib.new("map[string")
    with pytest.raises(LookupError):
        lib.new("nothing.Known")
    with pytest.raises(TypeError):
        lib.new(5)
    with pytest.raises(TypeError):
        lib.new("map[[]int]int")


def test_copying(lib: gobridge.Library) -> None:
    point = lib.main.Point(X=1)
    again = copy.copy(point)
    again.X = 2
    assert (point.X, again.X) == (1, 2)
    for value in (point, lib.new("map[string]int64"), lib.math.Add, lib.new("[]int64")):
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(value)


def test_types_in_many_threads(lib: gobridge.Library) -> None:
    """All see types that are complete, while one thread prints, for which the GIL is left at every call."""
    expressions = [f"map[string]map[int{bits}][{n}]*main.Point" for bits in (8, 16, 32, 64) for n in range(20)]
    large, stop = lib.new("map[int64]int64", {i: i for i in range(1000)}), threading.Event()

    def walk() -> None:
        while not stop.is_set():
            repr(large)

    walker = threading.Thread(target=walk)
    walker.start()
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            made = list(pool.map(lib.new, expressions))
            assert [len(value) for value in made] == [0] * len(expressions)
    stop.set()
    walker.join()
