/**
 * The store over the network: Redis or Valkey, one, one that Sentinels watch, or a cluster, by the `redis`
 * client. Its connections come back by themselves, with back-off; what it can't do now it refuses now.
 *
 * Invariants: nothing waits for a store that is away (no offline queue), at most `storeCommandsMax` commands
 * wait for one that is slow; when a node has answered none of them for `storeAnswerMs`, the connections are
 * given up with everything that waits on them, and made anew; an answer that is an error is no loss, but a
 * node that says that it is not the one to ask is given up as well. The password is in no text that leaves
 * this file.
 */
import { ErrorReply } from 'redis';
import type { Clock, Timer } from '../../io/clock.ts';
import type { Random } from '../../io/random.ts';
import type { RoomServerLimits } from '../../limits/room-server.ts';
import { backOffMs } from '../../pacing/back-off.ts';
import type { RoomServerEvent } from '../events.ts';
import { ClusterClient } from './clients/cluster-client.ts';
import { SentinelClient } from './clients/sentinel-client.ts';
import { SingleClient } from './clients/single-client.ts';
import {
  defineScripts,
  type StoreClient,
  type StoreClientLimits,
  type StoreClientOptions,
  type StoreScripts,
} from './clients/store-client.ts';
import { parseStoreUrl, type StoreAddress } from './clients/store-url.ts';
import { kindOf, Refusals } from './refusals.ts';
import { createScripts, type ScriptName } from './scripts/scripts.ts';
import { type Store, StoreAwayError } from './store.ts';
import { Watchdog } from './watchdog.ts';

/** What a store is made of. */
export interface RedisStoreOptions {
  /** As `parseStoreUrl` takes it; a well-formed one. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: StoreClientLimits &
    Pick<
      RoomServerLimits,
      'storeAnswerMs' | 'storeReconnectMinMs' | 'storeReconnectMaxMs' | 'storeJitterRatio' | 'storeLoadingMs'
    >;
  readonly onEvent: (event: RoomServerEvent) => void;
  /** Instead of the program's own, for tests. */
  readonly scripts?: Readonly<Record<ScriptName, string>>;
}

/** Errors of a node that is not the one to write to: a connection made anew may lead to that one. */
const WRONG_NODE: readonly string[] = ['READONLY', 'MASTERDOWN'];
const LOADING = 'LOADING';
/** Stands for the PINGs among the questions. */
const PING = 'ping';
const CLIENTS = { single: SingleClient, sentinel: SentinelClient, cluster: ClusterClient } as const;

/** Redis or Valkey, see above. Connects when it is made, and tries until `stop`. */
export class RedisStore implements Store {
  /** Where it is, without user and password. */
  readonly name: string;
  readonly #options: RedisStoreOptions;
  readonly #address: StoreAddress;
  readonly #scripts: StoreScripts;
  readonly #refusals = new Refusals();
  /** One for all: thousands a second are refused while a store is away. */
  readonly #notConnected: StoreAwayError;
  #client: StoreClient | undefined;
  #watchdogs = new Map<string, Watchdog>();
  /** Nodes that take no questions. */
  readonly #lost = new Set<string>();
  #epoch = 0;
  #connectedSinceMs: number | undefined;
  /** Whether the present loss was told: from that until the store is back. */
  #isLossTold = false;
  #isBackTold = false;
  #loadingSinceMs: number | undefined;
  #pingRefusedMs = 0;
  /** Connections given up in a row, none of which has lasted. */
  #givenUp = 0;
  #openedMs = 0;
  #reopening: Timer | undefined;
  #looking: Timer | undefined;
  #isStopped = false;

  constructor(options: RedisStoreOptions) {
    const address = parseStoreUrl(options.url);
    if ('problem' in address) throw new Error(`The URL of the store can't be read. ${address.problem}`);
    this.#options = options;
    this.#address = address;
    this.name = address.name;
    this.#notConnected = new StoreAwayError(`${this.name} is not connected`);
    this.#scripts = defineScripts(options.scripts ?? createScripts());
    this.#open(new Set());
  }

  get epoch(): number {
    return this.#epoch;
  }

  get connectedMs(): number {
    return this.#connectedSinceMs === undefined ? 0 : this.#options.clock.now() - this.#connectedSinceMs;
  }

