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
import { type LogPart, TextRun } from '../../log/watch/text-run.ts';
import type { ConsoleLimits } from '../limits.ts';

/** Kinds of entries that are bounded each by itself, as a gap names them. */
type Kind = Exclude<EntryOf<'gap'>['of'], 'entries'>;

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
  readonly take = (parts: readonly LogPart[]): void => {
    for (const part of parts) {
      if (part instanceof TextRun) this.#shelf(part.party, 'notices').addRun(part);
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

interface Bounds {
  readonly max: number;
  readonly maxCharacters: number;
}

/** A run of texts, on a shelf. */
class ShelvedRun {
  readonly run: TextRun;
  /** The shelf's count of its first. */
  readonly first: number;

  constructor(run: TextRun, first: number) {
    this.run = run;
    this.first = first;
  }
}

type Slot = LogEntry | ShelvedRun;

/** The newest entries of one kind of one party. */
class Shelf {
  readonly kind: Kind;
  readonly #bounds: Bounds;
  /** By their own count, from 0, modulo the bound. */
  readonly #slots: (Slot | undefined)[] = [];
  #characters = 0;
  /** Count of the oldest that is kept, and of the next. */
  #first = 0;
  #next = 0;
  #lastCut: { readonly slot: Slot; readonly count: number } | undefined;
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
    return this.#lastCut && entryOf(this.#lastCut.slot, this.#lastCut.count);
  }

  /** What the party was before the first that is kept. */
  get before(): readonly LogEntry[] {
    return [...this.#before.values(), ...this.#actors.all].sort((one, other) => one.serial - other.serial);
  }

  at(count: number): LogEntry {
    return entryOf(this.#slots[count % this.#bounds.max] as Slot, count);
  }

  add(entry: LogEntry): void {
    this.#put(entry);
  }

  addRun(run: TextRun): void {
    const shelved = new ShelvedRun(run, this.#next);
    // Those that would go at once are counted only.
    const { max } = this.#bounds;
    if (run.count > max) this.#cutAll(shelved, run.count - max);
    while (this.#next < shelved.first + run.count) this.#put(shelved);
  }

  #put(slot: Slot): void {
    const { max, maxCharacters } = this.#bounds;
    if (this.#next - this.#first === max) this.#cut();
    this.#slots[this.#next % max] = slot;
    this.#characters += charactersIn(slot, this.#next);
    this.#next += 1;
    while (this.#characters > maxCharacters && this.#next - this.#first > 1) this.#cut();
  }

  /** All that is kept goes, and so many of a run. */
  #cutAll(shelved: ShelvedRun, count: number): void {
    while (this.#first < this.#next) this.#cut();
    this.#next += count;
    this.#first = this.#next;
    this.#lastCut = { slot: shelved, count: this.#next - 1 };
  }

  #cut(): void {
    const place = this.#first % this.#bounds.max;
    const slot = this.#slots[place] as Slot;
    this.#slots[place] = undefined;
    this.#characters -= charactersIn(slot, this.#first);
    if (this.#lastCut?.slot !== slot || this.#lastCut.count !== this.#first)
      this.#lastCut = { slot, count: this.#first };
    this.#first += 1;
    if (slot instanceof ShelvedRun) return;
    if (this.kind === 'states') this.#before.set(slot.type, slot);
    if (this.kind === 'steps') this.#actors.take(slot);
  }
}

function entryOf(slot: Slot, count: number): LogEntry {
  return slot instanceof ShelvedRun ? slot.run.entryAt(count - slot.first) : slot;
}

function charactersIn(slot: Slot, count: number): number {
  return slot instanceof ShelvedRun ? slot.run.charactersAt(count - slot.first) : charactersOf(slot);
}

/** About as many as a value of JSON takes. */
function lengthOf(value: Plain): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return SCALAR_CHARACTERS;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + lengthOf(inner), 0);
}

/** About as many as the entry holds that can be long. */
function charactersOf(entry: LogEntry): number {
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
      return lengthOf(entry.context);
    case 'transition':
      return lengthOf(entry.event as Plain) + lengthOf(entry.changes as unknown as Plain);
    default:
      return 0;
  }
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
      this.#last.set(shelf, entry.serial);
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
