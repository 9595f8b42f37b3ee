'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { inspect } = require('node:util');
const { test } = require('node:test');
const { gobridge, lib, library } = require('./helper');

test('texts of all lengths, many at once', () => {
  const lengths = [...Array.from({ length: 3000 }, (_, i) => i % 97), ...Array.from({ length: 20 }, (_, i) => 8180 + i),
    ...Array.from({ length: 20 }, (_, i) => 32_750 + i), 100_000, 0, 1];
  for (const letter of ['a', 'ö', '世', '🎉']) {
    const texts = lengths.map((length) => letter.repeat(length));
    assert.deepEqual(lib.new('[]string', texts).copy(), texts);
    const map = lib.new('map[int64]string', new Map(texts.map((text, i) => [i, text])));
    assert.deepEqual([...map.copy()].sort(([a], [b]) => a - b), texts.map((text, i) => [i, text]));
  }
});

test('a live map is like a Map', () => {
  const map = lib.new('map[string]int64', { a: 1, b: 2 });
  assert.ok(map instanceof gobridge.GoMap);
  assert.equal(map.size, 2);
  assert.equal(map.get('a'), 1);
  assert.equal(map.get('nothing'), undefined);
  assert.equal(map.has('a'), true);
  assert.equal(map.set('c', 2n ** 60n).get('c'), 2n ** 60n);
  assert.equal(map.delete('a'), true);
  assert.equal(map.delete('a'), false);
  assert.deepEqual(map.copy(), new Map([['b', 2], ['c', 2n ** 60n]]));
  assert.deepEqual([...map.keys()].sort(), ['b', 'c']);
  assert.deepEqual([...lib.test.Keys(map)], ['b', 'c']);
  assert.deepEqual([...lib.test.Keys(new Map([['z', 1], ['y', 2]]))], ['y', 'z']);
  map.clear();
  assert.equal(map.size, 0);
  assert.throws(() => map.set(1, 1), /set: a number for a Go string/);
  assert.throws(() => map.set('a', 2n ** 70n), RangeError);
  assert.equal(map.goType, 'map[string]int64');
  assert.equal(inspect(lib.new('map[string]int64', { a: 1 })), 'map[string]int64 map[a:1]');
});

test('a map of many entries is gone through once each, also while it changes', () => {
  const entries = Array.from({ length: 1000 }, (_, i) => [i, String(i)]);
  const map = lib.new('map[int]string', entries);
  assert.deepEqual([...map.keys()].sort((a, b) => a - b), entries.map(([key]) => key));
  let seen = 0;
  for (const [key] of map) {
    map.delete(key);
    seen++;
  }
  assert.ok(seen > 0 && seen <= 1000);
  for (const [key] of map) {
    if (map.size > 0) map.clear();
    assert.equal(typeof key, 'number');
  }
  const nan = lib.new('map[float64]int', [[NaN, 1], [NaN, 2]]);
  assert.equal(nan.size, 2);
  assert.equal(nan.get(NaN), undefined);
});

test('a live slice is like an array', () => {
  const slice = lib.new('[]int64', [1, 2, 3]);
  assert.ok(Array.isArray(slice));
  assert.deepEqual([...slice], [1, 2, 3]);
  assert.deepEqual(slice, [1, 2, 3]);
  assert.equal(slice.push(4, 5), 5);
  assert.equal(slice[4], 5);
  assert.equal(slice[5], undefined);
  assert.equal(slice[-1], undefined);
  assert.equal(slice.at(-1), 5);
  slice[0] = 10n;
  assert.equal(slice.pop(), 5);
  assert.deepEqual(slice.map((n) => n * 2), [20, 4, 6, 8]);
  assert.equal(JSON.stringify(slice), '[10,2,3,4]');
  assert.deepEqual(slice.slice(1, 3), [2, 3]);
  assert.equal(slice.indexOf(3), 2);
  assert.deepEqual(slice.sub(1, 3).copy(), [2, 3]);
  slice.sort((a, b) => a - b);
  assert.deepEqual(slice, [2, 3, 4, 10]);
  assert.deepEqual(slice.splice(1, 2), [3, 4]);
  assert.deepEqual(slice, [2, 10]);
  slice.length = 4;
  assert.deepEqual(slice, [2, 10, 0, 0]);
  assert.throws(() => { slice[9] = 1; }, { code: 'GOBRIDGE_E_INDEX' });
  assert.throws(() => { slice[0] = 'x'; }, TypeError);
  assert.throws(() => { slice.length = -1; }, RangeError);
  assert.equal(0 in slice, true);
  assert.equal(4 in slice, false);
  assert.equal(inspect(slice), '[ 2, 10, 0, 0 ]');
  const itself = lib.new('[]any', [1]);
  itself[0] = itself;
  assert.equal(inspect(itself), '[ [ [ [Array] ] ] ]');
  const strings = lib.strings.Split('a,b', ',');
  assert.deepEqual(strings, ['a', 'b']);
  assert.equal(strings.join('+'), 'a+b');
});

