/**
 * How the tester's bytes reach a socket: each write as it is, or, with --unreliable, in small pieces, several
 * in one, and late. The bytes and their order are the same in either case.
 */
import { CHECK_LATE_MS, CHECK_PIECE_MAX_BYTES, CHECK_PIECE_PAUSE_MS } from '../../limits/check.ts';

/** Numbers from 0 up to 1, the same from one seed. */
export type Draw = () => number;

/** Writes of one connection, in order. */
export class Delivery {
  readonly #write: (bytes: Buffer) => void;
  readonly #draw: Draw | null;
  #waiting = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #atEnd: (() => void) | undefined;

  /** @param draw `null` for a network that delivers each write as it is. */
  constructor(draw: Draw | null, write: (bytes: Buffer) => void) {
    this.#draw = draw;
    this.#write = write;
  }

  send(bytes: Buffer): void {
    const draw = this.#draw;
    if (draw === null) {
      this.#write(bytes);
      return;
    }
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    this.#timer ??= setTimeout(() => this.#deliver(draw), draw() * CHECK_LATE_MS);
  }

  /** Calls back when all has been written. */
  end(atEnd: () => void): void {
    if (this.#waiting.length === 0) atEnd();
    else this.#atEnd = atEnd;
  }

  /** What waits is dropped. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = Buffer.alloc(0);
  }

  #deliver(draw: Draw): void {
    // Every second time all that waits goes out at once: several frames in one segment.
    const size = draw() < 0.5 ? this.#waiting.length : 1 + Math.floor(draw() * CHECK_PIECE_MAX_BYTES);
    const piece = this.#waiting.subarray(0, size);
    this.#waiting = this.#waiting.subarray(piece.length);
    this.#write(piece);
    this.#timer = undefined;
    if (this.#waiting.length > 0)
      this.#timer = setTimeout(() => this.#deliver(draw), draw() * CHECK_PIECE_PAUSE_MS);
    else this.#atEnd?.();
  }
}
