/**
 * Lines to an output that may be slow, or gone: a line is written at once, those that follow it in the same
 * turn of the event loop in one write behind it; nothing throws, and what waits is bounded.
 *
 * Invariants: whatever is written is harmless, and one line for each that was given; never much more than the
 * limit waits in memory; after the output has broken (EPIPE) or closed, nothing is written any more, and
 * `onGone` has been called once.
 */
import type { Writable } from 'node:stream';
import { harmlessLines } from './harmless.ts';
import { WRITE_CHARACTERS } from './limits.ts';

/** Writes lines and watches over the output. */
export class LineWriter {
  readonly #output: Writable;
  readonly #maxBytes: number;
  readonly #isTerminal: boolean;
  #gone = false;
  /** A line has been written in this turn. */
  #gathers = false;
  /** The lines behind it, as they were given. */
  #gathered: string[] = [];
  #gatheredCharacters = 0;

  constructor(output: Writable, maxBytes: number, onGone: () => void) {
    this.#output = output;
    this.#maxBytes = maxBytes;
    this.#isTerminal = 'isTTY' in output && output.isTTY === true;
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
    return this.#output.writableLength + this.#gatheredCharacters > this.#maxBytes;
  }

  /**
   * Writes one line and its end. MUST NOT block.
   * @param text may hold anything; it is made harmless.
   */
  line(text: string): void {
    if (this.#gone) return;
    this.#gathered.push(text);
    this.#gatheredCharacters += text.length;
    if (this.#gathers) {
      if (this.#gatheredCharacters >= WRITE_CHARACTERS) this.#writeGathered();
      return;
    }
    this.#gathers = true;
    queueMicrotask(() => this.#flush());
    this.#writeGathered();
  }

  /** Resolves when everything is written, or the output has gone. Never rejects. */
  flushed(): Promise<void> {
    this.#flush();
    return new Promise((resolve) => {
      // A terminal may take nothing for ever; whoever opened it waits for what is under way (kept-output.ts).
      if (this.#gone || this.#isTerminal) resolve();
      else this.#output.write('', () => resolve());
    });
  }

  #flush(): void {
    this.#gathers = false;
    this.#writeGathered();
  }

  #writeGathered(): void {
    const lines = this.#gathered;
    this.#gathered = [];
    this.#gatheredCharacters = 0;
    if (lines.length > 0 && !this.#gone) this.#output.write(harmlessLines(lines));
  }
}