test('slices and TypedArrays share elements', () => {
  const numbers = Float64Array.from({ length: 1000 }, (_, i) => i);
  assert.equal(lib.test.SumFloats(numbers), 499500);
  assert.equal(lib.test.SumFloats(Int32Array.of(1, 2)), 3);
  assert.equal(lib.test.SumFloats([1, 2.5]), 3.5);
  assert.equal(lib.test.SumFloats(new Set([1, 2])), 3);
  const slice = lib.new('[]float64', numbers);
  const view = slice.view();
  assert.ok(view instanceof Float64Array);
  view[0] = 0.5;
  assert.equal(slice[0], 0.5);
  slice[1] = 7;
  assert.equal(view[1], 7);
  assert.equal(slice.view().length, 1000);
  assert.equal(lib.new('[]int32').view().length, 0);
  assert.throws(() => lib.strings.Split('a', ',').view(), TypeError);
});

test('bytes are as they were when they were handed in', () => {
  const detached = new Uint8Array(16).fill(65);
  const shrunk = new Uint8Array(new ArrayBuffer(1 << 24, { maxByteLength: 1 << 24 })).fill(66);
  const takes = {
    get memory() {
      new Uint8Array(structuredClone(detached.buffer, { transfer: [detached.buffer] })).fill(88);
      shrunk.buffer.resize(0);
      return 1;
    },
  };
  const all = lib.new('[]any', [detached, shrunk, takes]);
  assert.equal(detached.length + shrunk.length, 0);
  assert.deepEqual(all[0], new Uint8Array(16).fill(65));
  assert.deepEqual(all[1].subarray(-2), Uint8Array.of(66, 66));

  // These live no longer than a getter's call.
  const made = Array.from({ length: 600 });
  for (const i of made.keys()) Object.defineProperty(made, i, { get: () => new Uint8Array(100_000).fill(i) });
  const copies = lib.test.Apply((copied) => copied, made);
  for (const i of made.keys()) assert.deepEqual([copies[i][0], copies[i][99_999]], [i & 255, i & 255]);
});

test('bytes that Go reads in place stay as they were', () => {
  const described = gobridge.load(path.join(path.dirname(library), 'libdescribed.so'));
  for (const sumTwice of [described.test.SumTwice, described.func('test.SumTwice'), lib.test.SumTwice]) {
    const bytes = new Uint8Array(100_000).fill(1);
    const taken = () => new Uint8Array(structuredClone(bytes.buffer, { transfer: [bytes.buffer] })).fill(88);
    assert.deepEqual(sumTwice(taken, bytes), [100_000, 100_000]);
    assert.equal(bytes.length, 0);
    assert.deepEqual(sumTwice(() => {}, 'a'), [97, 97]);
  }
});

