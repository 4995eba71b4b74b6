/**
 * What must hold of the causes in any log, looked at as it is written: every cause stands before its effect,
 * and every frame that comes in to one that is logged, from one that is logged, has the frame that was sent
 * there as its cause.
 */
import type { EntryOf, LogEntry } from '../../src/log/entry.ts';

type Frame = EntryOf<'frame'>;

/** Looks at the entries of one log, in order. */
export class CauseCheck {
  /** What is wrong, in words: the first of it. */
  readonly wrong: string[] = [];
  readonly #sent = new Map<number, Frame>();
  readonly #isLogged: (address: string) => boolean;
  #last = 0;

  /** @param isLogged whether a party's address is one of a party in the log. */
  constructor(isLogged: (address: string) => boolean) {
    this.#isLogged = isLogged;
  }

  readonly take = (entries: readonly LogEntry[]): void => {
    for (const entry of entries) this.#look(entry);
  };

  #look(entry: LogEntry): void {
    if (entry.serial !== this.#last + 1) this.#tell(`${entry.serial} follows ${this.#last}`);
    this.#last = entry.serial;
    if (entry.causedBy !== null && entry.causedBy >= entry.serial)
      this.#tell(`${entry.serial} is caused by ${entry.causedBy}, which comes later`);
    if (entry.type !== 'frame') return;
    if (entry.direction === 'out') this.#sent.set(entry.serial, entry);
    else if (this.#isLogged(entry.remote)) this.#lookAtArrival(entry);
  }

  #lookAtArrival(entry: Frame): void {
    const sent = this.#sent.get(entry.causedBy ?? 0);
    if (!sent)
      this.#tell(`nobody has sent ${entry.kind}, which has come to ${entry.party} (${entry.serial})`);
    else if (sent.bytes !== entry.bytes || sent.party === entry.party)
      this.#tell(`${entry.serial} is not what ${sent.party} has sent with ${sent.serial}`);
  }

  #tell(what: string): void {
    if (this.wrong.length < WRONG_MAX) this.wrong.push(what);
  }
}

const WRONG_MAX = 3;
