'use strict';
// JavaScript values for Go: what the addon leaves over. Each gives an object that names a Go value; one that is made here is
// for one call.
const { types } = require('node:util');
const { GoError } = require('./errors');
const { kind } = require('./kinds');
const { targets } = require('./slice');
const { readFunction, writeFunction } = require('./stream');

function plainObject(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function describeValue(value) {
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? 'a BigInt' : `a ${typeof value}`;
  return Array.isArray(value) ? 'an array' : `a ${value.constructor?.name ?? 'object'}`;
}

class Encoder {
  constructor(library) {
    this.library = library;
    this.core = library.core;
    this.contexts = new WeakMap(); // by signal
  }

  /** The hook of the addon: an object for a value of a type. */
  encode(id, value, where) {
    if (typeof value === 'object' && value !== null) {
      const target = targets.get(value);
      if (target !== undefined) return target;
      if (value instanceof GoError) return value.value;
    }
    const type = this.library.describe(id);
    let made;
    try {
      made = this.encodeKind(type, value);
    } catch (failure) {
      throw this.library.within(where, failure);
    }
    if (made !== undefined) return made;
    throw this.library.error('WRONG_TYPE', `${where}: ${describeValue(value)} for a Go ${type.name}`);
  }

  encodeKind(type, value) {
    const object = typeof value === 'object';
    switch (type.kind) {
      case kind.Interface:
        return type.methods === 0 ? this.any(value) : this.iface(type, value);
      case kind.Slice:
        return object ? this.slice(type.id, value) : undefined;
      case kind.Array:
        return object ? this.slice(this.core.sliceOf(type.elem), value) : undefined;
      case kind.Map:
        return object ? this.map(type.id, value) : undefined;
      case kind.Struct:
        return this.struct(type, value);
      case kind.Pointer:
        return this.pointer(type, value);
      case kind.Func:
        return typeof value === 'function' ? this.core.callback(type.id, value) : undefined;
      default:
        return undefined;
    }
  }

  /** For the type any. */
  any(value) {
    const { core, library } = this;
    if (typeof value === 'bigint') return core.fromText(library.typeNumber('*big.Int'), String(value));
    if (typeof value !== 'object') return core.foreign({ value });
    if (value instanceof Date) return core.fromTime(this.time(value));
    if (types.isNativeError(value)) return library.errorFor(value);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return this.slice(library.typeNumber(library.elementOf(value)), value);
    if (Array.isArray(value)) return this.slice(library.typeNumber('[]any'), value);
    if (value instanceof Map) {
      const strings = [...value.keys()].every((key) => typeof key === 'string');
      return this.map(library.typeNumber(strings ? 'map[string]any' : 'map[any]any'), value);
    }
    if (plainObject(value)) return this.map(library.typeNumber('map[string]any'), value);
    return core.foreign({ value });
  }

  /** An interface with methods. */
  iface(type, value) {
    const { core, library } = this;
    if (type.name === 'error') return types.isNativeError(value) ? library.errorFor(value) : undefined;
    if (type.name === 'context.Context') return this.context(value);
    if (type.name === 'io.Reader') {
      const read = readFunction(value);
      if (read !== null) return core.reader(read);
    }
    if (type.name === 'io.Writer') {
      const write = writeFunction(value);
      if (write !== null) return core.writer(write);
    }
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
    const methods = library.methods(type.id);
    const functions = methods.map(({ name }) => {
      const method = typeof value[name] === 'function' ? value[name] : value[name[0].toLowerCase() + name.slice(1)];
      return typeof method === 'function' ? method.bind(value) : undefined;
    });
    if (functions.includes(undefined)) return undefined;
    return core.implement(type.id, methods.map((method) => method.type), functions);
  }

  /** The context of a signal: the same one each time, so that a signal that lives long keeps but one. */
  context(value) {
    if (!(value instanceof AbortSignal)) return undefined;
    const { core } = this;
    let context = this.contexts.get(value);
    if (context === undefined) {
      context = core.contextNew();
      this.contexts.set(value, context);
      if (value.aborted) {
        core.contextCancel(context);
      } else {
        value.addEventListener('abort', () => core.contextCancel(context), { once: true });
      }
    }
    return context;
  }

  slice(id, value) {
    const { core, library } = this;
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      if (library.elementOf(value, library.describe(library.describe(id).elem)) !== undefined) return core.sliceFrom(id, value, true);
      return core.sliceFrom(id, Array.from(value), true);
    }
    if (Array.isArray(value)) return core.sliceFrom(id, value, true);
    if (typeof value[Symbol.iterator] === 'function') return core.sliceFrom(id, [...value], true);
    return undefined;
  }

  map(id, value) {
    const [keys, elements] = this.entries(value) ?? [];
    return keys === undefined ? undefined : this.core.mapFrom(id, keys, elements, true);
  }

  /** The keys and the elements of a Map, of an iterable of pairs, or of an object. */
  entries(value) {
    if (value instanceof Map) return [[...value.keys()], [...value.values()]];
    if (Array.isArray(value) || typeof value[Symbol.iterator] === 'function') {
      const pairs = [...value];
      if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) return undefined;
      return [pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1])];
    }
    return [Object.keys(value), Object.values(value)];
  }

  struct(type, value) {
    const { core } = this;
    if (type.name === 'time.Time') return value instanceof Date ? core.fromTime(this.time(value)) : undefined;
    if (type.name === 'big.Int') return this.bigInt(this.core.pointerTo(type.id), value);
    if (typeof value !== 'object') return undefined;
    const fields = new Map(this.library.fields(type.id).map((field) => [field.name, field]));
    const names = Object.keys(value);
    const known = names.map((name) => {
      const field = fields.get(name);
      if (field === undefined) throw this.library.error('UNKNOWN_NAME', `${type.name} has no field ${name}; it has ${[...fields.keys()].join(', ')}`);
      return field;
    });
    return core.structFrom(type.id, known.map((field) => field.index), known.map((field) => field.type), names, names.map((name) => value[name]));
  }

  pointer(type, value) {
    const elem = this.library.describe(type.elem);
    if (elem.name === 'big.Int') return this.bigInt(type.id, value);
    if (elem.kind === kind.Struct) return this.struct(elem, value);
    if (elem.kind === kind.Interface) return undefined;
    const variable = this.core.structFrom(elem.id, [], [], [], []);
    this.core.store(variable, elem.id, value);
    return variable;
  }

  bigInt(id, value) {
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return undefined;
    return this.core.fromText(id, String(value));
  }

  time(date) {
    const ms = date.getTime();
    if (Number.isNaN(ms)) throw this.library.error('ARGUMENT', 'an invalid Date');
    return ms;
  }
}

module.exports = { Encoder };
