/**
 * One log of all that happens in a process, or in a simulated world: gives each entry its serial, knows what
 * causes what, and hands entries on when nothing of them can change any more.
 *
 * Causes: whatever comes from outside (bytes, a timer, a command) is taken in a scope of its own, `within`;
 * what is appended there is caused by the entry that the scope stands for. Nothing is awaited inside.
 */
import type { EntryBody, LogEntry, Stamp } from './entry.ts';
import { entriesOf, type LogPart, type TextNotice, TextRun } from './watch/text-run.ts';

/** Takes entries in order, serials without gaps. MUST NOT block. */
export type LogSink = (entries: readonly LogEntry[]) => void;

/** Takes them as they are, before those that nobody may ever read are made. MUST NOT block. */
export type PartSink = (parts: readonly LogPart[]) => void;

/** See above. */
export class Log {
  readonly #sinks: LogSink[];
  readonly #partSinks: PartSink[] = [];
  readonly #nowMs: () => number;
  #last = 0;
  #cause: number | null = null;
  #depth = 0;
  /** The time of the present scope: what happens in it is one moment. */
  #scopeMs: number | null = null;
  /** Entries that may still change: those of the scopes that are open. */
  #open: LogPart[] = [];
  /** The last of them, while it is one that more texts may belong to. */
  #run: TextRun | undefined;
  readonly #atEnd = new Set<() => void>();

  /** @param nowMs the time that entries are stamped with. */
  constructor(nowMs: () => number, ...sinks: readonly LogSink[]) {
    this.#nowMs = nowMs;
    this.#sinks = [...sinks];
  }

  /** One more that takes entries, from the next one on. */
  tellTo(sink: LogSink): void {
    this.#sinks.push(sink);
  }

  /** The same, without making what nobody may ever read. */
  tellParts(sink: PartSink): void {
    this.#partSinks.push(sink);
  }

  /** The entry that causes what happens now; `null` where nobody knows. */
  get cause(): number | null {
    return this.#cause;
  }

  /** From now on, in the present scope, this entry is the cause; `null` where nobody knows it. */
  follows(serial: number | null): void {
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
    const entry = { serial: this.nextSerial, atMs: this.momentMs, party, causedBy, ...body };
    this.add(entry as unknown as LogEntry);
    return entry;
  }

  /** What the next entry is stamped with. */
  get nextSerial(): number {
    return this.#last + 1;
  }

  get momentMs(): number {
    if (this.#depth === 0) return this.#nowMs();
    this.#scopeMs ??= this.#nowMs();
    return this.#scopeMs;
  }

  /** Appends a whole entry, for what comes by the thousand: with `nextSerial` and `momentMs` in it. */
  add(entry: LogEntry): void {
    this.#last = entry.serial;
    this.#run = undefined;
    this.#open.push(entry);
    if (this.#depth === 0) this.#handOn();
  }

  /** Appends a message that is shown: there may be a million of them in a second. */
  addText(party: string, notice: TextNotice, causedBy: number | null): void {
    if (!this.#run?.takes(party, causedBy)) {
      this.#run = new TextRun({ serial: this.nextSerial, atMs: this.momentMs, party, causedBy });
      this.#open.push(this.#run);
    }
    this.#run.add(notice);
    this.#last += 1;
    if (this.#depth === 0) this.#handOn();
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
      if (this.#depth === 0) this.#handOn();
    }
  }

  #runLast(): void {
    for (const run of this.#atEnd) {
      this.#atEnd.delete(run);
      run();
    }
  }

  #handOn(): void {
    this.#scopeMs = null;
    if (this.#open.length === 0) return;
    const parts = this.#open;
    this.#open = [];
    this.#run = undefined;
    for (const sink of this.#partSinks) sink(parts);
    if (this.#sinks.length === 0) return;
    const entries = entriesOf(parts);
    for (const sink of this.#sinks) sink(entries);
  }
}
