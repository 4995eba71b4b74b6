/** The vocabulary of the network tests: a lab that lets things happen, and what was seen of them. */

import type { Observable, Subscription } from 'rxjs';
import { expect } from 'vitest';
import type {
  CloseReason,
  Connection,
  DatagramSocket,
  Endpoint,
  Listener,
  Network,
} from '../../../src/io/network.ts';
import { NetworkError } from '../../../src/io/network.ts';
import { LOOPBACK } from '../../../src/protocol/names.ts';

/** A network under test and how to let things happen on it. */
export interface NetworkLab {
  readonly network: Network;
  /**
   * Resolves as soon as the condition holds; rejects (or hangs until the test's limit) where it never does.
   */
  until(condition: () => boolean): Promise<void>;
  /** An endpoint that takes a SYN and never answers. */
  silentEndpoint(): Promise<Endpoint>;
  /** False on a system that does not tell what has been acknowledged. */
  readonly tellsAcknowledgements: boolean;
  close(): Promise<void>;
}

/** Longer than anything that is expected to succeed takes. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** What an observable has done so far. */
export class Seen<Value> {
  readonly values: Value[] = [];
  readonly subscription: Subscription;
  error: unknown;
  isComplete = false;

  constructor(source: Observable<Value>) {
    this.subscription = source.subscribe({
      next: (value) => this.values.push(value),
      error: (error: unknown) => {
        this.error = error;
      },
      complete: () => {
        this.isComplete = true;
      },
    });
  }

  get isOver(): boolean {
    return this.isComplete || this.error !== undefined;
  }
}

/** The tests' own vocabulary on top of a lab. */
export class Bench {
  readonly lab: NetworkLab;
  readonly network: Network;
  readonly #releases: (() => void)[] = [];

  constructor(lab: NetworkLab) {
    this.lab = lab;
    this.network = lab.network;
  }

  async close(): Promise<void> {
    for (const release of this.#releases) release();
    await this.lab.close();
  }

  /** The one value of an observable that completes, or its failure. */
  async one<Value>(source: Observable<Value>): Promise<Value> {
    const seen = new Seen(source);
    await this.lab.until(() => seen.isOver);
    if (seen.error !== undefined) throw seen.error;
    expect(seen.values).toHaveLength(1);
    return seen.values[0] as Value;
  }

  async failure(source: Observable<unknown>): Promise<NetworkError> {
    const seen = new Seen(source);
    await this.lab.until(() => seen.isOver);
    expect(seen.values).toEqual([]);
    expect(seen.error).toBeInstanceOf(NetworkError);
    return seen.error as NetworkError;
  }

  async listen(host = LOOPBACK, port = 0): Promise<Listener> {
    const listener = await this.one(this.network.listen({ host, port }));
    this.#releases.push(() => listener.close());
    return listener;
  }

  async bind(host = LOOPBACK, port = 0): Promise<DatagramSocket> {
    const socket = await this.one(this.network.bind({ host, port }));
    this.#releases.push(() => socket.close());
    return socket;
  }

  async connect(to: Endpoint): Promise<Connection> {
    const connection = await this.one(this.network.connect(to, CONNECT_TIMEOUT_MS));
    this.#releases.push(() => connection.destroy());
    return connection;
  }

  /** Both ends of a connection, nothing of them subscribed. */
  async pair(): Promise<{ near: Connection; far: Connection; listener: Listener }> {
    const listener = await this.listen();
    const accepted = this.accepted(listener);
    const near = await this.connect(listener.local);
    await this.lab.until(() => accepted.values.length === 1);
    return { near, far: accepted.values[0] as Connection, listener };
  }

  accepted(listener: Listener): Seen<Connection> {
    const accepted = new Seen(listener.connections);
    this.#releases.push(() => {
      for (const connection of accepted.values) connection.destroy();
    });
    return accepted;
  }

  async reason(connection: Connection): Promise<CloseReason> {
    return this.one(connection.closed);
  }
}

/** All bytes that have been seen, as text. */
export function text(seen: Seen<Buffer>): string {
  return Buffer.concat(seen.values).toString('latin1');
}