test('TypedArrays are slices of their numbers', () => {
  const lists = (fill) => [
    Int8Array, Int16Array, Int32Array, BigInt64Array, BigInt64Array, Uint8Array, Uint16Array, Uint32Array, BigUint64Array, BigUint64Array, BigUint64Array,
    Float32Array, Float64Array, BigInt64Array,
  ].map((type) => fill(type));
  const two = (type) => (type.name.startsWith('Big') ? type.of(1n, 2n) : type.of(1, 2));
  const shown = `[]time.Duration[${'[1 2] '.repeat(13)}[1ns 2ns]] false`;
  const part = (type) => (type.name.startsWith('Big') ? type.of(9n, 1n, 2n, 9n) : type.of(9, 1, 2, 9)).subarray(1, 3);
  const shared = (type) => { const array = new type(new SharedArrayBuffer(2 * type.BYTES_PER_ELEMENT)); array.set(two(type)); return array; };
  for (const numbers of [lib.test.Numbers, lib.test.NumbersInPlace]) {
    for (const fill of [two, part, shared, (type) => [...two(type)]]) assert.equal(numbers(...lists(fill)), shown);
    assert.equal(numbers(...lists((type) => new type())), `[]time.Duration[${'[] '.repeat(13)}[]] false`);
    const others = [...lists(two).slice(0, 12), Int16Array.of(1, 2), BigInt64Array.of(1n, 2n)];
    assert.equal(numbers(...others), shown); // converted one by one
    assert.throws(() => numbers(...lists(two).slice(0, 13), Float64Array.of(0.5)), /argument 14/);
  }
  assert.equal(lib.test.TypeName(Float32Array.of(1)), '[]float32');
});

test('numbers are as they were when Go got them', async () => {
  const take = (array) => { new Uint8Array(structuredClone(array.buffer, { transfer: [array.buffer] })).fill(88); };
  for (const length of [3, 100_000]) {
    const fresh = () => new Float64Array(length).fill(1);
    let [a, b] = [fresh(), fresh()];
    const between = () => { take(a); take(b); };
    assert.deepEqual(lib.test.SumsTwice(between, a, b), [2 * length, 2 * length]);
    assert.equal(a.length + b.length, 0);

    a = fresh(); // which a getter takes away: no memory of it is looked at before
    assert.equal(lib.test.SumAt(a, { get X() { take(a); return 5; } }), 5);
    assert.equal(lib.test.SumAt(fresh(), { X: 5 }), length + 5);

    a = fresh();
    b = fresh();
    const later = [lib.test.SumFloats.async(a), lib.test.SumsTwice.async(() => {}, a, b)];
    between();
    assert.deepEqual(await Promise.all(later), [length, [2 * length, 2 * length]]);
  }
});

test('numbers are read where they lie where nothing calls back', async () => {
  const script = `
    const assert = require('node:assert/strict');
    const lib = require(${JSON.stringify(path.join(__dirname, '..'))}).load(${JSON.stringify(library)});
    const a = new Float64Array(1000);
    const distance = () => lib.test.Address(1, a.subarray(1)) - lib.test.Address(1, a);
    assert.equal(distance(), 8);
    lib.test.Apply((v) => { assert.notEqual(distance(), 8); return v; }, 1); // it could take a's memory away
    const end = Date.now() + 60_000;
    const wait = () => {
      lib.go.collect();
      if (distance() !== 8 && Date.now() < end) return setTimeout(wait, 10);
      assert.equal(distance(), 8);
      console.log('in place');
    };
    wait();`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.deepEqual([stdout, stderr, status], ['in place\n', '', 0]);
});

test('a live struct has its fields and methods', () => {
  const point = lib.test.NewPoint(3, 4);
  assert.ok(point instanceof gobridge.GoStruct);
  assert.ok(point instanceof lib.type('test.Point'));
  assert.equal(point.X, 3);
  assert.equal(point.Norm(), 5);
  point.Move(1, 1);
  assert.equal(point.X, 4);
  point.X = 10;
  assert.throws(() => { point.X = 'x'; }, TypeError);
  point.Inner.Depth = 7;
  assert.equal(point.Inner.Depth, 7);
  point.Tags.push('pushed');
  assert.deepEqual(point.Tags, ['new']);
  point.Tags = ['a', 'b'];
  assert.deepEqual(point.Tags, ['a', 'b']);
  assert.deepEqual(JSON.parse(JSON.stringify(point)), { X: 10, Y: 5, Label: '', Tags: ['a', 'b'], Inner: { Depth: 7 } });
  assert.equal(lib.test.PointText({ X: 1, Label: 'l', Inner: { Depth: 2 } }), '{1 0 l [] {2}}');
  assert.equal(lib.test.PointValue({ X: 1 }).X, 2);
  assert.equal(lib.test.PointValue(point).X, 11);
  assert.throws(() => lib.test.PointValue({ Z: 1 }), /has no field Z; it has X, Y/);
  assert.equal(inspect(point), '*main.Point &{10 5  [a b] {7}}');
});

