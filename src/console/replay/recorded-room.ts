/**
 * A recording as the page is told of a room: its entries as the messages of the two sockets. Pure; the
 * messages are made when they are asked for, so that a recording costs its entries and no more.
 */

import type { LogEntry } from '../../log/entry.ts';
import type { ConsolePeer, ServerMessage } from '../feed/messages.ts';
import { NO_PEERS, RoomMessages } from '../feed/room-messages.ts';
import type { InspectMessage } from '../inspect/inspect-messages.ts';
import type { ConsoleLimits } from '../limits.ts';
import { DeclaredSessions } from './sessions.ts';

type Limits = Pick<ConsoleLimits, 'partiesMax' | 'frameShownMaxBytes'>;

/** How many of each the peers of a recording have. */
export interface Counts {
  readonly notices: number;
  readonly frames: number;
  readonly drops: number;
  /** Of all parties. */
  readonly happenings: number;
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
    const names = new Set(this.#entries.map(({ party }) => party).filter((party) => !NO_PEERS.has(party)));
    return [...names].map((id) => ({ id, label: id, isRunning: true, isSplitOff: false }));
  }

  /** The room server that its peers have asked; an empty host where none has. */
  get roomServer(): { readonly host: string; readonly port: number } {
    const asked = this.#entries.find((entry) => entry.type === 'status');
    return asked?.type === 'status' ? asked.status.roomServer : { host: '', port: 0 };
  }

  get counts(): Counts {
    const count = (type: LogEntry['type']) =>
      this.#entries.filter((entry) => entry.type === type && !NO_PEERS.has(entry.party)).length;
    const { length: happenings } = this.#entries;
    return { notices: count('notice'), frames: count('frame'), drops: count('drop'), happenings };
  }

  /** What the socket `/console` tells after its greeting, a batch of at most so many entries at a time. */
  *pageMessages(batch: number): Generator<ServerMessage> {
    const messages = new RoomMessages(this.#limits);
    for (let from = 0; from < this.#entries.length; from += batch)
      yield* messages.of(this.#entries.slice(from, from + batch));
  }

  /** What the socket `/inspect` tells. */
  *inspectMessages(): Generator<InspectMessage> {
    const sessions = new DeclaredSessions();
    for (const entry of this.#entries) {
      if (entry.type === 'actor') {
        const message = entry.what === 'stopped' ? sessions.stop(entry) : sessions.registration(entry);
        if (message) yield message;
      }
      if (entry.type === 'transition') {
        const message = sessions.step(entry);
        if (message) yield message;
      }
    }
  }
}
