'use strict';
const { kind } = require('./kinds');
const { GoValue, lib, info } = require('./value');

/** A live Go struct, or a pointer to one: fields and methods have their Go names. */
class GoStruct extends GoValue {
  /** A copy of its exported fields, as an object. */
  copy() {
    return Object.fromEntries(this[info].fieldNames.map((name) => [name, this[name]]));
  }
}

/** A live pointer to what is no struct. */
class GoPointer extends GoValue {
  get value() {
    return this[lib].core.follow(this);
  }

  set value(value) {
    this[lib].core.store(this, this[info].elem, value);
  }
}

function defineField(library, prototype, field, pointer) {
  const { core } = library;
  const about = library.describe(field.type);
  const byAddress = pointer && about.kind === kind.Struct && !library.converts(field.type);
  Object.defineProperty(prototype, field.name, {
    get() {
      return byAddress ? core.structAt(this, field.name) : core.structGet(this, field.index, field.type);
    },
    set(value) {
      core.structSet(this, field.index, field.type, value);
    },
    enumerable: true,
    configurable: true,
  });
}

/** Fields of embedded structs are the struct's too, unless it has a field or method of the name. */
function definePromoted(library, prototype, field) {
  let about = library.describe(field.type);
  if (about.kind === kind.Pointer) about = library.describe(about.elem);
  if (about.kind !== kind.Struct) return;
  for (const inner of library.fields(about.id)) {
    if (inner.name in prototype) continue;
    Object.defineProperty(prototype, inner.name, {
      get() {
        return this[field.name][inner.name];
      },
      set(value) {
        this[field.name][inner.name] = value;
      },
      enumerable: true,
      configurable: true,
    });
    if (inner.embedded) definePromoted(library, prototype, inner);
  }
}

/** Gives a class the fields of its struct type. */
function defineFields(library, prototype, struct, pointer) {
  const fields = library.fields(struct.id);
  for (const field of fields) defineField(library, prototype, field, pointer);
  for (const field of fields) if (field.embedded) definePromoted(library, prototype, field);
}

module.exports = { GoStruct, GoPointer, defineFields };
