'use strict';
// A loaded library: its types and their classes, and what the addon asks of JavaScript.
const { GoChan } = require('./chan');
const { Encoder } = require('./encode');
const { classes, errorOf, GobridgeError, GoError } = require('./errors');
const { arrays, kind } = require('./kinds');
const { GoMap } = require('./map');
const { sliceClass, sliceProxy } = require('./slice');
const { readerMethods, writerMethods } = require('./stream');
const { defineFields, GoPointer, GoStruct } = require('./struct');
const { GoValue, info, lib } = require('./value');

const addon = require('./addon');

// What a class's constructor gets from the addon, and from no one else.
const internal = Object.freeze({});

const { then } = Promise.prototype;

// How many exceptions that went through Go are kept, to be found again as the causes of errors.
const KEPT = 16;

class Library {
  constructor(path) {
    this.numbers = new Map(); // of types, by expression
    this.about = []; // types, by number
    this.classes = []; // and what their objects are
    this.converters = []; // and what else is made of these
    this.thrown = [];
    this.hooks = [
      (...failure) => this.failed(...failure),
      (id) => this.prepare(id),
      (id, object) => this.converters[id](object),
      (id, value, where) => this.encoder.encode(id, value, where),
      (exception) => this.errorFor(exception),
      (promise, resolve, reject) => then.call(promise, resolve, reject),
    ];
    this.core = addon.load(path, this.hooks, internal);
    this.encoder = new Encoder(this);
    this.functions = functionPrototype(this);
  }

  // ---- errors ----

  error(name, message) {
    const words = name.split('_').map((word) => word[0] + word.slice(1).toLowerCase());
    return new classes[`Go${words.join('')}Error`](message);
  }

  /** The hook of the addon: the error of a status. C's names mean nothing here: a call has the function's instead. */
  failed(status, message, goStack, what, failure) {
    const own = message.replace(/^gobridge_\w+: /, what === '' ? '' : `${what}: `)
      .replace(/args\[(\d+)\]/, (_, index) => `argument ${Number(index) + 1}`);
    const error = errorOf(status, own, goStack);
    Error.captureStackTrace(error, this.hooks[0]);
    const cause = failure === undefined ? undefined : this.causeOf(failure);
    if (cause !== undefined) error.cause = cause;
    return error;
  }

  /** A failure to convert a part of a value, with where the value is. */
  within(where, failure) {
    if (!(failure instanceof classes.GoWrongTypeError || failure instanceof classes.GoRangeError || failure instanceof classes.GoUnknownNameError)) return failure;
    const { message, stack } = failure;
    failure.message = `${where}: ${message}`;
    failure.stack = stack.replace(message, () => failure.message);
    return failure;
  }

  /** The Go error that an exception becomes. */
  errorFor(exception) {
    if (exception instanceof GoError && exception.library === this) return exception.value;
    let message = 'a JavaScript exception';
    try {
      message = exception instanceof Error ? exception.message || exception.name : String(exception);
    } catch {
      // it has no text
    }
    const error = this.core.errorNew(message);
    this.thrown.push({ error, exception });
    if (this.thrown.length > KEPT) this.core.close(this.thrown.shift().error);
    return error;
  }

  /** The exception that a Go error is, or wraps. */
  causeOf(error) {
    return this.thrown.findLast((entry) => this.core.errorIs(error, entry.error))?.exception;
  }

  // ---- types ----

  typeNumber(expression) {
    if (typeof expression === 'function' && expression.prototype?.[info] !== undefined) return expression.prototype[info].id;
    let id = this.numbers.get(expression);
    if (id === undefined) {
      if (typeof expression !== 'string') throw this.error('WRONG_TYPE', 'a type is a string or a class');
      id = this.core.parse(expression);
      this.numbers.set(expression, id);
    }
    return id;
  }

  describe(id) {
    return (this.about[id] ??= this.core.describe(id));
  }

  /** The exported fields of a struct type. */
  fields(id) {
    const type = this.describe(id);
    type.fieldList ??= Array.from({ length: type.fields }, (_, index) => ({ index, ...this.core.field(id, index) }))
      .filter((field) => field.exported);
    return type.fieldList;
  }

