/**
 * The newest entries of one kind of one party, bounded in entries and in characters; the oldest go.
 *
 * Invariants: what is kept is counted on without a gap; a run of texts lies here as it came, so that a flood
 * costs something for each chunk and nothing for each message.
 */
import { ActorsSoFar } from '../../log/actors-so-far.ts';
import type { EntryOf, LogEntry, Plain } from '../../log/entry.ts';
import { type LogPart, TextRun } from '../../log/watch/text-run.ts';

/** Kinds of entries that are bounded each by itself, as a gap names them. */
export type Kind = Exclude<EntryOf<'gap'>['of'], 'entries'>;

/** How much is kept: entries, and characters of what is long in them, about. */
interface Bounds {
  readonly max: number;
  readonly maxCharacters: number;
}

/** An entry, or a run of texts. */
interface Segment {
  readonly part: LogPart;
  /** The shelf's count of its first. */
  readonly first: number;
  /** The count behind its last. */
  readonly end: number;
  readonly characters: number;
}

/** The array is made shorter when so many at its beginning have gone. */
const GONE_MAX = 1_024;
/** Characters that a member of a list takes, about. */
const MEMBER_CHARACTERS = 160;
/** A number, a truth value or nothing. */
const SCALAR_CHARACTERS = 8;

/** See above. */
export class Shelf {
  readonly kind: Kind;
  readonly #bounds: Bounds;
  /** The places of those that have gone stay empty at the beginning for a while. */
  #segments: (Segment | undefined)[] = [];
  #gone = 0;
  #characters = 0;
  #first = 0;
  #next = 0;
  #lastGone: Segment | undefined;
  /** Of what went, the last of each type that says what a party is. */
  readonly #before = new Map<LogEntry['type'], LogEntry>();
  readonly #actors = new ActorsSoFar();

  constructor(kind: Kind, bounds: Bounds) {
    this.kind = kind;
    this.#bounds = bounds;
  }

  /** Count of the oldest that is kept, from 0. */
  get first(): number {
    return this.#first;
  }

  /** Count of the next that comes. */
  get next(): number {
    return this.#next;
  }

  /** The newest that went. */
  get lastCut(): LogEntry | undefined {
    if (this.#first === 0) return undefined;
    const oldest = this.#segments[this.#gone];
    const segment = oldest && oldest.first < this.#first ? oldest : this.#lastGone;
    return segment && entryOf(segment, this.#first - 1);
  }

  /** What the party was before the first that is kept. */
  get before(): readonly LogEntry[] {
    return [...this.#before.values(), ...this.#actors.all].sort((one, other) => one.serial - other.serial);
  }

  /** @param count from `first` to before `next`. */
  at(count: number): LogEntry {
    return entryOf(this.#segmentAt(count), count);
  }

  /** Of the entry at this count, which need not be made for it. */
  serialAt(count: number): number {
    const { part, first } = this.#segmentAt(count);
    return part instanceof TextRun ? part.firstSerial + (count - first) : part.serial;
  }

  #segmentAt(count: number): Segment {
    let [low, high] = [this.#gone, this.#segments.length - 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#segments[middle] as Segment).end <= count) low = middle + 1;
      else high = middle;
    }
    return this.#segments[low] as Segment;
  }

  add(part: LogPart): void {
    const isRun = part instanceof TextRun;
    const end = this.#next + (isRun ? part.count : 1);
    const characters = isRun ? part.characters : charactersOf(part);
    this.#segments.push({ part, first: this.#next, end, characters });
    this.#next = end;
    this.#characters += characters;
    this.#first = Math.max(this.#first, end - this.#bounds.max);
    while ((this.#segments[this.#gone] as Segment).end <= this.#first) this.#cut();
    const { maxCharacters } = this.#bounds;
    while (this.#characters > maxCharacters && this.#segments.length - this.#gone > 1) this.#cut();
  }

  /** The oldest of all goes. */
  #cut(): void {
    const oldest = this.#segments[this.#gone] as Segment;
    this.#segments[this.#gone] = undefined;
    this.#gone += 1;
    this.#lastGone = oldest;
    this.#first = Math.max(this.#first, oldest.end);
    this.#characters -= oldest.characters;
    if (this.#gone >= GONE_MAX || this.#gone === this.#segments.length) {
      this.#segments = this.#segments.slice(this.#gone);
      this.#gone = 0;
    }
    if (oldest.part instanceof TextRun) return;
    if (this.kind === 'states') this.#before.set(oldest.part.type, oldest.part);
    if (this.kind === 'steps') this.#actors.take(oldest.part);
  }
}

function entryOf({ part, first }: Segment, count: number): LogEntry {
  return part instanceof TextRun ? part.entryAt(count - first) : part;
}

/** About as many as a value of JSON takes. */
function lengthOf(value: Plain): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return SCALAR_CHARACTERS;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + lengthOf(inner), 0);
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
      return lengthOf(entry.context);
    case 'transition':
      return lengthOf(entry.event as Plain) + lengthOf(entry.changes as unknown as Plain);
    default:
      return 0;
  }
}
