/** The small peer's connection to its room server, and what both know of the wire. */
import { connect, type Socket } from 'node:net';
import type { Fault } from './faults.ts';

export const END = '::\r\n';
export const IP = '127.0.0.1';
const MASK = (1n << 64n) - 1n;

/** A member of a room. */
export interface Member {
  readonly user: string;
  readonly ip: string;
  readonly port: number;
}

/** How a small peer is started. */
export interface SmallPeerOptions {
  readonly host: string;
  readonly serverPort: number;
  readonly port: number;
  readonly fault: Fault | undefined;
  /** Takes a line of output. */
  readonly print: (line: string) => void;
  /** Is called once, at the end. */
  readonly exit: (code: number) => void;
}

/** Where a member stands on the ring. */
export function hidOf(member: Member, fault: Fault | undefined): bigint {
  let hash = 0n;
  for (const byte of Buffer.from(`${member.user}${member.ip}${member.port}`, 'latin1'))
    hash = (BigInt(byte) + (hash << 6n) + (hash << 16n) - hash) & MASK;
  if (fault === 'HID with a sign' && hash >> 63n) return hash - (1n << 64n);
  return fault === 'HID of 32 bits' ? hash & 0xffffffffn : hash;
}

/** See above. */
export class SmallServerLink {
  readonly #options: SmallPeerOptions;
  readonly #later: (ms: number, run: () => void) => void;
  readonly #onLost: () => void;
  readonly #waiting: ((answer: string) => void)[] = [];
  #server: Socket | undefined;
  #buffer = '';

  constructor(options: SmallPeerOptions, later: (ms: number, run: () => void) => void, onLost: () => void) {
    this.#options = options;
    this.#later = later;
    this.#onLost = onLost;
  }

  close(): void {
    this.#server?.destroy();
  }

  #has(name: Fault): boolean {
    return name === this.#options.fault;
  }

  /** Sends a request; answers come in order. */
  ask(request: string, onAnswer: (answer: string) => void): void {
    this.#waiting.push(onAnswer);
    if (this.#server === undefined || this.#server.destroyed) {
      this.#buffer = '';
      this.#server = connect({
        host: this.#options.host === 'localhost' ? IP : this.#options.host,
        port: this.#options.serverPort,
      });
      this.#server.setNoDelay(true);
      this.#server.on('data', (bytes) => this.#fromServer(bytes.toString('latin1')));
      this.#server.on('error', () => {});
      this.#server.on('close', () => {
        this.#waiting.length = 0;
        this.#server = undefined;
        this.#onLost();
      });
    }
    if (this.#has('L in two writes') && request.startsWith('L')) {
      this.#server.write('L:');
      this.#later(30, () => this.#server?.write(':\r\n'));
    } else this.#server.write(request);
  }

  #fromServer(text: string): void {
    this.#buffer += text;
    if (this.#has('one read is one list')) {
      this.#waiting.shift()?.(this.#buffer);
      this.#buffer = '';
      return;
    }
    for (let at = this.#buffer.indexOf(END); at >= 0; at = this.#buffer.indexOf(END)) {
      const answer = this.#buffer.slice(0, at);
      this.#buffer = this.#buffer.slice(at + END.length);
      this.#waiting.shift()?.(answer);
      if (this.#has('a connection for each request') && answer.startsWith('G')) this.#server?.end();
    }
  }
}