  methods(id) {
    const type = this.describe(id);
    type.methodList ??= Array.from({ length: type.methods }, (_, index) => this.core.methodOf(id, index));
    return type.methodList;
  }

  /** The Go slice type of a TypedArray, or with an element type whether its memory is such elements'. */
  elementOf(array, elem) {
    for (const [number, type] of arrays) {
      if (array instanceof type && (elem === undefined || elem.kind === number)) {
        return `[]${Object.keys(kind).find((name) => kind[name] === number).toLowerCase()}`;
      }
    }
    return elem === undefined ? '[]any' : undefined;
  }

  zero(type) {
    if (type.kind === kind.Bool) return false;
    if (type.kind === kind.String) return '';
    if (type.kind === kind.Struct) return type.name === 'time.Time' ? new Date(-62135596800000) : {};
    if (type.kind === kind.Array) return new Array(type.len).fill(this.zero(this.describe(type.elem)));
    return type.kind >= kind.Int && type.kind <= kind.Float64 ? 0 : null;
  }

  // ---- classes ----

  /** Whether values of a type become something else than live objects. */
  converts(id) {
    this.classOf(id);
    return this.converters[id] !== undefined;
  }

  prepare(id) {
    this.classOf(id);
    return true;
  }

  classOf(id) {
    if (this.classes[id] !== undefined) return this.classes[id];
    const type = this.describe(id);
    const converter = this.converterOf(type);
    const made = this.makeClass(type);
    this.classes[id] = made;
    if (converter !== undefined) this.converters[id] = converter;
    this.core.setClass(id, made, converter !== undefined);
    return made;
  }

  /** What becomes of an object that names a value of a type; undefined where it stays. */
  converterOf(type) {
    const { core } = this;
    const consume = (convert) => (object) => {
      const value = convert(object);
      core.close(object);
      return value;
    };
    const isError = this.methods(type.id).some((method) => method.name === 'Error' && this.describe(method.type).name === 'func() string');
    if (isError && type.kind !== kind.Interface) {
      return (object) => {
        const error = new GoError(this, object, core.errorMessage(object));
        Error.captureStackTrace(error, this.hooks[2]);
        const cause = this.causeOf(object);
        if (cause !== undefined) error.cause = cause;
        return error;
      };
    }
    if (type.name === 'time.Time') return consume((object) => new Date(core.toTime(object)));
    if (type.name === 'time.Duration') return consume((object) => BigInt(core.get(object)));
    if (type.name === '*big.Int') return consume((object) => BigInt(core.toText(object)));
    if (type.packagePath.endsWith('bridge/internal/callback') && type.name === 'callback.Foreign') {
      return consume((object) => core.foreignObject(object)?.value);
    }
    if (type.kind === kind.Func) return (object) => Object.setPrototypeOf(object, this.functions);
    if (this.sliceLike(type)) {
      if (type.kind === kind.Slice && this.describe(type.elem).kind === kind.Uint8 && type.named) return consume((object) => core.get(object));
      return sliceProxy;
    }
    if ((type.kind >= kind.Bool && type.kind <= kind.Float64) || type.kind === kind.String) return consume((object) => core.get(object));
    return undefined;
  }

  sliceLike(type) {
    if (type.kind === kind.Pointer) return this.describe(type.elem).kind === kind.Array;
    return type.kind === kind.Slice || type.kind === kind.Array;
  }

