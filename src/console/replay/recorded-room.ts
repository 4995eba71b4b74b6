/**
 * A recording as the page is told of a room: its entries as the messages of the two sockets. Pure; the
 * messages are made when they are asked for, so that a recording costs its entries and no more.
 */

import type { EntryOf, LogEntry } from '../../log/entry.ts';
import { ROOM_SERVER } from '../../log/room-log.ts';
import { viewOfWhole } from '../../protocol/frame-view.ts';
import type { Frame } from '../../protocol/frames.ts';
import type {
  ConsoleDrop,
  ConsoleFrame,
  ConsoleNotice,
  ConsolePeer,
  ServerMessage,
} from '../feed/messages.ts';
import { PartyBook } from '../feed/party-book.ts';
import type { InspectMessage } from '../inspect/inspect-messages.ts';
import type { ConsoleLimits } from '../limits.ts';
import { DeclaredSessions } from './sessions.ts';

/** Parties that are no peers: they have no place in the page's list of peers. */
const NO_PEERS: ReadonlySet<string> = new Set([ROOM_SERVER, 'world']);

type Limits = Pick<ConsoleLimits, 'partiesMax' | 'frameShownMaxBytes'>;

/** How many of each the peers of a recording have. */
export interface Counts {
  readonly notices: number;
  readonly frames: number;
  readonly drops: number;
}

/** See above. */
export class RecordedRoom {
  readonly #entries: readonly LogEntry[];
  readonly #limits: Limits;

  /** @param entries in the order of their serials. */
  constructor(entries: readonly LogEntry[], limits: Limits) {
    this.#entries = entries;
    this.#limits = limits;
  }

  /** Its peers, over all their lives: at each moment their status says whether they are there. */
  get peers(): readonly ConsolePeer[] {
    const roots = new Map<string, string | null>();
    const sessions = new DeclaredSessions();
    for (const entry of this.#entries) {
      if (NO_PEERS.has(entry.party)) continue;
      if (!roots.has(entry.party)) roots.set(entry.party, null);
      if (entry.type !== 'actor' || entry.what !== 'started') continue;
      const { session, parent } = sessions.started(entry);
      if (parent === null) roots.set(entry.party, session);
    }
    return [...roots].map(([id, rootSession]) => {
      return { id, label: id, isRunning: true, isSplitOff: false, rootSession };
    });
  }

  /** The room server that its peers have asked; an empty host where none has. */
  get roomServer(): { readonly host: string; readonly port: number } {
    const asked = this.#entries.find((entry) => entry.type === 'status');
    return asked?.type === 'status' ? asked.status.roomServer : { host: '', port: 0 };
  }

  get counts(): Counts {
    const count = (type: LogEntry['type']) =>
      this.#entries.filter((entry) => entry.type === type && !NO_PEERS.has(entry.party)).length;
    return { notices: count('notice'), frames: count('frame'), drops: count('drop') };
  }

  /** What the socket `/console` tells after its greeting, a batch of at most so many entries at a time. */
  *pageMessages(batch: number): Generator<ServerMessage> {
    const parties = new Map<string, PartyBook>();
    const ofPeers = this.#entries.filter(({ party }) => !NO_PEERS.has(party));
    const counts = { notices: 0, frames: 0, drops: 0 };
    for (let from = 0; from < ofPeers.length; from += batch)
      yield* this.#batchOf(ofPeers.slice(from, from + batch), counts, parties);
  }

  /** What the socket `/inspect` tells. */
  *inspectMessages(): Generator<InspectMessage> {
    const sessions = new DeclaredSessions();
    for (const entry of this.#entries) {
      if (entry.type === 'actor') {
        const message = entry.what === 'started' ? sessions.registration(entry) : sessions.stop(entry);
        if (message) yield message;
      }
      if (entry.type === 'transition') {
        const message = sessions.step(entry);
        if (message) yield message;
      }
    }
  }

  *#batchOf(
    entries: readonly LogEntry[],
    counts: { notices: number; frames: number; drops: number },
    parties: Map<string, PartyBook>,
  ): Generator<ServerMessage> {
    const [notices, frames, drops]: [ConsoleNotice[], ConsoleFrame[], ConsoleDrop[]] = [[], [], []];
    for (const entry of entries) {
      if (entry.type === 'status') yield statusOf(entry);
      if (entry.type === 'life' && entry.what === 'ended') yield statusOf({ ...entry, status: GONE });
      if (entry.type === 'members') yield this.#membersOf(entry, parties);
      if (entry.type === 'notice') notices.push(noticeOf(entry, ++counts.notices));
      if (entry.type === 'drop') drops.push(dropOf(entry, ++counts.drops));
      if (entry.type === 'frame') frames.push(this.#frameOf(entry, ++counts.frames, parties));
    }
    if (notices.length > 0) yield { type: 'notices', notices };
    if (frames.length > 0) yield { type: 'frames', frames };
    if (drops.length > 0) yield { type: 'drops', drops };
  }

  #membersOf(
    { party: peer, atMs, members }: EntryOf<'members'>,
    parties: Map<string, PartyBook>,
  ): ServerMessage {
    this.#bookOf(peer, parties).learnMembers(members);
    return { type: 'members', peer, atMs, members };
  }

  #frameOf(entry: EntryOf<'frame'>, serial: number, parties: Map<string, PartyBook>): ConsoleFrame {
    const { party: peer, atMs, direction, remote, via, kind, size, message } = entry;
    const bytes = Buffer.from(entry.bytes, 'base64');
    const link = via ?? `connection ${entry.connection}`;
    const frames = [viewOfWhole(bytes)];
    const party = this.#bookOf(peer, parties).of({ type: 'frames', direction, via: link, remote, frames });
    const shown = bytes.subarray(0, this.#limits.frameShownMaxBytes).toString('base64');
    const meaning = { kind: kind as Frame['kind'], bytes: shown, size, message };
    return { serial, peer, atMs, direction, party, via: link, ...meaning };
  }

  #bookOf(peer: string, parties: Map<string, PartyBook>): PartyBook {
    const known = parties.get(peer) ?? new PartyBook(this.#limits.partiesMax);
    parties.set(peer, known);
    return known;
  }
}

/** A peer that has ended, however it did. */
const GONE: EntryOf<'status'>['status'] = {
  ...{ state: 'TERMINATED', user: null, room: null, self: null, port: 0, isOffline: false },
  ...{ roomServer: { host: '', port: 0, state: 'not connected' }, links: [], pending: [], rooms: [] },
};

function statusOf({
  party: peer,
  atMs,
  status,
}: Pick<EntryOf<'status'>, 'party' | 'atMs' | 'status'>): ServerMessage {
  const links = status.links.map((link) => ({ ...link, dropped: {} }));
  return { type: 'status', peer, atMs, status: { ...status, links, counters: {} } };
}

function noticeOf(entry: EntryOf<'notice'>, serial: number): ConsoleNotice {
  const { party: peer, atMs, window, notice: type, text, speaker, isOwn } = entry;
  return { serial, peer, atMs, windows: [window], type, text, speaker, isOwn };
}

function dropOf(
  { party: peer, atMs, reason: kind, via, what }: EntryOf<'drop'>,
  serial: number,
): ConsoleDrop {
  return { serial, peer, atMs, kind, via, what };
}
