/**
 * The connection of one link as an actor: invoked by the link machine, it opens or adopts the TCP connection,
 * hands the handshake to the machine, and everything behind the handshake to the relay. When the machine
 * stops it, it sends FIN; where another link has taken this one's place, a moment later.
 *
 * While the machine decides on a handshake, what follows it on the wire is held, in order; before the
 * handshake nothing but the handshake is accepted, and TEXT that overtakes the answer to our own.
 */
import { connectable, type Observable, type OperatorFunction, of, Subscription, takeWhile } from 'rxjs';
import type { InvokeCreator } from 'xstate';
import type { Feed } from '../feed/feed.ts';
import {
  type CloseReason,
  type Connection,
  closeReasonText,
  type Endpoint,
  isAnswer,
  type Network,
} from '../io/network.ts';
import { isReset } from '../io/network-errors.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type {
  Admission,
  LinkConnectionCommand,
  LinkConnectionEvent,
  LinkContext,
  LinkEvent,
} from '../machines/link/events.ts';
import type { LinkEnd } from '../overlay/link-table.ts';
import { shareOf } from '../protocol/batch.ts';
import { decode } from '../protocol/decode.ts';
import { letterOf } from '../protocol/dissect/strict-frame.ts';
import { encode } from '../protocol/encode.ts';
import type { RawFrame } from '../protocol/frame-decoder.ts';
import type { ControlFrame, HandshakeFrame } from '../protocol/frames.ts';
import type { AttachedLink, LinkFail } from '../relay/attached-link.ts';
import type { Relay } from '../relay/relay.ts';
import {
  type FaultKind,
  faultOf,
  frameFault,
  memberNeighbour,
  type Neighbour,
  noFrame,
  sayingWhoItIs,
  strangerAt,
} from '../words/faults.ts';
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
  /** @param from the address that the handshake came from. */
  admit(handshake: HandshakeFrame, from: Endpoint): Admission;
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

/** How far a connection is. Each stage has what it needs, and nothing of another. */
type Stage =
  | { readonly is: 'opening' }
  /** The other side has not shown who it is. */
  | {
      readonly is: 'unknown';
      readonly connection: Connection;
      readonly earlyBytes: number;
      /** Texts that have overtaken the answer to our P. */
      readonly held: RawFrame[];
    }
  /** Its handshake has come, and the machine decides: what follows it is held. */
  | {
      readonly is: 'judged';
      readonly connection: Connection;
      readonly earlyBytes: number;
      readonly held: RawFrame[];
    }
  | { readonly is: 'linked'; readonly connection: Connection; readonly link: AttachedLink };

