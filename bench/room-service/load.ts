/**
 * Members who do nothing but refresh: connections that each hold some members and send one J after the other.
 */

import { connect, type Socket } from 'node:net';
import { END_MARK } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';

const END = Buffer.from(END_MARK, 'latin1');

/** Rooms of one size, and how many connections hold the members of each. */
export interface Shape {
  readonly name: string;
  readonly rooms: number;
  readonly membersPerRoom: number;
  readonly connectionsPerRoom: number;
}

/** What a period of load has come to. */
export interface Period {
  readonly answers: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** One connection with its members, all of one room. */
class Asker {
  answers = 0;
  bytes = 0;
  readonly #socket: Socket;
  readonly #requests: readonly string[];
  #next = 0;
  /** The last bytes that have come: an end mark may come in pieces. */
  #tail = Buffer.alloc(0);
  #until = 0;
  #done: (() => void) | undefined;

  constructor(port: number, requests: readonly string[]) {
    this.#requests = requests;
    this.#socket = connect({ host: LOOPBACK, port, noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('close', () => this.#done?.());
  }

  /** Sends one request after the other until so many were answered. */
  ask(count: number): Promise<void> {
    this.#until = this.answers + count;
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#askNext();
    });
  }

  /** Stops behind the answer that it waits for. */
  stop(): void {
    this.#until = this.answers + 1;
  }

  close(): void {
    this.#socket.destroy();
  }

  #askNext(): void {
    this.#socket.write(this.#requests[this.#next] ?? '');
    this.#next = (this.#next + 1) % this.#requests.length;
  }

  #take(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (chunk.toString('latin1', 0, 2) === 'F:') throw new Error(chunk.toString('latin1'));
    // One request is under way, so an end mark at the end of what has come is that of its answer.
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-END.length)]).subarray(-END.length);
    if (!this.#tail.equals(END)) return;
    this.answers += 1;
    if (this.answers < this.#until) this.#askNext();
    else this.#done?.();
  }
}

/** All members of a shape, spread over some servers. */
export class Load {
  readonly #askers: Asker[] = [];
  readonly #membersEach: number;

  constructor({ rooms, membersPerRoom, connectionsPerRoom }: Shape, ports: readonly number[]) {
    this.#membersEach = membersPerRoom / connectionsPerRoom;
    for (let room = 0; room < rooms; room += 1) {
      for (let index = 0; index < connectionsPerRoom; index += 1) {
        const port = ports[this.#askers.length % ports.length] ?? 0;
        const first = index * this.#membersEach;
        const requests = Array.from({ length: this.#membersEach }, (_, at) => joinOf(room, first + at));
        this.#askers.push(new Asker(port, requests));
      }
    }
  }

  /** Every member joins. */
  async fill(): Promise<void> {
    await Promise.all(this.#askers.map((asker) => asker.ask(this.#membersEach)));
  }

  /** Every connection refreshes as fast as it is answered. */
  async run(seconds: number): Promise<Period> {
    const before = this.#sum();
    const startMs = performance.now();
    const asking = Promise.all(this.#askers.map((asker) => asker.ask(Number.POSITIVE_INFINITY)));
    const timer = setTimeout(() => {
      for (const asker of this.#askers) asker.stop();
    }, seconds * 1_000);
    await asking;
    clearTimeout(timer);
    const { answers, bytes } = this.#sum();
    const took = (performance.now() - startMs) / 1_000;
    return { answers: answers - before.answers, bytes: bytes - before.bytes, seconds: took };
  }

  close(): void {
    for (const asker of this.#askers) asker.close();
  }

  #sum(): { answers: number; bytes: number } {
    const answers = this.#askers.reduce((sum, asker) => sum + asker.answers, 0);
    return { answers, bytes: this.#askers.reduce((sum, asker) => sum + asker.bytes, 0) };
  }
}

function joinOf(room: number, member: number): string {
  const ip = `10.${member >> 16}.${(member >> 8) & 255}.${member & 255}`;
  return `J:room${room}:user${member}:${ip}:5000::\r\n`;
}
