/**
 * What a console keeps of the log of all its parties, whether a page is open or not: the newest entries of
 * each kind of each party. So one party that much happens to takes no place from the others, and timers none
 * from what people say.
 *
 * Invariants: each shelf is bounded in entries and in characters; the oldest go, and whoever reads is told
 * how many; of what a party is (its status, its members, its machines) the last that went is still there to
 * begin with. What a machine is, is told to each reader with the first actor of it that it reads.
 */
import { ActorsSoFar } from '../../log/actors-so-far.ts';
import type { EntryOf, LogEntry, Plain } from '../../log/entry.ts';
import type { ConsoleLimits } from '../limits.ts';

/** Kinds of entries that are bounded each by itself, as a gap names them. */
export type Kind = Exclude<EntryOf<'gap'>['of'], 'entries'>;

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
  input: 'others',
};

/** Characters that a member of a list takes, about. */
const MEMBER_CHARACTERS = 160;
/** A number, a truth value or nothing. */
const SCALAR_CHARACTERS = 8;

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
  readonly take = (entries: readonly LogEntry[]): void => {
    for (const entry of entries) {
      const kind = KIND_OF[entry.type];
      // Of a flood there is one entry like the other.
      if (this.#last?.party !== entry.party || this.#last.shelf.kind !== kind)
        this.#last = { party: entry.party, shelf: this.#shelfOf(entry.party, kind) };
      this.#last.shelf.add(this.#bounded(entry));
    }
    this.#changed();
  };

  /** Reads all that is kept, and goes on with what comes. */
  reader(): LogReader {
    return new LogReader(() => this.#all(), this.#definitions);
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

interface Bounds {
  readonly max: number;
  readonly maxCharacters: number;
}

/** The newest entries of one kind of one party. */
class Shelf {
  readonly kind: Kind;
  readonly #bounds: Bounds;
  /** By their own count, from 0, modulo the bound. */
  readonly #entries: (LogEntry | undefined)[] = [];
  #characters = 0;
  /** Count of the oldest that is kept, and of the next. */
  #first = 0;
  #next = 0;
  #lastCut: LogEntry | undefined;
  /** Of what went, the last of each type that says what a party is. */
  readonly #before = new Map<LogEntry['type'], LogEntry>();
  readonly #actors = new ActorsSoFar();

  constructor(kind: Kind, bounds: Bounds) {
    this.kind = kind;
    this.#bounds = bounds;
  }

  get first(): number {
    return this.#first;
  }

  get next(): number {
    return this.#next;
  }

  /** The newest that went. */
  get lastCut(): LogEntry | undefined {
    return this.#lastCut;
  }

  /** What the party was before the first that is kept. */
  get before(): readonly LogEntry[] {
    return [...this.#before.values(), ...this.#actors.all];
  }

  at(count: number): LogEntry {
    return this.#entries[count % this.#bounds.max] as LogEntry;
  }

  add(entry: LogEntry): void {
    const { max, maxCharacters } = this.#bounds;
    if (this.#next - this.#first === max) this.#cut();
    this.#entries[this.#next % max] = entry;
    this.#next += 1;
    this.#characters += charactersOf(entry);
    while (this.#characters > maxCharacters && this.#next - this.#first > 1) this.#cut();
  }

  #cut(): void {
    const place = this.#first % this.#bounds.max;
    const entry = this.#entries[place] as LogEntry;
    this.#entries[place] = undefined;
    this.#first += 1;
    this.#characters -= charactersOf(entry);
    this.#lastCut = entry;
    if (this.kind === 'states') this.#before.set(entry.type, entry);
    if (this.kind === 'steps') this.#actors.take(entry);
  }
}

/** About as many as a value of JSON takes. */
function charactersIn(value: Plain): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return SCALAR_CHARACTERS;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + charactersIn(inner), 0);
}

/** About as many as the entry holds that can be long. */
export function charactersOf(entry: LogEntry): number {
  switch (entry.type) {
    case 'notice':
      return entry.text.length;
    case 'frame':
      return entry.bytes.length;
    case 'members':
      return entry.members.length * MEMBER_CHARACTERS;
    case 'status':
      return (entry.status.links.length + entry.status.rooms.length) * MEMBER_CHARACTERS;
    case 'actor':
      return charactersIn(entry.context);
    case 'transition':
      return charactersIn(entry.event as Plain) + charactersIn(entry.changes as unknown as Plain);
    default:
      return 0;
  }
}

/** How far somebody has read. */
export class LogReader {
  readonly #shelves: () => Iterable<Shelf>;
  /** Count of the next that is read, of each shelf. */
  readonly #places = new Map<Shelf, number>();
  readonly #definitions: ReadonlyMap<string, string>;
  /** Machines whose definitions were read. */
  readonly #defined = new Set<string>();

  constructor(shelves: () => Iterable<Shelf>, definitions: ReadonlyMap<string, string>) {
    this.#shelves = shelves;
    this.#definitions = definitions;
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
    const found: { readonly entry: LogEntry; readonly shelf: Shelf }[] = [];
    const told: LogEntry[] = [];
    for (const shelf of this.#shelves()) {
      told.push(...this.#skipCut(shelf));
      const from = this.#places.get(shelf) ?? shelf.first;
      const end = Math.min(shelf.next, from + most.entries);
      for (let at = from; at < end; at += 1) found.push({ entry: shelf.at(at), shelf });
    }
    found.sort((one, other) => one.entry.serial - other.entry.serial);
    let characters = 0;
    for (const { entry, shelf } of found.slice(0, most.entries)) {
      characters += charactersOf(entry);
      if (characters > most.characters && told.length > 0) break;
      told.push(entry);
      this.#places.set(shelf, (this.#places.get(shelf) ?? shelf.first) + 1);
    }
    return told.map((entry) => this.#withDefinition(entry));
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
    return [gap, ...before];
  }
}
