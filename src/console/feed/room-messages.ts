/**
 * Entries of a log as a page is told of them: the one place where its messages are made, for a room that
 * runs, a recording and a simulated world. What was learned of the parties from earlier entries is kept.
 *
 * Invariant: what a message says depends on the entries alone, so a recording tells what the room told.
 */
import type { EntryOf, LogEntry } from '../../log/entry.ts';
import { ROOM_SERVER, WORLD } from '../../log/room-log.ts';
import { decode } from '../../protocol/decode.ts';
import type { Frame } from '../../protocol/frames.ts';
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
  ServerMessage,
} from './messages.ts';
import { PartyBook } from './party-book.ts';

/** Parties that are no peers: they have no place in the page's list of peers. */
export const NO_PEERS: ReadonlySet<string> = new Set([ROOM_SERVER, WORLD]);

type Status = ConsoleStatus;

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
  readonly #peers = new Map<string, Known>();

  constructor(limits: Pick<ConsoleLimits, 'partiesMax' | 'frameShownMaxBytes'>) {
    this.#limits = limits;
  }

  /** What entries are to a page, in as few messages as say it; they follow those of the call before. */
  *of(entries: readonly LogEntry[]): Generator<ServerMessage> {
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

  #take(entry: LogEntry, batch: Batch): ServerMessage | undefined {
    if (NO_PEERS.has(entry.party)) {
      batch.happenings.push(happeningOf(entry));
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
        return { type: 'members', ...stampOf(entry), members: entry.members };
      case 'notice':
        batch.notices.push(noticeOf(entry));
        return undefined;
      case 'frame':
        batch.frames.push(this.#frameOf(entry));
        return undefined;
      case 'drop':
        batch.drops.push({ ...stampOf(entry), kind: entry.reason, via: entry.via, what: entry.what });
        return undefined;
      case 'gap':
        batch.gaps.push({ ...stampOf(entry), of: entry.of, missing: entry.missing });
        return undefined;
      case 'actor':
      case 'transition':
        batch.machines.push(entry);
        batch.happenings.push(happeningOf(entry));
        return undefined;
      case 'life':
        batch.happenings.push(happeningOf(entry));
        return this.#lives(entry);
      default:
        batch.happenings.push(happeningOf(entry));
        return undefined;
    }
  }

  /** Who has ended has forgotten its name, and where it was; whoever looks at its place has not. */
  #lives(entry: EntryOf<'life'>): ServerMessage | undefined {
    if (entry.what === 'started') {
      this.#peers.delete(entry.party);
      return undefined;
    }
    const { user, port } = this.#knownOf(entry).status;
    return this.#status(entry, { ...GONE, user, port });
  }

  #status(entry: LogEntry, status: Status): ServerMessage {
    const known = this.#knownOf(entry);
    known.status = status;
    known.parties.learnLinks(status.links);
    return { type: 'status', ...stampOf(entry), status };
  }

  #frameOf(entry: EntryOf<'frame'>): ConsoleFrame {
    const { direction, remote, kind, size, message } = entry;
    const { parties } = this.#knownOf(entry);
    const bytes = Buffer.from(entry.bytes, 'base64');
    const via = entry.via ?? `connection ${entry.connection}`;
    if (direction === 'in' && kind === 'HANDSHAKE') {
      const handshake = decode(bytes);
      if (handshake?.kind === 'HANDSHAKE') parties.learnHandshake(via, handshake);
    }
    const party = parties.of(via, remote);
    const shown = bytes.subarray(0, this.#limits.frameShownMaxBytes).toString('base64');
    const meaning = { kind: kind as Frame['kind'], bytes: shown, size, message };
    return { ...stampOf(entry), direction, party, via, ...meaning };
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
  return { ...stampOf(entry), kind: entry.type, words: entryWords(entry) };
}
