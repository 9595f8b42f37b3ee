/** Go packages in Node.js: {@link load} a gobridge library, call its functions, and work with live Go values. */

/** What a Go function takes and gives in JavaScript; what a library's own declarations say is more exact. */
export type GoFunction<Args extends unknown[] = any[], Result = any> = ((...args: Args) => Result) & {
  /** The call as a Go task: nothing waits on the event loop. A context.Context is an AbortSignal, or null. */
  readonly async: (...args: Args) => Promise<Result>;
  /** Calls it for each row of columns of its arguments. Numbers in TypedArrays cross at once, and give TypedArrays. */
  map(...columns: ArrayLike<any>[]): any;
  /** From the Go source. */
  readonly doc: string;
  /** As Go writes it: "func(s string) string". */
  readonly signature: string;
  /** Go's name for its type. */
  readonly goType: string;
  /** Releases a func value; registered functions stay. */
  close(): void;
  [Symbol.asyncIterator](): AsyncGenerator<any, void, undefined>;
};

/** A live Go value. It names one in Go's memory until it is closed or collected. */
export declare class GoValue {
  /** Releases it now; again it does nothing. */
  close(): void;
  [Symbol.dispose](): void;
  /** Go's name for its type. */
  readonly goType: string;
  /** Go's ==, of what can be compared. */
  equals(other: unknown): boolean;
  /** As Go's fmt prints it. */
  toString(): string;
  toJSON(): any;
}

/** A live Go map. */
export declare class GoMap<K = any, V = any> extends GoValue implements Iterable<[K, V]> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  set(key: K, element: V): this;
  delete(key: K): boolean;
  clear(): void;
  /** In Go's order, which is random. */
  entries(): Generator<[K, V], void, undefined>;
  keys(): Generator<K, void, undefined>;
  values(): Generator<V, void, undefined>;
  forEach(call: (element: V, key: K, map: this) => void, self?: unknown): void;
  [Symbol.iterator](): Generator<[K, V], void, undefined>;
  /** A copy. */
  copy(): Map<K, V>;
}

/** A live Go slice or array: all that an array has, and some more. */
export type GoSlice<T = any> = T[] & {
  readonly goType: string;
  close(): void;
  [Symbol.dispose](): void;
  /** A copy. */
  copy(): T[];
  /** A slice of some of the elements that shares the memory: Go's s[low:high]. */
  sub(low: number, high?: number): GoSlice<T>;
  /** Go's own memory, of a slice of numbers; what Go appends may lie elsewhere. */
  view(): TypedArray;
};

/** An array of numbers. */
export type TypedArray =
  | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array
  | Float32Array | Float64Array | BigInt64Array | BigUint64Array;

/** A live Go struct, or a pointer to one. Fields and methods have their Go names; `async` has the methods as tasks. */
export declare class GoStruct extends GoValue {
  /** A copy of its exported fields. */
  copy(): Record<string, any>;
  readonly async: Record<string, (...args: any[]) => Promise<any>>;
  [name: string]: any;
}

/** A live pointer to what is no struct. */
export declare class GoPointer<T = any> extends GoValue {
  value: T;
}

/** A live Go channel. */
export declare class GoChan<T = any> extends GoValue implements AsyncIterable<T> {
  /** How many values it holds. */
  readonly length: number;
  readonly capacity: number;
  /** Waits until there is room, or someone receives. */
  send(value: T, options?: { signal?: AbortSignal }): Promise<void>;
  /** Done once the channel is closed and empty. */
  receive(options?: { signal?: AbortSignal }): Promise<{ value: T | undefined; done: boolean }>;
  /** Go's close: no more is sent. */
  end(): void;
  [Symbol.asyncIterator](): AsyncIterableIterator<T>;
}

/** What every error of this package is an instance of; some are TypeErrors, RangeErrors or SyntaxErrors too. */
export declare class GobridgeError extends Error {
  /** The C API's status. */
  readonly status: number;
  /** Its name: "GOBRIDGE_E_RANGE". */
  readonly code: string;
  /** Go's stack, of a panic. */
  readonly goStack?: string;
}

/** An error that Go code returned. */
export declare class GoError extends GobridgeError {
  /** The Go error, with its own fields and methods. */
  readonly value: any;
  /** What the function gave beside the error. */
  readonly results?: any[];
  /** Go's errors.Is. */
  is(target: unknown): boolean;
  /** Go's errors.As, by a type expression or class. */
  as(type: string | (new (...args: any[]) => any)): GoError | null;
  /** Go's errors.Unwrap; an array where it wraps several. */
  unwrap(): GoError | GoSlice<GoError> | null;
}

/** A class of errors for each status: errors.GoRangeError, errors.GoPanicError ... */
export declare const errors: {
  readonly GoError: typeof GoError;
  readonly [name: string]: new (message?: string, goStack?: string) => GobridgeError;
};

/** What the library and its Go runtime say of themselves. */
export interface Go {
  /** "go1.26.8" */
  readonly release: string;
  /** What `gobridge build` wrote into the library, or null. */
  readonly description: any;
  /** A live Go value of exactly a type, for an interface: box("time.Duration", 5n). */
  box(type: string, value: unknown): GoValue;
  /** A Go value of a type from JSON, by Go's encoding/json. */
  parseJSON(type: string, json: string): any;
  /** How many Go values JavaScript has references to. */
  live(): number;
  /** A line for each; with GOBRIDGE_DEBUG=refs in the environment it says which call made it. */
  list(): string;
  /** Runs Go's garbage collector. */
  collect(): void;
}

/** A Go package: its functions, types, constants and variables. */
export interface Namespace {
  [name: string]: any;
}

/** A loaded library: a namespace for each Go package, and what follows. */
export interface Library {
  /** A live Go value of a type expression: new("map[string]int64", { a: 1 }). */
  'new'(type: string | (new (...args: any[]) => any), init?: unknown): any;
  /** The class of a type's values; of a struct type that of pointers to it. */
  type(expression: string): new (init?: any) => any;
  /** A registered function, by its name. */
  func(name: string): GoFunction;
  readonly go: Go;
  [packageName: string]: any;
}

/** Loads a gobridge library: what `gobridge build` makes, or any Go program with registered functions. */
export declare function load<L = Library>(path: string): L;

declare const gobridge: { load: typeof load };
export default gobridge;
