'use strict';
// What is collected, closed, or lives in another library, worker or process.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setImmediate: turn } = require('node:timers/promises');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const v8 = require('node:v8');
const vm = require('node:vm');
const { gobridge, lib, library } = require('./helper');

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');

/** Collects until as few references are live as wanted, or nothing helps. */
async function settle(wanted) {
  for (let i = 0; i < 50 && lib.go.live() > wanted; i++) {
    gc();
    lib.go.collect();
    await turn();
  }
  return lib.go.live();
}

test('what is closed is refused, and closed again it is not', () => {
  const map = lib.new('map[string]int64', { a: 1 });
  map.close();
  map.close();
  assert.throws(() => map.get('a'), gobridge.errors.GoStaleRefError);
  assert.throws(() => lib.test.Keys(map), gobridge.errors.GoStaleRefError);
  const slice = lib.new('[]int64', [1]);
  slice[Symbol.dispose]();
  assert.throws(() => slice.length, gobridge.errors.GoStaleRefError);
  const adder = lib.test.Adder(1);
  adder.close();
  assert.throws(() => adder(1), gobridge.errors.GoStaleRefError);
  const point = lib.test.NewPoint(1, 2);
  point[Symbol.dispose]();
  assert.throws(() => point.X, gobridge.errors.GoStaleRefError);
  assert.throws(() => point.Norm(), gobridge.errors.GoStaleRefError);
});

test('what JavaScript collects Go frees, and what is made for one call at once', async () => {
  const before = await settle(0);
  for (let i = 0; i < 5000; i++) {
    lib.new('map[string]int64', { a: i });
    lib.test.NewPoint(i, i);
    lib.strings.Split('a,b', ',');
    lib.test.Adder(i);
    lib.strings.Map((rune) => rune, 'a');
  }
  for (let i = 0; i < 100; i++) await lib.test.Wait.async(AbortSignal.timeout(1e6), 1);
  for (let i = 0; i < 100; i++) {
    const stop = new AbortController();
    const received = lib.new('chan int').receive({ signal: stop.signal });
    stop.abort();
    await assert.rejects(received, { name: 'AbortError' });
  }
  assert.ok((await settle(before)) <= before, `${lib.go.live()} references live, ${before} before`);
});

test('what is made for one call the next one frees, also where the event loop does not run', () => {
  const column = Float64Array.from({ length: 1000 }, (_, i) => i);
  lib.go.collect();
  const before = lib.go.live();
  for (let i = 0; i < 1000; i++) {
    assert.equal(lib.test.SumFloats(column), 499_500);
    lib.new('map[string]int64', { a: 1 }).close();
    assert.ok(lib.go.live() <= before + 4, `${lib.go.live()} references live, ${before} before`);
  }
});

test('memory stays flat', async () => {
  const round = async () => {
    for (let i = 0; i < 2000; i++) lib.test.Keys({ a: i, b: i });
    await Promise.all(Array.from({ length: 500 }, (_, i) => lib.strings.ToUpper.async(`text ${i}`)));
    await settle(0);
  };
  for (let i = 0; i < 5; i++) await round();
  const before = process.memoryUsage.rss();
  for (let i = 0; i < 15; i++) await round();
  const grown = process.memoryUsage.rss() - before;
  assert.ok(grown < 32 << 20, `grown by ${grown} bytes`);
});

test('libraries are apart', () => {
  const copy = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'gobridge-')), 'other.so');
  fs.copyFileSync(library, copy);
  const script = `
    const assert = require('node:assert/strict');
    const gobridge = require(${JSON.stringify(path.join(__dirname, '..'))});
    const one = gobridge.load(${JSON.stringify(library)});
    const two = gobridge.load(${JSON.stringify(copy)});
    const map = one.new('map[string]int64', { a: 1 });
    assert.throws(() => two.test.Keys(map), { code: 'GOBRIDGE_E_FORGED_REF' });
    assert.throws(() => two.new('map[string]any', { map }), { code: 'GOBRIDGE_E_FORGED_REF' });
    assert.equal(two.test.Add(1, 2), one.test.Add(2, 1));
    for (let i = 0; i < 2000; i++) for (const lib of [one, two]) lib.new('map[string]int64', { a: i }).close();
    console.log('apart');`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  fs.rmSync(path.dirname(copy), { recursive: true });
  assert.deepEqual([stdout, stderr, status], ['apart\n', '', 0]);
});

