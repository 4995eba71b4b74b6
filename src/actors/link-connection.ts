/**
 * The connection of one link as an actor: invoked by the link machine, it opens or adopts the TCP connection,
 * hands the handshake to the machine, and everything behind the handshake to the relay. When the machine
 * stops it, it sends FIN.
 *
 * While the machine decides on a handshake, what follows it on the wire is held, in order; before the
 * handshake nothing but the handshake is accepted.
 */
import { connectable, type Observable, type OperatorFunction, of, Subscription, takeWhile } from 'rxjs';
import type { InvokeCreator } from 'xstate';
import type { Feed } from '../feed/feed.ts';
import { type CloseReason, type Connection, closeReasonText, isAnswer, type Network } from '../io/network.ts';
import { isReset } from '../io/network-errors.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type {
  LinkConnectionCommand,
  LinkConnectionEvent,
  LinkContext,
  LinkEvent,
} from '../machines/link/events.ts';
import type { LinkEnd } from '../overlay/link-table.ts';
import { shareOf } from '../protocol/batch.ts';
import { decode } from '../protocol/decode.ts';
import { encode } from '../protocol/encode.ts';
import type { RawFrame } from '../protocol/frame-decoder.ts';
import type { ControlFrame } from '../protocol/frames.ts';
import type { AttachedLink } from '../relay/attached-link.ts';
import type { Relay } from '../relay/relay.ts';
import type { AcceptedConnections } from './accepted-connections.ts';
import type { OpenConnections } from './open-connections.ts';

/** What the connections of one peer's links have in common. */
export interface LinkConnectionPorts {
  readonly network: Pick<Network, 'connect'>;
  readonly limits: Pick<PeerLimits, 'connectTimeoutMs' | 'frameMaxBytes' | 'handshakeMaxBytes'>;
  readonly accepted: AcceptedConnections;
  readonly open: OpenConnections;
  readonly relay: Relay;
  readonly feed: Feed;
  /** Bytes to frames, for a peer link. */
  toRawFrames(maxFrameBytes: number): OperatorFunction<Buffer, RawFrame[]>;
}

/** The service `connection` of the link machine. */
export function linkConnection(ports: LinkConnectionPorts): InvokeCreator<LinkContext, LinkEvent> {
  return (context) => (sendBack, onReceive) => {
    const actor = new LinkConnection(ports, context, sendBack);
    onReceive((command) => actor.execute(command as LinkConnectionCommand));
    actor.start();
    return () => actor.stop();
  };
}

class LinkConnection {
  readonly #ports: LinkConnectionPorts;
  readonly #context: LinkContext;
  readonly #sendBack: (event: LinkConnectionEvent) => void;
  readonly #subscription = new Subscription();
  #connection: Connection | undefined;
  #link: AttachedLink | undefined;
  #earlyBytes = 0;
  /** The handshake has come, and the machine decides: what follows it is held. */
  #isVerdictAwaited = false;
  #held: RawFrame[] = [];
  /** The machine has ended; it is told nothing any more. */
  #isOver = false;

  constructor(
    ports: LinkConnectionPorts,
    context: LinkContext,
    sendBack: (event: LinkConnectionEvent) => void,
  ) {
    this.#ports = ports;
    this.#context = context;
    this.#sendBack = sendBack;
  }

