/** Sockets of the bench's load: plain node:net, with as little work per chunk as node:net allows. */

import { once } from 'node:events';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { LOOPBACK } from '../../src/protocol/names.ts';

const CHUNK_BYTES = 65_536;

/** Listens on any port. @returns which. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * A connection whose bytes are read into one and the same memory: nothing is allocated for what is only
 * counted.
 * @param take gets what has come; MUST NOT keep it.
 */
export async function open(port: number, take: (bytes: Buffer) => void): Promise<Socket> {
  const memory = Buffer.alloc(CHUNK_BYTES);
  const callback = (length: number) => {
    take(memory.subarray(0, length));
    return true;
  };
  const socket = connect({ host: LOOPBACK, port, noDelay: true, onread: { buffer: memory, callback } });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Resolves when the condition holds; `changed` has to be called whenever it may. */
export class Condition {
  #waiting: { holds: () => boolean; resolve: () => void; timer: NodeJS.Timeout } | undefined;

  /** @param timeoutMs far over anything that it takes; then it rejects. */
  until(what: string, holds: () => boolean, timeoutMs = 60_000): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        reject(new Error(`${what}: not within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting = { holds, resolve, timer };
    });
  }

  changed(): void {
    if (!this.#waiting?.holds()) return;
    clearTimeout(this.#waiting.timer);
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve();
  }
}
