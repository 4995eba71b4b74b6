/**
 * A link that is up, as the relay sees it: where to write, what it has done wrong, how long it has been
 * silent.
 */
import type { Clock } from '../io/clock.ts';
import type { Connection } from '../io/network.ts';
import type { PeerLimits } from '../limits.ts';
import type { DropKind } from '../machines/notices.ts';
import type { Link } from '../overlay/link-table.ts';
import type { Share } from './batch.ts';
import type { Observer } from './observer.ts';

/** What an attached link needs of its peer. */
export interface AttachedLinkPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: Pick<PeerLimits, 'singleWritesMax' | 'linkQueueMaxBytes' | 'malformedMax'>;
  readonly observer: Observer;
}

/** Our end of a link. */
export interface LinkEnd {
  readonly connection: Connection;
  /** Ends the link for this reason; may be called more than once. */
  readonly fail: (reason: string) => void;
  /** The handshake has told that the other side counts its messages anew. */
  readonly isOfNewLife: boolean;
}

/** One link between its handshake and its end. */
export class AttachedLink {
  readonly link: Link;
  readonly #ports: AttachedLinkPorts;
  readonly #connection: Connection;
  readonly #fail: (reason: string) => void;
  readonly #isOfNewLife: boolean;
  readonly #dropped = new Map<DropKind, number>();
  /**
   * When the first of the bytes was written that nothing has come back for; `null` after every sign of life.
   */
  #unansweredSinceMs: number | null = null;

  constructor(ports: AttachedLinkPorts, link: Link, end: LinkEnd) {
    this.#ports = ports;
    this.link = link;
    this.#connection = end.connection;
    this.#fail = end.fail;
    this.#isOfNewLife = end.isOfNewLife;
  }

  /**
   * True if a message with this origin comes from the origin itself, and its handshake told that it counts
   * anew.
   */
  isOfNewLifeOf(originHid: string): boolean {
    if (!this.#isOfNewLife) return false;
    const { hid, user } = this.link.member;
    return originHid === hid || originHid === user;
  }

  /** Frames dropped by kind. */
  get dropped(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#dropped);
  }

  /** For how long we have written without hearing anything; 0 after every sign of life. */
  silentMs(): number {
    return this.#unansweredSinceMs === null ? 0 : this.#ports.clock.now() - this.#unansweredSinceMs;
  }

  /** Something has come over this link. */
  heard(): void {
    this.#unansweredSinceMs = null;
  }

  /**
   * Writes frames: a few one by one, because other implementations take one recv for one frame; many as one.
   * A link whose other end does not read is given up (PROTOCOL.md puts no bound on it; limits.ts does).
   */
  write(share: Share): void {
    const { limits, observer, clock } = this.#ports;
    const connection = this.#connection;
    const held = (bytes: Buffer) => (share.isOfChunks ? unpinned(bytes, connection) : bytes);
    if (share.frameCount <= limits.singleWritesMax)
      for (const { bytes } of share.frames()) connection.write(held(bytes));
    else connection.writeAll(share.pieces().map(held));
    observer.framesOut(this.link.id, connection.remote, share);
    this.#unansweredSinceMs ??= clock.now();
    if (connection.queuedBytes > limits.linkQueueMaxBytes) {
      observer.counters.add('slow consumers dropped');
      this.#fail(`it does not read fast enough (${connection.queuedBytes} bytes were waiting)`);
    }
  }

  /** Counts a frame that is dropped; a link that sends too much that is no frame is given up. */
  drop(kind: DropKind, what: () => string): void {
    const { limits, observer } = this.#ports;
    const { user, ip, port } = this.link.member;
    const count = (this.#dropped.get(kind) ?? 0) + 1;
    this.#dropped.set(kind, count);
    observer.drop(kind, this.link.id, () => `${what()}, from ${user} (${ip}:${port})`);
    if (kind === 'malformed' && count > limits.malformedMax)
      this.#fail(`it has sent ${count} malformed frames`);
  }
}

/**
 * What has to wait for a slow reader is copied: frames that came in are a view on the chunk that they came
 * in, and would hold all of that, many times their own size. A view that is most of its chunk is not: it
 * holds less than twice its size.
 */
function unpinned(bytes: Buffer, { queuedBytes }: Connection): Uint8Array {
  return queuedBytes > 0 && bytes.length * 2 < bytes.buffer.byteLength ? new Uint8Array(bytes) : bytes;
}
