'use strict';
// The error classes: one for each status of the C API. All of them are GobridgeErrors, and TypeErrors, RangeErrors or
// SyntaxErrors where JavaScript would throw those.

const bases = { E: Error, R: RangeError, S: SyntaxError, T: TypeError };

// Each status: its name behind GOBRIDGE_E_, its number, its base.
const table = `NULL 1 T|NIL_REF 2 T|STALE_REF 3 E|FORGED_REF 4 T|WRONG_KIND 5 T|WRONG_TYPE 6 T|SYNTAX 7 S|TOO_DEEP 8 R|
UNKNOWN_TYPE 9 T|UNHASHABLE 10 T|NIL 11 T|RANGE 12 R|NOT_FAST 13 T|NOT_IMPLEMENTED 14 T|ITERATOR_END 15 R|MAP_RELEASED 16 E|
SCOPE 17 E|PANIC 18 E|FORKED 19 E|NO_MEMORY 20 E|UNSUPPORTED 21 E|UNKNOWN_NAME 22 T|UNEXPORTED 23 T|COUNT 24 T|RETURNED 25 E|
GOEXIT 26 E|TIMEOUT 27 E|CLOSED 28 E|BUSY 29 E|TOO_SMALL 30 R|SYSTEM 31 E|BATCH 32 E|SKIPPED 33 E|INDEX 34 R|LIMIT 35 R|
ARGUMENT 36 T|ADDRESS 37 E|NO_CALLBACK 38 E|INTERRUPTED 39 E`;

/** What every error of this package is an instance of. */
class GobridgeError extends Error {
  static [Symbol.hasInstance](value) {
    return this === GobridgeError ? typeof value?.status === 'number' && value instanceof Error
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

const byStatus = new Map();
const byName = {};

function define(name, status, base) {
  const words = name.toLowerCase().split('_').map((word) => word[0].toUpperCase() + word.slice(1));
  const className = `Go${words.join('')}Error`;
  const errorClass = {
    [className]: class extends base {
      constructor(message, goStack = '') {
        super(message);
        this.status = status;
        this.code = `GOBRIDGE_E_${name}`;
        if (goStack !== '') this.goStack = goStack;
      }
    },
  }[className];
  Object.defineProperty(errorClass.prototype, 'name', { value: className, configurable: true, writable: true });
  byStatus.set(status, errorClass);
  byName[className] = errorClass;
}
for (const row of table.replaceAll('\n', '').split('|')) {
  const [name, status, base] = row.split(' ');
  define(name, Number(status), bases[base]);
}
const Returned = byName.GoReturnedError;
delete byName.GoReturnedError;

/** An error that Go code returned. It keeps the Go error as `value`. */
class GoError extends Returned {
  constructor(library, value, message) {
    super(message);
    Object.defineProperty(this, 'value', { value, enumerable: false });
    Object.defineProperty(this, 'library', { value: library, enumerable: false });
  }

  /** Go's errors.Is: whether this error, or one that it wraps, is the target. */
  is(target) {
    return target instanceof GoError && this.library.core.errorIs(this.value, target.value);
  }

  /** Go's errors.As: the first error of a type in the chain, or null. */
  as(type) {
    return this.library.core.errorAs(this.value, this.library.typeNumber(type));
  }

  /** Go's errors.Unwrap: the error that this one wraps, or null; an array where it wraps several. */
  unwrap() {
    return this.library.core.errorUnwrap(this.value);
  }
}
Object.defineProperty(GoError.prototype, 'name', { value: 'GoError', configurable: true, writable: true });

/** The error of a status. */
function errorOf(status, message, goStack) {
  return new (byStatus.get(status) ?? byStatus.get(18))(message, goStack);
}

module.exports = { GobridgeError, GoError, errorOf, classes: byName };
