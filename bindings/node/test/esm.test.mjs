import assert from 'node:assert/strict';
import { test } from 'node:test';
import gobridge, { GobridgeError, GoMap, load } from '../index.mjs';
import helper from './helper.js';

test('the package is an ECMAScript module too, of the same classes', () => {
  assert.equal(load, helper.gobridge.load);
  assert.equal(gobridge.load, load);
  const lib = load(helper.library);
  assert.ok(lib.new('map[string]int64') instanceof GoMap);
  assert.throws(() => lib.test.Add(), GobridgeError);
});
