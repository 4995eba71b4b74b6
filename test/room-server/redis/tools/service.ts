/**
 * A room service as it is run: two processes on one Redis, peers that know it by a name with both addresses
 * behind it, and a load of other members. Peers live in this process; every wait is for a condition.
 */

import { connect, type Socket } from 'node:net';
import { firstValueFrom, of } from 'rxjs';
import { openEndpoint } from '../../../../src/actors/endpoint.ts';
import type { Network } from '../../../../src/io/network.ts';
import { createNodeNetwork } from '../../../../src/io/node/node-network.ts';
import { systemClock } from '../../../../src/io/node/system-clock.ts';
import { systemRandom } from '../../../../src/io/node/system-random.ts';
import { PEER_LIMITS } from '../../../../src/limits/peer.ts';
import { assemblePeer } from '../../../../src/peer/peer.ts';
import type { Peer } from '../../../../src/peer/peer-api.ts';
import { LOOPBACK } from '../../../../src/protocol/names.ts';
import { describe, type Notice } from '../../../../src/words/notices.ts';
import { freePort } from '../../../e2e/tools/ports.ts';
import { Program } from '../../../e2e/tools/program.ts';
import { closeBehindTest } from '../../../e2e/tools/teardown.ts';
import { Watched } from '../../../e2e/tools/watched.ts';
import type { RedisServer } from './redis-server.ts';

export const ROOM = 'room';
const NAME = 'rooms';
/** Port 0 gives a TCP port whose UDP twin may be taken: then another. */
const ANY_PORT = [0, 0, 0, 0, 0];
/** The program's limits, so much shorter that a test sees what they do; all in the same proportion. */
const PEER = {
  ...PEER_LIMITS,
  keepaliveMs: 700,
  reconnectMinMs: 100,
  reconnectMaxMs: 500,
  repeatDelayMs: 50,
};
const SERVER = {
  ...{ monitorMs: 700, memberExpiryMs: 4_000, storeSettleMs: 2_000, storeServerGoneMs: 4_000 },
  ...{ storeAnswerMs: 500, storeReconnectMinMs: 50, storeReconnectMaxMs: 200 },
};

/** One process of the service. */
export class ServiceServer extends Program {
  readonly port: number;

  constructor(port: number, redis: RedisServer) {
    super(['room-server', String(port), '--host', LOOPBACK, '--store', redis.url], { roomServer: SERVER });
    this.port = port;
  }

  static async start(redis: RedisServer): Promise<ServiceServer> {
    const server = new ServiceServer(await freePort(), redis);
    await server.waitFor(/^store redis:.* connected$/);
    return server;
  }

  /** As a power failure: nothing is closed in order. */
  async crash(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }
}

/** A peer of the service with all that it was told. */
export class ServicePeer extends Watched {
  readonly name: string;
  readonly peer: Peer;
  readonly notices: Notice[] = [];
  /** Texts that it has shown, `user: content`. */
  readonly texts: string[] = [];
  isOver = false;

  private constructor(name: string, peer: Peer) {
    super();
    this.name = name;
    this.peer = peer;
    peer.notices.subscribe((notice) => {
      if (notice.type === 'text') this.texts.push(describe(notice));
      else this.notices.push(notice);
      this.changed();
    });
    peer.changes.subscribe(() => this.changed());
    peer.terminated.subscribe(() => {
      this.isOver = true;
      this.changed();
    });
    closeBehindTest(async () => {
      peer.send({ type: 'QUIT' });
      await this.until('its end', () => this.isOver);
    });
  }

  /** Starts one whose name server names the servers in this order, and joins it. */
  static async join(name: string, servers: readonly ServiceServer[]): Promise<ServicePeer> {
    const network = serviceNetwork(servers);
    const endpoint = await firstValueFrom(openEndpoint(network, LOOPBACK, ANY_PORT));
    const peer = assemblePeer({
      ...{ network, clock: systemClock, random: systemRandom, limits: PEER, endpoint },
      ...{ roomServer: { host: NAME, port: 1 }, allowUtf8: true, strictSource: false },
    });
    const joined = new ServicePeer(name, peer);
    peer.start();
    peer.send({ type: 'USER', name });
    peer.send({ type: 'JOIN', room: ROOM });
    await joined.until('it has joined', () => joined.has('joined'));
    return joined;
  }

  has(type: Notice['type']): boolean {
    return this.notices.some((notice) => notice.type === type);
  }

  /** Names of the members that it knows. */
  members(): string[] {
    return this.peer
      .status()
      .members.map(({ user }) => user)
      .sort();
  }

  transcript(): string {
    return `--- ${this.name}\n${this.notices.map(describe).slice(-30).join('\n')}`;
  }
}

/** The network with a name for the service; an address stands for the place of a server among them. */
function serviceNetwork(servers: readonly ServiceServer[]): Network {
  const node = createNodeNetwork({ closeGraceMs: 200 });
  const addresses = servers.map((_, index) => `127.0.9.${index + 1}`);
  const resolve: Network['resolve'] = (host) => (host === NAME ? of(addresses) : node.resolve(host));
  return {
    localAddresses: node.localAddresses,
    resolve,
    connect: (to, timeoutMs) => {
      const server = servers[addresses.indexOf(to.host)];
      return node.connect(server ? { host: LOOPBACK, port: server.port } : to, timeoutMs);
    },
    listen: (at) => node.listen(at),
    bind: (at) => node.bind(at),
  };
}

/**
 * A member that is only a connection: it sends its J as soon as `pauseMs` after the answer to the one before.
 */
export class LoadMember extends Watched {
  answers = 0;
  refusals = 0;
  /** The last answer. */
  last = '';
  isOver = false;
  readonly #socket: Socket;
  readonly #request: string;
  readonly #pauseMs: number;
  #received = '';
  #pause: NodeJS.Timeout | undefined;

  constructor(server: ServiceServer, request: string, pauseMs: number) {
    super();
    this.#request = request;
    this.#pauseMs = pauseMs;
    this.#socket = connect({ host: LOOPBACK, port: server.port, noDelay: true }, () => this.#ask());
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#take(text));
    // The end of its server is a test's doing.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => this.#onClose());
    closeBehindTest(() => this.leave());
  }

  /** Closes the connection. */
  leave(): void {
    this.#socket.destroy();
  }

  transcript(): string {
    return `--- ${this.#request.trim()}: ${this.answers} answers, ${this.refusals} refusals, last ${this.last}`;
  }

  #ask(): void {
    this.#socket.write(this.#request);
  }

  #take(text: string): void {
    this.#received += text;
    if (!this.#received.endsWith('::\r\n')) return;
    this.last = this.#received;
    this.#received = '';
    this.answers += 1;
    if (this.last.startsWith('F:')) this.refusals += 1;
    this.changed();
    this.#pause = setTimeout(() => this.#ask(), this.#pauseMs);
  }

  #onClose(): void {
    clearTimeout(this.#pause);
    this.isOver = true;
    this.changed();
  }
}

/** A J of the nth member of the load, ten to a room. */
export function loadJoin(index: number): string {
  return `J:load${Math.floor(index / 10)}:u${index}:10.9.0.${index + 1}:5000::\r\n`;
}
