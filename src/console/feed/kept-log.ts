/**
 * What a console keeps of the log of all its parties, whether a page is open or not: the newest entries of
 * each kind of each party. So one party that much happens to takes no place from the others, and timers none
 * from what people say.
 *
 * Invariants: each shelf is bounded in entries and in characters; the oldest go, and whoever reads is told
 * how many; of what a party is (its status, its members, its machines) the last that went is still there to
 * begin with. What a machine is, is told to each reader with the first actor of it that it reads.
 */
import type { LogEntry } from '../../log/entry.ts';
import { type LogPart, TextRun } from '../../log/watch/text-run.ts';
import type { ConsoleLimits } from '../limits.ts';
import { charactersOf, type Kind, Shelf } from './shelf.ts';

type Limits = Pick<
  ConsoleLimits,
  | 'noticesMax'
  | 'framesMax'
  | 'dropsMax'
  | 'stepsMax'
  | 'othersMax'
  | 'shelfMaxCharacters'
  | 'noticeMaxCharacters'
  | 'frameShownMaxBytes'
>;

const KIND_OF: Readonly<Record<LogEntry['type'], Kind>> = {
  notice: 'notices',
  frame: 'frames',
  gap: 'frames',
  drop: 'drops',
  transition: 'steps',
  actor: 'steps',
  status: 'states',
  members: 'states',
  timer: 'timers',
  connection: 'others',
  life: 'others',
  command: 'others',
  fault: 'others',
  violation: 'others',
  input: 'others',
};

/** See above. */
export class KeptLog {
  readonly #limits: Limits;
  readonly #changed: () => void;
  readonly #shelves = new Map<string, Map<Kind, Shelf>>();
  /** What each machine is, by its id: a dozen of the program's own. */
  readonly #definitions = new Map<string, string>();
  #last: { readonly party: string; readonly shelf: Shelf } | undefined;

  /** @param changed is called when there is more to read. MUST NOT block. */
  constructor(limits: Limits, changed: () => void) {
    this.#limits = limits;
    this.#changed = changed;
  }

  /** Takes entries in the order of their serials. */
  readonly take = (parts: readonly LogPart[]): void => {
    for (const part of parts) {
      if (part instanceof TextRun) this.#shelf(part.party, 'notices').add(part);
      else this.#shelf(part.party, KIND_OF[part.type]).add(this.#bounded(part));
    }
    this.#changed();
  };

  /** Of a flood there is one entry like the other. */
  #shelf(party: string, kind: Kind): Shelf {
    if (this.#last?.party !== party || this.#last.shelf.kind !== kind)
      this.#last = { party, shelf: this.#shelfOf(party, kind) };
    return this.#last.shelf;
  }

  /** Reads all that is kept, and goes on with what comes. */
  reader(): LogReader {
    return new LogReader(
      () => this.#all(),
      this.#definitions,
      (entry) => this.#bounded(entry),
    );
  }

  *#all(): Generator<Shelf> {
    for (const ofParty of this.#shelves.values()) yield* ofParty.values();
  }

  #shelfOf(party: string, kind: Kind): Shelf {
    const ofParty = this.#shelves.get(party) ?? new Map<Kind, Shelf>();
    this.#shelves.set(party, ofParty);
    const { shelfMaxCharacters: maxCharacters } = this.#limits;
    const shelf = ofParty.get(kind) ?? new Shelf(kind, { max: this.#maxOf(kind), maxCharacters });
    ofParty.set(kind, shelf);
    return shelf;
  }

  #maxOf(kind: Kind): number {
    const { noticesMax, framesMax, dropsMax, stepsMax, othersMax } = this.#limits;
    const most: Readonly<Partial<Record<Kind, number>>> = {
      notices: noticesMax,
      frames: framesMax,
      drops: dropsMax,
      steps: stepsMax,
    };
    return most[kind] ?? othersMax;
  }

