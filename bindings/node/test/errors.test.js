'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { gobridge, lib } = require('./helper');

function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}

test('an error that Go returns keeps the Go error', () => {
  const error = thrown(() => lib.test.Find('k'));
  assert.ok(error instanceof gobridge.GoError);
  assert.ok(error instanceof gobridge.GobridgeError);
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'GoError');
  assert.equal(error.code, 'GOBRIDGE_E_RETURNED');
  assert.equal(error.message, 'find "k": not found');
  assert.deepEqual(error.results, [0]);
  assert.ok(error.is(lib.test.ErrNotFound()));
  assert.equal(error.unwrap().message, 'not found');
  assert.equal(error.unwrap().unwrap(), null);
  assert.equal(error.as('*fs.PathError'), null);
  assert.ok(error.stack.includes('errors.test.js'));
});

test('as finds an error of a type, with its fields', () => {
  const error = thrown(() => lib.test.Find(''));
  assert.equal(error.is(lib.test.ErrNotFound()), false);
  const found = error.as('*fs.PathError');
  assert.equal(found.message, 'open x: file does not exist');
  assert.equal(found.value.Op, 'open');
  assert.equal(found.value.Err.message, 'file does not exist');
});

test('errors go to Go: Go errors as they are, JavaScript errors by their message', () => {
  const error = thrown(() => lib.test.Find('k'));
  assert.equal(lib.test.IsNotFound(error), true);
  assert.equal(lib.test.IsNotFound(new Error('not found')), false);
  assert.equal(lib.test.Message(new TypeError('own')), 'own');
  assert.equal(lib.test.Message(null), '<nil>');
});

test('each status has a class', () => {
  const { errors } = gobridge;
  const panic = thrown(() => lib.test.Panic('boo'));
  assert.ok(panic instanceof errors.GoPanicError);
  assert.equal(panic.message, 'test.Panic: panic: boo');
  assert.match(panic.goStack, /main\.go/);
  assert.ok(thrown(() => lib.test.Goexit()) instanceof errors.GoGoexitError);
  assert.ok(thrown(() => lib.test.NilMap().set('a', 1)) instanceof TypeError);
  assert.ok(thrown(() => lib.new('map[any]int').set([1], 1)) instanceof errors.GoUnhashableError);
  const codes = Object.values(errors).map((errorClass) => errorClass.name);
  assert.equal(codes.length, 39);
  for (const name of codes) assert.match(name, /^Go\w*Error$/);
});
