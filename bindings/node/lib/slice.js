'use strict';
// Live Go slices and arrays: proxies of arrays, so that all that takes an array takes them.
const { inspect } = require('node:util');
const { arrays, kind } = require('./kinds');
const { info } = require('./value');

const indexes = /^(?:0|[1-9]\d{0,15})$/;

// The object that names the Go slice, by its proxy.
const targets = new WeakMap();

/** What a slice has beside what an array has. Each is called with the proxy's target. */
const extras = {
  /** Releases it now. */
  close(slice) {
    slice.library.core.close(slice.target);
  },
  /** A copy, as an array. */
  copy(slice) {
    const { core } = slice.library;
    return core.sliceRead(slice.target, slice.type.elem, 0, core.sliceLen(slice.target));
  },
  /** A slice of some of the elements that shares the memory: Go's s[low:high]. */
  sub(slice, low, high = slice.library.core.sliceLen(slice.target)) {
    return slice.library.core.sliceSub(slice.target, slice.type.id, low, high);
  },
  /** Go's own memory as a TypedArray, of a slice of numbers. Go's appending may leave it behind. */
  view(slice) {
    const typed = arrays.get(slice.elem.kind);
    if (typed === undefined) throw new TypeError(`a ${slice.type.name} has no TypedArray`);
    return new typed(slice.library.core.sliceView(slice.target));
  },
};

function element({ library, target, type, elem }, index) {
  const { core } = library;
  if (!(index >= 0 && index < core.sliceLen(target))) return undefined;
  // What has parts of its own is given by its address, so that the parts can be set.
  if (elem.kind === kind.Struct && !library.converts(type.elem) && type.kind === kind.Slice) return core.sliceAt(target, index);
  return core.sliceGet(target, type.elem, index);
}

function setLength({ library, target, type, elem }, length) {
  const { core } = library;
  const old = core.sliceLen(target);
  if (!Number.isInteger(length) || length < 0) throw new RangeError('Invalid array length');
  if (length <= old) {
    if (length < old) core.sliceCut(target, 0, length);
  } else {
    core.sliceAppend(target, type.elem, new Array(length - old).fill(library.zero(elem)));
  }
}

const handler = {
  get(target, name, proxy) {
    const slice = target[info];
    if (typeof name === 'string') {
      if (indexes.test(name)) return element(slice, Number(name));
      if (name === 'length') return slice.library.core.sliceLen(target);
      if (name === 'goType') return slice.type.name;
      if (Object.hasOwn(extras, name)) return (...args) => extras[name](slice, ...args);
      if (name === 'toString') return () => slice.library.core.print(target);
    } else if (name === Symbol.iterator) {
      return () => iterate(slice);
    } else if (name === Symbol.dispose) {
      return () => extras.close(slice);
    }
    return Reflect.get(Array.prototype, name, proxy);
  },
  set(target, name, value) {
    const slice = target[info];
    const { core } = slice.library;
    if (name === 'length') {
      setLength(slice, value);
      return true;
    }
    if (typeof name !== 'string' || !indexes.test(name)) throw new TypeError(`a Go slice has no property ${String(name)}`);
    const index = Number(name);
    if (index === core.sliceLen(target)) {
      core.sliceAppend(target, slice.type.elem, [value]);
    } else {
      core.sliceSet(target, slice.type.elem, index, value);
    }
    return true;
  },
  has(target, name) {
    if (typeof name === 'string' && indexes.test(name)) return Number(name) < target[info].library.core.sliceLen(target);
    return name in Array.prototype;
  },
  // Array's own methods delete what they have moved, and set the length next.
  deleteProperty: () => true,
  ownKeys(target) {
    const length = target[info].library.core.sliceLen(target);
    return [...Array.from({ length }, (_, i) => String(i)), 'length'];
  },
  getOwnPropertyDescriptor(target, name) {
    const slice = target[info];
    if (name === 'length') {
      return { value: slice.library.core.sliceLen(target), writable: true, enumerable: false, configurable: false };
    }
    if (typeof name !== 'string' || !indexes.test(name)) return undefined;
    const value = element(slice, Number(name));
    if (value === undefined) return undefined;
    return { value, writable: true, enumerable: true, configurable: true };
  },
  defineProperty(target, name, descriptor) {
    if (!('value' in descriptor)) return false;
    return handler.set(target, name, descriptor.value);
  },
  preventExtensions: () => false,
  setPrototypeOf: () => false,
};

/** The elements, read some at a time; what is changed meanwhile may be seen or not. */
function* iterate(slice) {
  for (let i = 0; ; ) {
    const { core } = slice.library;
    const count = Math.min(256, core.sliceLen(slice.target) - i);
    if (count <= 0) return;
    if (slice.elem.kind === kind.Struct) {
      yield element(slice, i++);
    } else {
      yield* core.sliceRead(slice.target, slice.type.elem, i, count);
      i += count;
    }
  }
}

/** Node shows what is behind a proxy, which is empty. */
function inspectSlice(depth, options) {
  const slice = targets.get(this)[info];
  if (slice.library.core.isClosed(slice.target)) return `${slice.type.name} (closed)`;
  return inspect(extras.copy(slice), { ...options, depth });
}

/** What makes a target for slices or arrays of a type. */
function sliceClass(library, type, internal) {
  const elem = library.describe(type.elem);
  return function GoSlice(token) {
    if (token !== internal) throw new TypeError(`make a ${type.name} with lib.new`);
    const target = [];
    Object.defineProperty(target, info, { value: { library, target, type, elem }, configurable: true });
    Object.defineProperty(target, inspect.custom, { value: inspectSlice, configurable: true });
    return target;
  };
}

/** The proxy of a target that names a slice. */
function sliceProxy(target) {
  const proxy = new Proxy(target, handler);
  targets.set(proxy, target);
  return proxy;
}

module.exports = { sliceClass, sliceProxy, targets };
