'use strict';
// TypeScript declarations of what a library's description says.

const integers = /^(?:u?int(?:8|16|32)|byte|rune)$/;
const wide = /^(?:u?int(?:64)?|uintptr)$/;
const floats = /^float(?:32|64)$/;

/** Splits "a, b[c, d]" at the commas that are in no brackets. */
function split(list) {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= list.length; i++) {
    const c = list[i];
    if ('([{'.includes(c ?? ' ')) depth++;
    else if (')]}'.includes(c ?? ' ')) depth--;
    else if ((c === ',' && depth === 0) || c === undefined) {
      if (i > from) parts.push(list.slice(from, i).trim());
      from = i + 1;
    }
  }
  return parts;
}

/** Where the bracket that opens at an index closes. */
function closing(text, open) {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if ('([{'.includes(text[i])) depth++;
    else if (')]}'.includes(text[i]) && --depth === 0) return i;
  }
  return text.length;
}

class Declarer {
  constructor(description) {
    this.description = description;
    this.types = new Map(); // by what Go calls them
    for (const about of description.packages) for (const type of about.types ?? []) this.types.set(type.type, { about, type });
  }

  /** A Go type as what JavaScript gets, or gives. */
  type(go, given) {
    const special = { 'time.Time': 'Date', 'time.Duration': given ? 'bigint | number' : 'bigint', '*big.Int': 'bigint', 'context.Context': 'AbortSignal | null' }[go];
    if (special !== undefined) return special;
    if (go === 'bool') return 'boolean';
    if (go === 'string') return given ? 'string | Uint8Array' : 'string';
    if (integers.test(go) || floats.test(go)) return given && integers.test(go) ? 'number | bigint' : 'number';
    if (wide.test(go)) return 'number | bigint';
    if (go === 'error') return given ? 'Error | null' : 'GoError | null';
    if (go === '[]byte' || go === '[]uint8') return given ? 'Uint8Array | ArrayBuffer | string | null' : 'Uint8Array | null';
    if (go.startsWith('...')) return `${this.array(this.type(go.slice(3), given))}[]`;
    if (go.startsWith('[')) return this.list(go.slice(go.indexOf(']') + 1), given);
    if (go.startsWith('map[')) return this.map(go, given);
    if (go.startsWith('func(')) return this.func(go, given);
    if (/^(?:<-)?chan(?:<-)? /.test(go)) return `GoChan<${this.type(go.replace(/^(?:<-)?chan(?:<-)? /, ''), false)}>`;
    return this.named(go, given);
  }

  array(type) {
    return /[ |=]/.test(type) ? `(${type})` : type;
  }

  list(elem, given) {
    if (!given) return `GoSlice<${this.type(elem, false)}>`;
    const typed = integers.test(elem) || wide.test(elem) || floats.test(elem) ? ' | TypedArray' : '';
    return `Iterable<${this.type(elem, true)}>${typed} | null`;
  }

  map(go, given) {
    const end = closing(go, 3);
    const key = go.slice(4, end);
    const elem = go.slice(end + 1);
    if (!given) return `GoMap<${this.type(key, false)}, ${this.type(elem, false)}>`;
    const object = key === 'string' ? ` | Record<string, ${this.type(elem, true)}>` : '';
    return `Iterable<[${this.type(key, true)}, ${this.type(elem, true)}]>${object} | null`;
  }

  func(go, given) {
    const end = closing(go, 4);
    const rest = go.slice(end + 1).trim();
    // Names before the types are not told from them where there are none, so only types are read.
    const params = split(go.slice(5, end)).map((param) => ({ type: param.replace(/^\w+ (?=\S)(?!chan|func)/, '') }));
    const results = split(rest.startsWith('(') ? rest.slice(1, -1) : rest).map((type) => ({ type }));
    return this.array(`(${this.params(params, !given)}) => ${this.results(results, given)}`);
  }

  named(go, given) {
    const pointed = go.replace(/^\*/, '');
    const found = this.types.get(pointed);
    if (found === undefined) return 'any';
    const { about, type } = found;
    if (type.kind === 'struct') {
      const name = `${about.name}.${type.name}`;
      return given ? `${name} | Partial<${name}Fields>${go.startsWith('*') ? ' | null' : ''}` : name;
    }
    if (go.startsWith('*')) return `GoPointer`;
    const basic = { bool: 'bool', string: 'string', int: 'int', int8: 'int8', int16: 'int16', int32: 'int32', int64: 'int64', uint: 'uint', uint8: 'uint8', uint16: 'uint16', uint32: 'uint32', uint64: 'uint64', float32: 'float32', float64: 'float64' }[type.kind];
    return basic === undefined ? 'any' : this.type(basic, given);
  }

  params(params, given = true) {
    return params.map((param, i) => {
      const name = /^[A-Za-z_]\w*$/.test(param.name ?? '') && param.name !== '_' ? `${param.name}_`.replace(/_$/, reserved.has(param.name) ? '_' : '') : `arg${i + 1}`;
      const type = this.type(param.type, given);
      return param.type.startsWith('...') ? `...${name}: ${type}` : `${name}: ${type}`;
    }).join(', ');
  }

