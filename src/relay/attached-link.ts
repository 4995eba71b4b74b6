/**
 * A link that is up, as the relay sees it: where to write, what it has done wrong, how long it has been
 * silent.
 */
import type { Observable, Subscription } from 'rxjs';
import type { Feed } from '../feed/feed.ts';
import type { Clock, Timer } from '../io/clock.ts';
import type { Acknowledgement, Connection } from '../io/network.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { Link, LinkDirection, LinkEnd } from '../overlay/link-table.ts';
import type { Member } from '../overlay/member.ts';
import { Batch, type Share } from '../protocol/batch.ts';
import type { RawFrame } from '../protocol/frame-decoder.ts';
import { viewOfWhole } from '../protocol/frame-view.ts';
import type { TextSlice } from '../protocol/text/text-slice.ts';
import type { DropKind } from '../words/notices.ts';
import type { FlowControl } from './flow/flow-control.ts';
import { LinkFaults } from './link-faults.ts';
import { CatchUp } from './mending/catch-up.ts';

/** What an attached link needs of its peer. */
interface AttachedLinkPorts {
  readonly clock: Clock;
  readonly limits: Pick<
    PeerLimits,
    | 'singleWritesMax'
    | 'malformedMax'
    | 'faultDoubtMs'
    | 'catchUpDelayMs'
    | 'catchUpStepMs'
    | 'catchUpQuietMs'
    | 'deliveryPollMs'
    | 'deliveryMarginMs'
    | 'lateMs'
    | 'linkLowWaterBytes'
  >;
  readonly feed: Feed;
  readonly room: { readonly name: string | null };
  /** Told of every write, and of what is sent again. */
  readonly flow: Pick<FlowControl, 'wrote' | 'took' | 'caughtUp'>;
}

/** Ends a link for this reason; harmless for one that has ended. */
export type LinkFail = (reason: string, end?: LinkEnd) => void;

/** Our end of a link. */
interface OurEnd {
  readonly connection: Connection;
  /** Ends the link for this reason; may be called more than once. */
  readonly fail: LinkFail;
  /** The handshake has told that the other side counts its messages anew. */
  readonly isOfNewIncarnation: boolean;
  /** The last message ID that the other side had used by then. */
  readonly msgId: number;
  /** Now, by the time that this process has been awake. */
  readonly sinceAwakeMs: number;
}

/** One link between its handshake and its end: what the table of links has of it. */
export class AttachedLink implements Link {
  readonly id: string;
  readonly direction: LinkDirection;
  readonly member: Member;
  /** What is wrong with the member. */
  readonly faults: LinkFaults;
  readonly #ports: AttachedLinkPorts;
  readonly #connection: Connection;
  readonly #fail: LinkFail;
  readonly #isOfNewIncarnation: boolean;
  readonly #msgId: number;
  /** When it came up, by the time that this process has been awake. */
  readonly sinceAwakeMs: number;
  readonly #sinceMs: number;
  /** True if this link mends a break: what comes first over it may have been said a while ago. */
  #isMending = false;
  #isSettled = false;
  #catchUp: CatchUp | null = null;
  /** What was written before has arrived, as far as the network tells. */
  #deliveredMs: number;
  #deliveryTimer: Timer | null = null;
  #asking: Subscription | undefined;
  /** When it ended here; `null` while it is up. */
  #leftMs: number | null = null;
  #wroteMs = 0;
  #heardMs = 0;
  /** Bytes that the connection was given. */
  #givenBytes = 0;
  readonly #dropped = new Map<DropKind, number>();
  /**
   * When the first of the bytes was written that nothing has come back for; `null` after every sign of life.
   */
  #unansweredSinceMs: number | null = null;

  constructor(ports: AttachedLinkPorts, link: Link, end: OurEnd) {
    this.#ports = ports;
    this.id = link.id;
    this.direction = link.direction;
    this.member = link.member;
    this.faults = new LinkFaults(ports, link.member);
    this.#connection = end.connection;
    this.#fail = end.fail;
    this.#isOfNewIncarnation = end.isOfNewIncarnation;
    this.#msgId = end.msgId;
    this.sinceAwakeMs = end.sinceAwakeMs;
    this.#sinceMs = ports.clock.now();
    this.#deliveredMs = this.#sinceMs;
  }

