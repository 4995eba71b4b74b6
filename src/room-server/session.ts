/**
 * One client's connection to the room server: bytes → requests → replies.
 *
 * Invariants:
 * - however the requests were cut into segments, each is answered once, in order, each reply by a single
 *   write;
 * - when the requests have ended (FIN, RST, or an end of our own) what the connection owns is removed, after
 *   the last request has been dealt with, and nothing is read from it any more: a dying connection can't join
 *   again;
 * - never more than `replyQueueMaxBytes` and one reply wait for a client that does not read, and never more than
 *   `requestsWaitingMax` requests of a client that does not wait.
 */
import type { Clock } from '../io/clock.ts';
import { cutFrames } from '../io/framing.ts';
import type { Connection } from '../io/network.ts';
import type { RoomServerLimits } from '../limits.ts';
import type { DepartFrame, JoinFrame } from '../protocol/frames.ts';
import type { Cut } from '../protocol/splitter.ts';
import type { RoomServerEvent } from './events.ts';
import type { Answer, ConnectionId, DepartOutcome, JoinOutcome, Registry, StoreAway } from './registry.ts';
import { RepeatedReader } from './repeated.ts';
import { DEPART_OK, REFUSALS, type Refusal, refusalOfFormat } from './replies.ts';
import { RequestQueue } from './request-queue.ts';

/** What a session works with. */
export interface SessionPorts {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly limits: RoomServerLimits;
  readonly onEvent: (event: RoomServerEvent) => void;
}

/** The answer to one request. */
interface Reply {
  readonly bytes: Buffer;
  readonly event: RoomServerEvent;
  /** True where the connection can't go on behind it. */
  readonly isLast: boolean;
}

const SAMPLE_BYTES = 64;

/** Goes on with an answer: at once where it is there already, so that a registry in memory costs no detour. */
export function answered<T, R>(answer: Answer<T>, goOn: (value: T) => R): Answer<R> {
  return answer instanceof Promise ? answer.then(goOn) : goOn(answer);
}

/** Serves one connection from `start` until it is over. */
export class Session {
  readonly id: ConnectionId;
  readonly #connection: Connection;
  readonly #ports: SessionPorts;
  readonly #requests: RequestQueue<Cut>;
  readonly #reader = new RepeatedReader();
  #askedMs: number;

  constructor(id: ConnectionId, connection: Connection, ports: SessionPorts) {
    this.id = id;
    this.#connection = connection;
    this.#ports = ports;
    this.#askedMs = ports.clock.now();
    this.#requests = new RequestQueue({
      clock: ports.clock,
      limits: ports.limits,
      handle: (cut) => answered(this.#answer(cut), (reply) => this.#send(reply)),
      onOver: () => this.#leave(),
    });
  }

  /** Begins to read; called once. */
  start(): void {
    const { bytes, closed, remote } = this.#connection;
    this.#ports.onEvent({ type: 'connected', connection: this.id, remote });
    bytes
      .pipe(cutFrames(this.#ports.limits.requestMaxBytes, false))
      .subscribe({ next: (cuts) => this.#take(cuts), complete: () => this.#requests.finish() });
    closed.subscribe((reason) =>
      this.#ports.onEvent({ type: 'closed', connection: this.id, remote, reason }),
    );
  }

  /** True where nothing has been asked for so long; members ask every 20 s, or expire. */
  isIdle(nowMs: number): boolean {
    return nowMs - this.#askedMs >= this.#ports.limits.idleMs;
  }

  /** Stops reading, removes what the connection owns, and sends EOF behind the replies. */
  end(): void {
    this.#requests.abandon();
  }

  #take(cuts: readonly Cut[]): void {
    this.#askedMs = this.#ports.clock.now();
    if (this.#requests.push(cuts)) return;
    this.#ports.onEvent({ type: 'flooding', connection: this.id });
    this.#tearDown();
  }

  #tearDown(): void {
    this.#connection.destroy();
    this.end();
  }

  #leave(): void {
    answered(this.#ports.registry.removeConnection(this.id), () => this.#connection.end());
  }

  #send(reply: Reply): void {
    const { queuedBytes } = this.#connection;
    if (queuedBytes > this.#ports.limits.replyQueueMaxBytes) {
      this.#ports.onEvent({ type: 'stalled', connection: this.id, queuedBytes });
      this.#tearDown();
      return;
    }
    this.#connection.write(reply.bytes);
    this.#ports.onEvent(reply.event);
    if (reply.isLast) this.end();
  }

  #answer(cut: Cut): Answer<Reply> {
    if (cut.kind === 'MALFORMED')
      return this.#refused(REFUSALS.unknown, cut.sample, cut.reason === 'too long');
    const request = cut.kind === 'CONTROL' ? this.#reader.read(cut.bytes) : undefined;
    const { registry, clock } = this.#ports;
    switch (request?.kind) {
      case 'LIST':
        return answered(registry.groups(), (outcome) => this.#listReply(outcome, cut.bytes));
      case 'JOIN':
        return answered(registry.join(this.id, request, clock.now()), (outcome) =>
          this.#joinReply(request, outcome, cut.bytes),
        );
      case 'DEPART':
        return answered(registry.depart(this.id, request), (outcome) =>
          this.#departReply(request, outcome, cut.bytes),
        );
      default:
        return this.#refused(refusalOfFormat(cut.bytes[0]), cut.bytes);
    }
  }

  #listReply(outcome: Buffer | StoreAway, bytes: Buffer): Reply {
    if (!Buffer.isBuffer(outcome)) return this.#refused(REFUSALS.listStoreAway, bytes);
    return { bytes: outcome, event: { type: 'listed', connection: this.id }, isLast: false };
  }

  #joinReply(request: JoinFrame, outcome: JoinOutcome, bytes: Buffer): Reply {
    switch (outcome.kind) {
      case 'added':
        return this.#accepted(outcome.members, 'joined', request);
      case 'refreshed':
        return this.#accepted(outcome.members, 'refreshed', request);
      case 'other room':
        return this.#refused(REFUSALS.joinOtherRoom, bytes);
      case 'conflict':
        return this.#refused(REFUSALS.joinConflict, bytes);
      case 'room full':
        return this.#refused(REFUSALS.joinRoomFull, bytes);
      case 'too many rooms':
        return this.#refused(REFUSALS.joinTooManyRooms, bytes);
      case 'store away':
        return this.#refused(REFUSALS.joinStoreAway, bytes);
    }
  }

  #departReply(request: DepartFrame, outcome: DepartOutcome, bytes: Buffer): Reply {
    switch (outcome) {
      case 'departed':
        return this.#accepted(DEPART_OK, 'departed', request);
      case 'not in room':
        return this.#refused(REFUSALS.departNotInRoom, bytes);
      case 'wrong room':
        return this.#refused(REFUSALS.departWrongRoom, bytes);
      case 'store away':
        return this.#refused(REFUSALS.departStoreAway, bytes);
    }
  }

  #accepted(
    bytes: Buffer,
    type: 'joined' | 'refreshed' | 'departed',
    { room, user, ip, port }: JoinFrame | DepartFrame,
  ): Reply {
    const event = { type, connection: this.id, room, member: { user, ip, port } };
    return { bytes, event, isLast: false };
  }

  #refused({ asked, because, message, bytes }: Refusal, request: Buffer, isLast = false): Reply {
    const sample = request.toString('latin1', 0, SAMPLE_BYTES);
    const event = {
      ...{ type: 'refused' as const, connection: this.id, asked, because, message },
      request: sample,
    };
    return { bytes, event, isLast };
  }
}
