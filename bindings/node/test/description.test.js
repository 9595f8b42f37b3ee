'use strict';
// A library with a description, as gobridge build makes it, and its TypeScript declarations.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const gobridge = require('..');

const root = path.join(__dirname, '..');
const described = path.join(root, 'build', 'libdescribed.so');

test('a namespace has what the description says', () => {
  const lib = gobridge.load(described);
  assert.deepEqual(Object.keys(lib), ['strings', 'test', 'time']);
  assert.deepEqual(Object.keys(lib.strings), ['ToUpper', 'Builder']);
  assert.equal(lib.strings.ToUpper('go'), 'GO');
  assert.equal(lib.strings.ToUpper.doc, 'ToUpper makes upper case.\nOf all letters.');
  assert.equal(lib.strings.ToUpper.signature, 'func(s string) string');
  assert.equal(lib.strings.ToUpper.name, 'strings.ToUpper');
  const builder = new lib.strings.Builder();
  assert.equal(builder.WriteString('go'), 2);
  assert.equal(new lib.test.Point({ X: 3, Y: 4 }).Norm(), 5);
  const { Answer, Large, Pi, Name, On, Second } = lib.test;
  assert.deepEqual([Answer, Large, Pi, Name, On, Second], [42, 2n ** 64n - 1n, 3.25, 'na"me', true, 1_000_000_000n]);
  assert.equal(lib.test.Escaped, '\0\u0007\ufffd\\x41\u{e0001}\n');
  assert.equal(lib.test.Level, 3);
  lib.test.Level = 5;
  assert.equal(lib.test.Level, 5);
  assert.throws(() => { lib.test.Level = 'x'; }, TypeError);
  assert.equal(lib.time.Month.String(3), 'March');
  assert.equal(lib.func('test.Add')(1, 2), 3);
  assert.equal(lib.go.description.schema, 1);
});

test('its declarations are what tsc --strict takes', () => {
  const out = path.join(root, 'build', 'declared');
  fs.mkdirSync(out, { recursive: true });
  const made = spawnSync(process.execPath, [path.join(root, 'bin', 'declare.js'), described], { encoding: 'utf8' });
  assert.deepEqual([made.stderr, made.status], ['', 0]);
  assert.match(made.stdout, /\* ToUpper makes upper case\.\n {5}\* Of all letters\./);
  fs.writeFileSync(path.join(out, 'part.d.ts'), made.stdout.replace("'gobridge'", "'../../index.js'"));
  fs.writeFileSync(path.join(out, 'client.ts'), `
    import { load } from '../../index.js';
    import type { Part } from './part.js';
    const lib = load<Part>('x');
    export const text: string = lib.strings.ToUpper('x');
    export const later: Promise<string> = lib.strings.ToUpper.async('x');
    export const sum: number | bigint = lib.test.Sum(1, 2n);
    export const keys: string[] = lib.test.Keys({ a: 1 });
    export const total = lib.test.Parallel.async(3, (i) => [Number(i)].length);
    export const x: number | bigint = new lib.test.Point({ X: 1 }).X;
    export const tags: string[] | undefined = new lib.test.Point().Tags;
    export const month: string = lib.time.Month.String(3);
    export const answer: number = lib.test.Answer;
    export const large: bigint = lib.test.Large;
    lib.test.Level = 5;
    // @ts-expect-error
    lib.strings.ToUpper(5);
    // @ts-expect-error
    lib.strings.Nothing();
  `);
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--noEmit', '--strict', '--target', 'ES2023', '--lib', 'ES2023,ESNext.Disposable', '--module', 'Node16'];
  const checked = spawnSync(process.execPath, [tsc, ...options, 'client.ts'], { cwd: out, encoding: 'utf8' });
  assert.deepEqual([checked.stdout, checked.status], ['', 0]);
});

test('what has no description has no declarations', () => {
  const made = spawnSync(process.execPath, [path.join(root, 'bin', 'declare.js'), path.join(root, 'build', 'libtest.so')], { encoding: 'utf8' });
  assert.equal(made.status, 1);
  assert.match(made.stderr, /has no description/);
});
