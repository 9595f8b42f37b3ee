'use strict';
// Calls of Go functions: this package beside a hand-written addon and koffi, in one run. Run it by bench/run.sh.
//   node bench.js LIBRARY ADDON
const [, , libraryPath, addonPath] = process.argv;
const lib = require('..').load(libraryPath);
const hand = require(addonPath);

function koffiFunctions() {
  let koffi;
  try {
    koffi = require('koffi');
  } catch {
    return {}; // it is not here
  }
  const library = koffi.load(libraryPath);
  const free = koffi.disposable('Freed', 'str', library.func('void free(void *text)'));
  return {
    add: library.func('int64_t HandAdd(int64_t a, int64_t b)'),
    upper: ((upper) => (text) => upper(text, Buffer.byteLength(text)))(library.func('HandToUpper', free, ['str', 'size_t'])),
    sum: ((sum) => (column) => sum(column, column.length))(library.func('double HandSum(double *column, size_t n)')),
  };
}

const koffi = koffiFunctions();
const million = Float64Array.from({ length: 1_000_000 }, (_, i) => i);
const ten = million.slice(0, 10);
const map = lib.new('map[string]int64', { a: 1 });
const plain = new Map([['a', 1]]);
const entries = new Map(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]));
const slice = lib.new('[]float64', million);

const rows = [
  ['add(int64, int64)', { gobridge: (add => () => add(20, 22))(lib.bench.Add), 'by hand': () => hand.add(20, 22), koffi: koffi.add && (() => koffi.add(20, 22)) }],
  ['string -> string, 20 bytes', {
    gobridge: (upper => () => upper('the quick brown fox.'))(lib.bench.ToUpper), 'by hand': () => hand.upper('the quick brown fox.'), koffi: koffi.upper && (() => koffi.upper('the quick brown fox.')),
  }],
  ['sum of a million float64', { gobridge: () => lib.bench.Sum(million), 'by hand': () => hand.sum(million), koffi: koffi.sum && (() => koffi.sum(million)) }],
  ['the same of ten', { gobridge: () => lib.bench.Sum(ten), 'by hand': () => hand.sum(ten), koffi: koffi.sum && (() => koffi.sum(ten)) }],
  ['the same of a live slice of a million', { gobridge: () => lib.bench.Sum(slice) }],
  ['map.get, live map[string]int64', { gobridge: () => map.get('a'), Map: () => plain.get('a') }],
  ['a map of 100,000 from a Map', { gobridge: () => lib.new('map[string]int64', entries).close(), Map: () => new Map(entries) }],
];

/** The least nanoseconds that a call took, of rounds of 50 ms. */
function measure(call) {
  let least = Infinity;
  let count = 1;
  for (let round = 0; round < 20; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) call();
    const took = Number(process.hrtime.bigint() - start);
    least = Math.min(least, took / count);
    if (took < 25e6) count *= 4;
  }
  return least;
}

for (const [name, calls] of rows) {
  const figures = Object.entries(calls).filter(([, call]) => call).map(([who, call]) => `${who} ${measure(call).toFixed(0)}`);
  console.log(`${name.padEnd(36)} ns: ${figures.join(', ')}`);
}