  makeClass(type) {
    if (type.kind === kind.Func) return undefined;
    if (this.sliceLike(type)) {
      const elem = type.kind === kind.Pointer ? this.describe(type.elem).elem : type.elem;
      return sliceClass(this, { ...type, elem }, internal);
    }
    const pointed = type.kind === kind.Pointer ? this.describe(type.elem) : undefined;
    const struct = type.kind === kind.Struct ? type : pointed?.kind === kind.Struct ? pointed : undefined;
    const base = struct !== undefined ? GoStruct : pointed !== undefined ? GoPointer
      : type.kind === kind.Map ? GoMap : type.kind === kind.Chan ? GoChan : GoValue;
    const library = this;
    const made = class extends base {
      constructor(init) {
        super();
        if (init === internal) return;
        if (struct === undefined || pointed === undefined) throw new TypeError(`make a ${type.name} with lib.new`);
        library.core.construct(this, pointed.id);
        if (init !== undefined) assign(library, this, struct, init);
      }
    };
    Object.defineProperty(made, 'name', { value: (struct ?? type).name });
    if (struct !== undefined) type.fieldNames = this.fields(struct.id).map((field) => field.name);
    Object.defineProperty(made.prototype, lib, { value: this });
    Object.defineProperty(made.prototype, info, { value: type });
    this.defineMethods(made.prototype, type);
    if (struct !== undefined) defineFields(this, made.prototype, struct, pointed !== undefined);
    return made;
  }

  defineMethods(prototype, type) {
    const names = new Map();
    for (const method of this.methods(type.id)) {
      if (!method.exported) continue;
      names.set(method.name, this.describe(method.type));
      lazy(prototype, method.name, () => this.core.method(method.type, method.name));
    }
    if (names.size === 0) return;
    const library = this;
    const asyncMethods = class {
      constructor(receiver) {
        this.receiver = receiver;
      }
    };
    for (const [name, func] of names) {
      asyncMethods.prototype[name] = function method(...args) {
        return library.start(this.receiver[name], func, this.receiver, args);
      };
    }
    Object.defineProperty(prototype, 'async', {
      get() {
        return new asyncMethods(this);
      },
      configurable: true,
    });
    if (names.get('Read')?.name === 'func([]uint8) (int, error)') Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(readerMethods));
    if (names.get('Write')?.name === 'func([]uint8) (int, error)') Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(writerMethods));
  }

  // ---- making values, and calls that do not wait ----

  /** A live Go value of a type expression. */
  new(expression, init) {
    const { core } = this;
    const id = this.typeNumber(expression);
    const type = this.describe(id);
    if (type.kind === kind.Map) {
      const entries = init === undefined || init === null ? [[], []] : typeof init === 'object' ? this.encoder.entries(init) : undefined;
      if (entries === undefined) throw this.error('WRONG_TYPE', `new: a Map or an object is wanted for a ${type.name}`);
      return core.mapFrom(id, entries[0], entries[1], false);
    }
    if (type.kind === kind.Slice) {
      return this.newSlice(type, init ?? []);
    }
    if (type.kind === kind.Chan) return core.makeChannel(id, typeof init === 'bigint' ? Number(init) : init ?? 0);
    if (type.kind === kind.Struct && !this.converts(id)) return new (this.classOf(core.pointerTo(id)))(init);
    return core.make(id, init === undefined ? this.zero(type) : init, false);
  }

  newSlice(type, init) {
    const { core } = this;
    if (typeof init === 'string' && this.describe(type.elem).kind === kind.Uint8) init = new TextEncoder().encode(init);
    if (typeof init !== 'object' || (!ArrayBuffer.isView(init) && typeof init[Symbol.iterator] !== 'function')) {
      throw this.error('WRONG_TYPE', `new: an array is wanted for a ${type.name}`);
    }
    const memory = ArrayBuffer.isView(init) && this.elementOf(init, this.describe(type.elem)) !== undefined;
    return core.sliceFrom(type.id, memory ? init : Array.from(init), false);
  }

  /** A function or method as a task: its promise. A context is an AbortSignal, or null. */
  async start(fn, func, receiver, args) {
    const { core } = this;
    let signal;
    if (func.context) {
      signal = args.shift() ?? undefined;
      if (signal !== undefined && !(signal instanceof AbortSignal)) throw this.error('WRONG_TYPE', `${fn.name}: argument 1: an AbortSignal is wanted for a context`);
      signal?.throwIfAborted();
    }
    const [promise, task] = core.start(fn, receiver, args, -1);
    if (signal === undefined) return promise;
    const abort = () => core.cancel(task);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await promise;
    } catch (error) {
      if (signal.aborted && error instanceof GobridgeError) throw signal.reason;
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

function assign(library, object, struct, init) {
  if (init === null || typeof init !== 'object') throw library.error('WRONG_TYPE', `new ${struct.name}: an object of fields is wanted`);
  const fields = new Map(library.fields(struct.id).map((field) => [field.name, field]));
  for (const [name, value] of Object.entries(init)) {
    const field = fields.get(name);
    if (field === undefined) throw library.error('UNKNOWN_NAME', `${struct.name} has no field ${name}; it has ${[...fields.keys()].join(', ')}`);
    library.core.structSet(object, field.index, field.type, value);
  }
}

/** A property that is made when it is first read. */
function lazy(object, name, make) {
  Object.defineProperty(object, name, {
    get() {
      const value = make();
      Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: false });
      return value;
    },
    enumerable: true,
    configurable: true,
  });
}