  /** What was written before this time has arrived, as far as the network tells, or something came back. */
  get deliveredMs(): number {
    return this.#deliveredMs;
  }

  /** True if something has come over it since its handshake. */
  get hasBeenHeard(): boolean {
    return this.#heardMs > 0;
  }

  /** Bytes of new messages that wait here or in the network's queue. */
  get queuedBytes(): number {
    return this.#connection.queuedBytes + (this.#catchUp?.heldBytes ?? 0);
  }

  /** True while nothing waits, messages that are sent again included. */
  get isIdle(): boolean {
    return this.#catchUp === null && this.#connection.queuedBytes === 0;
  }

  /**
   * Marks what the link has been given until now.
   * @returns tells whether the network has taken all of that; true from the end of the link on.
   */
  mark(): () => boolean {
    // What is sent again goes first: where it is under way, the place of what follows is known at its end.
    let upTo = this.#catchUp ? undefined : this.#givenBytes;
    return () => {
      if (this.isLeft) return true;
      if (this.#catchUp && upTo === undefined) return false;
      upTo ??= this.#givenBytes;
      return this.#givenBytes - this.#connection.queuedBytes >= upTo;
    };
  }

  /**
   * True after its end here: what comes over it was under way to us, for minutes where the other side stood
   * still.
   */
  get isLeft(): boolean {
    return this.#leftMs !== null;
  }

  /** True so long after its beginning that nothing is said again any more, until it is left. */
  get isSettled(): boolean {
    if (this.isLeft) return false;
    this.#isSettled ||= this.#ports.clock.now() - this.#sinceMs >= this.#ports.limits.catchUpQuietMs;
    return this.#isSettled;
  }

  /** True while what comes over it may have been said a while ago. */
  get bringsLateTexts(): boolean {
    if (this.#leftMs !== null) return this.#ports.clock.now() - this.#leftMs >= this.#ports.limits.lateMs;
    return (
      this.#isMending &&
      !this.#isSettled &&
      this.#ports.clock.now() - this.#sinceMs < this.#ports.limits.lateMs
    );
  }

  /**
   * This link mends a break.
   * @param missing what the other side may miss, oldest first; none is possible.
   * @param sinceMs since when.
   */
  mend(missing: readonly TextSlice[], sinceMs: number): void {
    this.#isMending = true;
    this.#deliveredMs = Math.min(this.#deliveredMs, sinceMs);
    if (missing.length === 0) return;
    if (this.#catchUp) {
      this.#catchUp.add(missing);
      return;
    }
    const { clock, limits } = this.#ports;
    this.#catchUp = new CatchUp(
      {
        clock,
        limits,
        queuedBytes: () => this.#connection.queuedBytes,
        writeTexts: (texts) => this.#sendAgain(texts),
        writeShare: (share) => this.#put(share),
        done: () => {
          this.#catchUp = null;
          // What waited here has been written; where the network took it at once, nothing else tells of that.
          this.#ports.flow.took(this.id);
        },
      },
      missing,
    );
  }

  /** The link is no more: what waits here is not written any more. */
  stop(): void {
    this.#leftMs = this.#ports.clock.now();
    this.#catchUp?.stop();
    this.#catchUp = null;
    this.faults.stop();
    if (this.#deliveryTimer !== null) this.#ports.clock.clearTimeout(this.#deliveryTimer);
    this.#asking?.unsubscribe();
  }

  /** Something was written: some time later the network is asked whether it has arrived. */
  #askLater(): void {
    const { clock, limits } = this.#ports;
    this.#deliveryTimer ??= clock.setTimeout(() => {
      this.#deliveryTimer = null;
      const askedMs = clock.now();
      this.#asking = this.#connection.acknowledgement().subscribe((answer) => {
        if (this.#catchUp) this.#askLater();
        else if (answer === 'acknowledged') this.#deliveredMs = askedMs - limits.deliveryMarginMs;
        else if (answer === 'unknown') this.#deliveredMs = Math.max(this.#deliveredMs, this.#heardMs);
        if (this.#deliveredMs < this.#wroteMs) this.#askLater();
      });
    }, limits.deliveryPollMs);
  }

  /**
   * True if a message comes from its origin itself, whose handshake told that it counts anew, and was said
   * after that: what was said before may have come by another way.
   */
  isOfNewIncarnationOf(text: TextSlice): boolean {
    return this.#isOfNewIncarnation && this.isSaidSince(text);
  }

  /** True if a message comes from its origin itself, which has used its ID since our handshake. */
  isSaidSince({ originHid, msgId }: TextSlice): boolean {
    if (msgId <= this.#msgId) return false;
    const { hid, user } = this.member;
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

  /** What the network says of what was written to it. */
  acknowledgement(): Observable<Acknowledgement> {
    return this.#connection.acknowledgement();
  }

  /** The address of this computer that it leaves from. */
  get localAddress(): string {
    return this.#connection.local.host;
  }

  /** The address that the other side has here, whatever it says of itself. */
  get remoteAddress(): string {
    return this.#connection.remote.host;
  }

  /** Something has come over this link. */
  heard(): void {
    this.#unansweredSinceMs = null;
    this.#heardMs = this.#ports.clock.now();
  }

  /** Writes frames, behind what is sent again over this link. */
  write(share: Share): void {
    if (this.#catchUp) {
      const held = owned(share);
      const bytes = held.pieces().reduce((sum, { length }) => sum + length, 0);
      this.#catchUp.hold(held, bytes);
      this.#ports.flow.wrote(this.id);
    } else this.#put(share);
  }

  #sendAgain(texts: readonly TextSlice[]): void {
    this.#put(new Batch(texts).share(() => true));
    const bytes = texts.reduce((sum, { start, end }) => sum + end - start, 0);
    this.#ports.flow.caughtUp(this.id, bytes);
  }

  /**
   * A few frames go out one by one, because other implementations take one recv for one frame; many as one.
   */
  #put(share: Share): void {
    const { limits, feed, clock, flow } = this.#ports;
    const connection = this.#connection;
    const held = (bytes: Buffer) => (share.isOfChunks ? unpinned(bytes, connection) : bytes);
    if (share.frameCount <= limits.singleWritesMax)
      for (const { bytes } of share.frames()) {
        this.#givenBytes += bytes.length;
        connection.write(held(bytes));
      }
    else {
      const pieces = share.pieces();
      for (const { length } of pieces) this.#givenBytes += length;
      connection.writeAll(pieces.map(held));
    }
    feed.framesOut(this.id, connection.remote, share);
    this.#wroteMs = clock.now();
    this.#unansweredSinceMs ??= this.#wroteMs;
    this.#askLater();
    flow.wrote(this.id);
  }

  /** Counts a message that was sent again over this link, as a break may ask for, and is known here. */
  dropSaidAgain(): void {
    this.#dropped.set('duplicate', (this.#dropped.get('duplicate') ?? 0) + 1);
    this.#ports.feed.counters.add('messages sent again to us');
  }

  /** Counts a frame that is dropped; a link that sends too much that is no frame is given up. */
  drop(kind: DropKind, frame: RawFrame, what: () => string): void {
    const { limits, feed } = this.#ports;
    const { user, ip, port } = this.member;
    const count = (this.#dropped.get(kind) ?? 0) + 1;
    this.#dropped.set(kind, count);
    if (!this.faults.drop({ kind, via: this.id, frame }))
      feed.drop(kind, this.id, () => `${what()}, from ${user} (${ip}:${port})`, frame);
    if (kind === 'malformed' && count > limits.malformedMax) {
      feed.turnTo(frame);
      this.#fail(`it has sent ${count} malformed frames`);
    }
  }

  /** What was dropped last was no fault, as what came after it shows. */
  forgive(kind: DropKind): void {
    this.faults.dismissDoubtful();
    const count = this.#dropped.get(kind) ?? 0;
    if (count === 0) return;
    this.#dropped.set(kind, count - 1);
    this.#ports.feed.counters.add(`dropped: ${kind}`, -1);
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

/** The same frames in memory of their own. */
function owned(share: Share): Share {
  if (!share.isOfChunks) return share;
  const frames = share.frames().map(({ bytes }) => viewOfWhole(Buffer.from(bytes)));
  const pieces = [Buffer.concat(frames.map(({ bytes }) => bytes))];
  return { frameCount: frames.length, isOfChunks: false, frames: () => frames, pieces: () => pieces };
}
