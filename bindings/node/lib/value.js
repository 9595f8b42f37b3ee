'use strict';
// What every class of live Go values has in common.

const { inspect } = require('node:util');

// Where an instance has its library and type: on the prototype of its type's class.
const lib = Symbol('library');
const info = Symbol('type');

/** A live Go value. It names one in Go's memory until it is closed or collected. */
class GoValue {
  /** Releases it now; again it does nothing. Go frees the value when nothing else has it. */
  close() {
    this[lib].core.close(this);
  }

  [Symbol.dispose]() {
    this.close();
  }

  /** Go's name for its type. */
  get goType() {
    return this[info].name;
  }

  /** Whether Go's == holds: of what can be compared. */
  equals(other) {
    return this[lib].core.isObject(other) && this[lib].core.equal(this, other);
  }

  /** As Go's fmt prints it. */
  toString() {
    return this[lib].core.print(this);
  }

  toJSON() {
    return JSON.parse(this[lib].core.toJSON(this));
  }

  [inspect.custom]() {
    if (this[info] === undefined || this[lib].core.isClosed(this)) return `${this.constructor.name} (closed)`;
    return `${this[info].name} ${this[lib].core.print(this)}`;
  }
}

module.exports = { GoValue, lib, info };
