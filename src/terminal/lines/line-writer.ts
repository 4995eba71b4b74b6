/**
 * Lines to an output that may be slow, or gone: a line is written at once, those that follow it in the same
 * turn of the event loop in one write behind it; nothing throws, and what waits is bounded.
 *
 * What a slow output has not taken yet waits here, and is handed over a slice at a time: a stream tells the
 * end of a write, not its progress, and makes one write of all that it has.
 *
 * Invariants: whatever is written is harmless, and one line for each that was given; order is kept; never
 * much more than the limit waits in memory; after the output has broken (EPIPE) or closed, nothing is written
 * any more, and `onGone` has been called once.
 */
import type { Writable } from 'node:stream';
import { harmlessLines } from '../../words/harmless.ts';
import { WRITE_CHARACTERS } from '../limits.ts';

/** Who wants to know how an output takes what it is given. */
interface OutputObserver {
  /** Something waits that has not waited before. */
  wrote(): void;
  /** The output has taken something of what waited. */
  took(): void;
}

/** Writes lines and watches over the output. */
export class LineWriter {
  /** Told of what waits; nobody before it is set. */
  feed: OutputObserver | undefined;
  readonly #output: Writable;
  readonly #maxCharacters: number;
  readonly #isTerminal: boolean;
  #gone = false;
  /** A line has been written in this turn. */
  #gathers = false;
  /** The lines behind it, as they were given. */
  #gathered: string[] = [];
  #gatheredCharacters = 0;
  /** What the output has not been given yet, from `#next` on: slices of whole lines. */
  #waiting: string[] = [];
  #next = 0;
  #waitingCharacters = 0;
  /** True from the moment when the output did not take a write at once until it has taken everything. */
  #isBehind = false;

  /** @param maxCharacters with more waiting it is `full`. */
  constructor(output: Writable, maxCharacters: number, onGone: () => void) {
    this.#output = output;
    this.#maxCharacters = maxCharacters;
    this.#isTerminal = 'isTTY' in output && output.isTTY === true;
    const leave = (): void => {
      if (this.#gone) return;
      this.#gone = true;
      this.#forget();
      this.feed?.took();
      onGone();
    };
    // Stays for good: an error that nobody listens to would end the process with a stack trace.
    output.on('error', leave);
    output.on('close', leave);
  }

  /** What waits to be taken, in characters: bytes, where it is ASCII. */
  get queued(): number {
    if (this.#gone) return 0;
    return this.#output.writableLength + this.#waitingCharacters + this.#gatheredCharacters;
  }

  /** True while nobody reads fast enough and more lines had better not be written. */
  get full(): boolean {
    return this.#isBehind && this.queued > this.#maxCharacters;
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
    const rest = this.#waiting.slice(this.#next);
    this.#forget();
    for (const slice of rest) this.#output.write(slice);
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
    if (lines.length === 0 || this.#gone) return;
    const text = harmlessLines(lines);
    if (this.#isFree) this.#handOver(text);
    else this.#wait(text);
    if (this.#isBehind) this.feed?.wrote();
  }

  get #isFree(): boolean {
    return this.#waitingCharacters === 0 && this.#output.writableLength === 0;
  }

  /** Lines of many turns become one slice. */
  #wait(text: string): void {
    const last = this.#waiting.length - 1;
    const before = last >= this.#next ? (this.#waiting[last] as string) : undefined;
    if (before !== undefined && before.length + text.length <= WRITE_CHARACTERS)
      this.#waiting[last] = before + text;
    else this.#waiting.push(text);
    this.#waitingCharacters += text.length;
  }

  #handOver(text: string): void {
    this.#output.write(text, this.#onTaken);
    if (this.#output.writableLength > 0) this.#isBehind = true;
  }

  /** One function for all writes: Node gathers the calls of equal ones. */
  readonly #onTaken = (error?: Error | null): void => {
    if (error || !this.#isBehind) return;
    while (this.#waitingCharacters > 0 && this.#output.writableLength === 0) {
      const text = this.#waiting[this.#next] as string;
      this.#next += 1;
      this.#waitingCharacters -= text.length;
      if (this.#waitingCharacters === 0) this.#forget();
      this.#handOver(text);
    }
    if (this.#isFree) this.#isBehind = false;
    this.feed?.took();
  };

  #forget(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#waitingCharacters = 0;
  }
}
