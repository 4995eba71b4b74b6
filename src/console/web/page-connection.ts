/**
 * What one page has been told so far, and what it is told next. It gets the past and the present in the same
 * way: what stands behind its place in the history, a bounded batch at a time, and only when it has taken the
 * batch before.
 *
 * Invariants: what waits for a page is one batch and one message of each kind at most, so a slow page costs
 * little and slows nobody: it misses what the history has lost meanwhile. One that does not take a batch in
 * time has stalled.
 */
import type { Clock } from '../../io/clock.ts';
import type { FollowedPeer } from '../feed/followed-peer.ts';
import type { History } from '../feed/history.ts';
import type { ServerMessage } from '../feed/messages.ts';
import type { Counted } from '../feed/peer-rings.ts';
import { showFrame } from '../feed/show-frame.ts';
import type { ConsoleLimits } from '../limits.ts';
import type { Viewer } from './viewer.ts';

/** What all pages are told of. */
export interface PageSources {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: Pick<ConsoleLimits, 'noticesPerBatchMax' | 'framesPerBatchMax' | 'stallMs'>;
  readonly history: History;
  readonly peers: ReadonlyMap<string, FollowedPeer>;
  /** Counts the changes of the list of peers. */
  peersVersion(): number;
}

/** What has happened of one kind. */
interface Past<Item extends Counted> {
  after(serial: number, count: number): Item[];
}

/** See above. */
export class PageConnection {
  readonly #viewer: Viewer;
  readonly #sources: PageSources;
  /** Serials of the last that it has been told. */
  readonly #places = { notices: 0, frames: 0, drops: 0 };
  /** Versions of what it has been told of each peer. */
  readonly #versions = new Map<string, number>();
  #peersVersion: number;
  #isWaitingSinceMs: number | null = null;

  /** @param viewer has been told of the peers already, by `hello`. */
  constructor(viewer: Viewer, sources: PageSources) {
    this.#viewer = viewer;
    this.#sources = sources;
    this.#peersVersion = sources.peersVersion();
  }

  /** Tells what is new. @returns true if there is more to tell, or to wait for. */
  tell(): boolean {
    if (this.#isWaiting()) return true;
    const { history, peers, peersVersion, limits } = this.#sources;
    if (this.#peersVersion !== peersVersion()) {
      this.#peersVersion = peersVersion();
      this.#send({ type: 'peers', peers: [...peers.values()].map((peer) => peer.describe()) });
    }
    for (const peer of peers.values()) {
      this.#tellIfNew(`${peer.id} status`, peer.status());
      this.#tellIfNew(`${peer.id} members`, peer.members());
    }
    const notices = this.#next('notices', history.notices, limits.noticesPerBatchMax);
    if (notices.length > 0) this.#send({ type: 'notices', notices });
    const frames = this.#next('frames', history.frames, limits.framesPerBatchMax);
    if (frames.length > 0) this.#send({ type: 'frames', frames: frames.map(showFrame) });
    const drops = this.#next('drops', history.drops, limits.framesPerBatchMax);
    if (drops.length > 0) this.#send({ type: 'drops', drops });
    const { notices: noticesTold, frames: framesTold, drops: dropsTold } = this.#places;
    return (
      noticesTold < history.notices.last || framesTold < history.frames.last || dropsTold < history.drops.last
    );
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

  #tellIfNew(key: string, { version, text }: { readonly version: number; readonly text: string }): void {
    if ((this.#versions.get(key) ?? 0) === version) return;
    this.#versions.set(key, version);
    this.#viewer.send(text);
  }

  #next<Item extends Counted>(kind: keyof History, past: Past<Item>, count: number): Item[] {
    const items = past.after(this.#places[kind], count);
    this.#places[kind] = items.at(-1)?.serial ?? this.#places[kind];
    return items;
  }

  #send(message: ServerMessage): void {
    this.#viewer.send(JSON.stringify(message));
  }
}
