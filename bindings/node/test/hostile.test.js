'use strict';
// Whatever is handed in gets an answer or an exception, never the process.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { lib } = require('./helper');

function throwing() {
  throw new Error('a trap');
}

function revoked() {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

function detached() {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function closed() {
  const map = lib.new('map[string]int64');
  map.close();
  return map;
}

/** A map of whose keys each is added to it while it is read. */
function growing() {
  const map = lib.new('map[string]int64', { a: 1 });
  return { [Symbol.iterator]: () => { map.set(String(map.size), 1); return map[Symbol.iterator](); } };
}

const deep = (() => {
  let value = null;
  for (let i = 0; i < 20_000; i++) value = [value];
  return value;
})();

const rejected = Promise.reject(new Error('r'));
rejected.catch(() => {});

const junk = () => [
  undefined, null, true, 0, -0, 1.5, NaN, Infinity, -(2 ** 31), 2 ** 53, 2 ** 64, 1e308, 0n, -1n, 2n ** 64n, -(2n ** 63n), 2n ** 4000n, '', 'text', '\ud800\udc00\ud800', 'x'.repeat(70_000),
  Symbol('s'), {}, { X: 1 }, { X: 'x' }, { length: -1 }, [], [1, 'x', null], new Array(1000), Object.freeze([1]), new Map([[NaN, 1], [NaN, 2]]), new Set([1]), new Date(), new Date(NaN),
  new Error('e'), new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing }), revoked(), detached(), closed(), growing(), deep, new Uint8Array(3), new Float64Array(2),
  new DataView(new ArrayBuffer(3)), new SharedArrayBuffer(4), new Uint8Array(new SharedArrayBuffer(4)), () => 1, throwing, async () => 1, class A {}, rejected,
  { [Symbol.iterator]: throwing }, { [Symbol.iterator]: () => ({ next: throwing }) }, { get X() { return throwing(); } }, { then: throwing }, { toString: throwing, valueOf: throwing },
  lib.test.NewPoint(1, 2), lib.new('[]int64', [1]), lib.new('map[string]int64'), lib.new('chan int'), lib.test.Adder(1), lib.strings.ToUpper, lib, lib.go, globalThis, new WeakMap(), /x/, Object.create(null),
];

// Beside what waits, or ends a goroutine for good.
const left = new Set(['Serve', 'Wait', 'Sleep', 'Parallel', 'Goexit', 'Double']);

test('functions of every shape take whatever there is, or refuse it', () => {
  let seed = 1;
  const random = (n) => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  let taken = 0;
  let refused = 0;
  const tries = (call) => {
    try {
      call();
      taken++;
    } catch (error) {
      assert.ok(error instanceof Error, String(error));
      refused++;
    }
  };
  for (const [name, fn] of [...Object.entries(lib.test), ...Object.entries(lib.strings)]) {
    if (left.has(name)) continue;
    for (const value of junk()) tries(() => fn(value));
    for (let i = 0; i < 60; i++) {
      const values = junk();
      const args = Array.from({ length: random(4) }, () => values[random(values.length)]);
      if (name === 'Repeat' && !(typeof args[1] === 'number' && args[1] < 1000)) continue;
      tries(() => fn(...args));
    }
  }
  for (const type of ['int8', '[]string', 'map[any]any', '[]any', '*int', 'test.Point', '[2]int', 'chan int', 'func(int) int', 'error', 'complex128', 'time.Duration']) {
    for (const value of junk()) {
      tries(() => lib.new(type, value));
      tries(() => lib.go.box(type, value));
    }
  }
  for (const target of [lib.test.NewPoint(1, 2), lib.new('[]int64', [1]), lib.new('map[any]any'), lib.new('chan int', 3)]) {
    for (const value of junk()) {
      for (const name of ['get', 'set', 'has', 'delete', 'push', 'sub', 'fill', 'concat', 'Move', 'equals', 'forEach']) {
        if (typeof target[name] === 'function') tries(() => target[name](value, value));
      }
      tries(() => { target.X = value; });
      tries(() => { target.Tags = value; });
      tries(() => { if (typeof value !== 'number' || value < 1e6) target.length = value; });
      tries(() => { target[value] = value; });
      tries(() => target[value]);
    }
  }
  assert.ok(taken > 500 && refused > 1000, `${taken} taken, ${refused} refused`);
  assert.equal(lib.test.Add(1, 2), 3);
});
