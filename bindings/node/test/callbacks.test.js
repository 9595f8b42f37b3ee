'use strict';
const assert = require('node:assert/strict');
const { setTimeout: delay } = require('node:timers/promises');
const { Readable, Writable } = require('node:stream');
const { test } = require('node:test');
const { gobridge, lib } = require('./helper');

test('Go calls JavaScript functions', () => {
  assert.equal(lib.strings.Map((rune) => rune + 1, 'HAL'), 'IBM');
  assert.equal(lib.test.Apply((value) => value * 2, 21), 42);
  assert.equal(lib.test.Apply((value) => value, 'x'), 'x');
  assert.equal(lib.test.Apply(() => undefined, 1), null);
  assert.equal(lib.test.Adder(40)(2), 42);
  assert.equal(lib.test.Apply(lib.test.Any, 5), 5);
});

test('exceptions go through Go and come back as the cause', () => {
  const own = new RangeError('own');
  const error = (() => {
    try {
      return lib.test.Wrapped(() => { throw own; });
    } catch (caught) {
      return caught;
    }
  })();
  assert.ok(error instanceof gobridge.GoError);
  assert.equal(error.message, 'wrapped: own');
  assert.equal(error.cause, own);
  assert.throws(() => lib.test.Apply(() => { throw own; }, 1),
    (panic) => panic instanceof gobridge.errors.GoPanicError && panic.cause === own && /own/.test(panic.message));
  assert.throws(() => lib.test.Wrapped(() => lib.test.Find('k')),
    (through) => through.is(lib.test.ErrNotFound()) && through.message === 'wrapped: find "k": not found');
  assert.throws(() => lib.test.Wrapped(() => { throw { toString() { throw new Error('no text'); } }; }), /a JavaScript exception/);
  assert.throws(() => lib.test.Wrapped(() => { throw null; }), /wrapped: null/);
});

test('objects implement interfaces with many methods', () => {
  const names = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];
  const object = { tenth: () => 'ten', Eleventh: (text, n) => text.repeat(n) };
  names.forEach((name, index) => {
    object[name] = (n) => n * (index + 1);
  });
  const [all, text] = lib.test.UseWide(object, 2);
  assert.deepEqual(all.copy(), names.map((_, index) => 2 * (index + 1)));
  assert.equal(text, 'tenten');
  const own = new Error('own');
  assert.throws(() => lib.test.UseWide({ ...object, ninth() { throw own; } }, 1), (error) => error.cause === own);
  assert.throws(() => lib.test.UseWide({ ...object, third: undefined }, 1), /argument 1: a Object for a Go main\.Wide/);
});

test('what a callback gives must fit', () => {
  assert.throws(() => lib.strings.Map(() => 'x', 'a'), /a callback's result: a string for a Go int32/);
  assert.throws(() => lib.strings.Map(() => 2 ** 40, 'a'), /does not fit/);
  assert.throws(() => lib.strings.Map('x', 'a'), TypeError);
  assert.throws(() => lib.strings.Map(async (rune) => rune, 'a'), /use \.async/);
});

test('goroutines call JavaScript, which may take its time', async () => {
  assert.equal(await lib.test.Parallel.async(100, (i) => i), 4950);
  assert.equal(await lib.test.Parallel.async(100, async (i) => {
    await delay(1);
    return i;
  }), 4950);
  const own = new Error('own');
  await assert.rejects(lib.test.Parallel.async(3, () => { throw own; }), (error) => error.cause === own);
  await assert.rejects(lib.test.Parallel.async(3, () => Promise.reject(own)), (error) => error.cause === own);
  await assert.rejects(lib.test.Parallel.async(3, () => 'x'), /a callback's result: a string for a Go int/);
});

test('a synchronous call that waits for its own thread fails', () => {
  assert.throws(() => lib.test.Parallel(1, (i) => i), /use \.async/);
});

test('a promise with a then of its own harms no one', async () => {
  assert.equal(await lib.test.Parallel.async(3, (i) => {
    const promise = Promise.resolve(i);
    promise.then = (resolve) => {
      resolve(1);
      resolve(1);
    };
    return promise;
  }), 3);
});

test('streams', async () => {
  assert.equal(lib.test.ReadAll('text'), 'text');
  assert.equal(lib.test.ReadAll(new Uint8Array([103, 111])), 'go');
  assert.equal(lib.test.ReadAll(['a', '', 'b']), 'ab');
  const long = 'x'.repeat(100_000);
  assert.equal(await lib.test.ReadAll.async(Readable.from([long, long])), long + long);
  assert.equal(await lib.test.ReadAll.async(new Blob(['blob']).stream()), 'blob');
  assert.throws(() => lib.test.ReadAll(Readable.from(['a'])), /use \.async/);
  await assert.rejects(lib.test.ReadAll.async(Readable.from([5])), /gives strings or bytes/);
  assert.throws(() => lib.test.ReadAll(5), TypeError);

  let read = '';
  for await (const chunk of lib.test.Reader('hello'.repeat(50_000))) read += Buffer.from(chunk);
  assert.equal(read, 'hello'.repeat(50_000));
  assert.deepEqual(await lib.test.Reader('stream').toReadable().toArray(), [Buffer.from('stream')]);

  const chunks = [];
  assert.equal(await lib.test.WriteTo.async(new Writable({ write: (chunk, _, done) => { chunks.push(String(chunk)); done(); } }), 'written'), 7);
  assert.deepEqual(chunks, ['written']);
  assert.equal(lib.test.WriteTo((bytes) => chunks.push(Buffer.from(bytes).toString()), 'sync'), 4);
  assert.deepEqual(chunks, ['written', 'sync']);
});

test('recursion between the languages ends with an exception', () => {
  const recurse = (n) => lib.test.Apply(recurse, n + 1);
  assert.throws(() => recurse(0), (error) => error instanceof Error);
  assert.equal(lib.test.Add(1, 1), 2);
});
