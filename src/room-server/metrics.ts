/**
 * What a room server counts for Prometheus: rooms, members, connections, requests by kind and outcome, how
 * long the book of rooms takes to answer, expiries, and the troubles of the store. Made only where somebody
 * wants to look: it listens to the events that the server tells anyway, and stands in front of the registry
 * with a stopwatch.
 */
import { Counter, Gauge, Histogram, Registry as Metrics } from 'prom-client';
import type { DepartFrame, JoinFrame } from '../protocol/frames.ts';
import type { RoomServerEvent } from './events.ts';
import type {
  Answer,
  ConnectionId,
  DepartOutcome,
  Expiry,
  JoinOutcome,
  Registry,
  RegistrySize,
  StoreAway,
} from './registry/registry.ts';
import { answered } from './session.ts';

/** From what a registry in memory takes to what a store may take at most. */
const LATENCY_BUCKETS_S = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];

/** The numbers of one room server. */
export class RoomServerMetrics {
  readonly #metrics = new Metrics();
  readonly #requests = new Counter({
    name: 'p2pchat_requests_total',
    help: 'Requests by kind (list, join, depart, connect, unknown) and outcome (ok, added, refreshed, or why not).',
    labelNames: ['kind', 'outcome'] as const,
    registers: [this.#metrics],
  });
  readonly #answers = new Histogram({
    name: 'p2pchat_answer_seconds',
    help: 'How long the book of rooms took to answer, by kind; with a store, the way there and back is in it.',
    labelNames: ['kind'] as const,
    buckets: LATENCY_BUCKETS_S,
    registers: [this.#metrics],
  });
  readonly #expired = this.#counter(
    'p2pchat_expired_members_total',
    'Silent members that this server removed.',
  );
  readonly #storeErrors = this.#counter(
    'p2pchat_store_errors_total',
    'Questions that the store did not answer.',
  );
  readonly #storeLosses = this.#counter('p2pchat_store_losses_total', 'Times that the store was lost.');

  /** What Prometheus is told the text is. */
  get contentType(): string {
    return this.#metrics.contentType;
  }

  /** Counts what happens in the server. */
  onEvent(event: RoomServerEvent): void {
    switch (event.type) {
      case 'listed':
        this.#requests.inc({ kind: 'list', outcome: 'ok' });
        break;
      case 'joined':
        this.#requests.inc({ kind: 'join', outcome: 'added' });
        break;
      case 'refreshed':
        this.#requests.inc({ kind: 'join', outcome: 'refreshed' });
        break;
      case 'departed':
        this.#requests.inc({ kind: 'depart', outcome: 'ok' });
        break;
      case 'refused':
        this.#requests.inc({ kind: event.asked.toLowerCase(), outcome: event.because });
        break;
      case 'turned away':
        this.#requests.inc({ kind: 'connect', outcome: 'too many connections' });
        break;
      case 'expired':
        this.#expired.inc();
        break;
      case 'store failed':
        this.#storeErrors.inc();
        break;
      case 'store lost':
        this.#storeLosses.inc();
        break;
    }
  }

  /** The registry with a stopwatch. */
  measured(registry: Registry): Registry {
    return new MeasuredRegistry(registry, (kind) => this.#answers.startTimer({ kind }));
  }

  /** Looks at a server and its registry whenever somebody asks for the text. */
  watch(server: { readonly connectionCount: number }, registry: Registry): void {
    this.#gauge(
      'p2pchat_connections',
      'Connections of clients to this server.',
      () => server.connectionCount,
    );
    const size = async (what: keyof RegistrySize) => {
      const counted = await registry.size();
      return 'kind' in counted ? undefined : counted[what];
    };
    const whole = 'in the whole store where several servers share one; left out while it is away.';
    this.#gauge('p2pchat_rooms', `Rooms, ${whole}`, () => size('rooms'));
    this.#gauge('p2pchat_members', `Members, ${whole}`, () => size('members'));
  }

  /** The Prometheus text of now. */
  text(): Promise<string> {
    return this.#metrics.metrics();
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [this.#metrics] });
  }

  #gauge(name: string, help: string, value: () => Answer<number | undefined>): void {
    new Gauge({
      ...{ name, help, registers: [this.#metrics] },
      async collect() {
        const now = await value();
        if (now === undefined) this.remove();
        else this.set(now);
      },
    });
  }
}

type Stopwatch = (kind: string) => () => void;

class MeasuredRegistry implements Registry {
  readonly #registry: Registry;
  readonly #start: Stopwatch;

  constructor(registry: Registry, start: Stopwatch) {
    this.#registry = registry;
    this.#start = start;
  }

  groups(): Answer<Buffer | StoreAway> {
    return this.#timed('list', () => this.#registry.groups());
  }
  join(connection: ConnectionId, frame: JoinFrame, nowMs: number, address?: string): Answer<JoinOutcome> {
    return this.#timed('join', () => this.#registry.join(connection, frame, nowMs, address));
  }
  depart(connection: ConnectionId, frame: DepartFrame): Answer<DepartOutcome> {
    return this.#timed('depart', () => this.#registry.depart(connection, frame));
  }
  removeConnection(connection: ConnectionId): Answer<void> {
    return this.#timed('close', () => this.#registry.removeConnection(connection));
  }
  expire(nowMs: number): Answer<Expiry> {
    return this.#timed('expire', () => this.#registry.expire(nowMs));
  }
  size(): Answer<RegistrySize | StoreAway> {
    return this.#registry.size();
  }

  #timed<T>(kind: string, ask: () => Answer<T>): Answer<T> {
    const stop = this.#start(kind);
    return answered(ask(), (value) => {
      stop();
      return value;
    });
  }
}
