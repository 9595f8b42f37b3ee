#!/usr/bin/env node
'use strict';
// Writes the TypeScript declarations of a library that gobridge build made, or of its description: gobridge-declare LIBRARY >FILE
const fs = require('node:fs');
const { declare } = require('../lib/declare');

const [, , path] = process.argv;
if (path === undefined) {
  console.error('usage: gobridge-declare LIBRARY');
  process.exit(2);
}
try {
  // The addon may be of another machine where there is a description alone.
  const description = path.endsWith('.json') ? JSON.parse(fs.readFileSync(path, 'utf8')) : require('..').load(path).go.description;
  if (description === null) throw new Error(`${path} has no description: gobridge build writes one`);
  process.stdout.write(declare(description));
} catch (error) {
  console.error(`gobridge-declare: ${error.message}`);
  process.exit(1);
}
