'use strict';
const assert = require('node:assert/strict');
const { setTimeout: delay } = require('node:timers/promises');
const { test } = require('node:test');
const { gobridge, lib } = require('./helper');

const hour = 3600n * 1_000_000_000n;

test('a promise does not hold the event loop up', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const results = await Promise.all(Array.from({ length: 50 }, () => lib.test.Sleep.async(50_000_000n)));
  clearInterval(timer);
  assert.deepEqual(results, new Array(50).fill(7));
  assert.ok(ticks > 0);
});

test('a promise is rejected as the call would throw', async () => {
  await assert.rejects(lib.test.Find.async('k'), (error) => error instanceof gobridge.GoError && error.is(lib.test.ErrNotFound()));
  await assert.rejects(lib.test.Panic.async('boo'), gobridge.errors.GoPanicError);
  await assert.rejects(lib.test.Goexit.async(), gobridge.errors.GoGoexitError);
  await assert.rejects(lib.test.Add.async(1), { code: 'GOBRIDGE_E_COUNT' });
  await assert.rejects(lib.test.Add.async('x', 1), /test\.Add: argument 1: a string for a Go int64/);
});

test('an AbortSignal is a context', async () => {
  assert.equal(await lib.test.Wait.async(null, 1), 'waited');
  const abort = new AbortController();
  const waiting = lib.test.Wait.async(abort.signal, hour);
  setImmediate(() => abort.abort());
  await assert.rejects(waiting, { name: 'AbortError' });
  await assert.rejects(lib.test.Wait.async(AbortSignal.timeout(5), hour), { name: 'TimeoutError' });
  await assert.rejects(lib.test.Wait.async(AbortSignal.abort(), hour), { name: 'AbortError' });
  await assert.rejects(lib.test.Wait.async('signal', 1), /an AbortSignal is wanted/);
  assert.throws(() => lib.test.Wait(AbortSignal.abort(), hour), (error) => error instanceof gobridge.GoError && error.message === 'context canceled');
  assert.equal(lib.test.Wait(null, 1), 'waited');
});

test('methods have promises too', async () => {
  const builder = new (lib.type('strings.Builder'))();
  assert.equal(await builder.async.WriteString('async'), 5);
  assert.equal(await builder.async.String(), 'async');
});

test('channels are async iterables', async () => {
  const seen = [];
  for await (const value of lib.test.Count(100)) seen.push(value);
  assert.deepEqual(seen, Array.from({ length: 100 }, (_, i) => i));

  const chan = lib.new('chan string', 1);
  assert.equal(chan.capacity, 1);
  await chan.send('a');
  assert.equal(chan.length, 1);
  const second = chan.send('b');
  assert.deepEqual(await chan.receive(), { value: 'a', done: false });
  await second;
  assert.deepEqual(await chan.receive(), { value: 'b', done: false });
  const waiting = chan.receive();
  await delay(5);
  await chan.send('c');
  assert.deepEqual(await waiting, { value: 'c', done: false });
  chan.end();
  assert.deepEqual(await chan.receive(), { value: undefined, done: true });
  await assert.rejects(chan.send('d'), gobridge.errors.GoClosedError);
  await assert.rejects(lib.new('chan int').send('x'), TypeError);
  assert.equal(lib.new('chan int', 3n).capacity, 3);
  for (const wrong of ['1', 1.5, NaN, {}, 2n ** 70n, -1]) assert.throws(() => lib.new('chan int', wrong), TypeError);
});

test('a wait for a channel ends with its signal', async () => {
  const chan = lib.new('chan int');
  await assert.rejects(chan.receive({ signal: AbortSignal.timeout(5) }), { name: 'TimeoutError' });
  await assert.rejects(chan.send(1, { signal: AbortSignal.timeout(5) }), { name: 'TimeoutError' });
});

test('sequences are async iterables, and end early', async () => {
  const seen = [];
  for await (const value of lib.test.Seq(1000)) {
    seen.push(value);
    if (value === 4) break;
  }
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  const collected = [];
  lib.test.Seq(3)((value) => collected.push(value) > 0);
  assert.deepEqual(collected, [0, 1, 2]);
  await assert.rejects(async () => {
    for await (const value of lib.test.Add) assert.fail(value);
  }, { code: 'GOBRIDGE_E_WRONG_KIND' });
});
