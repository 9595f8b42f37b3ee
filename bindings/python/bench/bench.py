"""Measures the package beside what one would take instead, in one run: python bench/bench.py LIBRARY

LIBRARY is the Go library of the tests. The peers are built into build/python/bench: ctypes on cgo's exports, and an extension
written by hand over the same exports.
"""

from __future__ import annotations

import ctypes
import importlib
import subprocess
import sys
import sysconfig
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy

import gobridge

here = Path(__file__).parent
built = here.parents[2] / "build" / "python" / "bench"


def build() -> Any:
    """Builds the peers and gives the extension."""
    built.mkdir(parents=True, exist_ok=True)
    library = built / "libpeer.so"
    subprocess.run(["go", "build", "-buildmode=c-shared", "-o", library, "."], cwd=here / "peer", check=True)
    extension = built / f"peer{sysconfig.get_config_var('EXT_SUFFIX')}"
    include = sysconfig.get_path("include")
    flags = ["-O3", "-shared", "-fPIC", f"-I{include}", f"-I{built}", f"-Wl,-rpath,{built}"]
    subprocess.run(["gcc", *flags, here / "peer.c", library, "-o", extension], check=True)
    sys.path.insert(0, str(built))
    return importlib.import_module("peer")


def best(call: Callable[[], object], seconds: float = 0.2) -> float:
    """Nanoseconds of a call: the best of a hundred runs, which are short, as others use the machine too."""
    timer = timeit.Timer(call)
    count = max(1, int(seconds / 100 / max(timer.timeit(3) / 3, 1e-9)))
    return min(timer.repeat(100 if count > 1 else 10, count)) / count * 1e9


def row(name: str, ours: float, peer: str, theirs: float, most: float | None = None) -> None:
    limit = f"at most {most}" if most else ""
    print(f"{name:34} {ours:14,.0f} ns   {peer:28} {theirs:14,.0f} ns   x {ours / theirs:5.2f}  {limit}")


def main(path: str) -> None:
    peer = build()
    lib = gobridge.load(path)
    by_ctypes = ctypes.CDLL(str(built / "libpeer.so"))
    by_ctypes.Add.argtypes, by_ctypes.Add.restype = [ctypes.c_int64] * 2, ctypes.c_int64
    by_ctypes.SumSlice.argtypes, by_ctypes.SumSlice.restype = [ctypes.c_void_p, ctypes.c_int64], ctypes.c_int64

    add, upper = lib.math.Add, lib.strings.ToUpper
    c_add, peer_add, peer_upper = by_ctypes.Add, peer.add, peer.upper
    ours = best(lambda: add(1, 2))
    row("two int64", ours, "extension by hand", best(lambda: peer_add(1, 2)), 1.3)
    row("two int64", ours, "ctypes", best(lambda: c_add(1, 2)))
    row("str -> str", best(lambda: upper("gopher")), "extension by hand", best(lambda: peer_upper("gopher")), 1.5)

    entries = {f"key {i}": i for i in range(100_000)}
    ages = lib.new("map[string]int64", entries)
    some = {"key 7": 7}
    small = lib.new("map[string]int64", some)
    row("d[k], of one key", best(lambda: small["key 7"]), "dict", best(lambda: some["key 7"]), 3)
    row("d[k], of 100,000", best(lambda: ages["key 777"]), "dict", best(lambda: entries["key 777"]), 3)
    row("100,000 of a dict", best(lambda: lib.new("map[string]int64", entries)), "dict(d)", best(lambda: dict(entries)))
    row("100,000 to a dict", best(ages.copy), "dict(d)", best(lambda: dict(entries)))

    column = numpy.arange(1_000_000, dtype=numpy.int64)
    total = lib.math.SumSlice
    copied = numpy.empty_like(column)

    def by_hand() -> None:
        numpy.copyto(copied, column)
        by_ctypes.SumSlice(copied.ctypes.data, len(copied))

    made = lib.new("[]int64", column)
    shared = numpy.asarray(made)

    def by_one_slice() -> None:
        numpy.copyto(shared, column)
        total(made)

    theirs = best(by_hand)
    row("a NumPy column in, its sum out", best(lambda: total(column)), "memcpy and Go's own loop", theirs, 1.1)
    row("the same, by a slice made once", best(by_one_slice), "memcpy and Go's own loop", theirs, 1.1)
    row("a row of a NumPy column", best(lambda: add.map(column, column)) / len(column), "a call of each", ours)


if __name__ == "__main__":
    main(sys.argv[1])
