import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { firstValueFrom } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import { WireCapture } from '../../../src/capture/wire-capture.ts';
import type { Endpoint } from '../../../src/io/network.ts';
import { createNodeNetwork } from '../../../src/io/node/node-network.ts';
import { type NetworkLab, Seen, text } from '../compliance/bench.ts';
import { describeNetwork } from '../compliance/network.ts';

const CLOSE_GRACE_MS = 500;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

/**
 * A listener that never accepts, its backlog full: the kernel then drops every further SYN. It lives in a
 * thread that sleeps, since Node itself would accept.
 */
class SilentListener {
  readonly #fillers: Socket[] = [];
  readonly #woken = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;

  async open(): Promise<Endpoint> {
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      const server = require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
        parentPort.postMessage(server.address().port);
        Atomics.wait(workerData, 0, 0);
        process.exit();
      });`;
    this.#worker = new Worker(source, { eval: true, workerData: this.#woken });
    const [port] = await once(this.#worker, 'message');
    // The kernel lets one more in than the backlog says.
    for (let filler = 0; filler < 2; filler += 1) {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => {});
      this.#fillers.push(socket);
      await once(socket, 'connect');
    }
    return { host: '127.0.0.1', port };
  }

  async close(): Promise<void> {
    for (const socket of this.#fillers) socket.destroy();
    Atomics.store(this.#woken, 0, 1);
    Atomics.notify(this.#woken, 0);
    if (this.#worker) await once(this.#worker, 'exit');
  }
}

async function createLab(): Promise<NetworkLab> {
  const silent: SilentListener[] = [];
  return {
    network: createNodeNetwork({ closeGraceMs: CLOSE_GRACE_MS }),
    until,
    tellsAcknowledgements: process.platform === 'linux',
    silentEndpoint: () => {
      const listener = new SilentListener();
      silent.push(listener);
      return listener.open();
    },
    close: async () => {
      await Promise.all(silent.map((listener) => listener.close()));
    },
  };
}

describeNetwork('NodeNetwork', createLab);
describeNetwork('NodeNetwork whose wires are captured', async () => {
  const lab = await createLab();
  const capture = new WireCapture({ sink: () => {}, nowMs: Date.now, closeGraceMs: CLOSE_GRACE_MS });
  return { ...lab, network: capture.network(lab.network) };
});

/** A connection of the network to a bare socket of Node. */
async function connectionToSocket() {
  const server = createServer({ allowHalfOpen: true }).listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const network = createNodeNetwork({ closeGraceMs: CLOSE_GRACE_MS });
  const accepted = once(server, 'connection');
  const connection = await firstValueFrom(network.connect({ host: '127.0.0.1', port: address.port }, 5_000));
  const [socket] = (await accepted) as [Socket];
  socket.on('error', () => {});
  onTestFinished(() => {
    connection.destroy();
    socket.destroy();
    server.close();
  });
  return { connection, socket };
}

it('answers FIN by FIN', async () => {
  const { connection, socket } = await connectionToSocket();
  const ended = once(socket, 'end');
  socket.resume();
  socket.end();
  await ended;
  expect(await firstValueFrom(connection.closed)).toEqual({ kind: 'ended' });
});

it('reads what has come while this process stood still, however long that was', async () => {
  const { connection, socket } = await connectionToSocket();
  const seen = new Seen(connection.bytes);
  connection.end();
  socket.write('said meanwhile');
  const still = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(still, 0, 0, 2 * CLOSE_GRACE_MS);
  await until(() => text(seen) === 'said meanwhile');
});

it('closes after the grace time where the other side sends FIN and then reads nothing', async () => {
  const { connection, socket } = await connectionToSocket();
  // More than the buffers of both kernels take, so that our FIN waits behind it.
  connection.write(Buffer.alloc(16_000_000));
  expect(connection.queuedBytes).toBe(16_000_000);
  socket.end();
  expect(await firstValueFrom(connection.closed)).toEqual({ kind: 'ended' });
});

it('keeps no more of a connection that nobody reads than its buffer', async () => {
  const { socket } = await connectionToSocket();
  const total = 64_000_000;
  socket.write(Buffer.alloc(total));
  // The kernels have taken what they take when a number of turns has brought no change.
  let taken = -1;
  for (let quiet = 0; quiet < 100; quiet += 1) {
    if (socket.bytesWritten - socket.writableLength !== taken) quiet = 0;
    taken = socket.bytesWritten - socket.writableLength;
    await nextTurn();
  }
  expect(socket.writableLength).toBeGreaterThan(0);
});

it('has each error that it was caused by as its cause', async () => {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const network = createNodeNetwork({ closeGraceMs: CLOSE_GRACE_MS });
  const listening = firstValueFrom(network.listen({ host: '127.0.0.1', port: address.port }));
  await expect(listening).rejects.toMatchObject({ kind: 'in use', cause: { code: 'EADDRINUSE' } });
});
