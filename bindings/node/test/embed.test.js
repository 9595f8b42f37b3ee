'use strict';
// Real Go modules: examples/embed's Markdown renderer and jq.
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const gobridge = require('..');

const lib = gobridge.load(path.join(__dirname, '..', 'build', 'libembed.so'));

test('goldmark renders Markdown', async () => {
  assert.equal(lib.markdown.HTML('# Go\n\n*from* Node'), '<h1>Go</h1>\n<p><em>from</em> Node</p>\n');
  const pages = await Promise.all(Array.from({ length: 50 }, (_, i) => lib.markdown.HTML.async(`## ${i}`)));
  assert.deepEqual(pages, Array.from({ length: 50 }, (_, i) => `<h2>${i}</h2>\n`));
});

test('gojq runs programs over objects and arrays', () => {
  const code = lib.jq.Compile('.people[] | select(.age > 30) | .name');
  assert.ok(code instanceof gobridge.GoStruct);
  const input = { people: [{ name: 'Ann', age: 41 }, { name: 'Bob', age: 25 }, { name: 'Cy', age: 30.5 }] };
  assert.deepEqual(lib.jq.Run(code, input), ['Ann', 'Cy']);
  const [grouped] = lib.jq.Run(lib.jq.Compile('{sum: (.n | add), max: (.n | max), none: null}'), { n: [1, 2, 2n ** 60n] });
  assert.deepEqual(JSON.parse(JSON.stringify(grouped)), { max: 2 ** 60, none: null, sum: Number(2n ** 60n + 3n) });
  assert.throws(() => lib.jq.Compile('.['), gobridge.GoError);
  assert.throws(() => lib.jq.Run(lib.jq.Compile('error("own")'), null), /own/);
});
