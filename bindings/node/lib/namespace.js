'use strict';
// What a program sees of a library: a namespace for each Go package.
const fs = require('node:fs');
const { kind } = require('./kinds');
const { lazy, Library } = require('./library');

function namespaceOf(root, name) {
  return (Object.hasOwn(root, name) ? root[name] : (root[name] = {}));
}

/** A registered function with its documentation. */
function find(library, registered, about) {
  const reads = about === undefined || (about.params ?? []).some((param) => param.in_place);
  const fn = Object.setPrototypeOf(library.core.find(registered, reads), library.functions);
  return Object.defineProperties(fn, {
    name: { value: registered, configurable: true },
    doc: { value: about?.doc ?? '' },
    signature: { value: about?.signature ?? fn.goType },
  });
}

/** The class of a type: of a struct that of pointers to it, as Go programs use it. */
function classFor(library, expression) {
  const id = library.typeNumber(expression);
  const type = library.describe(id);
  return library.classOf(type.kind === kind.Struct && !library.converts(id) ? library.core.pointerTo(id) : id);
}

/** What a described type is in its namespace. One whose values become JavaScript's has its methods as functions of them. */
function typeFor(library, about) {
  const made = classFor(library, about.type) ?? {};
  if (!library.converts(library.typeNumber(about.type))) return made;
  for (const method of about.methods ?? []) lazy(made, method.name, () => find(library, method.registered, method));
  return made;
}

/** A string as Go writes it: JSON has fewer escapes. A byte that is no UTF-8 is the character for that. */
function textOf(quoted) {
  const escape = /\\(?:x(..)|U(.{8})|([av])|.)/g;
  const json = quoted.replace(escape, (all, byte, rune, letter) => {
    if (byte) return byte < '80' ? `\\u00${byte}` : '\ufffd';
    if (rune) return String.fromCodePoint(Number.parseInt(rune, 16));
    return letter ? { a: '\\u0007', v: '\\u000b' }[letter] : all;
  });
  return JSON.parse(json);
}

function constantOf({ type, value }) {
  if (value === 'true' || value === 'false') return value === 'true';
  if (value.startsWith('"')) return textOf(value);
  if (/^-?\d+$/.test(value)) {
    const integer = BigInt(value);
    return type === 'time.Duration' || !Number.isSafeInteger(Number(integer)) ? integer : Number(integer);
  }
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

/** A variable, which is read and set in Go. A struct is there by its address. */
function defineVariable(library, namespace, about) {
  let pointer;
  const address = () => (pointer ??= library.core.find(about.registered)());
  const isPointer = () => 'value' in address();
  Object.defineProperty(namespace, about.name, {
    get: () => (isPointer() ? address().value : address()),
    set(value) {
      const variable = address();
      library.core.store(variable, library.describe(library.core.typeOf(variable)).elem, value);
    },
    enumerable: true,
  });
}

/** Puts a name of a main package where its dots say: "strings.ToUpper" is strings's ToUpper. */
function definePath(root, name, make) {
  const path = name.slice(name.lastIndexOf('/') + 1).split('.');
  const last = path.pop();
  let namespace = root;
  for (const part of path) namespace = namespaceOf(namespace, part);
  lazy(namespace, last, make);
}

function definePackage(library, root, about) {
  const main = about.name === 'main';
  const namespace = main ? root : namespaceOf(root, about.name);
  const define = (name, path, make) => (main ? definePath(root, path, make) : lazy(namespace, name, make));
  for (const fn of about.functions ?? []) define(fn.name, fn.registered, () => find(library, fn.registered, fn));
  for (const type of about.types ?? []) define(type.name, type.type, () => typeFor(library, type));
  for (const constant of about.constants ?? []) {
    Object.defineProperty(namespace, constant.name, { value: constantOf(constant), enumerable: true });
  }
  for (const variable of about.variables ?? []) defineVariable(library, namespace, variable);
}

// What was loaded, by path: the same library is the same object.
const loaded = new Map();

/** Loads a gobridge library. */
function load(path) {
  const file = typeof path === 'string' && fs.existsSync(path) ? fs.realpathSync(path) : path;
  let root = loaded.get(file);
  if (root === undefined) {
    root = namespacesOf(file);
    loaded.set(file, root);
  }
  return root;
}

function namespacesOf(path) {
  const library = new Library(path);
  const { core } = library;
  const text = core.description();
  const description = text === undefined ? null : JSON.parse(text);
  const root = {};
  Object.defineProperties(root, {
    new: { value: (type, init) => library.new(type, init) },
    type: { value: (expression) => classFor(library, expression) },
    func: { value: (name) => find(library, name) },
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
  if (description === null) {
    for (const name of core.names().copy()) definePath(root, name, () => find(library, name));
  } else {
    for (const about of description.packages) definePackage(library, root, about);
  }
  return root;
}

module.exports = { load };
