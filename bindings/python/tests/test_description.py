"""What a library that gobridge build has made says of itself: names, docs, arguments by name, enumerations."""

from __future__ import annotations

import ast
import enum
import inspect
import pydoc
import subprocess
import sys

import pytest

import gobridge
from gobridge import stubs


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
    assert described.main.Escaped == "\udcff\0\\x80"
    assert described.main.Wait == 5, "its type is of no package of the library"
    assert described.main.Best.value is color.Green


CLIENT = """
from datetime import timedelta
import described
import gobridge

upper: str = described.strings.ToUpper("go")
total: int = described.math.Plus(1, b=2)
waited: int = described.wait.Context(1, timeout=0.5)
point: described._main.Point = described.main.Point(X=1)
across: int = point.X
limit: int = described.main.Limit
described._library.new("map[string]int64")
"""

WRONG = {
    "described.strings.ToUpper(1)": "arg-type",
    "described.math.Plus(1)": "call-arg",
    "number: int = described.strings.ToUpper('a')": "assignment",
    "described.main.Point(X=1).X = 'a'": "assignment",
    "described.main.Nothing": "attr-defined",
}


def test_type_checkers_know_a_library(described: gobridge.Library, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = tmp_path_factory.mktemp("stubs")
    command = [sys.executable, "-m", "gobridge.stubs", described.path]
    (made / "described.pyi").write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    (made / "client.py").write_text(CLIENT)
    (made / "wrong.py").write_text("import described\n" + "\n".join(WRONG))
    for client, says in ("client.py", ["no issues found in 1 source file"]), ("wrong.py", list(WRONG.values())):
        check = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(made / "cache"), client]
        done = subprocess.run(check, cwd=made, capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()
        assert len(lines) == len(says) + (client == "wrong.py"), done.stdout + done.stderr
        assert all(says in line for says, line in zip(says, lines, strict=False)), done.stdout


def test_stubs_of_all_that_a_description_has() -> None:
    function = {"name": "F", "doc": "", "results": [{"type": "error"}]}
    types = [
        "context.Context",
        "[]byte",
        "[]*a.S",
        "[4]int8",
        "map[string][]time.Time",
        "func(int) error",
        "chan int",
        "a.N",
        "*a.S",
        "...any",
    ]
    text = stubs.Stubs(
        {
            "packages": [
                {
                    "name": "a",
                    "doc": 'Ends with a \\ and "quotes"',
                    "functions": [
                        {**function, "params": [{"name": "class", "type": go} for go in types]},
                        {**function, "params": [], "name": "F[int]"},
                        {
                            **function,
                            "params": None,
                            "results": [{"type": "[]a.S"}, {"type": "map[string]a.S"}, {"type": "error"}],
                        },
                    ],
                    "types": [
                        {
                            "name": "S",
                            "type": "a.S",
                            "kind": "struct",
                            "fields": [{"name": "Any", "type": "[]int"}],
                            "methods": None,
                        },
                        {"name": "N", "type": "a.N", "kind": "uint8"},
                    ],
                    "constants": [{"name": "None", "type": "untyped float", "value": "1e3"}],
                },
                {"name": "empty", "doc": ""},
            ]
        }
    ).all()
    package = next(node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    assert ast.get_docstring(package) == 'Ends with a \\ and "quotes"'
    assert (
        "def F(arg2: bytes | bytearray | memoryview | gobridge.Slice | None, "
        "arg3: _Sequence[_a.S | _Mapping[str, _Any] | None] | gobridge.Array | None, arg4: _Sequence[int] | gobridge.Array, "
        "arg5: _Mapping[str, _Sequence[_datetime] | gobridge.Array | None] | gobridge.Map | None, "
        "arg6: _Callable[..., _Any] | None, arg7: _Any, arg8: int, arg9: _a.S | _Mapping[str, _Any] | None, "
        "*arg10: _Any, timeout: float | None = None) -> None: ..."
    ) in text
    assert "def F() -> tuple[gobridge.Slice, gobridge.Map]: ..." in text
    assert "F[int]" not in text
    assert "Final[" not in text, "of what Python cannot name: the constant None"
    assert "class _empty:\n    pass\n" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [("", ""), ("plain", '  """plain"""\n'), ('say "go"', '  """say "go\\""""\n'), ("a\\n\nb", '  """a\\\\n\n  b"""\n')],
)
def test_doc_strings(text: str, says: str) -> None:
    assert stubs.doc(text, "  ") == says
    assert not text or ast.literal_eval(stubs.doc(text, "").strip()) == text
