"""Buffers, NumPy arrays and files."""

from __future__ import annotations

import array
import ctypes
import gc
import io
import sys
from typing import Any

import pytest

import gobridge

numpy = pytest.importorskip("numpy")


def test_numpy_arrays_as_slices(lib: gobridge.Library) -> None:
    column = numpy.arange(1_000_000, dtype=numpy.int64)
    assert lib.math.SumSlice(column) == int(column.sum())
    assert lib.math.SumSlice(column[::-2]) == int(column[::-2].sum())
    assert lib.math.SumSlice(column[:10].astype(numpy.int8)) == 45, "of another type: one by one"
    assert lib.math.SumSlice(array.array("q", [1, 2])) == 3
    assert lib.math.SumSlice(numpy.array([], dtype=numpy.int64)) == 0
    numbers = (ctypes.c_int64 * 3)(1, 2, 3)  # a buffer that has no strides
    assert lib.math.SumSlice(numbers) == 6
    assert list(lib.echo.Any(numbers)) == [1, 2, 3]
    assert lib.math.Add.map(numbers, numbers).tolist() == [2, 4, 6]
    for wrong in (numpy.array([1.5]), numpy.array(["a"]), numpy.array([[1]]), numpy.array([2**63], dtype=numpy.uint64)):
        with pytest.raises((TypeError, OverflowError)):
            lib.math.SumSlice(wrong)
    assert lib.echo.Type(numpy.zeros(2, numpy.float32)) == "[]float32"
    assert lib.echo.Type(numpy.int64(3)) == "int"
    assert lib.echo.Type(numpy.float32(3)) == "float64"
    assert lib.math.Add(numpy.int64(3), numpy.uint8(4)) == 7
    assert lib.math.Half(numpy.float32(3)) == 1.5


def test_what_is_only_read_is_not_copied(lib: gobridge.Library, described: gobridge.Library) -> None:
    def summed(of: gobridge.Library, column: Any, changed: Any = None) -> Any:
        changed = column if changed is None else changed
        return of.math.SumTwice(column, lambda: changed.__setitem__(0, 100))

    for column in (numpy.array([1, 2, 3]), array.array("q", [1, 2, 3]), (ctypes.c_int64 * 3)(1, 2, 3)):
        assert summed(described, column) == (6, 105), "the memory is NumPy's own"
        column[0] = 1
        assert summed(lib, column) == (6, 6), "what nobody knows about is copied"
    column = numpy.arange(6, dtype=numpy.int64)
    assert summed(described, column[::2], column) == (6, 6), "not in one piece"
    assert summed(described, [1, 2, 3], {}) == (6, 6)
    assert summed(described, described.new("[]int64", [1, 2, 3])) == (6, 105), "Go's own slices are as ever"
    assert summed(described, numpy.array([], dtype=numpy.int64), {}) == (0, 0)
    unaligned = memoryview(bytes(range(25)))[1:].cast("q")
    assert summed(described, unaligned, {}) == summed(lib, unaligned, {})
    assert described.math.SumTwice(all=array.array("q", [1]), between=lambda: None) == (1, 1)
    numbers = array.array("q", [1, 2])
    with pytest.raises(BufferError):
        described.math.SumTwice(numbers, lambda: numbers.append(3))
    numbers.append(3)
    assert described.math.SumTwice(numbers, lambda: gc.collect()) == (6, 6)
    for wrong in (numpy.array([1.5]), numpy.array([[1]]), "abc", 1):
        with pytest.raises((TypeError, OverflowError)):
            summed(described, wrong, {})
    column = numpy.array([1, 2, 3])
    task = described.math.SumTwice.start(column, lambda: None)
    column[:] = 0
    assert task.result(10) == (6, 6), "a task has a copy"


def test_slices_as_buffers(lib: gobridge.Library) -> None:
    numbers = lib.new("[]float64", numpy.linspace(0, 1, 5))
    shared = numpy.asarray(numbers)
    assert shared.dtype == numpy.float64
    shared[0] = 7
    assert numbers[0] == 7
    numbers.close()
    assert shared[0] == 7, "the memory stays as long as the array"
    for kind in ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "complex128"):
        made = numpy.asarray(lib.new(f"[]{kind}", numpy.ones(3, kind)))
        assert made.dtype == numpy.dtype(kind)
        assert made.tolist() == [1, 1, 1]
    assert memoryview(lib.new("[]int64")).tolist() == []
    assert bytes(lib.new("[]uint8", b"abc")) == b"abc"
    with pytest.raises(BufferError):
        memoryview(lib.new("[]string", ["a"]))


def test_columns(lib: gobridge.Library) -> None:
    a = numpy.arange(1000, dtype=numpy.int64)
    sums = lib.math.Add.map(a, a[::-1])
    assert isinstance(sums, numpy.ndarray)
    assert (sums == 999).all()
    assert lib.math.Add.map(array.array("q", [1, 2]), array.array("q", [3, 4])).tolist() == [4, 6]
    assert lib.strings.ToUpper.map(["a", "b"]) == ["A", "B"]
    quotients, rest = lib.math.DivMod.map(a, numpy.full(1000, 7))
    assert (quotients * 7 + rest == a).all()
    with pytest.raises(gobridge.ReturnedError, match="division"):
        lib.math.DivMod.map(a, numpy.zeros(1000, numpy.int64))
    with pytest.raises(TypeError, match="column 1"):
        lib.math.Add.map(a, a[:5])
    with pytest.raises(TypeError, match="column 0"):
        lib.math.Add.map(a.astype(numpy.float64), a)
    with pytest.raises(gobridge.CountError):
        lib.math.Add.map(a)


def test_python_files_in_go(lib: gobridge.Library, tmp_path_factory: pytest.TempPathFactory) -> None:
    out = io.BytesIO()
    assert lib.stream.Upper(out, io.BytesIO(b"abc" * 10_000)) == 30_000
    assert out.getvalue() == b"ABC" * 10_000
    path = tmp_path_factory.mktemp("io") / "file"
    with open(path, "wb") as file:
        assert lib.stream.Copy(file, io.BytesIO(b"data")) == 4
    assert path.read_bytes() == b"data"
    with pytest.raises(TypeError):
        lib.stream.Copy(io.StringIO(), io.BytesIO(b"data"))
    with pytest.raises(TypeError):
        lib.stream.Copy(out, 5)

    class Broken:
        def read(self, count: int) -> Any:
            raise OSError("broken pipe")

    class TooMuch:
        def read(self, count: int) -> bytes:
            return bytes(count + 1)

    with pytest.raises(OSError, match="broken pipe"):
        lib.stream.Copy(out, Broken())
    with pytest.raises(gobridge.GoError):
        lib.stream.Copy(out, TooMuch())


def test_go_readers_as_files(lib: gobridge.Library) -> None:
    file = lib.file(lib.strings.NewReader("line 1\nline 2\n"))
    assert file.readable()
    assert not file.writable()
    assert file.read(3) == b"lin"
    assert io.BufferedReader(file).readlines() == [b"e 1\n", b"line 2\n"]
    file = lib.file(lib.strings.NewReader(""))
    assert file.read() == b""
    file.close()
    with pytest.raises(ValueError, match="closed"):
        file.read()


def test_what_is_no_file(lib: gobridge.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    ignored: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    for wrong in (5, None, "a"):
        with pytest.raises(AttributeError):
            lib.file(wrong)
    gc.collect()
    assert ignored == []