test('a class makes structs', () => {
  const Point = lib.type('test.Point');
  const point = new Point({ X: 6, Y: 8 });
  assert.equal(point.Norm(), 10);
  assert.throws(() => new Point({ X: 'x' }), TypeError);
  assert.throws(() => new Point(5), TypeError);
  const builder = new (lib.type('strings.Builder'))();
  assert.equal(builder.WriteString('go'), 2);
  assert.equal(builder.String(), 'go');
  assert.equal(lib.test.Stringer(builder), 'go');
  assert.equal(lib.test.Stringer({ String: () => 'own' }), 'own');
  assert.equal(lib.new('test.Point', { X: 1 }).X, 1);
});

test('values within values', () => {
  assert.equal(lib.test.Nested({ a: [{}, { b: 42 }] }), 42);
  assert.throws(() => lib.test.Nested({ a: [{}, { b: 'x' }] }), /a string for a Go int/);
  const map = lib.new('map[string]map[string]int', { a: { b: 1 } });
  map.get('a').set('c', 2);
  assert.equal(map.get('a').size, 2);
  assert.deepEqual(lib.new('[]test.Point', [{ X: 1 }, { X: 2 }]).map((point) => point.X), [1, 2]);
  const points = lib.new('[]test.Point', [{ X: 1 }]);
  points[0].X = 5;
  assert.equal(points[0].X, 5);
  const number = lib.new('*int64', 5);
  assert.equal(number.value, 5);
  number.value = 6;
  assert.equal(number.value, 6);
  assert.deepEqual(lib.new('[3]int', [1, 2, 3]).copy(), [1, 2, 3]);
  assert.equal(lib.test.TypeName(lib.go.box('time.Duration', 5)), 'time.Duration');
  const circle = {};
  circle.circle = circle;
  assert.throws(() => lib.test.Any(circle), RangeError);
});

test('what is changed by nothing of Go is refused', () => {
  const map = lib.new('map[string]int64');
  const { get } = gobridge.GoMap.prototype;
  assert.throws(() => get.call({}, 'a'), TypeError);
  assert.throws(() => new gobridge.GoMap().get('a'), TypeError);
  assert.throws(() => map.constructor.prototype.get('a'), TypeError);
  const GoClass = map.constructor;
  assert.throws(() => new GoClass(), TypeError);
  const point = lib.test.NewPoint(1, 2);
  assert.throws(() => point.Move.call(map, 1, 1), { code: 'GOBRIDGE_E_UNKNOWN_NAME' });
  assert.throws(() => point.Move.call({}, 1, 1), TypeError);
});

test('functions over columns', () => {
  const { Add, Float32, String: same, Two, Find } = lib.test;
  const a = BigInt64Array.from({ length: 1000 }, (_, i) => BigInt(i));
  const sums = Add.map(a, a);
  assert.ok(sums instanceof BigInt64Array);
  assert.deepEqual(sums, a.map((n) => 2n * n));
  assert.deepEqual(Float32.map(Float32Array.of(0.5, -1)), Float32Array.of(0.5, -1));
  assert.deepEqual(Add.map(new BigInt64Array(), new BigInt64Array()), new BigInt64Array());
  assert.deepEqual(Add.map(a.subarray(5, 7), a.subarray(1, 3)), BigInt64Array.of(6n, 8n));
  assert.deepEqual(Add.map([1, 2], [3, 4]), [4, 6]);
  assert.deepEqual(same.map(['a', 'b']), ['a', 'b']);
  assert.deepEqual(Two.map([1, 2], ['a', 'b']), [['a', 'b'], [1, 2]]);
  assert.throws(() => Add.map(a), { code: 'GOBRIDGE_E_COUNT', message: /2 columns/ });
  assert.throws(() => Add.map(a, a.subarray(1)), { code: 'GOBRIDGE_E_WRONG_TYPE', message: /column 2/ });
  assert.throws(() => Add.map(a, new Float64Array(1000)), { code: 'GOBRIDGE_E_WRONG_TYPE', message: /column 2 is no TypedArray of int64/ });
  assert.throws(() => Add.map([1], [1, 2]), { code: 'GOBRIDGE_E_COUNT' });
  assert.throws(() => Find.map(['']), { name: 'GoError' });
  assert.throws(() => Float32.map.call(lib.test.NewPoint(1, 2), a));
});
