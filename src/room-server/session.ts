/**
 * One client's connection to the room server: bytes → requests → replies.
 *
 * Invariants:
 * - however the requests were cut into segments, each is answered once, in order, each reply by a single
 *   write;
 * - when the requests have ended (FIN, RST, or an end of our own) what the connection owns is removed, after
 *   the last request has been dealt with, and nothing is read from it any more: a dying connection can't join
 *   again;
 * - never more than `replyQueueMaxBytes` and one reply wait for a client that does not read.
 */
import { concatMap, from, map, type Observable, of, Subject, takeUntil } from 'rxjs';
import type { Clock } from '../io/clock.ts';
import { cutFrames } from '../io/framing.ts';
import type { Connection } from '../io/network.ts';
import type { RoomServerLimits } from '../limits.ts';
import { decode } from '../protocol/decode.ts';
import type { DepartFrame, JoinFrame } from '../protocol/frames.ts';
import type { Cut } from '../protocol/splitter.ts';
import type { RoomServerEvent } from './events.ts';
import type { Answer, ConnectionId, DepartOutcome, JoinOutcome, Registry } from './registry.ts';
import { DEPART_OK, REFUSALS, type Refusal, refusalOfFormat } from './replies.ts';

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

/** Emits an answer: at once where it is there already, so that a registry in memory costs no detour. */
export function answered<T>(answer: Answer<T>): Observable<T> {
  return answer instanceof Promise ? from(answer) : of(answer);
}

/** Serves one connection from `start` until it is over. */
export class Session {
  readonly id: ConnectionId;
  readonly #connection: Connection;
  readonly #ports: SessionPorts;
  readonly #ending = new Subject<void>();

  constructor(id: ConnectionId, connection: Connection, ports: SessionPorts) {
    this.id = id;
    this.#connection = connection;
    this.#ports = ports;
  }

  /** Begins to read; called once. */
  start(): void {
    const { bytes, closed, remote } = this.#connection;
    this.#ports.onEvent({ type: 'connected', connection: this.id, remote });
    bytes
      .pipe(
        cutFrames(this.#ports.limits.requestMaxBytes, false),
        concatMap((cuts) => cuts),
        takeUntil(this.#ending),
        concatMap((cut) => this.#answer(cut)),
      )
      .subscribe({ next: (reply) => this.#send(reply), complete: () => this.#leave() });
    closed.subscribe((reason) =>
      this.#ports.onEvent({ type: 'closed', connection: this.id, remote, reason }),
    );
  }

  /** Stops reading, removes what the connection owns, and sends EOF behind the replies. */
  end(): void {
    this.#ending.next();
  }

  #leave(): void {
    answered(this.#ports.registry.removeConnection(this.id)).subscribe(() => this.#connection.end());
  }

  #send(reply: Reply): void {
    const { queuedBytes } = this.#connection;
    if (queuedBytes > this.#ports.limits.replyQueueMaxBytes) {
      this.#ports.onEvent({ type: 'stalled', connection: this.id, queuedBytes });
      this.#connection.destroy();
      this.end();
      return;
    }
    this.#connection.write(reply.bytes);
    this.#ports.onEvent(reply.event);
    if (reply.isLast) this.end();
  }

  #answer(cut: Cut): Observable<Reply> {
    if (cut.kind === 'MALFORMED')
      return of(this.#refused(REFUSALS.unknown, cut.sample, cut.reason === 'too long'));
    const request = cut.kind === 'CONTROL' ? decode(cut.bytes) : undefined;
    const { registry, clock } = this.#ports;
    switch (request?.kind) {
      case 'LIST':
        return answered(registry.groups()).pipe(
          map((bytes) => ({ bytes, event: { type: 'listed', connection: this.id }, isLast: false })),
        );
      case 'JOIN':
        return answered(registry.join(this.id, request, clock.now())).pipe(
          map((outcome) => this.#joinReply(request, outcome, cut.bytes)),
        );
      case 'DEPART':
        return answered(registry.depart(this.id, request)).pipe(
          map((outcome) => this.#departReply(request, outcome, cut.bytes)),
        );
      default:
        return of(this.#refused(refusalOfFormat(cut.bytes[0]), cut.bytes));
    }
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

  #refused({ message, bytes }: Refusal, request: Buffer, isLast = false): Reply {
    const sample = request.toString('latin1', 0, SAMPLE_BYTES);
    return { bytes, event: { type: 'refused', connection: this.id, message, request: sample }, isLast };
  }
}
