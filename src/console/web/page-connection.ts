/**
 * What one page has been told so far, and what it is told next. It gets the past and the present in the same
 * way, as entries of the log: what stands behind its place in the log, a bounded batch at a time, and only
 * when it has taken the batch before.
 *
 * Invariants: what waits for a page is one batch, so a slow page costs little and slows nobody: it misses
 * what the log has lost meanwhile, and is told how much. One that does not take a batch in time has stalled.
 */
import type { Clock } from '../../io/clock.ts';
import type { FollowedPeer } from '../feed/followed-peer.ts';
import type { KeptLog, LogReader } from '../feed/kept-log.ts';
import type { ServerMessage } from '../feed/messages.ts';
import type { ConsoleLimits } from '../limits.ts';
import type { Viewer } from './viewer.ts';

/** What all pages are told of. */
interface PageSources {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: Pick<ConsoleLimits, 'entriesPerBatchMax' | 'batchMaxCharacters' | 'stallMs'>;
  readonly log: KeptLog;
  readonly peers: ReadonlyMap<string, FollowedPeer>;
  /** Counts the changes of the list of peers. */
  peersVersion(): number;
  /** What a simulated room is: the JSON of each field. */
  room?(): ReadonlyMap<string, string>;
}

/** See above. */
export class PageConnection {
  readonly #viewer: Viewer;
  readonly #sources: PageSources;
  readonly #reader: LogReader;
  #peersVersion: number;
  /** What it was told of a simulated room last. */
  #room: ReadonlyMap<string, string> = new Map();
  #isWaitingSinceMs: number | null = null;

  /** @param viewer has been told of the peers already, by `hello`. */
  constructor(viewer: Viewer, sources: PageSources) {
    this.#viewer = viewer;
    this.#sources = sources;
    this.#reader = sources.log.reader();
    this.#peersVersion = sources.peersVersion();
  }

  /** Tells what is new. @returns true if there is more to tell, or to wait for. */
  tell(): boolean {
    if (this.#isWaiting()) return true;
    const { peers, peersVersion, limits, room } = this.#sources;
    if (this.#peersVersion !== peersVersion()) {
      this.#peersVersion = peersVersion();
      this.#send({ type: 'peers', peers: [...peers.values()].map((peer) => peer.describe()) });
    }
    if (room) this.#tellRoom(room());
    const most = { entries: limits.entriesPerBatchMax, characters: limits.batchMaxCharacters };
    const entries = this.#reader.next(most);
    if (entries.length > 0) this.#send({ type: 'entries', entries });
    return this.#reader.hasMore;
  }

  /** Only what is something else now: a room that runs does so twenty times a second. */
  #tellRoom(room: ReadonlyMap<string, string>): void {
    const changed = [...room].filter(([field, text]) => this.#room.get(field) !== text);
    this.#room = room;
    if (changed.length === 0) return;
    const fields = changed.map(([field, text]) => `${JSON.stringify(field)}:${text}`);
    this.#viewer.send(`{"type":"room","room":{${fields.join()}}}`);
  }

  #isWaiting(): boolean {
    const { clock, limits } = this.#sources;
    if (this.#viewer.queuedBytes === 0) {
      this.#isWaitingSinceMs = null;
      return false;
    }
    this.#isWaitingSinceMs ??= clock.now();
    if (clock.now() - this.#isWaitingSinceMs > limits.stallMs) this.#viewer.terminate();
    return true;
  }

  #send(message: ServerMessage): void {
    this.#viewer.send(JSON.stringify(message));
  }
}
