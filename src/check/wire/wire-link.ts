/**
 * One TCP connection between the tester and the program: what comes is cut into frames by the letter of the
 * contract, segment boundaries are kept, and all of it is on the tape.
 */
import type { Socket } from 'node:net';
import { frameEnd, type StrictFrame, strictFrame } from '../../protocol/dissect/strict-frame.ts';
import { Delivery, type Draw } from './delivery.ts';
import { PROGRAM, type Tape, type TapeEnd, type TapeEvent } from './tape.ts';

const NOTHING = Buffer.alloc(0);

/** See above. */
export class WireLink {
  /** Whole frames that have come, in order. */
  readonly frames: StrictFrame[] = [];
  /** What each read has brought. */
  readonly chunks: Buffer[] = [];
  /** Whose connection this is, on the tester's side. */
  readonly owner: string;
  /** How the program has ended it. */
  ended: 'FIN' | 'RST' | undefined;
  /** The next frame that nobody has taken. */
  #taken = 0;
  #rest = '';
  readonly #socket: Socket;
  readonly #tape: Tape;
  readonly #delivery: Delivery;
  readonly #number: number;
  readonly #near: TapeEnd;
  readonly #far: TapeEnd;

  /** @param onFrame called for each whole frame, before anybody who waits. */
  constructor(
    socket: Socket,
    options: {
      readonly owner: string;
      readonly tape: Tape;
      readonly draw: Draw | null;
      readonly isDialled: boolean;
      readonly onFrame?: (frame: StrictFrame, link: WireLink) => void;
    },
  ) {
    const { owner, tape, draw, isDialled, onFrame } = options;
    this.owner = owner;
    this.#socket = socket;
    this.#tape = tape;
    this.#number = tape.nextConnection();
    this.#near = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 };
    this.#far = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    this.#delivery = new Delivery(draw, (bytes) => {
      if (!socket.destroyed) socket.write(bytes);
    });
    socket.setNoDelay(true);
    if (isDialled) this.#note('sent', 'opened');
    else this.#note('received', 'opened');
    socket.on('data', (bytes: Buffer) => this.#take(bytes, onFrame));
    socket.on('end', () => this.#end('FIN'));
    socket.on('error', () => this.#end('RST'));
    // Where the program reads no more, our own FIN ends it.
    socket.on('close', () => this.#end('FIN'));
  }

  /** Bytes that came behind the last whole frame. */
  get rest(): string {
    return this.#rest;
  }

  /** Frames that nobody has taken yet. */
  get untaken(): readonly StrictFrame[] {
    return this.frames.slice(this.#taken);
  }

  /** Takes the next frame; `undefined` where none is there. */
  take(): StrictFrame | undefined {
    const frame = this.frames[this.#taken];
    if (frame !== undefined) this.#taken += 1;
    return frame;
  }

  /** @param text one character a byte, or the bytes. */
  send(text: string | Buffer): void {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    this.#note('sent', 'data', bytes);
    this.#delivery.send(bytes);
  }

  /** FIN, when all is out. */
  close(): void {
    this.#note('sent', 'FIN');
    this.#delivery.end(() => this.#socket.end());
  }

  /** RST. */
  reset(): void {
    this.#note('sent', 'RST');
    this.#delivery.stop();
    this.#socket.resetAndDestroy();
  }

  /** For the end of a case: nothing of it is written down. */
  destroy(): void {
    this.#delivery.stop();
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #take(bytes: Buffer, onFrame?: (frame: StrictFrame, link: WireLink) => void): void {
    this.chunks.push(bytes);
    this.#rest += bytes.toString('latin1');
    const fresh: StrictFrame[] = [];
    for (let end = frameEnd(this.#rest); end > 0; end = frameEnd(this.#rest)) {
      fresh.push(strictFrame(Buffer.from(this.#rest.slice(0, end), 'latin1')));
      this.#rest = this.#rest.slice(end);
    }
    this.frames.push(...fresh);
    this.#note('received', 'data', bytes);
    for (const frame of fresh) onFrame?.(frame, this);
  }

  #end(how: 'FIN' | 'RST'): void {
    if (this.ended !== undefined) return;
    this.ended = how;
    this.#note('received', how);
    if (!this.#socket.destroyed) this.#socket.end();
  }

  #note(direction: 'sent' | 'received', event: TapeEvent, bytes: Buffer = NOTHING): void {
    const isSent = direction === 'sent';
    this.#tape.add({
      from: isSent ? this.owner : PROGRAM,
      to: isSent ? PROGRAM : this.owner,
      source: isSent ? this.#near : this.#far,
      target: isSent ? this.#far : this.#near,
      transport: 'TCP',
      connection: this.#number,
      event,
      bytes,
    });
  }
}
