/**
 * A room server in a process of its own as the load of the tests asks it: each connection of the load is a
 * TCP connection, with one J under way at a time, and each answer is handed on with its bytes.
 */

import { connect, type Socket } from 'node:net';
import { encode } from '../../src/protocol/encode.ts';
import { END_MARK, type JoinFrame } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import type { Expiry, JoinOutcome } from '../../src/room-server/registry/registry.ts';
import { REFUSALS } from '../../src/room-server/replies.ts';
import type { AskedServer } from '../../test/room-server/redis/tools/service-load.ts';

const END = Buffer.from(END_MARK, 'latin1');
const NOTHING_EXPIRED: Expiry = { members: [], connections: [], rooms: [] };

/** One connection: what was asked last is answered when an end mark stands at the end of what has come. */
class Line {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #answer: ((bytes: Buffer) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect({ host: LOOPBACK, port, noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#fail?.(error));
    this.#socket.on('end', () => this.#fail?.(new Error('the room server has closed a connection')));
  }

  ask(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    const bytes = Buffer.concat(this.#chunks);
    if (!bytes.subarray(-END.length).equals(END)) return;
    this.#chunks = [];
    this.#answer?.(bytes);
  }
}

/** See above. */
export class RemoteServer implements AskedServer {
  readonly #port: number;
  readonly #lines = new Map<string, Line>();

  constructor(port: number) {
    this.#port = port;
  }

  async join(connection: string, frame: JoinFrame): Promise<JoinOutcome> {
    const line = this.#lines.get(connection) ?? new Line(this.#port);
    this.#lines.set(connection, line);
    const bytes = await line.ask(encode(frame));
    if (bytes.equals(REFUSALS.joinStoreAway.bytes)) return { kind: 'store away' };
    // Whatever else it is: the load looks whether it is a list.
    return { kind: 'refreshed', members: bytes };
  }

  /** The process has a monitor of its own; who has expired is missed in the lists. */
  expire(): Expiry {
    return NOTHING_EXPIRED;
  }

  close(): void {
    for (const line of this.#lines.values()) line.close();
  }
}
