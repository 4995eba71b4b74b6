/**
 * A recording as the page knows a room: its entries, taken one after the other, make the same that a live
 * room makes of what it tells. Nothing is forgotten.
 */
import type { LogEntry } from '../../../../log/entry.ts';
import type { ConsolePeer, ServerMessage } from '../../../feed/messages.ts';
import { NO_PEERS, RoomMessages } from '../../../feed/room-messages.ts';
import { CONSOLE_LIMITS } from '../../../limits.ts';
import { NO_INSPECTION } from '../../inspection/inspection.ts';
import { type KnownRoom, withLogged } from '../known-room.ts';
import { serialAt } from '../moment.ts';

const { POSITIVE_INFINITY: ALL } = Number;
const KEEPS = { notices: ALL, frames: ALL, drops: ALL, changes: ALL, happenings: ALL };

/** What a page shows of a recording. */
export interface ShownRoom extends KnownRoom {
  readonly hello: Extract<ServerMessage, { type: 'hello' }>;
  readonly peers: readonly ConsolePeer[];
}

/** See above. */
export class RecordedRoom {
  readonly #messages = new RoomMessages(CONSOLE_LIMITS, false);
  /** Machines that are told of. */
  readonly #machines = new Set<string>();
  readonly #peers = new Set<string>();
  #known: KnownRoom = { views: {}, happenings: [], seats: new Map(), inspection: NO_INSPECTION };
  #lastMs = 0;
  #broken: number | undefined;
  #roomServer = { host: '', port: 0 };

  /** Sentences on what can't be shown. */
  get problems(): readonly string[] {
    const { charts } = this.#known.inspection;
    const unread = [...this.#machines].filter((machine) => !charts.has(machine));
    return unread.map((machine) => `The machine ${machine} has no definition that can be read.`);
  }

  /** The serial at which an invariant was broken first; else in its middle: at its end everybody has left. */
  get begin(): number {
    const { views, inspection } = this.#known;
    return this.#broken ?? serialAt({ views, steps: inspection.steps }, this.#lastMs / 2);
  }

  /** Takes the next entries. Many at a time are cheaper: lists are copied each time. */
  take(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.#lastMs = entry.atMs;
      if (entry.type === 'violation') this.#broken ??= entry.serial;
      if (entry.type === 'actor') this.#machines.add(entry.machine);
      if (NO_PEERS.has(entry.party)) continue;
      this.#peers.add(entry.party);
      if (entry.type === 'status' && this.#roomServer.port === 0) this.#roomServer = entry.status.roomServer;
    }
    this.#known = withLogged(this.#known, this.#messages.of(entries), KEEPS, true);
  }

  /** All of it. @param lesson to begin with, where this is the world of the lessons. */
  shown(program: string, lesson?: string): ShownRoom {
    const peers = [...this.#peers].map((id): ConsolePeer => {
      // Over all its lives: at each moment its status says whether it is there.
      return { id, label: id, isRunning: true, isSplitOff: false };
    });
    const { host, port } = this.#roomServer;
    const hello = {
      ...({ type: 'hello', version: program, log: '', isDemo: false, isRecording: true } as const),
      ...(lesson === undefined ? {} : { lesson }),
      ...{ roomServer: { host, port }, peers, keeps: KEEPS },
    };
    return { hello, peers, ...this.#known };
  }
}