  /** No entry takes much more than is shown of it. */
  #bounded(entry: LogEntry): LogEntry {
    const { noticeMaxCharacters, frameShownMaxBytes } = this.#limits;
    if (entry.type === 'notice' && entry.text.length > noticeMaxCharacters)
      return { ...entry, text: `${entry.text.slice(0, noticeMaxCharacters - 1)}…` };
    if (entry.type === 'actor' && entry.definition !== null) {
      this.#definitions.set(entry.machine, entry.definition);
      return { ...entry, definition: null };
    }
    if (entry.type === 'frame' && entry.size > frameShownMaxBytes) {
      const shown = Buffer.from(entry.bytes, 'base64').subarray(0, frameShownMaxBytes);
      return { ...entry, bytes: shown.toString('base64') };
    }
    return entry;
  }
}

/** The next entry of a shelf that is read. */
interface Head {
  readonly shelf: Shelf;
  readonly at: number;
  /** Infinite where there is none. */
  readonly serial: number;
}

function headOf(shelf: Shelf, at: number): Head {
  return { shelf, at, serial: at < shelf.next ? shelf.serialAt(at) : Number.POSITIVE_INFINITY };
}

/** There are some hundred of them at most: to look at each costs less than to keep them in order. */
function oldestOf(heads: readonly Head[]): Head | undefined {
  let oldest: Head | undefined;
  for (const head of heads) if (head.serial < (oldest?.serial ?? Number.POSITIVE_INFINITY)) oldest = head;
  return oldest;
}

/** How far somebody has read. */
export class LogReader {
  readonly #shelves: () => Iterable<Shelf>;
  /** Count of the next that is read, of each shelf. */
  readonly #places = new Map<Shelf, number>();
  /** Serial of the last that was read, of each shelf. */
  readonly #last = new Map<Shelf, number>();
  readonly #definitions: ReadonlyMap<string, string>;
  /** Machines whose definitions were read. */
  readonly #defined = new Set<string>();

  readonly #bounded: (entry: LogEntry) => LogEntry;

  constructor(
    shelves: () => Iterable<Shelf>,
    definitions: ReadonlyMap<string, string>,
    bounded: (entry: LogEntry) => LogEntry,
  ) {
    this.#shelves = shelves;
    this.#definitions = definitions;
    this.#bounded = bounded;
  }

  /** True where there is more to read. */
  get hasMore(): boolean {
    for (const shelf of this.#shelves()) if ((this.#places.get(shelf) ?? 0) < shelf.next) return true;
    return false;
  }

  /**
   * The next entries in the order of their serials, an entry `gap` where some went before they were read.
   * @param most entries at most (some more where gaps are told), and characters.
   */
  next(most: { readonly entries: number; readonly characters: number }): LogEntry[] {
    const heads: Head[] = [];
    const told: LogEntry[] = [];
    for (const shelf of this.#shelves()) {
      told.push(...this.#skipCut(shelf));
      heads.push(headOf(shelf, this.#places.get(shelf) ?? shelf.first));
    }
    let characters = 0;
    for (let count = 0; count < most.entries; count += 1) {
      const head = oldestOf(heads);
      if (!head) break;
      const { shelf, at, serial } = head;
      const entry = shelf.at(at);
      characters += charactersOf(entry);
      if (characters > most.characters && told.length > 0) break;
      told.push(entry);
      this.#places.set(shelf, at + 1);
      this.#last.set(shelf, serial);
      Object.assign(head, headOf(shelf, at + 1));
    }
    return told.map((entry) => this.#withDefinition(this.#bounded(entry)));
  }

  #withDefinition(entry: LogEntry): LogEntry {
    if (entry.type !== 'actor' || this.#defined.has(entry.machine)) return entry;
    this.#defined.add(entry.machine);
    return { ...entry, definition: this.#definitions.get(entry.machine) ?? null };
  }

  /** What has gone from this shelf before it was read. */
  #skipCut(shelf: Shelf): LogEntry[] {
    const place = this.#places.get(shelf) ?? 0;
    const { lastCut, first, kind, before } = shelf;
    if (place >= first || !lastCut) return [];
    this.#places.set(shelf, first);
    const { serial, atMs, party } = lastCut;
    const gap = {
      type: 'gap',
      serial,
      atMs,
      party,
      causedBy: null,
      missing: first - place,
      of: kind,
    } as const;
    const read = this.#last.get(shelf) ?? 0;
    // An actor is told of anew also where it has done nothing meanwhile: those that are not have ended.
    return [gap, ...before.filter((entry) => entry.serial > read || entry.type === 'actor')];
  }
}
