/**
 * What one page has been told so far, and what it is told next. It gets the past and the present in the same
 * way: what stands behind its place in the log, a bounded batch at a time, and only when it has taken the
 * batch before.
 *
 * Invariants: what waits for a page is one batch, so a slow page costs little and slows nobody: it misses
 * what the log has lost meanwhile, and is told how much. One that does not take a batch in time has stalled.
 */
import type { Clock } from '../../io/clock.ts';
import type { FollowedPeer } from '../feed/followed-peer.ts';
import type { KeptLog, LogReader } from '../feed/kept-log.ts';
import type { ServerMessage } from '../feed/messages.ts';
import { RoomMessages } from '../feed/room-messages.ts';
import type { ConsoleLimits } from '../limits.ts';
import type { Viewer } from './viewer.ts';

/** What all pages are told of. */
interface PageSources {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: Pick<
    ConsoleLimits,
    'entriesPerBatchMax' | 'batchMaxCharacters' | 'stallMs' | 'partiesMax' | 'frameShownMaxBytes'
  >;
  readonly log: KeptLog;
  readonly peers: ReadonlyMap<string, FollowedPeer>;
  /** Counts the changes of the list of peers. */
  peersVersion(): number;
  /** The message `room` of a simulated room. */
  room?(): { readonly version: number; readonly text: string };
}

/** See above. */
export class PageConnection {
  readonly #viewer: Viewer;
  readonly #sources: PageSources;
  readonly #reader: LogReader;
  readonly #messages: RoomMessages;
  #peersVersion: number;
  #roomVersion = 0;
  #isWaitingSinceMs: number | null = null;

  /** @param viewer has been told of the peers already, by `hello`. */
  constructor(viewer: Viewer, sources: PageSources) {
    this.#viewer = viewer;
    this.#sources = sources;
    this.#reader = sources.log.reader();
    this.#messages = new RoomMessages(sources.limits);
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
    const told = room?.();
    if (told && told.version !== this.#roomVersion) {
      this.#roomVersion = told.version;
      this.#viewer.send(told.text);
    }
    const most = { entries: limits.entriesPerBatchMax, characters: limits.batchMaxCharacters };
    for (const message of this.#messages.of(this.#reader.next(most))) this.#send(message);
    return this.#reader.hasMore;
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
