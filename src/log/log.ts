/**
 * One log of all that happens in a process, or in a simulated world: gives each entry its serial, knows what
 * causes what, and hands entries on when nothing of them can change any more.
 *
 * Causes: whatever comes from outside (bytes, a timer, a command) is taken in a scope of its own, `within`;
 * what is appended there is caused by the entry that the scope stands for. Nothing is awaited inside.
 */
import type { EntryBody, LogEntry, Stamp } from './entry.ts';

/** Takes entries in order, serials without gaps. MUST NOT block. */
export type LogSink = (entries: readonly LogEntry[]) => void;

/** See above. */
export class Log {
  readonly #sink: LogSink;
  readonly #nowMs: () => number;
  #last = 0;
  #cause: number | null = null;
  #depth = 0;
  /** Entries that may still change: those of the scopes that are open. */
  #open: LogEntry[] = [];
  readonly #atEnd = new Set<() => void>();

  /** @param nowMs the time that entries are stamped with. */
  constructor(nowMs: () => number, sink: LogSink) {
    this.#nowMs = nowMs;
    this.#sink = sink;
  }

  /** The entry that causes what happens now; `null` where nobody knows. */
  get cause(): number | null {
    return this.#cause;
  }

  /** From now on, in the present scope, this entry is the cause. */
  follows(serial: number): void {
    this.#cause = serial;
  }

  /**
   * Appends an entry.
   * @param causedBy the present cause unless given.
   * @returns it; what is not known of it yet may be filled in until the present scope ends.
   */
  append<Body extends EntryBody>(
    party: string,
    body: Body,
    causedBy: number | null = this.#cause,
  ): Body & Stamp {
    this.#last += 1;
    const entry = { serial: this.#last, atMs: this.#nowMs(), party, causedBy, ...body };
    this.#open.push(entry as unknown as LogEntry);
    this.#handOn();
    return entry;
  }

  /** Runs this, once, when all that happens now has happened: what is appended then is a part of it. */
  atEnd(run: () => void): void {
    if (this.#depth === 0) run();
    else this.#atEnd.add(run);
  }

  /** Runs something that this entry causes. Scopes may lie in one another. */
  within<Result>(cause: number | null, run: () => Result): Result {
    const before = this.#cause;
    this.#cause = cause;
    this.#depth += 1;
    try {
      const result = run();
      if (this.#depth === 1) this.#runLast();
      return result;
    } finally {
      this.#cause = before;
      this.#depth -= 1;
      this.#handOn();
    }
  }

  #runLast(): void {
    for (const run of this.#atEnd) {
      this.#atEnd.delete(run);
      run();
    }
  }

  #handOn(): void {
    if (this.#depth > 0 || this.#open.length === 0) return;
    const entries = this.#open;
    this.#open = [];
    this.#sink(entries);
  }
}
