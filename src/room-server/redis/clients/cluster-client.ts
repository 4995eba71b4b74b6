/**
 * The connections to the masters of a cluster. The library follows MOVED and ASK; here is what a service
 * needs besides: a node that is away, or stands still, is not waited for, and its successor is found.
 *
 * Invariant: one node that is away costs the rooms of that node only.
 */

import { setTimeout as delay } from 'node:timers/promises';
import calculateSlot from 'cluster-key-slot';
import { createClient, createCluster, MaxCommandRedirectionsError } from 'redis';
import type { ScriptName } from '../scripts/scripts.ts';
import {
  COMMAND_OPTIONS,
  nodeOptions,
  type StoreClient,
  type StoreClientOptions,
  tellError,
} from './store-client.ts';

/** A node of the cluster, `HOST:PORT` in two. */
type Place = StoreClientOptions['address']['hosts'][number];

function clusterFrom(root: Place, options: StoreClientOptions) {
  return createCluster({
    rootNodes: [{ socket: { ...root } }],
    defaults: nodeOptions(options),
    scripts: options.scripts,
    commandOptions: COMMAND_OPTIONS,
    // Else it would not be connected before every master is, one that is away included.
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: options.limits.storeTopologyMs,
  });
}

/** A connection that asks a node which others there are; it is not made again. */
function probeOf(place: Place, options: StoreClientOptions) {
  const node = nodeOptions(options);
  const probe = createClient({ ...node, socket: { ...node.socket, ...place, reconnectStrategy: false } });
  // What fails is told by the promise of the connection.
  probe.on('error', () => {});
  return probe;
}

/** A key that is on its way to a node that the library does not know yet is there in a moment. */
const MOVING_PAUSE_MS = 50;

/** So many times the time for one connect is waited for a node that says which others there are. */
const DISCOVERY_CONNECTS = 2;

function isMoving(error: unknown): boolean {
  if (error instanceof MaxCommandRedirectionsError) return true;
  return error instanceof Error && /^(Cannot find node|TRYAGAIN)/.test(error.message);
}

