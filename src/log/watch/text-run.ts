/**
 * Messages that were shown one after the other, with nothing else between them, for the same cause, as in
 * each chunk of a flood. What is kept of one is the notice that the peer has made anyway: its entry is made
 * when somebody reads it, for the most are never read.
 *
 * Invariant: serials count on from the first by one.
 */
import type { Notice } from '../../words/notices.ts';
import type { EntryOf, LogEntry, Stamp } from '../entry.ts';

/** A chat message that is shown. */
export type TextNotice = Extract<Notice, { type: 'text' }>;

/** See above. */
export class TextRun {
  /** Of the first. */
  readonly #stamp: Stamp;
  readonly #notices: TextNotice[] = [];
  #characters = 0;

  constructor(stamp: Stamp) {
    this.#stamp = stamp;
  }

  get party(): string {
    return this.#stamp.party;
  }

  /** Serial of the first. */
  get firstSerial(): number {
    return this.#stamp.serial;
  }

  get count(): number {
    return this.#notices.length;
  }

  /** True where the next one of this cause belongs to it. */
  takes(party: string, causedBy: number | null): boolean {
    return this.#stamp.causedBy === causedBy && this.#stamp.party === party;
  }

  add(notice: TextNotice): void {
    this.#notices.push(notice);
    this.#characters += notice.content.length;
  }

  /** All texts together. */
  get characters(): number {
    return this.#characters;
  }

  /** The entry of one of them. @throws RangeError where there is none. */
  entryAt(index: number): EntryOf<'notice'> {
    const notice = this.#notices[index];
    if (!notice) throw new RangeError(`there are ${this.count} messages, and none at ${index}`);
    const { window, type, content: text, user: speaker, own: isOwn } = notice;
    const serial = this.#stamp.serial + index;
    return { ...this.#stamp, serial, type: 'notice', window, notice: type, text, speaker, isOwn };
  }

  /** All entries. */
  get entries(): readonly EntryOf<'notice'>[] {
    return this.#notices.map((_, index) => this.entryAt(index));
  }
}

/** What is handed on: an entry, or many that are made when somebody reads them. */
export type LogPart = LogEntry | TextRun;

/** All of it as entries. */
export function entriesOf(parts: readonly LogPart[]): readonly LogEntry[] {
  return parts.flatMap((part): readonly LogEntry[] => (part instanceof TextRun ? part.entries : [part]));
}
