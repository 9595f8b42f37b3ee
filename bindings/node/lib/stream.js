'use strict';
// io.Reader and io.Writer: JavaScript's streams for Go, and Go's for JavaScript.
const { Readable, Writable } = require('node:stream');
const { lib } = require('./value');

const encoder = new TextEncoder();

function toBytes(chunk) {
  if (typeof chunk === 'string') return encoder.encode(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError('a stream for Go gives strings or bytes');
}

/** What Go calls to read from strings, bytes, or iterables of them: it gives at most so many bytes, null at the end. */
function readFunction(source) {
  let rest = null;
  const take = (size) => {
    const part = rest.subarray(0, size);
    rest = part.length < rest.length ? rest.subarray(size) : null;
    return part;
  };
  if (typeof source === 'string' || ArrayBuffer.isView(source) || source instanceof ArrayBuffer) source = [source];
  if (typeof source?.[Symbol.iterator] === 'function') {
    const iterator = source[Symbol.iterator]();
    return (size) => {
      while (rest === null || rest.length === 0) {
        const { value, done } = iterator.next();
        if (done) return null;
        rest = toBytes(value);
      }
      return take(size);
    };
  }
  if (typeof source?.[Symbol.asyncIterator] !== 'function') return null;
  const iterator = source[Symbol.asyncIterator]();
  return async (size) => {
    while (rest === null || rest.length === 0) {
      const { value, done } = await iterator.next();
      if (done) return null;
      rest = toBytes(value);
    }
    return take(size);
  };
}

/** What Go calls to write to a Writable, a WritableStream, or a function that takes a Uint8Array. */
function writeFunction(sink) {
  if (typeof sink === 'function') return sink;
  if (typeof sink?.getWriter === 'function') {
    const writer = sink.getWriter();
    return (bytes) => writer.write(bytes);
  }
  if (typeof sink?.write !== 'function') return null;
  return (bytes) => new Promise((resolve, reject) => {
    sink.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** What a class of Go readers has. */
const readerMethods = {
  async *[Symbol.asyncIterator]() {
    const library = this[lib];
    const buffer = library.new('[]byte', new Uint8Array(65536));
    try {
      for (;;) {
        let count;
        let end = false;
        try {
          count = await this.async.Read(buffer);
        } catch (error) {
          if (error.message !== 'EOF' || error.unwrap() !== null) throw error;
          [count] = error.results;
          end = true;
        }
        if (count > 0) yield buffer.view().slice(0, count);
        if (end) return;
      }
    } finally {
      buffer.close();
    }
  },

  /** A Node stream of what Go reads. */
  toReadable(options) {
    return Readable.from(this, { objectMode: false, ...options });
  },
};

/** What a class of Go writers has. */
const writerMethods = {
  /** A Node stream that Go writes. */
  toWritable(options) {
    return new Writable({
      ...options,
      write: (chunk, _encoding, done) => {
        this.async.Write(chunk).then(() => done(), done);
      },
    });
  },
};

module.exports = { readFunction, writeFunction, readerMethods, writerMethods };