class LinkConnection {
  readonly #ports: LinkConnectionPorts;
  readonly #context: LinkContext;
  readonly #sendBack: (event: LinkConnectionEvent) => void;
  readonly #subscription = new Subscription();
  #stage: Stage = { is: 'opening' };
  /** The machine has ended; it is told nothing any more. */
  #isOver = false;
  /** FIN is not to cut off what is on its way. */
  #overlaps = false;
  /** Our P has gone out. */
  #hasGreeted = false;

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
    const stage = this.#stage;
    if (stage.is === 'opening') return;
    if (command.type === 'OVERLAP') {
      this.#overlaps = true;
      return;
    }
    const { connection } = stage;
    const { id, direction } = this.#context;
    const { feed, relay } = this.#ports;
    if (command.type === 'WRITE') {
      const bytes = encode(command.frame);
      connection.write(bytes);
      feed.framesOut(id, connection.remote, shareOf(bytes));
      this.#hasGreeted = direction === 'forward';
      return;
    }
    const member = { id, direction, member: command.member };
    const fail: LinkFail = (reason, end) => this.#fail(reason, end);
    const link = relay.attach(member, command.msgId, connection, fail);
    this.#stage = { is: 'linked', connection, link };
    if (stage.is === 'judged' && stage.held.length > 0) relay.receive(link, stage.held);
  }

  /**
   * Sends FIN, or has it sent; what a link that was up has still under way to us is taken until the other
   * side's FIN.
   */
  stop(): void {
    this.#isOver = true;
    this.#ports.relay.detach(this.#context.id);
    const stage = this.#stage;
    if (stage.is === 'linked') {
      this.#ports.open.leave(stage.connection, this.#overlaps);
      return;
    }
    this.#subscription.unsubscribe();
    if (stage.is !== 'opening') stage.connection.end();
  }

  #open(): Observable<Connection> {
    const { id, remote, direction } = this.#context;
    if (direction === 'forward')
      return this.#ports.network.connect(remote, this.#ports.limits.connectTimeoutMs);
    return of(this.#ports.accepted.take(id));
  }

  #opened(connection: Connection): void {
    this.#stage = { is: 'unknown', connection, earlyBytes: 0, held: [] };
    if (this.#context.direction === 'forward') this.#ports.open.add(connection);
    this.#ports.feed.pulse.heard();
    this.#sendBack({ type: 'OPENED' });
    const chunks = connectable(connection.bytes);
    const rawFrames = chunks.pipe(this.#ports.toRawFrames(this.#ports.limits.frameMaxBytes));
    this.#subscription.add(rawFrames.subscribe((received) => this.#received(connection, received)));
    const early = chunks.pipe(takeWhile(() => this.#stage.is !== 'linked'));
    this.#subscription.add(early.subscribe((chunk) => this.#countEarlyBytes(chunk)));
    // What has arrived comes before the news that nothing more will.
    this.#subscription.add(chunks.connect());
    this.#subscription.add(connection.closed.subscribe((reason) => this.#closed(reason)));
  }

  #closed(reason: CloseReason): void {
    this.#subscription.unsubscribe();
    if (reason.kind === 'ended') this.#ports.feed.pulse.heard();
    const brokenEnd = isReset(reason) ? 'reset' : 'lost';
    const isAnswer = reason.kind === 'ended' || brokenEnd === 'reset';
    if (this.#stage.is === 'unknown' && this.#hasGreeted && isAnswer)
      this.#tell('hung up', reason.kind === 'ended' ? 'has closed' : 'has reset');
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
   * Bounds what a connection may send before its handshake is done; asked behind the frames of each chunk.
   */
  #countEarlyBytes(chunk: Buffer): void {
    const stage = this.#stage;
    if (stage.is !== 'unknown' && stage.is !== 'judged') return;
    const earlyBytes = stage.earlyBytes + chunk.length;
    this.#stage = { ...stage, earlyBytes };
    const { handshakeMaxBytes } = this.#ports.limits;
    if (earlyBytes <= handshakeMaxBytes) return;
    this.#tell('too much before the handshake', `${handshakeMaxBytes}`);
    this.#fail('it has sent too much before its handshake was done');
  }

  #received(connection: Connection, rawFrames: readonly RawFrame[]): void {
    const { feed, relay } = this.#ports;
    feed.framesIn(this.#context.id, connection.remote, rawFrames);
    if (this.#stage.is === 'linked') relay.receive(this.#stage.link, rawFrames);
    else for (const raw of rawFrames) this.#receivedEarly(raw);
  }

  #receivedEarly(raw: RawFrame): void {
    this.#ports.feed.turnTo(raw);
    // A handshake earlier in this very chunk may have brought the link up by now.
    const stage = this.#stage;
    if (stage.is === 'linked') this.#ports.relay.receive(stage.link, [raw]);
    else if (stage.is === 'judged') stage.held.push(raw);
    else if (stage.is === 'unknown') this.#receivedFirst(stage, raw);
  }

  /**
   * Before the handshake nothing but the handshake counts: the rest is dropped, and the time runs on. Only on
   * a link that we have dialled a TEXT is held: it may overtake S where the other side floods while it
   * answers.
   */
  #receivedFirst(stage: Extract<Stage, { is: 'unknown' }>, raw: RawFrame): void {
    const frame = raw.kind === 'CONTROL' ? decode(raw.bytes) : undefined;
    const isForward = this.#context.direction === 'forward';
    if (frame?.kind === 'FAIL' && isForward) {
      // An S may follow: the machine waits for it.
      this.#tell('refused', frame.message, raw);
      this.#sendBack({ type: 'HANDSHAKE_REFUSED', message: frame.message });
      return;
    }
    const event = this.#handshakeEvent(frame);
    if (event) {
      if (raw.kind === 'CONTROL') this.#judgeHandshake(raw.bytes);
      this.#stage = { ...stage, is: 'judged' };
      this.#sendBack(event);
      return;
    }
    if (raw.kind === 'TEXT' && isForward) {
      stage.held.push(raw);
      return;
    }
    this.#dropEarly(raw, frame);
    // Whoever can't say who it is gets no second try: its place is for others.
    if (!isForward && isNoHandshake(raw, frame)) this.#fail('its handshake was malformed');
  }

  /** It is read; what the contract forbids about it all the same is told. */
  #judgeHandshake(bytes: Buffer): void {
    const neighbour = this.#senderOf(bytes);
    const fault = frameFault(neighbour, bytes);
    if (fault) this.#ports.feed.fault(neighbour, fault);
  }

  #dropEarly(raw: RawFrame, frame: ControlFrame | undefined): void {
    const neighbour = raw.kind === 'CONTROL' ? this.#senderOf(raw.bytes) : this.#neighbour;
    const kind = frame?.kind ?? (raw.kind === 'TEXT' ? raw.kind : undefined);
    const fault =
      kind === undefined || raw.kind === 'MALFORMED'
        ? noFrame(neighbour, raw)
        : faultOf('before the handshake', neighbour, letterOf(kind), raw.bytes);
    const drop = { kind: kind ? 'unexpected' : 'malformed', via: this.#context.id, frame: raw } as const;
    this.#ports.feed.dropFault(drop, fault);
    this.#ports.feed.fault(neighbour, fault);
  }

  /** A P says who has dialled us. */
  #senderOf(bytes: Buffer): Neighbour {
    const isForward = this.#context.direction === 'forward';
    return isForward ? this.#neighbour : sayingWhoItIs(this.#neighbour, bytes);
  }

  /** Whom we have dialled is known; of anybody else nothing is, before the handshake has come. */
  get #neighbour(): Neighbour {
    const { member, remote } = this.#context;
    return member === null ? strangerAt(remote) : memberNeighbour(member);
  }

  #tell(kind: FaultKind, detail: string, raw?: RawFrame): void {
    const bytes = raw?.kind === 'CONTROL' ? raw.bytes : undefined;
    const neighbour = this.#neighbour;
    this.#ports.feed.fault(neighbour, faultOf(kind, neighbour, detail, bytes));
  }

  #handshakeEvent(frame: ControlFrame | undefined): LinkConnectionEvent | undefined {
    const isForward = this.#context.direction === 'forward';
    if (frame?.kind === 'HANDSHAKE' && !isForward) {
      const admission = this.#ports.admit(frame, this.#context.remote);
      return { type: 'HANDSHAKE_RECEIVED', handshake: frame, admission };
    }
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
