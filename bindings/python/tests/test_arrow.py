"""Arrow arrays and tables in and out, by pyarrow."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from typing import Any

import pytest

import gobridge

pyarrow = pytest.importorskip("pyarrow")

ROWS: list[dict[str, Any]] = [
    {"Name": "Ada", "Pay": 100.0, "Tags": ["a", "b"], "Since": datetime(1843, 1, 1, tzinfo=UTC), "Boss": None},
    {"Name": "Grace", "Pay": 200.0, "Tags": [], "Since": datetime(1944, 7, 2, tzinfo=UTC), "Boss": "Howard"},
]


@pytest.fixture(scope="module")
def table() -> Any:
    return pyarrow.Table.from_pylist(ROWS)


def test_a_table_through_go_and_back(lib: gobridge.Library, table: Any) -> None:
    raised = lib.table.Raise(table, 50)
    assert raised[1].Pay == 300
    back = pyarrow.Table.from_batches([pyarrow.record_batch(raised)])
    assert back.column_names == ["Name", "Pay", "Tags", "Since", "Boss"]
    assert back.to_pylist() == [{**ROWS[0], "Pay": 150.0}, {**ROWS[1], "Pay": 300.0}]


def test_tables_of_several_pieces_and_of_none(lib: gobridge.Library, table: Any) -> None:
    several = pyarrow.concat_tables([table, table.slice(1), table])
    assert [row.Name for row in lib.table.Raise(several, 0)] == ["Ada", "Grace", "Grace", "Ada", "Grace"]
    assert len(lib.table.Raise(table.slice(0, 0), 0)) == 0
    assert len(lib.table.Raise(table.schema.empty_table(), 0)) == 0
    reader = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches())
    assert len(lib.table.Raise(reader, 0)) == 2


def test_columns(lib: gobridge.Library, table: Any) -> None:
    assert lib.math.SumSlice(pyarrow.array([1, 2, 3])) == 6
    assert lib.math.SumSlice(pyarrow.chunked_array([[1, 2], [3]])) == 6
    assert lib.math.SumSlice(pyarrow.array(range(10))[4:6]) == 9
    assert list(lib.new("[]string", pyarrow.array(["a", "b"]))) == ["a", "b"]
    assert lib.table.Total(table.select(["Name", "Pay"])) == 300
    assert lib.new("map[string]float64", table.select(["Name", "Pay"])) == {"Ada": 100, "Grace": 200}
    assert lib.echo.Type(pyarrow.array([1.5])) == "[]float64"
    assert lib.echo.Type(pyarrow.array([[1], []], pyarrow.list_(pyarrow.int8()))) == "[][]int8"


def test_go_values_as_arrays(lib: gobridge.Library) -> None:
    numbers = lib.new("[]int64", [1, 2, 3])
    shown = pyarrow.array(numbers)
    assert shown.type == pyarrow.int64()
    numbers[0] = 7
    assert shown.to_pylist() == [7, 2, 3], "the memory is Go's"
    numbers.close()
    gc.collect()
    assert shown.to_pylist() == [7, 2, 3], "and stays"
    assert pyarrow.array(lib.new("[][]string", [["a"], []])).to_pylist() == [["a"], []]
    entries = pyarrow.record_batch(lib.new("map[string]int64", {"a": 1}))
    assert entries.to_pylist() == [{"key": "a", "value": 1}]


def test_nothing_stays(lib: gobridge.Library, table: Any) -> None:
    gc.collect()
    live, allocated = lib.live(), pyarrow.total_allocated_bytes()
    for _ in range(50):
        pyarrow.record_batch(lib.table.Raise(table, 1))
        lib.new("[]int64", [1, 2]).__arrow_c_array__()
        with pytest.raises(gobridge.GoError):
            lib.table.Raise(pyarrow.table({"Name": ["a"]}), 1)
    gc.collect()
    assert lib.live() == live
    assert pyarrow.total_allocated_bytes() == allocated


def test_what_does_not_fit(lib: gobridge.Library) -> None:
    with pytest.raises(gobridge.UnknownNameError, match="Pay"):
        lib.table.Raise(pyarrow.table({"Name": ["a"]}), 1)
    with pytest.raises(gobridge.NilError):
        lib.math.SumSlice(pyarrow.array([1, None]))
    with pytest.raises(gobridge.WrongTypeError):
        lib.math.SumSlice(pyarrow.array(["a"]))
    with pytest.raises(gobridge.WrongTypeError):
        pyarrow.array(lib.new("[]any", [1]))
    closed = lib.new("[]int64")
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        closed.__arrow_c_array__()
    with pytest.raises(ValueError, match="PyCapsule"):
        lib._core.arrow(None, *reversed(pyarrow.array([1]).__arrow_c_array__()))
    used = pyarrow.array([1]).__arrow_c_array__()
    assert list(lib._core.arrow(None, *used)) == [1]
    with pytest.raises(gobridge.NullError):
        lib._core.arrow(None, *used)
