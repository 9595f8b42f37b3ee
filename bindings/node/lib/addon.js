'use strict';
// The compiled addon.
const path = require('node:path');

module.exports = require(path.join(__dirname, '..', 'build', 'Release', 'gobridge.node'));
