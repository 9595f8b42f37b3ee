"""What type checkers and editors know of a library that gobridge build has made.

python -m gobridge.stubs LIBRARY >NAME.pyi

LIBRARY may also be the library's description, NAME.json: that needs nothing of gobridge, as for a library of another machine.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Under names of their own: Go has functions like slog.Any.
HEAD = """\
# Made by gobridge.stubs.
from collections.abc import Callable as _Callable, Mapping as _Mapping, Sequence as _Sequence
from datetime import datetime as _datetime, timedelta as _timedelta
from typing import Any as _Any, Final as _Final

import gobridge

_library: gobridge.Library
"""

BASIC = {
    "bool": "bool", "string": "str", "time.Time": "_datetime", "time.Duration": "_timedelta",
    **dict.fromkeys(["int", "int8", "int16", "int32", "int64", "byte", "rune"], "int"),
    **dict.fromkeys(["uint", "uint8", "uint16", "uint32", "uint64", "uintptr"], "int"),
    **dict.fromkeys(["float32", "float64"], "float"), **dict.fromkeys(["complex64", "complex128"], "complex"),
}  # fmt: skip


def closing(text: str, opens: int) -> int:
    """Where the bracket that opens at an index closes."""
    depth = 0
    for index in range(opens, len(text)):
        depth += (text[index] in "([{") - (text[index] in ")]}")
        if depth == 0:
            return index
    return len(text) - 1


def doc(text: str, indent: str) -> str:
    """A doc string, whatever the text ends with."""
    if not text:
        return ""
    text = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    if text.endswith('"'):
        text = text[:-1] + r"\""
    return indent + '"""' + text.replace("\n", "\n" + indent) + '"""\n'


def is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


class Stubs:
    """The stubs of what one description says."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.packages: list[dict[str, Any]] = description["packages"]
        self.types = {
            type_["type"]: (package["name"], type_) for package in self.packages for type_ in package.get("types") or ()
        }

    # ---- types ----

    def taken(self, go: str) -> str:
        """What a parameter of a Go type takes."""
        if go in ("[]byte", "[]uint8"):
            return "bytes | bytearray | memoryview | gobridge.Slice | None"
        if go.startswith("["):
            elem = self.taken(go[closing(go, 0) + 1 :])
            return f"_Sequence[{elem}] | gobridge.Array{'' if go[1] != ']' else ' | None'}"
        if go.startswith("map["):
            end = closing(go, 3)
            return f"_Mapping[{self.taken(go[4:end])}, {self.taken(go[end + 1 :])}] | gobridge.Map | None"
        if go.startswith("func("):
            return "_Callable[..., _Any] | None"
        struct = self.struct(go)
        if struct:
            return f"{struct} | _Mapping[str, _Any]{' | None' if go.startswith('*') else ''}"
        return self.named(go)

    def given(self, go: str) -> str:
        """What a result of a Go type is."""
        if go in ("[]byte", "[]uint8"):
            return "bytes"
        if go == "error":
            return "gobridge.GoError | None"
        for prefix, class_ in {
            "[]": "Slice",
            "[": "Array",
            "map[": "Map",
            "func(": "Func",
            "chan ": "Chan",
            "<-chan ": "Chan",
        }.items():
            if go.startswith(prefix):
                return f"gobridge.{class_}"
        return self.struct(go) or self.named(go)

    def struct(self, go: str) -> str:
        """The class of a described struct type, or of a pointer to one."""
        package, type_ = self.types.get(go.removeprefix("*"), ("", {}))
        described = type_.get("kind") == "struct" and go.removeprefix("*") not in BASIC and is_name(type_["name"])
        return f"_{package}.{type_['name']}" if described else ""

    def named(self, go: str) -> str:
        _, type_ = self.types.get(go, ("", {}))
        return BASIC.get(go) or BASIC.get(type_.get("kind", ""), "_Any")

    # ---- functions ----

    def params(self, params: list[dict[str, str]], first: int = 0) -> Iterator[str]:
        """A context that comes first is the binding's own."""
        context = False
        for index, param in enumerate(params[first:]):
            name, go = param.get("name", ""), param["type"]
            if go == "context.Context" and index == 0:
                context = True
                continue
            name = name if is_name(name) and name != "_" else f"arg{index + 1}"
            variadic = go.startswith("...")
            yield f"{'*' if variadic else ''}{name}: {self.taken(go.removeprefix('...'))}"
        if context:
            yield (
                "timeout: float | None = None" if any("..." in p["type"] for p in params) else "*, timeout: float | None = None"
            )

    def result(self, results: list[dict[str, str]]) -> str:
        types = [self.given(result["type"]) for result in results]
        if results and results[-1]["type"] == "error":
            types.pop()
        return "None" if not types else types[0] if len(types) == 1 else f"tuple[{', '.join(types)}]"

    def function(self, row: dict[str, Any], indent: str, receiver: bool = False) -> str:
        params = ["self"] if receiver else []
        params += self.params(row["params"] or [], 1 if receiver and row["params"] else 0)
        head = f"{indent}def {row['name']}({', '.join(params)}) -> {self.result(row['results'] or [])}:"
        text = doc(row.get("doc", ""), indent + "    ")
        return f"{head}\n{text}" if text else f"{head} ...\n"

    # ---- packages ----

    def type(self, row: dict[str, Any]) -> str:
        """A struct is a class. A field takes more than it gives where it is no number or text: it is Any."""
        if not self.struct(row["type"]):
            return f"    {row['name']}: _Any\n"
        fields = [(field["name"], self.named(field["type"]), field) for field in row.get("fields") or ()]
        methods = [method for method in row.get("methods") or () if is_name(method["name"])]
        lines = [f"    class {row['name']}(gobridge.Struct):\n", doc(row.get("doc", ""), "        ")]
        for name, type_, field in fields:
            if is_name(name):
                lines += [f"        {name}: {type_}\n", doc(field.get("doc", ""), "        ")]
        lines.append("        def __init__(self, **fields: _Any) -> None: ...\n")
        lines += [self.function(method, "        ", receiver=True) for method in methods]
        return "".join(lines)

    def constant(self, row: dict[str, Any]) -> str:
        go, value = row["type"].removeprefix("untyped "), row["value"]
        text = value.startswith('"')
        basic = "bool" if value in ("true", "false") else "str" if text else "int" if re.fullmatch(r"-?\d+", value) else "float"
        return f"    {row['name']}: _Final[{basic if go not in BASIC or go == 'time.Duration' else BASIC[go]}]\n"

    def package(self, package: dict[str, Any]) -> str:
        name = package["name"]
        rows = [self.constant(row) for row in package.get("constants") or () if is_name(row["name"])]
        rows += [f"    {row['name']}: _Any\n" for row in package.get("variables") or () if is_name(row["name"])]
        rows += [self.type(row) for row in package.get("types") or () if is_name(row["name"])]
        # What is no name is an instance of a generic function, by library[name].
        functions = [row for row in package.get("functions") or () if is_name(row["name"])]
        rows += ["    @staticmethod\n" + self.function(row, "    ") for row in functions]
        text = doc(package.get("doc", ""), "    ")
        return f"\nclass _{name}:\n{text}{''.join(rows)}{'' if rows or text else '    pass' + chr(10)}\n{name}: _{name}\n"

    def all(self) -> str:
        return HEAD + "".join(self.package(package) for package in self.packages)


def main(path: str) -> None:
    if path.endswith(".json"):
        described: str | bytes | None = Path(path).read_bytes()
    else:
        import gobridge

        described = gobridge.load(path)._core.description()
    if described is None:
        raise SystemExit(f"{path} has no description: gobridge build writes one")
    sys.stdout.write(Stubs(json.loads(described)).all())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m gobridge.stubs LIBRARY >NAME.pyi")
    main(sys.argv[1])
