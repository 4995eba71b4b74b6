/**
 * Stores of several processes for the tests: a Redis with a replica that three Sentinels watch, and a cluster
 * of three masters with a replica each. All real, on loopback, with short times so that a failover is a
 * matter of seconds.
 */

import { setTimeout as delay } from 'node:timers/promises';
import calculateSlot from 'cluster-key-slot';
import { createClient } from 'redis';
import { LOOPBACK } from '../../../../src/protocol/names.ts';
import { RedisServer } from './redis-server.ts';

/** A node that is silent for so long is taken for dead. */
const DOWN_AFTER_MS = 1_000;
/** Between two looks at something that only tells when it is asked. */
const LOOK_MS = 50;
const SET_UP_MS = 20_000;
const MASTERS = 3;
const SLOTS = 16_384;

type Client = Awaited<ReturnType<typeof clientOf>>;

/** Asks again and again until the answer is true. */
async function eventually(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + SET_UP_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${SET_UP_MS} ms`);
    await delay(LOOK_MS);
  }
}

async function clientOf(server: RedisServer) {
  const client = createClient({ url: server.url, socket: { reconnectStrategy: false } });
  // A node that a test ends says so.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** What all stores of several processes have. */
abstract class Topology {
  protected readonly servers: RedisServer[];
  /** One for each server, in their order. */
  protected readonly clients: Client[] = [];

  protected constructor(servers: RedisServer[]) {
    this.servers = servers;
  }

  protected async connect(): Promise<void> {
    for (const server of this.servers.slice(this.clients.length)) this.clients.push(await clientOf(server));
  }

  protected ask(index: number, ...words: string[]): Promise<unknown> {
    const client = this.clients[index];
    if (!client) throw new Error(`there is no node ${index}`);
    return client.sendCommand(words);
  }

  async close(): Promise<void> {
    for (const client of this.clients) if (client.isOpen) client.destroy();
    for (const server of this.servers) {
      server.resume();
      await server.close();
    }
  }
}

/** A primary, its replica, and three Sentinels that call them `rooms`. */
export class SentinelTopology extends Topology {
  readonly url: string;

  private constructor(servers: RedisServer[]) {
    super(servers);
    const places = servers.slice(2).map(({ port }) => `${LOOPBACK}:${port}`);
    this.url = `redis+sentinel://${places.join()}/rooms`;
  }

  static async start(): Promise<SentinelTopology> {
    const primary = await RedisServer.start();
    const replica = await RedisServer.start(
      ...['--replicaof', LOOPBACK, String(primary.port), '--repl-diskless-sync-delay', '0'],
    );
    const configuration = [
      `monitor rooms ${LOOPBACK} ${primary.port} 2`,
      `down-after-milliseconds rooms ${DOWN_AFTER_MS}`,
      `failover-timeout rooms ${3 * DOWN_AFTER_MS}`,
    ].map((line) => `sentinel ${line}\n`);
    const sentinels: RedisServer[] = [];
    for (let count = 0; count < 3; count += 1)
      sentinels.push(await RedisServer.startSentinel(configuration.join('')));
    const topology = new SentinelTopology([primary, replica, ...sentinels]);
    await topology.connect();
    await eventually('the Sentinels know everybody', () => topology.#isSetUp());
    return topology;
  }

  get primary(): RedisServer {
    return this.servers[0] as RedisServer;
  }

  async #isSetUp(): Promise<boolean> {
    const replication = String(await this.ask(1, 'INFO', 'replication'));
    if (!replication.includes('master_link_status:up')) return false;
    for (const sentinel of [2, 3, 4]) {
      const others = (await this.ask(sentinel, 'SENTINEL', 'SENTINELS', 'rooms')) as unknown[];
      const replicas = (await this.ask(sentinel, 'SENTINEL', 'REPLICAS', 'rooms')) as unknown[];
      if (others.length < 2 || replicas.length < 1) return false;
    }
    return true;
  }
}

/** Three masters that share the slots, and, if asked for, a replica each. */
export class ClusterTopology extends Topology {
  readonly url: string;
  readonly #ids: string[] = [];

  private constructor(servers: RedisServer[]) {
    super(servers);
    const places = servers.slice(0, MASTERS).map(({ port }) => `${LOOPBACK}:${port}`);
    this.url = `redis+cluster://${places.join()}`;
  }

  /** @param replicas 0 or 1 for each master. */
  static async start(replicas: 0 | 1): Promise<ClusterTopology> {
    const servers: RedisServer[] = [];
    for (let count = 0; count < MASTERS * (1 + replicas); count += 1) {
      servers.push(await startNode());
    }
    const topology = new ClusterTopology(servers);
    await topology.connect();
    await topology.#setUp();
    return topology;
  }

