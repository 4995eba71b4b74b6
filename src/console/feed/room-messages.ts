/**
 * Entries of a log as a page shows them: the one place where that is made, for a room that runs, a recording
 * and a simulated world. It runs in the page. What was learned of the parties from earlier entries is kept.
 *
 * Invariant: what a message says depends on the entries alone, so a recording tells what the room told.
 */
import type { EntryOf, LogEntry } from '../../log/entry.ts';
import { ROOM_SERVER, WORLD } from '../../log/parties.ts';
import { decodeCharacters } from '../../protocol/decode.ts';
import type { ConsoleLimits } from '../limits.ts';
import { entryWords } from './entry-words.ts';
import type {
  ConsoleDrop,
  ConsoleFrame,
  ConsoleGap,
  ConsoleHappening,
  ConsoleNotice,
  ConsoleStamp,
  ConsoleStatus,
  MachineEntry,
  RoomMessage,
} from './messages.ts';
import { PartyBook } from './party-book.ts';

/** Parties that are no peers: they have no place in the page's list of peers. */
export const NO_PEERS: ReadonlySet<string> = new Set([ROOM_SERVER, WORLD]);

type Status = ConsoleStatus;

/** Bytes as base64 writes them: four characters for three. */
const BASE64 = { bytes: 3, characters: 4 };

/** What each thing that is shown was made from; it goes with what is shown. */
const SOURCES = new WeakMap<object, LogEntry>();

/** The entry that this was made from; `undefined` where it is not kept. */
export function entryOf(shown: object): LogEntry | undefined {
  return SOURCES.get(shown);
}

/** This is made from the same entry. */
export function sameEntry<Shown extends object>(from: object, shown: Shown): Shown {
  const entry = SOURCES.get(from);
  if (entry) SOURCES.set(shown, entry);
  return shown;
}

/** A peer that has ended, however it did. */
const GONE: Status = {
  ...{ state: 'TERMINATED', user: null, room: null, self: null, port: 0, isOffline: false },
  ...{ roomServer: { host: '', port: 0, state: 'not connected' }, links: [], pending: [], rooms: [] },
};

interface Batch {
  readonly notices: ConsoleNotice[];
  readonly frames: ConsoleFrame[];
  readonly drops: ConsoleDrop[];
  readonly happenings: ConsoleHappening[];
  readonly machines: MachineEntry[];
  readonly gaps: ConsoleGap[];
}

/** What is known of a peer that the next entries are read with. */
interface Known {
  readonly parties: PartyBook;
  status: Status;
}

/** See above; one for each that is told. */
export class RoomMessages {
  readonly #limits: Pick<ConsoleLimits, 'partiesMax' | 'frameShownMaxBytes'>;
  readonly #keepsEntries: boolean;
  readonly #peers = new Map<string, Known>();

  /** @param keepsEntries false where they are kept elsewhere, in a file: `entryOf` knows faults only then. */
  constructor(limits: Pick<ConsoleLimits, 'partiesMax' | 'frameShownMaxBytes'>, keepsEntries = true) {
    this.#limits = limits;
    this.#keepsEntries = keepsEntries;
  }

  /** What entries are to a page, in as few messages as say it; they follow those of the call before. */
  *of(entries: readonly LogEntry[]): Generator<RoomMessage> {
    const batch: Batch = { notices: [], frames: [], drops: [], happenings: [], machines: [], gaps: [] };
    for (const entry of entries) {
      const message = this.#take(entry, batch);
      if (message) yield message;
    }
    const { notices, frames, drops, happenings, machines, gaps } = batch;
    if (gaps.length > 0) yield { type: 'gaps', gaps };
    if (notices.length > 0) yield { type: 'notices', notices };
    if (frames.length > 0) yield { type: 'frames', frames };
    if (drops.length > 0) yield { type: 'drops', drops };
    if (machines.length > 0) yield { type: 'machines', entries: machines };
    if (happenings.length > 0) yield { type: 'happenings', happenings };
  }

  #made<Shown extends object>(entry: LogEntry, shown: Shown): Shown {
    if (this.#keepsEntries || entry.type === 'fault' || entry.type === 'violation') SOURCES.set(shown, entry);
    return shown;
  }

