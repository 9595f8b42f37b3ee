'use strict';
// The kinds of Go's types, as reflect numbers them.
const names = `Invalid Bool Int Int8 Int16 Int32 Int64 Uint Uint8 Uint16 Uint32 Uint64 Uintptr Float32 Float64 Complex64 Complex128
Array Chan Func Interface Map Pointer Slice String Struct UnsafePointer`.split(/\s+/);

const kind = Object.freeze(Object.fromEntries(names.map((name, number) => [name, number])));

// The arrays whose memory is that of a slice of a kind. Go's int and uint are of 64 bits here.
const arrays = new Map([
  [kind.Int8, Int8Array], [kind.Int16, Int16Array], [kind.Int32, Int32Array], [kind.Int64, BigInt64Array],
  [kind.Uint8, Uint8Array], [kind.Uint16, Uint16Array], [kind.Uint32, Uint32Array], [kind.Uint64, BigUint64Array],
  [kind.Float32, Float32Array], [kind.Float64, Float64Array],
  [kind.Int, BigInt64Array], [kind.Uint, BigUint64Array], [kind.Uintptr, BigUint64Array],
]);

module.exports = { kind, arrays };
