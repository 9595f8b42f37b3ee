'use strict';
const { GoValue, lib, info } = require('./value');

/** A live Go map. It has what a Map has. */
class GoMap extends GoValue {
  get size() {
    return this[lib].core.mapLen(this);
  }

  get(key) {
    const t = this[info];
    return this[lib].core.mapGet(this, t.key, key, t.elem);
  }

  has(key) {
    return this[lib].core.mapHas(this, this[info].key, key);
  }

  set(key, element) {
    const t = this[info];
    this[lib].core.mapSet(this, t.key, key, t.elem, element);
    return this;
  }

  delete(key) {
    return this[lib].core.mapDelete(this, this[info].key, key);
  }

  clear() {
    this[lib].core.mapClear(this);
  }

  /** Entries in Go's order, which is random; it may change meanwhile, with the rules of Go's range. */
  *entries() {
    const { core } = this[lib];
    const t = this[info];
    const iterator = core.mapIterate(this);
    try {
      for (;;) {
        const [keys, elements] = core.mapNext(iterator, t.key, t.elem);
        if (keys.length === 0) return;
        for (let i = 0; i < keys.length; i++) yield [keys[i], elements[i]];
      }
    } finally {
      core.close(iterator);
    }
  }

  *keys() {
    for (const [key] of this.entries()) yield key;
  }

  *values() {
    for (const [, element] of this.entries()) yield element;
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  forEach(call, self) {
    for (const [key, element] of this.entries()) call.call(self, element, key, this);
  }

  /** A copy, as a Map. */
  copy() {
    return new Map(this.entries());
  }

  get [Symbol.toStringTag]() {
    return 'GoMap';
  }
}

module.exports = { GoMap };
