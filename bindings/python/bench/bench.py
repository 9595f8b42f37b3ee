"""Measures the package beside what one would take instead, in one run: python bench/bench.py

The Go library is that of the tests, made by gobridge build. The peers are ctypes on cgo's exports, and an extension
written by hand over the same exports. All are built into build/python/bench.
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
root = here.parents[2]
built = root / "build" / "python" / "bench"


def build_library() -> Path:
    """Builds the Go library."""
    for step in ["--preset", "release"], ["--build", "build/release", "--target", "gobridge-tool"]:
        subprocess.run(["cmake", *step], cwd=root, check=True, stdout=subprocess.DEVNULL)
    tool = root / "build" / "release" / "bin" / "gobridge"
    subprocess.run([tool, "build", "-o", built, "--name", "test", "."], cwd=here.parent / "tests" / "golib", check=True)
    return built / "lib" / "libtest.so"


def build() -> Any:
    """Builds the peers and gives the extension."""
    library = built / "libpeer.so"
    subprocess.run(["go", "build", "-buildmode=c-shared", "-o", library, "."], cwd=here / "peer", check=True)
    extension = built / f"peer{sysconfig.get_config_var('EXT_SUFFIX')}"
    include = sysconfig.get_path("include")
    flags = ["-O3", "-shared", "-fPIC", f"-I{include}", f"-I{built}", f"-Wl,-rpath,{built}"]
    subprocess.run(["gcc", *flags, here / "peer.c", library, "-o", extension], check=True)
    sys.path.insert(0, str(built))
    return importlib.import_module("peer")


def best(*calls: Callable[[], object], seconds: float = 0.2) -> list[float]:
    """Nanoseconds of each call: the best of a hundred short runs, in turns, as the machine is not ours alone."""
    timers = [timeit.Timer(call) for call in calls]
    counts = [max(1, int(seconds / 100 / max(timer.timeit(3) / 3, 1e-9))) for timer in timers]
    runs = [[timer.timeit(count) / count * 1e9 for timer, count in zip(timers, counts, strict=True)] for _ in range(100)]
    return [min(times) for times in zip(*runs, strict=True)]


Call = Callable[[], object]


def row(name: str, ours: Call, peer: str, theirs: Call, most: float | None = None, rows: int = 1) -> None:
    """A line of the table; ours is for so many rows."""
    ours_ns, theirs_ns = best(ours, theirs)
    ours_ns /= rows
    limit = f"at most {most}" if most else ""
    print(f"{name:34} {ours_ns:14,.0f} ns   {peer:28} {theirs_ns:14,.0f} ns   x {ours_ns / theirs_ns:5.2f}  {limit}")


def main() -> None:
    built.mkdir(parents=True, exist_ok=True)
    peer = build()
    lib = gobridge.load(build_library())
    by_ctypes = ctypes.CDLL(str(built / "libpeer.so"))
    by_ctypes.Add.argtypes, by_ctypes.Add.restype = [ctypes.c_int64] * 2, ctypes.c_int64
    by_ctypes.SumSlice.argtypes, by_ctypes.SumSlice.restype = [ctypes.c_void_p, ctypes.c_int64], ctypes.c_int64

    add, upper = lib.math.Add, lib.strings.ToUpper
    c_add, peer_add, peer_upper = by_ctypes.Add, peer.add, peer.upper
    hand = "extension by hand"
    row("two int64", lambda: add(1, 2), hand, lambda: peer_add(1, 2), 1.3)
    row("two int64", lambda: add(1, 2), "ctypes", lambda: c_add(1, 2))
    row("str -> str", lambda: upper("gopher"), hand, lambda: peer_upper("gopher"), 1.5)

    entries = {f"key {i}": i for i in range(100_000)}
    ages = lib.new("map[string]int64", entries)
    some = {"key 7": 7}
    small = lib.new("map[string]int64", some)
    row("d[k], of one key", lambda: small["key 7"], "dict", lambda: some["key 7"], 3)
    row("d[k], of 100,000", lambda: ages["key 777"], "dict", lambda: entries["key 777"], 3)
    by_ctypes.MakeKeys(len(entries))

    def filled() -> None:
        dict(entries)
        by_ctypes.FillMap()

    row("100,000 of a dict", lambda: lib.new("map[string]int64", entries), "dict(d) and Go's own loop", filled, 1.5)
    row("100,000 to a dict", ages.copy, "dict(d)", lambda: dict(entries))

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

    loop = "memcpy and Go's own loop"
    row("a NumPy column in, its sum out", lambda: total(column), loop, by_hand, 1.1)
    row("the same, by a slice made once", by_one_slice, loop, by_hand, 1.1)
    row("a row of a NumPy column", lambda: add.map(column, column), "a call", lambda: add(1, 2), rows=len(column))


if __name__ == "__main__":
    main()
