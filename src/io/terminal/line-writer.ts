/**
 * Lines to an output that may be slow, or gone: a line is written at once, those that follow it in the same
 * turn of the event loop in one write behind it; nothing throws, and what waits is bounded.
 *
 * Invariants: never much more than the limit waits in memory; after the output has broken (EPIPE) or closed,
 * nothing is written any more, and `onGone` has been called once.
 */
import type { Writable } from 'node:stream';
import { WRITE_CHARACTERS } from './limits.ts';

/** Writes lines and watches over the output. */
export class LineWriter {
  readonly #output: Writable;
  readonly #maxBytes: number;
  #gone = false;
  /** A line has been written in this turn. */
  #gathers = false;
  /** The lines behind it. */
  #gathered = '';

  constructor(output: Writable, maxBytes: number, onGone: () => void) {
    this.#output = output;
    this.#maxBytes = maxBytes;
    const leave = (): void => {
      if (this.#gone) return;
      this.#gone = true;
      onGone();
    };
    // Stays for good: an error that nobody listens to would end the process with a stack trace.
    output.on('error', leave);
    output.on('close', leave);
  }

  /** True while nobody reads fast enough and more lines had better not be written. */
  get full(): boolean {
    return this.#output.writableLength + this.#gathered.length > this.#maxBytes;
  }

  /** Writes one line and its end. MUST NOT block. */
  line(text: string): void {
    if (this.#gone) return;
    if (this.#gathers) {
      this.#gathered += `${text}\n`;
      if (this.#gathered.length >= WRITE_CHARACTERS) this.#writeGathered();
      return;
    }
    this.#gathers = true;
    queueMicrotask(() => this.#flush());
    this.#output.write(`${text}\n`);
  }

  /** Resolves when everything is written, or the output has gone. Never rejects. */
  flushed(): Promise<void> {
    this.#flush();
    return new Promise((resolve) => {
      if (this.#gone) resolve();
      else this.#output.write('', () => resolve());
    });
  }

  #flush(): void {
    this.#gathers = false;
    this.#writeGathered();
  }

  #writeGathered(): void {
    const lines = this.#gathered;
    this.#gathered = '';
    if (lines !== '' && !this.#gone) this.#output.write(lines);
  }
}
