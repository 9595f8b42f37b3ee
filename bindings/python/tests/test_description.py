"""What a library that gobridge build has made says of itself: names, docs, arguments by name, enumerations."""

from __future__ import annotations

import enum
import inspect
import pydoc

import pytest

import gobridge


def test_names_and_docs(described: gobridge.Library) -> None:
    assert described.strings.__doc__ == "Package strings is about strings."
    assert "ToUpper returns s in upper case." in pydoc.render_doc(described.strings.ToUpper)
    assert str(inspect.signature(described.strings.ToUpper)) == "(s: 'string', /) -> 'string'"
    assert {"Point", "Color", "Red", "Limit", "Best"} <= set(dir(described.main))
    assert described.main.Point.__doc__ == "Point is a point."
    assert described.main.Point.Sum.__doc__ == "Sum adds."
    assert described.math.Plus(1, 2) == 3, "by another name than it is registered by"
    assert described.math.Add(1, 2) == 3


def test_arguments_by_name(described: gobridge.Library) -> None:
    assert described.strings.ToUpper(s="go") == "GO"
    assert described.math.Plus(1, b=2) == 3
    assert described.math.Plus(b=1, a=2) == 3
    assert described.wait.Context(n=1) == 1
    assert described.wait.Context(n=1, timeout=5) == 1
    for args, named in (((), {"c": 1}), ((1,), {"a": 1}), ((1, 2), {"b": 1}), ((), {"a": 1})):
        with pytest.raises(TypeError):
            described.math.Plus(*args, **named)


def test_constants_and_variables(described: gobridge.Library) -> None:
    color = described.main.Color
    assert issubclass(color, enum.IntEnum)
    assert [(member.name, member.value) for member in color] == [("Red", 0), ("Green", 1)]
    assert described.main.Green is color.Green
    assert described.echo.Color(color.Green) is color.Green
    assert described.echo.Color(1) is color.Green
    assert described.echo.Any(color.Green) == 1
    assert described.main.Limit == 10
    assert described.main.Title == "a"
    assert described.main.Best.value is color.Green
