"""Functions: names, arguments, results."""

from __future__ import annotations

import inspect
import pydoc
from datetime import UTC, datetime, timedelta, timezone

import pytest

import gobridge


def test_namespaces(lib: gobridge.Library) -> None:
    assert lib.strings.ToUpper("go") == "GO"
    assert lib["strings.ToUpper"]("go") == "GO"
    assert "ToUpper" in dir(lib.strings)
    assert "strings" in dir(lib)
    assert lib.strings.ToUpper.__name__ == "strings.ToUpper"
    assert lib.go_release.startswith("go1.")
    with pytest.raises(AttributeError):
        lib.nothing  # noqa: B018
    with pytest.raises(AttributeError):
        lib.strings.Nothing  # noqa: B018


def test_load_is_once(lib: gobridge.Library, path: str) -> None:
    assert gobridge.load(path) is lib


def test_help(lib: gobridge.Library) -> None:
    assert "(string) string" in pydoc.render_doc(lib.strings.ToUpper)
    assert str(inspect.signature(lib.math.Add)) == "(p0: 'int64', p1: 'int64', /) -> 'int64'"


def test_numbers(lib: gobridge.Library) -> None:
    assert lib.math.Add(2**62, -1) == 2**62 - 1
    assert lib.math.DivMod(7, 2) == (3, 1)
    assert lib.math.Small(-128) == -128
    assert lib.math.Unsigned(2**64 - 1) == 2**64 - 1
    assert lib.math.Half(3) == 1.5
    assert lib.math.Half(2.5) == 1.25
    assert lib.math.Sum() == 0
    assert lib.math.Sum(1, 2, 3) == 6
    assert lib.math.Sum(*range(100)) == 4950
    assert lib.echo.Bool(True) is True


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**64, 10**100, -(10**100)])
def test_ints_that_do_not_fit(lib: gobridge.Library, number: int) -> None:
    with pytest.raises(OverflowError):
        lib.math.Add(number, 0)
    with pytest.raises(OverflowError):
        lib.math.Small(number)
    with pytest.raises(OverflowError):
        lib.new("map[string]int64", {"a": number})


def test_more_ints_that_do_not_fit(lib: gobridge.Library) -> None:
    with pytest.raises(OverflowError):
        lib.math.Small(128)
    with pytest.raises(OverflowError):
        lib.math.Unsigned(-1)


class OwnError(gobridge.WrongTypeError):
    """A program's own, which keeps no message."""

    def __init__(self) -> None:
        pass

    @classmethod
    def throw(cls, text: str) -> str:
        raise cls


def test_wrong_arguments_are_named(lib: gobridge.Library) -> None:
    with pytest.raises(TypeError, match=r"math\.Add\(\) takes 2 arguments but 1 was given"):
        lib.math.Add(1)
    with pytest.raises(TypeError, match=r"math\.Add\(\) takes 2 arguments but 3 were given"):
        lib.math.Add(1, 2, 3)
    with pytest.raises(gobridge.WrongTypeError, match=r"^argument 2 of math\.Add: a string can not be a int64$"):
        lib.math.Add(1, "2")
    with pytest.raises(gobridge.WrongTypeError, match=r"^argument 3 of math\.Sum: a string can not be a int64$"):
        lib.math.Sum(1, 2, "3")
    with pytest.raises(gobridge.WrongTypeError, match=r"^argument 1 of math\.Add: a string can not be a int64$"):
        lib.call_async(lib.math.Add, "1", 2)
    with pytest.raises(
        gobridge.WrongTypeError, match=r"^argument 1 of math\.SumSlice: elems\[1\]: a string can not be a int64$"
    ):
        lib.math.SumSlice([1, "2"])
    with pytest.raises(
        gobridge.WrongTypeError, match=r"^argument 1 of echo\.Point: main\.Point\.X: a string can not be a int64$"
    ):
        lib.echo.Point({"X": "1"})
    with pytest.raises(gobridge.PanicError, match=r"^panic: "):
        lib.fail.Panic()
    with pytest.raises(OwnError):
        lib.call.Try(OwnError.throw, "")
    with pytest.raises(OwnError) as raised:
        lib.math.SumSlice(OwnError.throw(n) for n in "1")
    assert str(raised.value) == "", "it is the program's"
    with pytest.raises(TypeError, match=r"argument 2 of math\.Add"):
        lib.math.Add(1, 2.5)
    with pytest.raises(TypeError, match=r"argument 1 of strings\.ToUpper"):
        lib.strings.ToUpper(object())
    with pytest.raises(TypeError):
        lib.math.Add(1, nothing=2)
    with pytest.raises(TypeError):
        lib.math.Add(None, 1)


