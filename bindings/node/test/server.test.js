'use strict';
// Servers: one of Go's whose handler is JavaScript, and one of Node's that calls Go.
const assert = require('node:assert/strict');
const http = require('node:http');
const { test } = require('node:test');
const { lib } = require('./helper');

/** A Go server, until stop is aborted. */
function start(handle, stop) {
  return new Promise((resolve, reject) => {
    const served = lib.test.Serve.async(stop.signal, handle, (address) => resolve({ address, served }));
    served.catch(reject);
  });
}

test("Go's HTTP server with a handler in JavaScript", async () => {
  const stop = new AbortController();
  const { address, served } = await start(async (method, path, body) => {
    await null;
    if (path === '/throw') throw new Error('own');
    return [201, `${method} ${path} ${lib.strings.ToUpper(Buffer.from(body).toString())}`];
  }, stop);
  const replies = await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    const reply = await fetch(`http://${address}/${i}`, { method: 'POST', body: `body ${i}` });
    return [reply.status, await reply.text()];
  }));
  assert.deepEqual(replies, Array.from({ length: 100 }, (_, i) => [201, `POST /${i} BODY ${i}`]));
  const failed = await fetch(`http://${address}/throw`);
  assert.equal(failed.status, 500);
  assert.equal(await failed.text(), 'own\n');
  stop.abort();
  await served;
});

test("Node's HTTP server calls Go for 10,000 requests, with flat memory", async () => {
  const server = http.createServer(async (request, response) => {
    const map = await lib.test.Any.async({ path: request.url });
    response.end(lib.strings.ToUpper(map.get('path')));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 20 });
  const get = (path) => new Promise((resolve, reject) => {
    http.get({ port: server.address().port, path, agent }, (reply) => {
      let text = '';
      reply.on('data', (chunk) => { text += chunk; });
      reply.on('end', () => resolve(text));
    }).on('error', reject);
  });
  const many = async (count) => {
    const client = async (share) => {
      for (let i = 0; i < share; i++) assert.equal(await get(`/r${i}`), `/R${i}`);
    };
    await Promise.all(Array.from({ length: 20 }, () => client(count / 20)));
  };
  await many(4000);
  const before = process.memoryUsage.rss();
  await many(6000);
  const grown = process.memoryUsage.rss() - before;
  agent.destroy();
  server.close();
  assert.ok(grown < 48 << 20, `grown by ${grown} bytes`);
});