test('what is no library is refused, and the same library is the same object', () => {
  assert.equal(gobridge.load(path.join(path.dirname(library), '.', path.basename(library))), lib);
  assert.throws(() => gobridge.load('/nothing/here.so'), { code: 'ERR_DLOPEN_FAILED' });
  assert.throws(() => gobridge.load(path.join(__dirname, '..', 'build', 'Release', 'gobridge.node')), /is no gobridge library/);
  assert.throws(() => gobridge.load(5), TypeError);
  assert.throws(() => gobridge.load('a\0b'), TypeError);
});

function inWorker(code) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(`
      const { parentPort } = require('node:worker_threads');
      const gobridge = require(${JSON.stringify(path.join(__dirname, '..'))});
      const lib = gobridge.load(${JSON.stringify(library)});
      ${code}`, { eval: true });
    let message;
    worker.on('message', (value) => {
      message = value;
      if (value === 'terminate') worker.terminate();
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve(message));
  });
}

test('workers have values, callbacks and promises of their own', async () => {
  const code = `(async () => {
    const map = lib.new('map[string]int64', { a: 1 });
    const sum = await lib.test.Parallel.async(10, async (i) => i);
    parentPort.postMessage([map.get('a'), sum, lib.strings.Map((rune) => rune + 1, 'HAL')]);
  })();`;
  assert.deepEqual(await Promise.all([inWorker(code), inWorker(code), inWorker(code)]), new Array(3).fill([1, 45, 'IBM']));
});

test('a worker may end while Go runs, calls it, or has its functions', async () => {
  const ends = [
    "lib.test.Sleep.async(100_000_000n); parentPort.postMessage('terminate');",
    "lib.test.Sleep.async(50_000_000n); setImmediate(() => process.exit());",
    "lib.test.Parallel.async(10, () => new Promise(() => {})); setTimeout(() => parentPort.postMessage('terminate'), 20);",
    "lib.test.Parallel.async(10, () => { process.exit(); });",
    "lib.test.Apply(() => { process.exit(); }, 1);",
    "globalThis.kept = lib.new('map[string]any', { f: () => 1 });",
  ];
  await Promise.all(ends.map(inWorker));
  assert.equal(await lib.test.Parallel.async(3, (i) => i), 3);
});

test('a worker may end at any moment of making values', async () => {
  const code = "parentPort.postMessage('terminate'); for (;;) lib.test.Any({ point: lib.test.NewPoint(1, 2), f: lib.test.Adder(1), list: [() => 1] });";
  for (let i = 0; i < 10; i++) await Promise.all([inWorker(code), inWorker(code)]);
  assert.equal(lib.test.Add(1, 2), 3);
});

test('a process may end while Go runs, calls it, or has its functions', () => {
  const ends = [
    'lib.test.Sleep.async(1_000_000_000n); setImmediate(() => process.exit(0));',
    'lib.test.Parallel.async(10, () => new Promise(() => {})); setTimeout(() => process.exit(0), 20);',
    'lib.test.Parallel.async(10, () => { process.exit(0); });',
    'lib.test.Apply(() => { process.exit(0); }, 1);',
    "globalThis.kept = lib.new('map[string]any', { f: () => 1 }); lib.test.Count(1e9);",
  ];
  for (const end of ends) {
    const script = `const lib = require(${JSON.stringify(path.join(__dirname, '..'))}).load(${JSON.stringify(library)}); ${end}`;
    const { status, signal, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 20_000 });
    assert.deepEqual([status, signal, stderr], [0, null, ''], end);
  }
});

test('the event loop ends when no promise is left', () => {
  const script = `const lib = require(${JSON.stringify(path.join(__dirname, '..'))}).load(${JSON.stringify(library)});
    lib.test.Sleep.async(10_000_000n).then(() => console.log('done'));`;
  const { stdout, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 20_000 });
  assert.deepEqual([stdout, status], ['done\n', 0]);
});