def test_text(lib: gobridge.Library) -> None:
    for text in ("", "a", "äöü", "\U0001f600", "nul\0inside", "x" * 100_000):
        assert lib.echo.String(text) == text
    assert lib.echo.String(b"bytes too") == "bytes too"
    assert lib.echo.String(b"\xff\xfe") == "\udcff\udcfe"
    assert lib.echo.String("\udcff") == "\udcff"
    with pytest.raises(UnicodeEncodeError):
        lib.echo.String("\ud800")
    with pytest.raises(UnicodeEncodeError):
        lib.new("map[string]int64", {"\ud800": 1})


def test_bytes(lib: gobridge.Library) -> None:
    for data in (b"", b"abc\0", bytearray(b"xy"), memoryview(b"12345")[1:3]):
        assert lib.echo.Bytes(data) == bytes(data)
    assert lib.echo.Bytes(None) is None
    assert lib.echo.Bytes(memoryview(b"12345")[::2]) == b"135"
    with pytest.raises(TypeError):
        lib.echo.Bytes("text")


def test_any(lib: gobridge.Library) -> None:
    for value, type_ in (
        (None, "<nil>"),
        (True, "bool"),
        (1, "int"),
        (2**63, "uint64"),
        (1.5, "float64"),
        ("a", "string"),
        (b"a", "[]uint8"),
        ([1, "a"], "[]interface {}"),
        ((1, 2), "[]interface {}"),
        ({"a": 1}, "map[string]interface {}"),
        ({1: 1}, "map[interface {}]interface {}"),
        (timedelta(1), "time.Duration"),
    ):
        assert lib.echo.Type(value) == type_
    assert gobridge.plain(lib.echo.Any({"a": [1, None, {"b": 2.5}]})) == {"a": [1, None, {"b": 2.5}]}


def test_containers_that_hold_themselves(lib: gobridge.Library) -> None:
    itself: list[object] = []
    itself.append(itself)
    with pytest.raises(RecursionError):
        lib.echo.Any(itself)
    loop: dict[str, object] = {}
    loop["loop"] = loop
    with pytest.raises(RecursionError):
        lib.echo.Any(loop)


def test_time(lib: gobridge.Library) -> None:
    for span in (timedelta(0), timedelta(microseconds=-1), timedelta(days=1, microseconds=7)):
        assert lib.echo.Duration(span) == span
    assert lib.echo.Duration(1000) == timedelta(microseconds=1)
    assert lib.echo.Any(timedelta(seconds=3)) == timedelta(seconds=3)
    with pytest.raises(OverflowError):
        lib.echo.Duration(timedelta.max)
    for moment in (datetime(2024, 2, 29, 12, 30, 1, 5, UTC), datetime(1, 1, 1, tzinfo=UTC)):
        assert lib.echo.Time(moment) == moment
    local = datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=5)))
    assert lib.echo.Time(local) == local
    with pytest.raises(TypeError):
        lib.echo.Time("yesterday")


def test_functions_are_values(lib: gobridge.Library) -> None:
    adder = lib.call.Adder(10)
    assert adder(5) == 15
    assert lib.call.Apply(adder, 1) == 11
    assert lib.math.Add == lib["math.Add"]
    assert len({lib.math.Add, lib["math.Add"]}) == 1
    adder.close()
    with pytest.raises(ValueError, match="closed"):
        adder(1)


def test_named_arguments_need_a_description(lib: gobridge.Library) -> None:
    with pytest.raises(TypeError):
        lib.strings.ToUpper(s="go")
