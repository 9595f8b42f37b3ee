'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { gobridge, lib } = require('./helper');

test('numbers go there and back, and those that do not fit are RangeErrors', () => {
  assert.equal(lib.test.Add(2, 40), 42);
  assert.equal(lib.test.Add(2n, 40), 42);
  assert.equal(lib.test.Int64(2n ** 53n), 2n ** 53n);
  assert.equal(lib.test.Int64(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  assert.equal(lib.test.Int64(-(2n ** 63n)), -(2n ** 63n));
  assert.equal(lib.test.Uint64(2n ** 64n - 1n), 2n ** 64n - 1n);
  assert.equal(lib.test.Float32(0.5), 0.5);
  assert.ok(Number.isNaN(lib.test.Float32(NaN)));
  const unfit = [
    () => lib.test.Int8(128), () => lib.test.Int8(-129n), () => lib.test.Uint64(-1), () => lib.test.Int64(2 ** 63),
    () => lib.test.Int64(2n ** 63n), () => lib.test.Int64(1e300), () => lib.test.Int64(NaN), () => lib.test.Int64(1.5),
    () => lib.test.Uint64(2n ** 200n),
  ];
  for (const call of unfit) {
    assert.throws(call, (error) => error instanceof RangeError && error instanceof gobridge.GobridgeError &&
      error.code === 'GOBRIDGE_E_RANGE' && /argument 1/.test(error.message), call.toString());
  }
});

test('functions of numbers take any number of them, and fail as others do', () => {
  assert.equal(lib.test.Answer(), 42);
  assert.equal(lib.test.Mixed(-128, 0.5, 2 ** 32 - 1), 2 ** 32 - 128.5);
  assert.equal(lib.test.Eight(1, 2, 3, 4, 5, 6, 7, 8), 108);
  assert.equal(lib.test.Eight(1, 2, 3, 4, 5, 6, 7, 8n), 108);
  assert.equal(lib.test.Nine(1, 2, 3, 4, 5, 6, 7, 8, 9), 126);
  for (const edge of [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    assert.equal(lib.test.Int(edge), edge);
    assert.equal(lib.test.Int64(edge), edge);
  }
  assert.ok(Object.is(lib.test.Int(-0), 0));
  assert.equal(lib.test.Int64(2 ** 53), 2n ** 53n);
  assert.equal(lib.test.Int(-(2 ** 63)), -(2n ** 63n));
  assert.equal(lib.test.Uint64(2 ** 63), 2n ** 63n);
  assert.equal(lib.test.Uint64(0), 0);
  for (const [call, edges] of [[lib.test.Int8, [-128, 127]], [lib.test.Uint16, [0, 65535]]]) {
    for (const edge of edges) {
      assert.equal(call(edge), edge);
      const beyond = edge === edges[0] ? edge - 1 : edge + 1;
      assert.throws(() => call(beyond), { code: 'GOBRIDGE_E_RANGE' });
    }
  }
  for (const beyond of [-(2 ** 63) - 2048, 2 ** 64, Infinity, -Infinity, 0.5]) {
    assert.throws(() => lib.test.Int(beyond), { code: 'GOBRIDGE_E_RANGE' });
  }
  assert.throws(() => lib.test.Uint64(2 ** 64), { code: 'GOBRIDGE_E_RANGE' });
  assert.throws(() => lib.test.Mixed(1, 'x', 2), /^GoWrongTypeError: test\.Mixed: argument 2: a string for a Go float64$/);
  assert.throws(() => lib.test.Eight(1, 2, 3), /^GoCountError: test\.Eight takes 8 arguments, not 3$/);
  assert.throws(() => lib.test.Nine(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), /^GoCountError: test\.Nine takes 9 arguments, not 10$/);
  assert.throws(() => lib.test.Quotient(1, 0), { code: 'GOBRIDGE_E_PANIC', message: /divide by zero/ });
  assert.equal(lib.test.Quotient(84, 2), 42);
  const adder = lib.test.Adder(40);
  assert.equal(adder(2), 42);
  adder.close();
  assert.throws(() => adder(2), { code: 'GOBRIDGE_E_STALE_REF' });
});

test('strings, bytes, booleans and nil', () => {
  for (const text of ['', 'go', 'größer 世界 🎉', 'a\0b', 'x'.repeat(5000), '世'.repeat(341), 'y'.repeat(1023)]) {
    assert.equal(lib.test.String(text), text);
  }
  assert.equal(lib.test.String('\ud800'), '\ufffd');
  assert.equal(lib.test.String(new Uint8Array([103, 111])), 'go');
  assert.deepEqual(lib.test.Bytes(new Uint8Array([0, 255, 7])), new Uint8Array([0, 255, 7]));
  assert.deepEqual(lib.test.Bytes(new Uint16Array([1, 2]).subarray(1)), new Uint8Array([2, 0]));
  assert.deepEqual(lib.test.Bytes(Buffer.from('go')), new Uint8Array([103, 111]));
  assert.deepEqual(lib.test.Bytes('go'), new Uint8Array([103, 111]));
  assert.equal(lib.test.Bytes(null), null);
  assert.equal(lib.test.Bool(true), false);
  assert.equal(lib.test.Nothing(), undefined);
  assert.equal(lib.test.PointText(null), 'nil');
  assert.deepEqual(lib.test.Two(1, 'x'), ['x', 1]);
  assert.equal(lib.test.Sum(), 0);
  assert.equal(lib.test.Sum(1, 2n, 3), 6);
});

test('a value of the type any becomes the Go value that one expects', () => {
  const types = [
    [1, 'int'], [1.5, 'float64'], [-0, 'float64'], ['x', 'string'], [true, 'bool'], [null, '<nil>'], [undefined, '<nil>'],
    [2n ** 60n, 'int64'], [2n ** 63n, 'uint64'], [2n ** 64n, '*big.Int'], [new Uint8Array(1), '[]uint8'],
    [new Float64Array(1), '[]float64'], [[1], '[]interface {}'], [{ a: 1 }, 'map[string]interface {}'],
    [new Map([['a', 1]]), 'map[string]interface {}'], [new Map([[1, 1]]), 'map[interface {}]interface {}'],
    [new Date(0), 'time.Time'], [new Error('x'), '*errors.errorString'],
  ];
  for (const [value, name] of types) assert.equal(lib.test.TypeName(value), name);
  assert.equal(lib.test.Any(2n ** 64n), 2n ** 64n);
  assert.deepEqual(lib.test.Any([1, 'x', null]).copy(), [1, 'x', null]);
  assert.equal(lib.test.Any({ a: { b: [1] } }).get('a').get('b')[0], 1);
});

test('an object of JavaScript goes through Go as itself', () => {
  class Own {}
  const own = new Own();
  const call = () => 1;
  const key = Symbol('key');
  assert.equal(lib.test.Any(own), own);
  assert.equal(lib.test.Any(call), call);
  assert.equal(lib.test.Any(key), key);
  const map = lib.new('map[string]any', { own });
  assert.equal(map.get('own'), own);
});

test('times and durations are Dates and nanoseconds', () => {
  assert.deepEqual(lib.test.Day(new Date('2026-02-28T12:00:00.123Z')), new Date('2026-03-01T12:00:00.123Z'));
  assert.deepEqual(lib.test.Day(new Date(-1)), new Date(86399999));
  assert.equal(lib.test.Double(1_500_000_000n), 3_000_000_000n);
  assert.equal(lib.test.Double(1), 2n);
  assert.throws(() => lib.test.Day(new Date(NaN)), /invalid Date/);
  assert.equal(lib.test.Square(2n ** 100n), 2n ** 200n);
});

test('wrong types and counts name the function and the argument', () => {
  const wrong = [
    [() => lib.test.Add('x', 1), /^test\.Add: argument 1: a string for a Go int64$/],
    [() => lib.test.Add(1, null), /^test\.Add: argument 2: null for a Go int64$/],
    [() => lib.test.Add(1), /^test\.Add takes 2 arguments, not 1$/],
    [() => lib.test.Add(1, 2, 3), /^test\.Add takes 2 arguments, not 3$/],
    [() => lib.test.String(5), /^test\.String: argument 1: a number for a Go string$/],
    [() => lib.test.Bool(1), /^test\.Bool: argument 1: a number for a Go bool$/],
    [() => lib.test.SumFloats(5), /^test\.SumFloats: argument 1: a number for a Go \[\]float64$/],
    [() => lib.test.SumFloats([1, 'x']), /^test\.SumFloats: argument 1: \[\]float64: element 1: a string for a Go float64$/],
    [() => lib.test.Numbers([300]), /^test\.Numbers takes 14 arguments, not 1$/],
    [() => lib.test.Keys({ a: 'x' }), /^test\.Keys: argument 1: map\[string\]int64: element a: a string for a Go int64$/],
    [() => lib.test.Keys(new Map([[5, 1]])), /^test\.Keys: argument 1: map\[string\]int64: key 0: a number for a Go string$/],
    [() => lib.test.PointValue({ Tags: ['a', 5] }), /^test\.PointValue: argument 1: main\.Point: field Tags: \[\]string: element 1: a number for a Go string$/],
    [() => lib.test.PointValue({ Z: 1 }), /^test\.PointValue: argument 1: main\.Point has no field Z; it has X, Y/],
    [() => lib.test.Int8({}), /^test\.Int8: argument 1: a Object for a Go int8$/],
  ];
  for (const [call, message] of wrong) {
    assert.throws(call, (error) => error instanceof TypeError && message.test(error.message), call.toString());
  }
  assert.throws(() => lib.func('strings.ToUper'), (error) => error.code === 'GOBRIDGE_E_UNKNOWN_NAME' && /strings\.ToUpper/.test(error.message));
  assert.throws(() => lib.new('map[string'), SyntaxError);
  assert.throws(() => lib.new('nothing.Known'), { code: 'GOBRIDGE_E_UNKNOWN_TYPE' });
  assert.throws(() => lib.new(5), TypeError);
});

test('whole numbers of all sizes are integers, others are none', () => {
  for (let bits = 0; bits < 63; bits++) {
    for (const offset of [-1, 0, 1]) {
      const number = 2 ** bits + offset;
      for (const integer of [number, -number]) {
        const got = lib.test.Quotient(integer, 1);
        assert.equal(Number.isSafeInteger(integer) ? got : Number(got), integer === 0 ? 0 : integer);
        assert.equal(typeof got, Number.isSafeInteger(integer) ? 'number' : 'bigint');
      }
    }
    if (bits < 51) assert.throws(() => lib.test.Quotient(2 ** bits + 0.5, 1), gobridge.GoRangeError);
  }
  assert.equal(lib.test.Quotient(-(2 ** 63), 1), -(2n ** 63n));
  for (const none of [0.5, -0.5, 5e-324, NaN, Infinity, -Infinity, 2 ** 64, -(2 ** 64)]) {
    assert.throws(() => lib.test.Quotient(none, 1), gobridge.GoRangeError, String(none));
  }
});