  async run(script: ScriptName, key: string, words: readonly string[]): Promise<unknown> {
    const client = this.#client;
    const node = client?.nodeOf(key);
    if (!client || node === undefined) throw this.#notConnected;
    const watchdog = this.#watchdogOf(node);
    watchdog.asked();
    try {
      const reply = await client.run(script, key, words);
      watchdog.answered();
      this.#onAccepted(script);
      return reply;
    } catch (cause) {
      if (cause instanceof ErrorReply) watchdog.answered();
      else watchdog.refused();
      if (cause instanceof ErrorReply && client === this.#client) this.#onRefused(cause, script);
      throw new StoreAwayError(`${this.name}: ${reasonOf(cause)}`, { cause });
    }
  }

  /** Closes the connections; nothing can be run any more. */
  stop(): void {
    this.#isStopped = true;
    this.#drop();
  }

  #open(suspects: ReadonlySet<string>): void {
    const { limits, clock } = this.#options;
    this.#openedMs = clock.now();
    // What is left of connections that were given up is told to nobody.
    let client: StoreClient | undefined;
    const current =
      <Words extends unknown[]>(told: (...words: Words) => void) =>
      (...words: Words) => {
        if (!this.#isStopped && (client === undefined || client === this.#client)) told(...words);
      };
    const options: StoreClientOptions = {
      ...{ address: this.#address, limits, scripts: this.#scripts, suspects },
      pauseMs: (retries) => this.#pauseMs(retries),
      onReady: current((node) => this.#onReady(node)),
      onLost: current((node, error) => this.#onLost(node, reasonOf(error))),
      onGone: current((node) => this.#onFound(node)),
      onPingRefused: current((error) => this.#onRefused(error, PING)),
      onStale: current((reason: string, nodes: ReadonlySet<string> = new Set()) =>
        this.#giveUp(reason, nodes),
      ),
    };
    client = new CLIENTS[this.#address.kind](options);
    this.#client = client;
  }

  #pauseMs(retries: number): number {
    const { limits, random } = this.#options;
    const { storeReconnectMinMs: minMs, storeReconnectMaxMs: maxMs, storeJitterRatio: jitterRatio } = limits;
    return backOffMs({ minMs, maxMs, jitterRatio }, retries, () => random.next());
  }

  #onReady(node: string): void {
    if (this.#lost.has(node) || this.#connectedSinceMs === undefined || !this.#isBackTold)
      this.#onFound(node);
    void this.#checkPolicy(node);
  }

  /** A node is no more among those that take no questions: it is back, or not needed. */
  #onFound(node: string): void {
    this.#lost.delete(node);
    // The attempts of a cluster to find any of its nodes are told under the name of the whole.
    this.#lost.delete(this.name);
    if (this.#lost.size > 0 || this.#connectedSinceMs !== undefined) return;
    this.#stopLooking();
    this.#epoch += 1;
    this.#connectedSinceMs = this.#options.clock.now();
    if (this.#isLossTold || !this.#isBackTold)
      this.#options.onEvent({ type: 'store back', store: this.name });
    this.#isLossTold = false;
    this.#isBackTold = true;
  }

  #onLost(node: string, reason: string, isTold = true): void {
    this.#lost.add(node);
    this.#connectedSinceMs = undefined;
    this.#keepLooking();
    if (this.#isLossTold || !isTold) return;
    this.#isLossTold = true;
    const where = node === this.name ? '' : `${node}: `;
    this.#options.onEvent({ type: 'store lost', store: this.name, reason: `${where}${reason}` });
  }

  #onAccepted(script: ScriptName): void {
    this.#loadingSinceMs = undefined;
    if (this.#refusals.isEmpty) return;
    // A good answer to a PING is not told: it is good when none has been refused for two of them.
    const { clock, limits } = this.#options;
    const isPingFine = clock.now() - this.#pingRefusedMs >= 2 * limits.storePingMs;
    for (const kind of this.#refusals.accepted(script, ...(isPingFine ? [PING] : [])))
      this.#options.onEvent({ type: 'store accepts', store: this.name, kind });
  }

  #onRefused({ message }: ErrorReply, question: string): void {
    const { clock, limits, onEvent } = this.#options;
    const kind = kindOf(message);
    if (question === PING) this.#pingRefusedMs = clock.now();
    if (this.#refusals.refused(kind, question))
      onEvent({ type: 'store refuses', store: this.name, reason: withoutScript(message) });
    if (kind === LOADING) this.#loadingSinceMs ??= clock.now();
    const isLoadingLong = clock.now() - (this.#loadingSinceMs ?? clock.now()) >= limits.storeLoadingMs;
    if (!WRONG_NODE.includes(kind) && !(kind === LOADING && isLoadingLong)) return;
    this.#loadingSinceMs = undefined;
    this.#onLost(this.name, message, false);
    this.#giveUp(message, new Set());
  }

  /** Looks at what each Redis does when its memory is full: it MUST NOT remove rooms of its own accord. */
  async #checkPolicy(node: string): Promise<void> {
    try {
      const info = await this.#client?.memoryInfo(node);
      const policy = /^maxmemory_policy:(\S+)/m.exec(info ?? '')?.[1];
      if (policy !== undefined && policy !== 'noeviction' && !this.#isStopped)
        this.#options.onEvent({ type: 'store evicts', store: this.name, policy });
    } catch (error) {
      if (this.#isStopped) return;
      const reason = `${this.name}: its maxmemory_policy can't be read: ${reasonOf(error)}`;
      this.#options.onEvent({ type: 'store failed', reason });
    }
  }

  #watchdogOf(node: string): Watchdog {
    const known = this.#watchdogs.get(node);
    if (known) return known;
    const { clock, limits } = this.#options;
    const watchdog = new Watchdog(clock, limits.storeAnswerMs, () => this.#onSilence(node));
    this.#watchdogs.set(node, watchdog);
    return watchdog;
  }

  /** A node stands still: what waits on it waits no longer. */
  #onSilence(node: string): void {
    const reason = `no answer for ${this.#options.limits.storeAnswerMs} ms`;
    this.#onLost(node, reason);
    this.#giveUp(reason, new Set([node]));
  }

  /** The connections are made anew; at once where the last ones have lasted, else after a pause. */
  #giveUp(reason: string, suspects: ReadonlySet<string>): void {
    const { clock, limits } = this.#options;
    if (this.#isStopped || this.#reopening !== undefined) return;
    const hasLasted = clock.now() - this.#openedMs >= limits.storeReconnectMaxMs;
    this.#givenUp = hasLasted ? 0 : this.#givenUp + 1;
    this.#drop();
    this.#options.onEvent({ type: 'store failed', reason: `${this.name}: connecting again: ${reason}` });
    const pauseMs = this.#givenUp === 0 ? 0 : this.#pauseMs(this.#givenUp - 1);
    this.#reopening = clock.setTimeout(() => {
      this.#reopening = undefined;
      // Others than those that stand still are lost only if they turn out to be.
      for (const node of this.#lost) if (!suspects.has(node)) this.#lost.delete(node);
      this.#open(suspects);
      if (this.#lost.size > 0) this.#keepLooking();
    }, pauseMs);
  }

  #keepLooking(): void {
    if (this.#looking !== undefined || this.#isStopped) return;
    this.#looking = this.#options.clock.setTimeout(() => {
      this.#looking = undefined;
      void this.#look();
    }, this.#options.limits.storeTopologyMs);
  }

  async #look(): Promise<void> {
    try {
      await this.#client?.look(this.#lost);
    } catch (error) {
      this.#options.onEvent({ type: 'store failed', reason: `${this.name}: ${reasonOf(error)}` });
    }
    if (this.#connectedSinceMs === undefined) this.#keepLooking();
  }

  #stopLooking(): void {
    if (this.#looking !== undefined) this.#options.clock.clearTimeout(this.#looking);
    this.#looking = undefined;
  }

  #drop(): void {
    for (const watchdog of this.#watchdogs.values()) watchdog.stop();
    this.#watchdogs.clear();
    this.#connectedSinceMs = undefined;
    this.#stopLooking();
    if (this.#reopening !== undefined) this.#options.clock.clearTimeout(this.#reopening);
    this.#reopening = undefined;
    const client = this.#client;
    this.#client = undefined;
    client?.close();
  }
}

/** Where a store is, as it may be told to everybody: without user and password. */
export function storeName(url: string): string {
  const address = parseStoreUrl(url);
  return 'problem' in address ? 'the store' : address.name;
}

/** An error of Redis without the place in a script that it adds. */
function withoutScript(message: string): string {
  return message.replace(/\.? script: .*$/s, '');
}

/** The sentence of an error; a connect to a name with several addresses fails with one for each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