  results(results, given = false) {
    const types = results.map((result) => result.type);
    if (types.at(-1) === 'error') types.pop();
    const made = types.map((type) => this.type(type, given));
    if (made.length === 0) return 'void';
    return made.length === 1 ? made[0] : `[${made.join(', ')}]`;
  }

  doc(text, indent) {
    if (!text) return '';
    const lines = text.replaceAll('*/', '* /').split('\n');
    return lines.length === 1 ? `${indent}/** ${lines[0]} */\n` : `${indent}/**\n${lines.map((line) => `${indent} *${line ? ` ${line}` : ''}\n`).join('')}${indent} */\n`;
  }

  args(fn) {
    return `[${this.params(fn.params ?? [])}]`;
  }

  function(fn) {
    return `${this.doc(fn.doc, '    ')}    readonly ${fn.name}: GoFunction<${this.args(fn)}, ${this.results(fn.results ?? [])}>;\n`;
  }

  /** A method's first parameter is its receiver. */
  method(fn, indent) {
    return `${this.doc(fn.doc, indent)}${indent}${fn.name}(${this.params(fn.params.slice(1))}): ${this.results(fn.results ?? [])};\n`;
  }

  struct(type) {
    const fields = (type.fields ?? []).map((field) => `${this.doc(field.doc, '    ')}    ${field.name}: ${this.type(field.type, false)};\n`).join('');
    const methods = type.methods ?? [];
    const promises = methods.map((fn) => `      ${fn.name}(${this.params(fn.params.slice(1))}): Promise<${this.results(fn.results ?? [])}>;\n`).join('');
    return `  interface ${type.name}Fields {\n${fields}  }\n${this.doc(type.doc, '  ')}  interface ${type.name} extends ${type.name}Fields, GoValue {\n` +
      `${methods.map((fn) => this.method(fn, '    ')).join('')}    copy(): ${type.name}Fields;\n    readonly async: {\n${promises}    };\n  }\n`;
  }

  /** What a type is in its package's namespace: a class, or the methods of values that become JavaScript's. */
  member(type) {
    if (type.kind === 'struct' && type.type !== 'time.Time') {
      return `${this.doc(type.doc, '    ')}    readonly ${type.name}: new (fields?: Partial<${type.name}Fields>) => ${type.name};\n`;
    }
    const methods = (type.methods ?? []).map((fn) => `      readonly ${fn.name}: GoFunction<${this.args(fn)}, ${this.results(fn.results ?? [])}>;\n`).join('');
    return `${this.doc(type.doc, '    ')}    readonly ${type.name}: {\n${methods}    };\n`;
  }

  constant(constant) {
    const type = constant.type === 'time.Duration' ? 'bigint'
      : /^(?:true|false)$/.test(constant.value) ? 'boolean' : constant.value.startsWith('"') ? 'string'
        : /^-?\d+$/.test(constant.value) && !Number.isSafeInteger(Number(constant.value)) ? 'bigint' : 'number';
    return `${this.doc(constant.doc, '    ')}    readonly ${constant.name}: ${type};\n`;
  }

  package(about) {
    const structs = (about.types ?? []).filter((type) => type.kind === 'struct');
    return `${this.doc(about.doc, '')}export declare namespace ${about.name} {\n${structs.map((type) => this.struct(type)).join('')}` +
      `  interface Package {\n${(about.functions ?? []).map((fn) => this.function(fn)).join('')}` +
      `${(about.types ?? []).map((type) => this.member(type)).join('')}${(about.constants ?? []).map((constant) => this.constant(constant)).join('')}` +
      `${(about.variables ?? []).map((variable) => `${this.doc(variable.doc, '    ')}    ${variable.name}: ${this.type(variable.type, false)};\n`).join('')}  }\n}\n`;
  }

  all() {
    const { name, packages } = this.description;
    const library = name[0].toUpperCase() + name.slice(1);
    return `// What ${name} holds, in TypeScript: load<${library}>(path).\n` +
      `import type { Go, GoChan, GoError, GoFunction, GoMap, GoPointer, GoSlice, GoValue, TypedArray } from 'gobridge';\n\n` +
      `${packages.map((about) => this.package(about)).join('\n')}\n` +
      `export interface ${library} {\n${packages.map((about) => `  readonly ${about.name}: ${about.name}.Package;\n`).join('')}` +
      `  'new'(type: string | (new (...args: any[]) => any), init?: unknown): any;\n  type(expression: string): new (init?: any) => any;\n` +
      `  func(name: string): GoFunction;\n  readonly go: Go;\n}\n`;
  }
}

const reserved = new Set(`arguments await break case catch class const continue debugger default delete do else enum eval export extends
false finally for function if implements import in instanceof interface let new null package private protected public return static
super switch this throw true try typeof var void while with yield`.split(/\s+/));

/** The text of a declaration file. */
function declare(description) {
  return new Declarer(description).all();
}

module.exports = { declare };