/** What Go functions have beside what functions have. */
function functionPrototype(library) {
  const { core } = library;
  return Object.create(Function.prototype, {
    async: {
      get() {
        const func = library.describe(core.typeOf(this));
        return (...args) => library.start(this, func, null, args);
      },
    },
    goType: {
      get() {
        return library.describe(core.typeOf(this)).name;
      },
    },
    map: {
      value(...columns) {
        return mapRows(library, this, columns);
      },
    },
    close: {
      value() {
        core.close(this);
      },
    },
    [Symbol.dispose]: {
      value() {
        core.close(this);
      },
    },
    // A func that takes a func(T) bool, as iter.Seq is, can be gone through.
    [Symbol.asyncIterator]: {
      value() {
        return iterate(library, this);
      },
    },
  });
}

/** A function's results for each row of columns: where all are numbers in TypedArrays, in one call of the library's. */
function mapRows(library, fn, columns) {
  const { core } = library;
  const id = core.typeOf(fn);
  const func = library.describe(id);
  const several = func.results.length > 1;
  func.hasColumns ??= core.hasColumns(id);
  if (columns.length !== func.parameters.length) {
    throw library.error('COUNT', `${fn.name}: ${func.parameters.length} columns are wanted, not ${columns.length}`);
  }
  if (func.hasColumns && columns.every((column) => ArrayBuffer.isView(column))) {
    const results = core.callRows(fn, columns);
    return several ? results : results[0];
  }
  const count = columns[0]?.length ?? 0;
  if (columns.some((column) => column.length !== count)) throw library.error('COUNT', `${fn.name}: the columns are not of one length`);
  const rows = Array.from({ length: count }, (_, row) => fn(...columns.map((column) => column[row])));
  return several ? func.results.map((_, index) => rows.map((row) => row[index])) : rows;
}

/** What a Go sequence yields. Go runs ahead by nothing: it waits until the next value is asked for. */
async function* iterate(library, sequence) {
  const func = library.describe(library.core.typeOf(sequence));
  const yielder = func.parameters.length === 1 && func.results.length === 0 ? library.describe(func.parameters[0]) : undefined;
  if (yielder?.kind !== kind.Func || yielder.results.length !== 1 || library.describe(yielder.results[0]).kind !== kind.Bool) {
    throw library.error('WRONG_KIND', `a ${func.name} is no sequence`);
  }
  let deliver;
  let answer;
  const next = () => new Promise((resolve) => {
    deliver = resolve;
  });
  let wanted = next();
  const done = library.start(sequence, func, null, [(...values) => new Promise((resolve) => {
    answer = resolve;
    deliver({ values });
  })]);
  const end = done.then(() => ({}));
  end.catch(() => {}); // it is seen below
  try {
    for (;;) {
      const { values } = await Promise.race([wanted, end]);
      if (values === undefined) return;
      yield values.length === 1 ? values[0] : values;
      wanted = next();
      const go = answer;
      answer = undefined;
      go(true);
    }
  } finally {
    answer?.(false);
    await done;
  }
}

module.exports = { Library, lazy };
