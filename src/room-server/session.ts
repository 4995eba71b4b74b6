/**
 * One client's connection to the room server: bytes → requests → replies.
 *
 * Invariants:
 * - however the requests were cut into segments, each is answered once, in order, each reply by a single
 *   write;
 * - when the requests have ended (FIN, RST, or an end of our own) what the connection owns is removed, after
 *   the last request has been dealt with, and nothing is read from it any more: a dying connection can't join
 *   again;
 * - never more than `replyQueueMaxBytes` and one reply wait for a client that does not read, and never more
 *   than `requestsWaitingMax` requests of a client that does not wait.
 */
import type { Clock } from '../io/clock.ts';
import type { Connection } from '../io/network.ts';
import type { RoomServerLimits } from '../limits/room-server.ts';
import type { DepartFrame, JoinFrame } from '../protocol/frames.ts';
import type { RoomServerEvent } from './events.ts';
import type {
  Answer,
  ConnectionId,
  DepartOutcome,
  JoinOutcome,
  Registry,
  StoreAway,
} from './registry/registry.ts';
import {
  DEPART_OK,
  DEPART_REFUSALS,
  JOIN_REFUSALS,
  REFUSALS,
  type Refusal,
  refusalOfFormat,
} from './replies.ts';
import { RequestQueue } from './request-queue.ts';
import { type Request, RequestReader } from './request-reader.ts';

/** What a session works with. */
export interface SessionPorts {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly limits: RoomServerLimits;
  readonly onEvent: (event: RoomServerEvent) => void;
}

const SAMPLE_BYTES = 64;

/**
 * Goes on with an answer: at once where it is there already, so that a registry in memory costs no detour.
 */
export function answered<T, R>(answer: Answer<T>, goOn: (value: T) => R): Answer<R> {
  return answer instanceof Promise ? answer.then(goOn) : goOn(answer);
}

/** Serves one connection from `start` until it is over. */
export class Session {
  readonly id: ConnectionId;
  readonly #connection: Connection;
  readonly #ports: SessionPorts;
  readonly #requests: RequestQueue<Request>;
  readonly #reader: RequestReader;
  #askedMs: number;

  constructor(id: ConnectionId, connection: Connection, ports: SessionPorts) {
    this.id = id;
    this.#connection = connection;
    this.#ports = ports;
    this.#askedMs = ports.clock.now();
    this.#reader = new RequestReader(ports.limits.requestMaxBytes);
    this.#requests = new RequestQueue({
      clock: ports.clock,
      limits: ports.limits,
      handle: (request, nowMs) => this.#answer(request, nowMs),
      onOver: () => this.#leave(),
    });
  }

  /** Begins to read; called once. */
  start(): void {
    const { bytes, closed, remote } = this.#connection;
    this.#ports.onEvent({ type: 'connected', connection: this.id, remote });
    bytes.subscribe({ next: (chunk) => this.#take(chunk), complete: () => this.#requests.finish() });
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

  #take(chunk: Buffer): void {
    const requests = this.#reader.push(chunk);
    if (requests.length === 0) return;
    this.#askedMs = this.#ports.clock.now();
    if (this.#requests.push(requests, this.#askedMs)) return;
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

  /** @param isLast true where the connection can't go on behind it. */
  #reply(bytes: Buffer, event: RoomServerEvent, isLast = false): void {
    const { queuedBytes } = this.#connection;
    if (queuedBytes > this.#ports.limits.replyQueueMaxBytes) {
      this.#ports.onEvent({ type: 'stalled', connection: this.id, queuedBytes });
      this.#tearDown();
      return;
    }
    this.#connection.write(bytes);
    this.#ports.onEvent(event);
    if (isLast) this.end();
  }

  #answer({ frame, bytes, isTooLong }: Request, nowMs: number): Answer<void> {
    const { registry } = this.#ports;
    switch (frame?.kind) {
      case 'LIST':
        return answered(registry.groups(), (outcome) => this.#replyToList(outcome, bytes));
      case 'JOIN':
        return answered(registry.join(this.id, frame, nowMs, this.#connection.remote.host), (outcome) =>
          this.#replyToJoin(frame, outcome, bytes),
        );
      case 'DEPART':
        return answered(registry.depart(this.id, frame), (outcome) =>
          this.#replyToDepart(frame, outcome, bytes),
        );
      default:
        return this.#refuse(isTooLong ? REFUSALS.unknown : refusalOfFormat(bytes[0]), bytes, isTooLong);
    }
  }

  #replyToList(outcome: Buffer | StoreAway, bytes: Buffer): void {
    if (Buffer.isBuffer(outcome)) this.#reply(outcome, { type: 'listed', connection: this.id });
    else this.#refuse(REFUSALS.listStoreAway, bytes);
  }

  #replyToJoin(request: JoinFrame, outcome: JoinOutcome, bytes: Buffer): void {
    if (outcome.kind === 'added') this.#accept(outcome.members, 'joined', request);
    else if (outcome.kind === 'refreshed') this.#accept(outcome.members, 'refreshed', request);
    else this.#refuse(JOIN_REFUSALS[outcome.kind], bytes);
  }

  #replyToDepart(request: DepartFrame, outcome: DepartOutcome, bytes: Buffer): void {
    if (outcome === 'departed') this.#accept(DEPART_OK, 'departed', request);
    else this.#refuse(DEPART_REFUSALS[outcome], bytes);
  }

  #accept(
    bytes: Buffer,
    type: 'joined' | 'refreshed' | 'departed',
    { room, user, ip, port }: JoinFrame | DepartFrame,
  ): void {
    this.#reply(bytes, { type, connection: this.id, room, member: { user, ip, port } });
  }

  #refuse({ asked, because, message, bytes }: Refusal, request: Buffer, isLast = false): void {
    const sample = request.toString('latin1', 0, SAMPLE_BYTES);
    const event = {
      ...{ type: 'refused' as const, connection: this.id, asked, because, message },
      request: sample,
    };
    this.#reply(bytes, event, isLast);
  }
}