  #take(entry: LogEntry, batch: Batch): RoomMessage | undefined {
    if (NO_PEERS.has(entry.party)) {
      batch.happenings.push(this.#made(entry, happeningOf(entry)));
      return undefined;
    }
    switch (entry.type) {
      case 'status':
        return this.#status(entry, {
          ...entry.status,
          user: entry.status.user ?? this.#knownOf(entry).status.user,
        });
      case 'members':
        this.#knownOf(entry).parties.learnMembers(entry.members);
        return this.#made(entry, { type: 'members', ...stampOf(entry), members: entry.members } as const);
      case 'notice':
        batch.notices.push(this.#made(entry, noticeOf(entry)));
        return undefined;
      case 'frame':
        batch.frames.push(this.#made(entry, this.#frameOf(entry)));
        return undefined;
      case 'drop':
        batch.drops.push(
          this.#made(entry, { ...stampOf(entry), kind: entry.reason, via: entry.via, what: entry.what }),
        );
        return undefined;
      case 'gap':
        batch.gaps.push(this.#made(entry, { ...stampOf(entry), of: entry.of, missing: entry.missing }));
        return undefined;
      case 'actor':
      case 'transition':
        batch.machines.push(entry);
        batch.happenings.push(this.#made(entry, happeningOf(entry)));
        return undefined;
      case 'life':
        batch.happenings.push(this.#made(entry, happeningOf(entry)));
        return this.#lives(entry);
      default:
        batch.happenings.push(this.#made(entry, happeningOf(entry)));
        return undefined;
    }
  }

  /** Who has ended has forgotten its name, and where it was; whoever looks at its place has not. */
  #lives(entry: EntryOf<'life'>): RoomMessage | undefined {
    if (entry.what === 'started') {
      this.#peers.delete(entry.party);
      return undefined;
    }
    const { user, port } = this.#knownOf(entry).status;
    return this.#status(entry, { ...GONE, user, port });
  }

  #status(entry: EntryOf<'status' | 'life'>, status: Status): RoomMessage {
    const known = this.#knownOf(entry);
    known.status = status;
    known.parties.learnLinks(status.links);
    const told = { type: 'status', ...stampOf(entry), status } as const;
    // That of the end of a life is told by the happening.
    return entry.type === 'status' ? this.#made(entry, told) : told;
  }

  #frameOf(entry: EntryOf<'frame'>): ConsoleFrame {
    const { serial, causedBy, atMs, party: peer, direction, remote, size, message } = entry;
    const kind = entry.kind as ConsoleFrame['kind'];
    const { parties } = this.#knownOf(entry);
    const via = entry.via ?? `connection ${entry.connection}`;
    if (direction === 'in' && kind === 'HANDSHAKE') {
      const handshake = decodeCharacters(atob(entry.bytes));
      if (handshake?.kind === 'HANDSHAKE') parties.learnHandshake(via, handshake);
    }
    const party = parties.of(via, remote);
    const bytes = this.#shown(entry.bytes);
    // One object, and no spreads: a recording has hundreds of thousands of frames.
    return { serial, causedBy, atMs, peer, direction, party, via, kind, bytes, size, message };
  }

  /** The beginning of a frame; what is kept of a live one is no more already. */
  #shown(bytes: string): string {
    const groups = this.#limits.frameShownMaxBytes / BASE64.bytes;
    if (bytes.length <= Math.ceil(groups) * BASE64.characters) return bytes;
    return bytes.slice(0, Math.floor(groups) * BASE64.characters);
  }

  #knownOf({ party }: LogEntry): Known {
    let known = this.#peers.get(party);
    if (!known) {
      known = { parties: new PartyBook(this.#limits.partiesMax), status: GONE };
      this.#peers.set(party, known);
    }
    return known;
  }
}

function stampOf({ serial, causedBy, atMs, party: peer }: LogEntry): ConsoleStamp {
  return { serial, causedBy, atMs, peer };
}

function noticeOf(entry: EntryOf<'notice'>): ConsoleNotice {
  const { window, notice: type, text, speaker, isOwn } = entry;
  return { ...stampOf(entry), windows: [window], type, text, speaker, isOwn };
}

function happeningOf(entry: LogEntry): ConsoleHappening {
  const happening = { ...stampOf(entry), kind: entry.type, words: entryWords(entry) };
  if (entry.type !== 'connection') return happening;
  const { what, by, local, remote, reason } = entry;
  return { ...happening, connection: { what, by, local, remote, reason } };
}
