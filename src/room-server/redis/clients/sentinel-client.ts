/**
 * The connection to the Redis that Sentinels name: when they name another one, it is made to that.
 *
 * Invariant: nothing waits for a Redis that is away; the library, left alone, asks again until there is one.
 */
import { createSentinel } from 'redis';
import type { ScriptName } from '../scripts/scripts.ts';
import {
  COMMAND_OPTIONS,
  nodeOptions,
  type StoreClient,
  type StoreClientOptions,
  tellError,
} from './store-client.ts';

function connectTo(options: StoreClientOptions) {
  const { address, limits, scripts } = options;
  // The library waits for a connection for as long as it takes: one that stands still, the Redis's or a
  // Sentinel's, is noticed by its silence, and soon.
  const pingInterval = limits.storeConnectMs / 2;
  const node = nodeOptions(options);
  const socket = { ...node.socket, socketTimeout: limits.storeConnectMs };
  return createSentinel({
    name: address.service,
    sentinelRootNodes: [...address.hosts],
    scripts,
    commandOptions: COMMAND_OPTIONS,
    nodeClientOptions: { ...node, database: address.database, pingInterval, socket },
    // Without user and password: those are the Redis's.
    sentinelClientOptions: { maintNotifications: 'disabled', pingInterval, socket },
    // One connection for everything, so that questions don't wait for each other's answers.
    reserveClient: true,
    maxCommandRediscovers: 0,
    scanInterval: limits.storeTopologyMs,
  });
}

/** See above. */
export class SentinelClient implements StoreClient {
  readonly #name: string;
  readonly #options: StoreClientOptions;
  readonly #client: ReturnType<typeof connectTo>;
  #isClosed = false;

  constructor(options: StoreClientOptions) {
    this.#options = options;
    this.#name = options.address.name;
    this.#client = connectTo(options);
    this.#client.on('client-error', ({ type, error }) => {
      if (type === 'MASTER') tellError(options, this.#name, this.#isReady, error);
    });
    this.#client.on('ready', () => this.#tellReady());
    this.#client.on('reconnecting', () => options.onLost(this.#name, new Error('another Redis was named')));
    this.#client.on('error', (error) => this.#onError(error));
    void this.#connect();
  }

  nodeOf(): string | undefined {
    return this.#isReady ? this.#name : undefined;
  }

  run(script: ScriptName, key: string, words: readonly string[]): Promise<unknown> {
    return this.#client[script](key, words);
  }

  memoryInfo(): Promise<string> {
    return this.#client.info('memory');
  }

  async look(): Promise<void> {
    this.#tellReady();
  }

  close(): void {
    this.#isClosed = true;
    // It waits for an attempt to connect that may be under way, and says nothing of use if that fails.
    this.#client.destroy().catch(() => {});
  }

  get #isReady(): boolean {
    return this.#client.isReady && this.#client.getMasterNode() !== undefined;
  }

  #tellReady(): void {
    if (this.#isReady && !this.#isClosed) this.#options.onReady(this.#name);
  }

  #onError(error: unknown): void {
    // A Sentinel that is away, while the Redis is there, is no loss.
    if (!this.#isReady) this.#options.onLost(this.#name, error);
  }

  async #connect(): Promise<void> {
    try {
      await this.#client.connect();
      this.#tellReady();
    } catch (error) {
      if (this.#isClosed) return;
      this.#options.onLost(this.#name, error);
      this.#options.onStale('no Sentinel has named a Redis that takes connections');
    }
  }
}
