/**
 * What must hold of the causes in any log, looked at as it is written: every cause stands before its effect,
 * and every frame that comes in to one that is logged, from one that is logged, has the frame that was sent
 * there as its cause. What a frame has led to names that frame, however many have come in together: a drop
 * the one that was dropped, a machine's event the one that it is made of. A transition is of an actor that
 * runs, and is whole.
 */
import type { EntryOf, LogEntry } from '../../src/log/entry.ts';

type Frame = EntryOf<'frame'>;

/** Looks at the entries of one log, in order. */
export class CauseCheck {
  /** What is wrong, in words: the first of it. */
  readonly wrong: string[] = [];
  readonly #sent = new Map<number, Frame>();
  readonly #came = new Map<number, Frame>();
  /** States of the actors that run, by the serials of their starts. */
  readonly #running = new Map<number, unknown>();
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
    if (entry.type === 'drop') this.#lookAtDrop(entry);
    if (entry.type === 'actor' || entry.type === 'transition') this.#lookAtMachine(entry);
    if (entry.type !== 'frame') return;
    if (entry.direction === 'in') this.#came.set(entry.serial, entry);
    if (entry.direction === 'out') this.#sent.set(entry.serial, entry);
    else if (this.#isLogged(entry.remote)) this.#lookAtArrival(entry);
  }

  /** What was dropped says which message it was, where it was one. */
  #lookAtDrop({ serial, causedBy, party, reason, via, what }: EntryOf<'drop'>): void {
    const number = TEXT_NUMBER.exec(what)?.[1];
    if (reason !== 'duplicate' || number === undefined) return;
    const came = this.#came.get(causedBy ?? 0);
    if (!came) this.#tell(`the drop ${serial} of ${party} names no frame: ${what}`);
    else if (came.party !== party || came.via !== via || String(came.message?.msgId) !== number)
      this.#tell(`the drop ${serial} names ${came.kind} ${came.message?.msgId} by ${came.via}: ${what}`);
  }

  #lookAtMachine(entry: EntryOf<'actor'> | EntryOf<'transition'>): void {
    if (entry.type === 'actor') {
      if (entry.what === 'started') this.#running.set(entry.start, entry.state);
      else if (!this.#running.delete(entry.start)) this.#tell(`${entry.serial}: nobody has started`);
      return;
    }
    const { serial, causedBy, start, from, to, event } = entry;
    if (JSON.stringify(this.#running.get(start)) !== JSON.stringify(from))
      this.#tell(`${serial}: ${entry.actor} was not in ${JSON.stringify(from)}`);
    this.#running.set(start, to);
    const kind = MADE_OF[event.type];
    const came = this.#came.get(causedBy ?? 0);
    if (kind !== undefined && came?.kind !== kind)
      this.#tell(`${event.type} (${serial}) is made of ${kind}, and names ${came?.kind ?? 'no frame'}`);
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

/** Events that are made of a frame. */
const MADE_OF: Readonly<Record<string, string>> = {
  MEMBERS_RECEIVED: 'MEMBERS',
  GROUPS_RECEIVED: 'GROUPS',
  FAIL_RECEIVED: 'FAIL',
  HANDSHAKE_RECEIVED: 'HANDSHAKE',
  HANDSHAKE_OK_RECEIVED: 'HANDSHAKE OK',
};
/** A message, as a drop's words have it. */
const TEXT_NUMBER = /^TEXT .* msgID (\d+), /;
const WRONG_MAX = 3;
