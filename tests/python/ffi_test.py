"""gobridge from Python with nothing but ctypes.   ffi_test.py LIBRARY"""
import ctypes
import sys
import unittest
from ctypes import POINTER, Structure, Union, byref, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

BOOL, INT64, UINT64, FLOAT64, STRING, BYTES, REF = 1, 6, 11, 14, 24, 32, 33
E_STALE_REF, E_RANGE, E_UNKNOWN_NAME = 3, 12, 22


class As(Union):
    _fields_ = [("i", c_int64), ("u", c_uint64), ("f", c_double), ("p", c_void_p), ("ref", c_uint64)]


class Value(Structure):
    """A gobridge_value, and the Python value that it stands for."""

    _fields_ = [("kind", c_uint32), ("flags", c_uint32), ("as_", As), ("len", c_uint64), ("owner", c_uint64)]

    def __init__(self, of=None):
        super().__init__()
        if isinstance(of, str):
            self.memory = of.encode()  # C memory is read during the call alone
            self.kind, self.len = STRING, len(self.memory)
            self.as_.p = ctypes.cast(c_char_p(self.memory), c_void_p)
        elif isinstance(of, float):
            self.kind, self.as_.f = FLOAT64, of
        elif isinstance(of, int):
            self.kind, self.as_.i = INT64, of

    def take(self):
        """The Python value; what this one owns is released."""
        if self.kind == STRING:
            taken = ctypes.string_at(self.as_.p, self.len).decode()
        elif self.kind == FLOAT64:
            taken = self.as_.f
        else:
            taken = self.as_.i
        must(go.gobridge_value_release(byref(self)))
        return taken


class Error(Structure):
    _fields_ = [("status", c_int32), ("reserved", c_uint32), ("message", c_char_p), ("stack", c_char_p)]


class Point(Structure):
    _fields_ = [("x", c_int64), ("y", c_double)]


class GoError(Exception):
    pass


go = ctypes.CDLL(sys.argv.pop(1))
for name, arguments in {
    "gobridge_last_error": [POINTER(Error)],
    "gobridge_type_parse": [c_char_p, c_size_t, POINTER(c_uint64)],
    "gobridge_map_new": [c_uint64, c_int64, POINTER(c_uint64)],
    "gobridge_map_set": [c_uint64, POINTER(Value), POINTER(Value)],
    "gobridge_map_get": [c_uint64, POINTER(Value), POINTER(Value), POINTER(c_uint8)],
    "gobridge_map_len": [c_uint64, POINTER(c_int64)],
    "gobridge_func_find": [c_char_p, c_size_t, POINTER(c_uint64)],
    "gobridge_call": [c_uint64, POINTER(Value), c_size_t, POINTER(Value), c_size_t],
    "gobridge_slice_new": [c_uint64, c_int64, c_int64, POINTER(c_uint64)],
    "gobridge_slice_at": [c_uint64, c_int64, POINTER(c_uint64)],
    "gobridge_slice_view": [c_uint64, POINTER(Value)],
    "gobridge_struct_set": [c_uint64, c_char_p, c_size_t, POINTER(Value)],
    "gobridge_value_release": [POINTER(Value)],
    "gobridge_release": [c_uint64],
    "gobridge_ref_count": [POINTER(c_uint64)],
}.items():
    getattr(go, name).argtypes = arguments
    getattr(go, name).restype = c_int32


def must(status):
    if status:
        error = Error()
        go.gobridge_last_error(byref(error))
        raise GoError(status, error.message.decode())


def ref(function, *arguments):
    """Calls a function whose last argument receives a reference."""
    made = c_uint64()
    must(function(*arguments, byref(made)))
    return made.value


def parse(expression):
    return ref(go.gobridge_type_parse, expression.encode(), len(expression))


def call(name, *arguments):
    func = ref(go.gobridge_func_find, name.encode(), len(name))
    values = [Value(argument) for argument in arguments]  # they hold the strings' memory until the call is over
    result = Value()
    must(go.gobridge_call(func, (Value * len(values))(*values), len(values), byref(result), 1))
    return result.take()


class FFI(unittest.TestCase):
    def tearDown(self):
        live = c_uint64()
        must(go.gobridge_ref_count(byref(live)))
        self.assertEqual(live.value, 0)

    def test_fills_a_map(self):
        counts = ref(go.gobridge_map_new, parse("map[string]int64"), 0)
        for i, word in enumerate("to be or not to be".split()):
            must(go.gobridge_map_set(counts, byref(Value(word)), byref(Value(i))))
        length, elem, found = c_int64(), Value(), c_uint8()
        must(go.gobridge_map_len(counts, byref(length)))
        self.assertEqual(length.value, 4)
        must(go.gobridge_map_get(counts, byref(Value("be")), byref(elem), byref(found)))
        self.assertEqual((elem.take(), found.value), (5, 1))
        must(go.gobridge_release(counts))
        with self.assertRaises(GoError) as caught:
            must(go.gobridge_map_len(counts, byref(length)))
        self.assertEqual(caught.exception.args[0], E_STALE_REF)

    def test_calls_a_registered_function(self):
        self.assertEqual(call("strings.ToUpper", "stra\u00dfe"), "STRA\u00dfE")
        self.assertEqual(call("strings.Repeat", "ab", 3), "ababab")
        with self.assertRaises(GoError) as caught:
            call("strings.ToUper", "x")
        self.assertEqual(caught.exception.args[0], E_UNKNOWN_NAME)
        self.assertIn("strings.ToUpper", caught.exception.args[1])

    def test_reads_a_slice_of_structs(self):
        points = ref(go.gobridge_slice_new, parse("[]struct{ X int64; Y float64 }"), 3, 3)
        for i in range(3):
            point = ref(go.gobridge_slice_at, points, i)
            must(go.gobridge_struct_set(point, b"X", 1, byref(Value(i * i))))
            must(go.gobridge_struct_set(point, b"Y", 1, byref(Value(i / 2))))
            must(go.gobridge_release(point))
        view = Value()
        must(go.gobridge_slice_view(points, byref(view)))
        self.assertEqual((view.kind, view.len), (BYTES, 3 * ctypes.sizeof(Point)))
        seen = [(p.x, p.y) for p in (Point * 3).from_address(view.as_.p)]
        self.assertEqual(seen, [(0, 0.0), (1, 0.5), (4, 1.0)])
        must(go.gobridge_value_release(byref(view)))
        must(go.gobridge_release(points))


if __name__ == "__main__":
    unittest.main()