  /** The master that has the slot of a key, at the start. */
  masterOf(key: string): RedisServer {
    return this.servers[ownerOf(calculateSlot(key))] as RedisServer;
  }

  /** Which of the masters has a slot at the start. */
  ownerOf(slot: number): number {
    return ownerOf(slot);
  }

  /** How many keys each of the first three nodes has. */
  async keyCounts(): Promise<number[]> {
    const counts = [0, 1, 2].map((index) => this.ask(index, 'DBSIZE'));
    return (await Promise.all(counts)).map(Number);
  }

  /** Empties all masters. */
  async clear(): Promise<void> {
    for (let master = 0; master < MASTERS; master += 1) await this.ask(master, 'FLUSHALL');
  }

  /** The slot that a node computes for a key. */
  async slotOf(key: string): Promise<number> {
    return Number(await this.ask(0, 'CLUSTER', 'KEYSLOT', key));
  }

  /** Adds a master without slots: the number of its node. */
  async addMaster(): Promise<number> {
    const server = await startNode();
    this.servers.push(server);
    await this.connect();
    const index = this.servers.length - 1;
    this.#ids.push(String(await this.ask(index, 'CLUSTER', 'MYID')));
    await this.ask(0, 'CLUSTER', 'MEET', LOOPBACK, String(server.port));
    await eventually('the nodes know the new one', async () => {
      const known = await Promise.all(this.servers.map((_, at) => this.#known(at)));
      const isUp = (await this.#info(index)).includes('cluster_state:ok');
      return isUp && known.every((count) => count === this.servers.length);
    });
    return index;
  }

  /**
   * Moves a slot with its keys to another of the masters, one key at a time, as an operator's tool does. Many
   * moves in a row have to be from one node to one other: the nodes take time to agree.
   * @param whileOpen is called when the keys have moved, and nobody has been told yet.
   * @returns how many keys that were.
   */
  async moveSlot(
    slot: number,
    from: number,
    to: number,
    whileOpen: () => Promise<void> = async () => {},
  ): Promise<number> {
    if (from === to) return 0;
    const [source = '', target = ''] = [this.#ids[from], this.#ids[to]];
    await this.ask(to, 'CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', source);
    await this.ask(from, 'CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', target);
    let moved = 0;
    for (;;) {
      const keys = (await this.ask(from, 'CLUSTER', 'GETKEYSINSLOT', String(slot), '1')) as string[];
      const [key] = keys;
      if (key === undefined) break;
      const port = String(this.servers[to]?.port);
      await this.ask(from, 'MIGRATE', LOOPBACK, port, key, '0', '5000');
      moved += 1;
    }
    await whileOpen();
    const others = this.servers.map((_, index) => index).filter((index) => index !== to && index !== from);
    for (const node of [to, from, ...others])
      await this.ask(node, 'CLUSTER', 'SETSLOT', String(slot), 'NODE', target);
    return moved;
  }

  async #setUp(): Promise<void> {
    for (const [index, server] of this.servers.entries()) {
      this.#ids.push(String(await this.ask(index, 'CLUSTER', 'MYID')));
      if (index > 0) await this.ask(0, 'CLUSTER', 'MEET', LOOPBACK, String(server.port));
    }
    for (let master = 0; master < MASTERS; master += 1) {
      const slots = Array.from({ length: SLOTS }, (_, slot) => slot).filter(
        (slot) => ownerOf(slot) === master,
      );
      await this.ask(master, 'CLUSTER', 'ADDSLOTS', ...slots.map(String));
    }
    await eventually('the nodes know each other', async () => {
      const known = await Promise.all(this.servers.map((_, index) => this.#known(index)));
      return known.every((count) => count === this.servers.length);
    });
    for (let index = MASTERS; index < this.servers.length; index += 1)
      await this.ask(index, 'CLUSTER', 'REPLICATE', this.#ids[index - MASTERS] ?? '');
    await eventually('the cluster works', async () => {
      const infos = await Promise.all(this.servers.map((_, index) => this.#info(index)));
      return infos.every((info) => info.includes('cluster_state:ok') && !info.includes('link_status:down'));
    });
  }

  async #known(index: number): Promise<number> {
    const nodes = String(await this.ask(index, 'CLUSTER', 'NODES'));
    return nodes.split('\n').filter((line) => line.includes(' connected')).length;
  }

  async #info(index: number): Promise<string> {
    const replication = index < MASTERS ? '' : await this.ask(index, 'INFO', 'replication');
    return `${await this.ask(index, 'CLUSTER', 'INFO')}${replication}`;
  }
}

function startNode(): Promise<RedisServer> {
  return RedisServer.start(
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(DOWN_AFTER_MS)],
    ...['--cluster-config-file', 'nodes.conf', '--repl-diskless-sync-delay', '0'],
  );
}

function ownerOf(slot: number): number {
  return Math.floor((slot * MASTERS) / SLOTS);
}
