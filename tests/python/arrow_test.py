"""Go slices and maps to and from pyarrow.   arrow_test.py LIBRARY DOCUMENT

DOCUMENT's Python example is run too."""
import ctypes
import datetime
import gc
import json
import pathlib
import re
import sys
import threading
import unittest
from ctypes import POINTER, addressof, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint64, c_void_p

import pyarrow as pa
import pyarrow.compute as pc

LIBRARY, DOCUMENT = sys.argv[1], pathlib.Path(sys.argv.pop(2))
from ffi_test import GoError, Value, go, must, parse, ref  # takes LIBRARY out of sys.argv

E_NIL, E_RANGE, E_WRONG_TYPE, E_UNKNOWN_NAME = 11, 12, 6, 22
UTC = datetime.timezone.utc


def never_null(t, name="item"):
    return pa.field(name, t, nullable=False)



for name, arguments in {
    "gobridge_arrow_export": [c_uint64, c_void_p, c_void_p],
    "gobridge_arrow_import": [c_void_p, c_void_p, c_uint64, POINTER(c_uint64)],
    "gobridge_value_from_json": [c_uint64, c_char_p, c_size_t, POINTER(Value)],
    "gobridge_value_to_json": [POINTER(Value), POINTER(Value)],
    "gobridge_type_of": [c_uint64, POINTER(c_uint64)],
    "gobridge_type_name": [c_uint64, POINTER(c_char_p)],
    "gobridge_slice_set": [c_uint64, c_int64, POINTER(Value)],
}.items():
    getattr(go, name).argtypes = arguments
    getattr(go, name).restype = c_int32


def from_json(expression, value):
    """A reference to a Go value that has been made from JSON."""
    text, made = json.dumps(value).encode(), Value()
    must(go.gobridge_value_from_json(parse(expression), text, len(text), byref(made)))
    return made.owner


def to_json(owned):
    """What a Go value is as JSON; its reference is released."""
    value, text = Value(), Value()
    value.kind, value.as_.ref = 33, owned
    must(go.gobridge_value_to_json(byref(value), byref(text)))
    must(go.gobridge_release(owned))
    return json.loads(text.take())


def type_name(owned):
    name = c_char_p()
    must(go.gobridge_type_name(ref(go.gobridge_type_of, owned), byref(name)))
    return name.value.decode()


class Exchange:
    """The two structs of the interface."""

    def __init__(self):
        self.schema, self.array = (c_uint64 * 9)(), (c_uint64 * 10)()

    def addresses(self):
        return addressof(self.array), addressof(self.schema)


def exported(owned):
    """The Arrow array that a Go value is; Go's own reference is gone before anyone reads it."""
    e = Exchange()
    try:
        must(go.gobridge_arrow_export(owned, e.schema, e.array))
    finally:
        must(go.gobridge_release(owned))
    array = pa.Array._import_from_c(*e.addresses())
    array.validate(full=True)
    return array


def imported(array, expression=None):
    e = Exchange()
    array._export_to_c(*e.addresses())
    try:
        return ref(go.gobridge_arrow_import, e.schema, e.array, parse(expression) if expression else 0)
    except GoError:  # both are still this side's
        if isinstance(array, pa.RecordBatch):
            pa.RecordBatch._import_from_c(*e.addresses())
        else:
            pa.Array._import_from_c(*e.addresses())
        raise


