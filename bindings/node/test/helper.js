'use strict';
const path = require('node:path');
const gobridge = require('..');

const library = process.env.GOBRIDGE_TEST_LIBRARY ?? path.join(__dirname, '..', 'build', 'libtest.so');

module.exports = { gobridge, library, lib: gobridge.load(library) };
