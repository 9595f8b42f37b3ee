#!/usr/bin/env node
'use strict';
// Writes the TypeScript declarations of a library that gobridge build made: gobridge-declare LIBRARY >FILE
const { load } = require('..');
const { declare } = require('../lib/declare');

const [, , path] = process.argv;
if (path === undefined) {
  console.error('usage: gobridge-declare LIBRARY');
  process.exit(2);
}
try {
  const { description } = load(path).go;
  if (description === null) throw new Error(`${path} has no description: gobridge build writes one`);
  process.stdout.write(declare(description));
} catch (error) {
  console.error(`gobridge-declare: ${error.message}`);
  process.exit(1);
}