  start(): void {
    const opening = this.#open().subscribe({
      next: (connection) => this.#opened(connection),
      error: (error: unknown) => this.#failedToConnect(error),
    });
    this.#subscription.add(opening);
  }

  execute(command: LinkConnectionCommand): void {
    if (!this.#connection) return;
    if (command.type === 'WRITE') {
      const bytes = encode(command.frame);
      this.#connection.write(bytes);
      this.#ports.feed.framesOut(this.#context.id, this.#connection.remote, shareOf(bytes));
      return;
    }
    const { id, direction } = this.#context;
    const link = { id, direction, member: command.member };
    this.#link = this.#ports.relay.attach(link, command.msgId, this.#connection, (reason, end) =>
      this.#fail(reason, end),
    );
    const held = this.#held;
    this.#held = [];
    if (held.length > 0) this.#ports.relay.receive(this.#link, held);
  }

  /** Sends FIN; what a link that was up has still under way to us is taken until the other side's FIN. */
  stop(): void {
    this.#isOver = true;
    this.#ports.relay.detach(this.#context.id);
    if (!this.#link) this.#subscription.unsubscribe();
    if (this.#connection && this.#link) this.#ports.open.leave(this.#connection);
    else this.#connection?.end();
  }

  #open(): Observable<Connection> {
    const { accepted, remote, direction } = this.#context;
    if (direction === 'forward')
      return this.#ports.network.connect(remote, this.#ports.limits.connectTimeoutMs);
    if (accepted === null) throw new TypeError('a backward link has an accepted connection');
    return of(this.#ports.accepted.take(accepted));
  }

  #opened(connection: Connection): void {
    this.#connection = connection;
    if (this.#context.direction === 'forward') this.#ports.open.add(connection);
    this.#ports.feed.pulse.heard();
    this.#sendBack({ type: 'OPENED' });
    const chunks = connectable(connection.bytes);
    const rawFrames = chunks.pipe(this.#ports.toRawFrames(this.#ports.limits.frameMaxBytes));
    this.#subscription.add(rawFrames.subscribe((received) => this.#received(received)));
    this.#subscription.add(
      chunks.pipe(takeWhile(() => !this.#link)).subscribe((chunk) => this.#countEarlyBytes(chunk)),
    );
    // What has arrived comes before the news that nothing more will.
    this.#subscription.add(chunks.connect());
    this.#subscription.add(connection.closed.subscribe((reason) => this.#closed(reason)));
  }

  #closed(reason: CloseReason): void {
    this.#subscription.unsubscribe();
    if (reason.kind === 'ended') this.#ports.feed.pulse.heard();
    const brokenEnd = isReset(reason) ? 'reset' : 'lost';
    this.#fail(closeReasonText(reason), reason.kind === 'broken' ? brokenEnd : 'closed');
  }

  /** Who refuses is not there any more; of anybody else nothing is known. */
  #failedToConnect(error: unknown): void {
    const isGone = isAnswer(error);
    if (isGone) this.#ports.feed.pulse.heard();
    const reason = error instanceof Error ? error.message : String(error);
    if (!this.#isOver)
      this.#sendBack({ type: 'CLOSED', reason, isBroken: false, end: isGone ? 'closed' : 'lost' });
  }

  #fail(reason: string, end: LinkEnd = 'closed'): void {
    if (!this.#isOver) this.#sendBack({ type: 'CLOSED', reason, isBroken: end !== 'closed', end });
  }

  /**
   * Bounds what a connection may send before it has shown who it is; asked behind the frames of each chunk.
   */
  #countEarlyBytes(chunk: Buffer): void {
    this.#earlyBytes += chunk.length;
    const isTooMuch = this.#earlyBytes > this.#ports.limits.handshakeMaxBytes;
    if (isTooMuch) this.#fail('it has sent too much before its handshake was done');
  }

  #received(rawFrames: readonly RawFrame[]): void {
    const { feed, relay } = this.#ports;
    if (this.#connection) feed.framesIn(this.#context.id, this.#connection.remote, rawFrames);
    if (this.#link) relay.receive(this.#link, rawFrames);
    else for (const raw of rawFrames) this.#receivedEarly(raw);
  }

  #receivedEarly(raw: RawFrame): void {
    // A handshake earlier in this very chunk may have brought the link up by now.
    if (this.#link) this.#ports.relay.receive(this.#link, [raw]);
    else if (this.#isVerdictAwaited) this.#held.push(raw);
    else this.#receivedFirst(raw);
  }

  /** Before the handshake nothing but the handshake counts: the rest is dropped, and the time runs on. */
  #receivedFirst(raw: RawFrame): void {
    const frame = raw.kind === 'CONTROL' ? decode(raw.bytes) : undefined;
    const event = this.#handshakeEvent(frame);
    if (event) {
      this.#isVerdictAwaited = true;
      this.#sendBack(event);
      return;
    }
    // Whoever can't say who it is gets no second try: its place is for others.
    if (this.#context.direction === 'backward' && isNoHandshake(raw, frame)) {
      this.#fail('its handshake was malformed');
    }
    const isFrame = frame !== undefined || raw.kind === 'TEXT';
    const what = () =>
      `${isFrame ? 'a frame' : 'bytes'} before the handshake, from ${this.#context.remote.host}`;
    this.#ports.feed.drop(isFrame ? 'unexpected' : 'malformed', this.#context.id, what);
  }

  #handshakeEvent(frame: ControlFrame | undefined): LinkConnectionEvent | undefined {
    const isForward = this.#context.direction === 'forward';
    if (frame?.kind === 'HANDSHAKE' && !isForward) return { type: 'HANDSHAKE_RECEIVED', handshake: frame };
    if (frame?.kind === 'HANDSHAKE OK' && isForward)
      return { type: 'HANDSHAKE_OK_RECEIVED', msgId: frame.msgId };
    return undefined;
  }
}

const HANDSHAKE_LETTER = 'P'.charCodeAt(0);

/** True for what begins as a P and is none. */
function isNoHandshake(raw: RawFrame, frame: ControlFrame | undefined): boolean {
  return raw.kind === 'CONTROL' && frame === undefined && raw.bytes[0] === HANDSHAKE_LETTER;
}
