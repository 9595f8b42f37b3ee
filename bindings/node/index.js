'use strict';
const { GoChan } = require('./lib/chan');
const { classes, GobridgeError, GoError } = require('./lib/errors');
const { GoMap } = require('./lib/map');
const { load } = require('./lib/namespace');
const { GoPointer, GoStruct } = require('./lib/struct');
const { GoValue } = require('./lib/value');

module.exports = { load, GobridgeError, GoError, GoValue, GoMap, GoStruct, GoPointer, GoChan, errors: Object.freeze({ GoError, ...classes }) };
