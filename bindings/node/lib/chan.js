'use strict';
const { GoValue, lib } = require('./value');

/** Waits in Go until it can send or receive, the signal is aborted, or the channel is closed. */
async function wait(channel, signal, send, value) {
  const library = channel[lib];
  const { core } = library;
  signal?.throwIfAborted();
  const canceller = core.makeChannel(library.typeNumber('chan struct {}'), 0);
  const [promise] = core.wait(channel, canceller, send, value);
  const abort = () => core.closeChannel(canceller);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const [open, received] = await promise;
    if (signal?.aborted && !open) throw signal.reason;
    return { value: open ? received : undefined, done: !open };
  } finally {
    signal?.removeEventListener('abort', abort);
    core.close(canceller);
  }
}

/** A live Go channel: an async iterable of what is received. */
class GoChan extends GoValue {
  get length() {
    return this[lib].core.channelLen(this);
  }

  get capacity() {
    return this[lib].core.channelCap(this);
  }

  /** Sends; waits until there is room or someone receives. */
  async send(value, { signal } = {}) {
    await wait(this, signal, true, value);
  }

  /** Receives: `{ value, done }`, done once the channel is closed and empty. */
  async receive({ signal } = {}) {
    const now = this[lib].core.receive(this);
    if (now === null) return wait(this, signal, false);
    return { value: now[0] ? now[1] : undefined, done: !now[0] };
  }

  /** Go's close: no more is sent. (`close` releases the channel here and leaves it open for Go.) */
  end() {
    this[lib].core.closeChannel(this);
  }

  [Symbol.asyncIterator]() {
    const stop = new AbortController();
    return {
      next: () => this.receive({ signal: stop.signal }),
      return: async () => {
        stop.abort();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

module.exports = { GoChan };