class Arrow(unittest.TestCase):
    def tearDown(self):
        gc.collect()
        live = c_uint64()
        must(go.gobridge_ref_count(byref(live)))
        self.assertEqual(live.value, 0)
        self.assertEqual(pa.total_allocated_bytes(), 0)

    def test_every_type_there_and_back(self):
        for expression, rows, arrow in [
            ("[]int8", [-128, 127], pa.int8()),
            ("[]struct{ A uint8 }", [{"A": 255}], pa.struct([never_null(pa.uint8(), "A")])),
            ("[]int16", [-32768, 32767], pa.int16()),
            ("[]uint16", [65535], pa.uint16()),
            ("[]int32", [-(2**31), 2**31 - 1], pa.int32()),
            ("[]uint32", [2**32 - 1], pa.uint32()),
            ("[]int64", [-(2**63), 0, 2**63 - 1], pa.int64()),
            ("[]int", [1, 2], pa.int64()),
            ("[]uint64", [2**64 - 1], pa.uint64()),
            ("[]float32", [0.5, -1.25], pa.float32()),
            ("[]float64", [1e300, -0.1], pa.float64()),
            ("[]bool", [True, False, True] * 7, pa.bool_()),
            ("[]string", ["", "a", "h\u00e9llo", "x" * 3000], pa.string()),
            ("[]*int64", [1, None, 3] * 5, pa.int64()),
            ("[]**string", [None, "b"], pa.string()),
            ("[][]int32", [[1, 2], [], None, [3]], pa.list_(never_null(pa.int32()))),
            ("[][]string", [["a"], None, ["b", ""]], pa.list_(never_null(pa.string()))),
            ("[][][]int8", [[[1], None], []], pa.list_(pa.list_(never_null(pa.int8())))),
            ("[][2]int16", [[1, 2], [3, 4]], pa.list_(never_null(pa.int16()), 2)),
            ("[][2][3]bool", [[[True] * 3, [False] * 3]], pa.list_(never_null(pa.list_(never_null(pa.bool_()), 3)), 2)),
            ("[]*[2]string", [["a", "b"], None], pa.list_(never_null(pa.string()), 2)),
            ("[]time.Duration", [1, -5], pa.duration("ns")),
            ("[]struct{ A int64; B *string }", [{"A": 1, "B": "x"}, {"A": 2, "B": None}], None),
            ("[]*struct{ A []int8; B struct{ C bool } }", [None, {"A": None, "B": {"C": True}}], None),
            ("[]map[string]int64", [{"a": 1, "b": 2}, {}, None], pa.map_(pa.string(), never_null(pa.int64(), "value"))),
        ]:
            with self.subTest(expression):
                array = exported(from_json(expression, rows))
                if arrow:
                    self.assertTrue(array.type.equals(arrow), array.type)
                self.assertEqual(to_json(imported(array, expression)), rows)
                back = rows * 3
                big = pa.concat_arrays([array] * 3)
                self.assertEqual(to_json(imported(big, expression)), back)
                for offset in range(len(rows) + 1):
                    part = big.slice(offset, len(rows))
                    self.assertEqual(to_json(imported(part, expression)), back[offset : offset + len(rows)])
                    self.assertEqual(to_json(imported(part)), back[offset : offset + len(rows)])

    def test_what_python_sees(self):
        array = exported(from_json("[]struct{ Name string; Tags []string; At *time.Time; Raw []byte; ID [2]byte }", [
            {"Name": "a", "Tags": ["x"], "At": "2024-02-29T12:00:00.000000001Z", "Raw": "AAH/", "ID": [1, 2]},
            {"Name": "b", "Tags": None, "At": None, "Raw": None, "ID": [3, 4]},
        ]))
        batch = pa.RecordBatch.from_struct_array(array)
        self.assertEqual(batch.schema.names, ["Name", "Tags", "At", "Raw", "ID"])
        self.assertEqual([f.nullable for f in batch.schema], [False, True, True, True, False])
        self.assertEqual(batch.schema.field("At").type, pa.timestamp("ns", "UTC"))
        self.assertEqual(batch.column("At").cast(pa.int64()).to_pylist(), [1709208000000000001, None])
        self.assertEqual(batch.column("Raw").to_pylist(), [b"\x00\x01\xff", None])
        self.assertEqual(batch.column("ID").to_pylist(), [b"\x01\x02", b"\x03\x04"])
        self.assertEqual(batch.column("Tags").null_count, 1)

    def test_a_map_is_a_table(self):
        counts = {f"word{i}": i for i in range(1000)}
        batch = pa.RecordBatch.from_struct_array(exported(from_json("map[string]int64", counts)))
        self.assertEqual(batch.schema, pa.schema([never_null(pa.string(), "key"), never_null(pa.int64(), "value")]))
        self.assertEqual(dict(zip(*(c.to_pylist() for c in batch.columns))), counts)
        self.assertEqual(pc.sum(batch.column("value")).as_py(), sum(counts.values()))
        self.assertEqual(to_json(imported(batch, "map[string]int64")), counts)
        self.assertEqual(to_json(imported(batch.slice(998), "map[string]int64")), dict(list(zip(*(c.to_pylist() for c in batch.columns)))[998:]))
        nested = {"a": {"x": [1]}, "b": None}
        self.assertEqual(to_json(imported(exported(from_json("map[string]map[string][]int8", nested)), "map[string]map[string][]int8")), nested)

    def test_numbers_are_not_copied(self):
        numbers = ref(go.gobridge_slice_new, parse("[]int64"), 1000, 1000)
        e = Exchange()
        must(go.gobridge_arrow_export(numbers, e.schema, e.array))
        array = pa.Array._import_from_c(*e.addresses())
        must(go.gobridge_slice_set(numbers, 7, byref(Value(42))))
        self.assertEqual(array[7].as_py(), 42)
        must(go.gobridge_release(numbers))
        self.assertEqual(pc.sum(array).as_py(), 42)

    def test_children_can_be_moved_out(self):
        array = exported(from_json("[]struct{ A []string; B int64 }", [{"A": ["x", "y"], "B": 1}]))
        child = array.field(0)
        del array
        gc.collect()
        self.assertEqual(child.to_pylist(), [["x", "y"]])

    def test_another_thread_releases(self):
        for _ in range(20):
            kept = [exported(from_json("[]string", ["a"] * 100))]
            thread = threading.Thread(target=kept.clear)
            thread.start()
            thread.join()

    def test_what_other_producers_make(self):
        for array, expression, want in [
            (pa.array(["a", None], pa.large_string()), "[]*string", ["a", None]),
            (pa.array(["ab", ""], pa.large_binary()), "[]string", ["ab", ""]),
            (pa.array([[1], None], pa.large_list(pa.int8())), "[][]int8", [[1], None]),
            (pa.array([[1, 2]], pa.list_(pa.uint8(), 2)), "[][2]uint8", [[1, 2]]),
            (pa.array([[1, 2]], pa.list_(pa.int64(), 2)), "[][]int64", [[1, 2]]),
            (pa.array(["x", "y", None, "x"]).dictionary_encode(), "[]*string", ["x", "y", None, "x"]),
            (pa.array(["x", "y", "x"]).dictionary_encode().slice(1), "[]string", ["y", "x"]),
            (pa.array([datetime.datetime(1969, 12, 31, 23, 59, 59, 500000, UTC)]), "[]time.Time", ["1969-12-31T23:59:59.5Z"]),
            (pa.array([datetime.datetime(1, 1, 1)], pa.timestamp("s")), "[]time.Time", ["0001-01-01T00:00:00Z"]),
            (pa.array([datetime.timedelta(milliseconds=-3)], pa.duration("ms")), "[]time.Duration", [-3000000]),
            (pa.array([], pa.int64()), "[]int64", []),
            (pa.array([{"max temp": 1, "other": 2}]), "[]struct{ Max_temp int64 }", [{"Max_temp": 1}]),
            (pa.array([{"name": "a", "NAME": "b"}]), "[]struct{ NAME, Name string }", [{"NAME": "b", "Name": "a"}]),
        ]:
            with self.subTest(str(array.type)):
                self.assertEqual(to_json(imported(array, expression)), want)

    def test_types_from_the_schema(self):
        for array, want in [
            (pa.array([1, 2], pa.int16()), "[]int16"),
            (pa.array([1, None], pa.int16()), "[]*int16"),
            (pa.array([1, None, 3], pa.int16()).slice(2), "[]int16"),
            (pa.array([b"a", None]), "[][]uint8"),
            (pa.array(["a", "b"]).dictionary_encode(), "[]string"),
            (pa.array([[1], None], pa.list_(pa.float32())), "[][]float32"),
            (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())), "[]map[string]int8"),
            (pa.array([{"max temp": 1.5, "n": None}], pa.struct([("max temp", pa.float64()), ("n", pa.bool_())])),
             "[]struct { Max_temp float64; N *bool }"),
        ]:
            made = imported(array)
            self.assertEqual(type_name(made), want)
            must(go.gobridge_release(made))

    def test_what_does_not_fit(self):
        for array, expression, status, words in [
            (pa.array([1, None]), "[]int64", E_NIL, "array[1] is null"),
            (pa.array([1]), "[]int32", E_WRONG_TYPE, 'array has the format "l", of which no int32 is made'),
            (pa.array([{"a": {"b": [None]}}], pa.struct([("a", pa.struct([("b", pa.list_(pa.int8()))]))])),
             "[]struct{ A struct{ B []int8 } }", E_NIL, "array.a.b.item[0] is null"),
            (pa.array([{"a": 1}]), "[]struct{ B int64 }", E_UNKNOWN_NAME, "array has no child for the field B"),
            (pa.array([None]), "[]int64", E_WRONG_TYPE, 'array: its format is "n"'),
            (pa.array([2**62], pa.duration("s")), "[]time.Duration", E_RANGE, "array[0]: "),
            (pa.array([None, "a"]).dictionary_encode(), "[]string", E_NIL, "array[0] is null"),
        ]:
            with self.assertRaises(GoError) as caught:
                imported(array, expression)
            self.assertEqual(caught.exception.args[0], status, caught.exception.args[1])
            self.assertIn(words, caught.exception.args[1])

    def test_the_example(self):
        for example in re.findall("```python\n(.*?)```", DOCUMENT.read_text(), re.S):
            sys.argv[1:] = [LIBRARY]
            exec(compile(example, DOCUMENT, "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    unittest.main()
