'use strict';
// What a program sees of a library: a namespace for each Go package.
const { kind } = require('./kinds');
const { lazy, Library } = require('./library');

function namespaceOf(root, name) {
  return (Object.hasOwn(root, name) ? root[name] : (root[name] = {}));
}

function defineFunction(library, namespace, name, registered, about) {
  lazy(namespace, name, () => {
    const fn = Object.setPrototypeOf(library.core.find(registered), library.functions);
    Object.defineProperties(fn, {
      name: { value: registered, configurable: true },
      doc: { value: about?.doc ?? '' },
      signature: { value: about?.signature ?? library.describe(library.core.typeOf(fn)).name },
    });
    return fn;
  });
}

/** A type's class: of a struct that of pointers to it, as Go programs use it. */
function classFor(library, expression) {
  const id = library.typeNumber(expression);
  const type = library.describe(id);
  return library.classOf(type.kind === kind.Struct && !library.converts(id) ? library.core.pointerTo(id) : id);
}

function constantOf({ type, value }) {
  if (value === 'true' || value === 'false') return value === 'true';
  if (value.startsWith('"')) return JSON.parse(value);
  if (/^-?\d+$/.test(value)) {
    const integer = BigInt(value);
    return type === 'time.Duration' || !Number.isSafeInteger(Number(integer)) ? integer : Number(integer);
  }
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

function definePackage(library, root, about) {
  const namespace = namespaceOf(root, about.name);
  for (const fn of about.functions ?? []) defineFunction(library, namespace, fn.name, fn.registered, fn);
  for (const type of about.types ?? []) lazy(namespace, type.name, () => classFor(library, type.type));
  for (const constant of about.constants ?? []) {
    Object.defineProperty(namespace, constant.name, { value: constantOf(constant), enumerable: true });
  }
  for (const variable of about.variables ?? []) {
    lazy(namespace, variable.name, () => library.core.find(variable.registered)());
  }
}

/** Without a description the registered names have to do: "strings.ToUpper" is strings's ToUpper. */
function defineNames(library, root) {
  for (const registered of library.core.names().copy()) {
    const path = registered.slice(registered.lastIndexOf('/') + 1).split('.');
    const name = path.pop();
    let namespace = root;
    for (const part of path) namespace = namespaceOf(namespace, part);
    if (typeof namespace === 'object') defineFunction(library, namespace, name, registered);
  }
}

/** Loads a gobridge library. */
function load(path) {
  const library = new Library(path);
  const { core } = library;
  const text = core.description();
  const description = text === undefined ? null : JSON.parse(text);
  const root = {};
  if (description === null) {
    defineNames(library, root);
  } else {
    for (const about of description.packages) definePackage(library, root, about);
  }
  Object.defineProperties(root, {
    new: { value: (type, init) => library.new(type, init) },
    type: { value: (expression) => classFor(library, expression) },
    func: { value: (name) => Object.setPrototypeOf(core.find(name), library.functions) },
    go: {
      value: Object.freeze({
        release: core.goRelease(),
        description,
        box: (type, value) => core.make(library.typeNumber(type), value, true),
        parseJSON: (type, json) => core.fromJSON(library.typeNumber(type), json),
        live: () => core.live(),
        list: () => core.list(),
        collect: () => core.collect(),
      }),
    },
  });
  return root;
}

module.exports = { load };