/** See above. */
export class ClusterClient implements StoreClient {
  readonly #options: StoreClientOptions;
  /** None before a node has said which others there are. */
  #cluster: ReturnType<typeof clusterFrom> | undefined;
  #probes: ReturnType<typeof probeOf>[] = [];
  /** Nodes that take no questions for now. */
  readonly #lost: Set<string>;
  /** Why a node has last not said which others there are. */
  #discoveryError: unknown;
  #discovering: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: StoreClientOptions) {
    this.#options = options;
    this.#lost = new Set(options.suspects);
    void this.#connect();
  }

  nodeOf(key: string): string | undefined {
    if (!this.#cluster?.isReady) return undefined;
    const master = this.#cluster.slots[calculateSlot(key)]?.master;
    return master && !this.#lost.has(master.address) ? master.address : undefined;
  }

  async run(script: ScriptName, key: string, words: readonly string[]): Promise<unknown> {
    const cluster = this.#cluster;
    if (!cluster) throw new Error('no node of the cluster has been found yet');
    const untilMs = performance.now() + this.#options.limits.storeTopologyMs;
    for (;;) {
      try {
        return await cluster[script](key, words);
      } catch (error) {
        if (!isMoving(error) || performance.now() >= untilMs) throw error;
      }
      await delay(MOVING_PAUSE_MS);
    }
  }

  async memoryInfo(node: string): Promise<string> {
    const cluster = this.#cluster;
    const found = cluster?.masters.find(({ address }) => address === node);
    if (!cluster || !found) return '';
    const client = await cluster.nodeClient(found);
    return client.info('memory');
  }

  async look(): Promise<void> {
    const { masters } = this.#cluster ?? { masters: [] };
    this.#forgetReplaced();
    const other = masters.find(({ address, client }) => !this.#lost.has(address) && client?.isReady);
    if (!other?.client || this.#lost.size === 0) return;
    const shards = await other.client.clusterSlots();
    const present = new Set(shards.map(({ master }) => `${master.host}:${master.port}`));
    const replaced = [...this.#lost].filter((node) => !present.has(node));
    // It may stand still: it is not asked which nodes there are.
    if (replaced.length > 0) this.#options.onStale('a node was replaced', new Set(this.#lost));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#discovering);
    this.#endProbes();
    this.#cluster?.destroy();
  }

  async #connect(): Promise<void> {
    const { address, limits, onReady } = this.#options;
    // Nodes that stand still take the question which others there are, and never answer.
    this.#discovering = setTimeout(() => this.#nothingFound(), DISCOVERY_CONNECTS * limits.storeConnectMs);
    try {
      const root = await this.#firstThatAnswers();
      if (this.#isClosed) return;
      await this.#connectFrom(root);
    } catch (error) {
      // The library says why in an event, and here only that it has come to nothing.
      this.#discoveryError ??= error instanceof AggregateError ? error.errors[0] : error;
      this.#nothingFound();
      return;
    }
    clearTimeout(this.#discovering);
    if (this.#isClosed) return;
    this.#forgetReplaced();
    // A node that does not take the connection is told as lost, and comes when it can.
    for (const master of this.#cluster?.masters ?? []) void this.#cluster?.nodeClient(master).catch(() => {});
    onReady(address.name);
  }

  /**
   * All nodes of the address are asked at once which others there are: one that stands still holds nobody up.
   * @throws AggregateError with the reason of each, where none has answered.
   */
  async #firstThatAnswers(): Promise<Place> {
    const { address } = this.#options;
    const asked = address.hosts.map(async (place) => {
      const probe = probeOf(place, this.#options);
      this.#probes.push(probe);
      await probe.connect();
      await probe.clusterSlots();
      return place;
    });
    try {
      return await Promise.any(asked);
    } finally {
      this.#endProbes();
    }
  }

  #endProbes(): void {
    for (const probe of this.#probes) probe.destroy();
    this.#probes = [];
  }

  async #connectFrom(root: Place): Promise<void> {
    const cluster = clusterFrom(root, this.#options);
    this.#cluster = cluster;
    cluster.on('node-error', (error, { host, port }) => this.#onNodeError(`${host}:${port}`, error));
    cluster.on('node-ready', ({ host, port }) => this.#onNodeReady(`${host}:${port}`));
    cluster.on('node-disconnect', ({ host, port }) => this.#onNodeGone(`${host}:${port}`));
    cluster.on('error', (error) => {
      this.#discoveryError = error;
    });
    await cluster.connect();
  }

  #nothingFound(): void {
    clearTimeout(this.#discovering);
    if (this.#isClosed) return;
    const { address, onLost, onStale } = this.#options;
    const reason = 'no node of the cluster has said which others there are';
    onLost(address.name, this.#discoveryError ?? new Error(reason));
    onStale(reason);
  }

  /** Lost nodes that are no masters any more are not waited for. */
  #forgetReplaced(): void {
    for (const node of this.#lost)
      if (!this.#cluster?.masters.some(({ address }) => address === node)) this.#onNodeGone(node);
  }

  #onNodeError(node: string, error: unknown): void {
    if (this.#isClosed) return;
    const client = this.#cluster?.nodeByAddress.get(node)?.client;
    if (!client?.isReady) this.#lost.add(node);
    tellError(this.#options, node, client?.isReady ?? false, error);
  }

  #onNodeReady(node: string): void {
    this.#lost.delete(node);
    if (this.#isClosed) return;
    this.#options.onReady(node);
    void this.#loadScripts(node);
  }

  /** A node that takes a slot over has to know the functions: the library can't bring them behind an ASK. */
  async #loadScripts(node: string): Promise<void> {
    const client = this.#cluster?.nodeByAddress.get(node)?.client;
    const loading = Object.values(this.#options.scripts).map(({ SCRIPT }) => client?.scriptLoad(SCRIPT));
    // Where one fails the node is lost again, or brings the functions with the first question of each kind.
    await Promise.allSettled(loading);
  }

  #onNodeGone(node: string): void {
    this.#lost.delete(node);
    if (!this.#isClosed) this.#options.onGone(node);
  }
}
