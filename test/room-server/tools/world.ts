/**
 * A room server and clients on one network, in memory or of sockets: what the tests need of both, so that one
 * replay serves both. In memory waiting means stepping the clock; over sockets it means waiting for a
 * condition.
 */
import { filter, firstValueFrom, Subject, startWith, timeout } from 'rxjs';
import type { Clock } from '../../../src/io/clock.ts';
import { MemoryNetwork, type MemoryNetworkOptions } from '../../../src/io/memory/memory-network.ts';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import type { CloseReason, Connection, Endpoint, Network } from '../../../src/io/network.ts';
import { ROOM_SERVER_LIMITS, type RoomServerLimits } from '../../../src/limits/room-server.ts';
import { describeRoomServerEvent, type RoomServerEvent } from '../../../src/room-server/events.ts';
import type { Registry } from '../../../src/room-server/registry/registry.ts';
import { type RunningRoomServer, startRoomServer } from '../../../src/room-server/room-server.ts';

export const SERVER_IP = '10.0.0.1';
export const CLIENT_IP = '10.0.0.2';
/** Twice the way there and back: more than an answer takes, far less than anything the server waits for. */
const SETTLE_MS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Over sockets a condition that takes longer never comes true. */
const CONDITION_TIMEOUT_MS = 10_000;

/** A client: everything that it has received, and how its connection ended. */
export class RoomServerClient {
  readonly connection: Connection;
  received = '';
  closed: CloseReason | undefined;

  constructor(connection: Connection, onChange: () => void) {
    this.connection = connection;
    connection.bytes.subscribe((bytes) => {
      this.received += bytes.toString('latin1');
      onChange();
    });
    connection.closed.subscribe((reason) => {
      this.closed = reason;
      onChange();
    });
  }

  send(text: string): void {
    this.connection.write(Buffer.from(text, 'latin1'));
  }

  /** What was received since the last time this was asked. */
  take(): string {
    const { received } = this;
    this.received = '';
    return received;
  }
}

/** What a server is started with, where that matters. */
export interface StartOptions {
  readonly registry?: Registry;
  readonly limits?: RoomServerLimits;
  /** Is told as well. */
  readonly onEvent?: (event: RoomServerEvent) => void;
}

/** A server or several, their clients and their events. */
export abstract class RoomServerWorld {
  readonly events: RoomServerEvent[] = [];
  protected readonly changes = new Subject<void>();
  readonly #servers: RunningRoomServer[] = [];
  /** Connections so far: the next one goes to the next server. */
  #opened = 0;

  protected abstract readonly serverNetwork: Network;
  protected abstract readonly clientNetwork: Network;
  protected abstract readonly clock: Clock;

  /** The one that was started last. */
  get server(): RunningRoomServer {
    const server = this.#servers.at(-1);
    if (!server) throw new Error('the room server does not run');
    return server;
  }

  /** How often something has happened in the server. */
  count(type: RoomServerEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  /** What happened in the server since the last time this was asked, in words. */
  takeEvents(): string[] {
    return this.events.splice(0).map(describeRoomServerEvent);
  }

  /** Starts a server; more than one where they share a store. */
  async start(
    at: Endpoint,
    { registry, limits, onEvent: alsoTold }: StartOptions = {},
  ): Promise<RunningRoomServer> {
    const onEvent = (event: RoomServerEvent): void => {
      this.events.push(event);
      alsoTold?.(event);
      this.changes.next();
    };
    const starting = startRoomServer({
      ...{ network: this.serverNetwork, clock: this.clock, limits: limits ?? ROOM_SERVER_LIMITS },
      ...{ onEvent, ...at, ...(registry ? { registry } : {}) },
    });
    const server = await this.settled(firstValueFrom(starting));
    this.#servers.push(server);
    return server;
  }

  /** Connects to the next of the servers in turn, and waits until it is served. */
  async open(network: Network = this.clientNetwork): Promise<RoomServerClient> {
    const connected = this.count('connected');
    const client = await this.connect(network);
    await this.until('the server has accepted', () => this.count('connected') > connected);
    return client;
  }

  /** Connects to the next of the servers in turn, which may turn it away. */
  async connect(network: Network = this.clientNetwork): Promise<RoomServerClient> {
    const server = this.#servers[this.#opened % this.#servers.length] ?? this.server;
    this.#opened += 1;
    const opening = firstValueFrom(network.connect(server.address, CONNECT_TIMEOUT_MS));
    return new RoomServerClient(await this.settled(opening), () => this.changes.next());
  }

  /** Sends every server the signal to stop. */
  signalStop(): void {
    for (const server of this.#servers) server.stop();
  }

  /** Stops the servers, if any run, and waits until they have. */
  async stop(): Promise<void> {
    this.signalStop();
    for (const { stopped } of this.#servers) await this.settled(firstValueFrom(stopped));
  }

  /** Lets something happen that needs the network. */
  abstract settled<T>(promise: Promise<T>): Promise<T>;
  /** Returns when the condition holds; fails if it never does. */
  abstract until(what: string, condition: () => boolean): Promise<void>;
}

/** Everything in memory; the clock is the test's. */
export class MemoryWorld extends RoomServerWorld {
  override readonly clock = new StepClock();
  readonly network: MemoryNetwork;
  override readonly serverNetwork: Network;
  override readonly clientNetwork: Network;

  constructor(options: Omit<MemoryNetworkOptions, 'clock'> = {}) {
    super();
    this.network = new MemoryNetwork({ clock: this.clock, ...options });
    this.serverNetwork = this.network.host(SERVER_IP);
    this.clientNetwork = this.network.host(CLIENT_IP);
  }

  /** Lets everything that is on its way arrive. */
  settle(): void {
    this.clock.advance(SETTLE_MS);
  }

  /** One request, and everything that comes back. */
  ask(client: RoomServerClient, request: string): string {
    client.send(request);
    this.settle();
    return client.take();
  }

  override async settled<T>(promise: Promise<T>): Promise<T> {
    this.settle();
    return promise;
  }

  override async until(what: string, condition: () => boolean): Promise<void> {
    this.settle();
    if (!condition()) throw new Error(`${what}: not ${SETTLE_MS} ms later`);
  }
}

/** Over whatever network there is; nothing steps its time. */
export class ServerWorld extends RoomServerWorld {
  protected override readonly serverNetwork: Network;
  protected override readonly clientNetwork: Network;
  protected override readonly clock: Clock;

  constructor(network: Network, clock: Clock) {
    super();
    this.serverNetwork = network;
    this.clientNetwork = network;
    this.clock = clock;
  }

  override settled<T>(promise: Promise<T>): Promise<T> {
    return promise;
  }

  override async until(what: string, condition: () => boolean): Promise<void> {
    const holds = this.changes.pipe(
      startWith(undefined),
      filter(condition),
      timeout({
        first: CONDITION_TIMEOUT_MS,
        with: () => {
          throw new Error(`${what}: not in ${CONDITION_TIMEOUT_MS} ms`);
        },
      }),
    );
    await firstValueFrom(holds);
  }
}
