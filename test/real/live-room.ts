/**
 * A room over the sockets of this computer, in one process: a room server and peers on loopback addresses of
 * their own, every way from one peer to another through a cutting proxy. Nothing here waits for time to pass:
 * every wait is for a condition, looked at whenever something has happened.
 */

import { defer, filter, firstValueFrom, from, Observable, race, Subject, startWith, switchMap } from 'rxjs';
import { openEndpoint } from '../../src/actors/endpoint.ts';
import type { Connection, Endpoint, Network } from '../../src/io/network.ts';
import { timedOut } from '../../src/io/network-errors.ts';
import { createNodeNetwork } from '../../src/io/node/node-network.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { systemRandom } from '../../src/io/node/system-random.ts';
import { PEER_LIMITS, type PeerLimits } from '../../src/limits/peer.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { assemblePeer } from '../../src/peer/peer.ts';
import type { Peer } from '../../src/peer/peer-api.ts';
import { compareHashIds, hashId } from '../../src/protocol/hash-id.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { type RunningRoomServer, startRoomServer } from '../../src/room-server/room-server.ts';
import { describe, type Notice } from '../../src/words/notices.ts';
import { CuttingProxy, type ProxyState } from './cutting-proxy.ts';

export const ROOM = 'room';
/** Far over anything that a healthy room takes on a busy computer. */
const DEADLINE_MS = 8_000;
const CLOSE_GRACE_MS = 200;
/** Port 0 gives a TCP port whose UDP twin may be taken: then another. */
const ANY_PORT = [0, 0, 0, 0, 0];

/** The program's limits, so much shorter that a test sees what they do. */
const SHORT_LIMITS: Partial<PeerLimits> = {
  keepaliveMs: 250,
  connectTimeoutMs: 400,
  handshakeTimeoutMs: 1_000,
  searchRetryMs: 200,
  stableLinkMs: 20,
  dialSilenceMs: 200,
  dialPauseMinMs: 100,
  probeMinMs: 100,
  probeMaxMs: 400,
  watchMs: 100,
  silenceMs: 400,
};

/** A peer with everything that it has told. */
export interface LivePeer {
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly peer: Peer;
  readonly notices: Notice[];
  /** Texts that it has shown, `user: content`. */
  readonly texts: string[];
}

/** See above. */
export class LiveRoom {
  readonly peers: LivePeer[] = [];
  server!: RunningRoomServer;
  readonly #node = createNodeNetwork({ closeGraceMs: CLOSE_GRACE_MS });
  readonly #limits: PeerLimits;
  readonly #changes = new Subject<void>();
  /** By `from>to`, two addresses. */
  readonly #proxies = new Map<string, Promise<CuttingProxy>>();
  readonly #states = new Map<string, ProxyState>();
  readonly #closings: (() => void)[] = [];
  #gate: Subject<void> | undefined;
  #held = 0;

  constructor(limits: Partial<PeerLimits> = {}) {
    this.#limits = { ...PEER_LIMITS, ...SHORT_LIMITS, ...limits };
  }

  async open(): Promise<this> {
    const options = { network: this.#node, clock: systemClock, limits: ROOM_SERVER_LIMITS };
    this.server = await firstValueFrom(startRoomServer({ ...options, host: LOOPBACK, port: 0 }));
    return this;
  }

  /**
   * Starts a peer and joins it, once the room server lists it.
   * @param isGood chooses its name, for the place in the ring that it gives.
   */
  async join(name: string, isGood: (ring: readonly string[]) => boolean = () => true): Promise<LivePeer> {
    const ip = `127.0.1.${this.peers.length + 1}`;
    const network = this.#networkOf(ip);
    const endpoint = await firstValueFrom(openEndpoint(network, ip, ANY_PORT));
    const { port } = endpoint;
    const user = this.#nameFor(name, { ip, port }, isGood);
    const peer = assemblePeer({
      ...{ network, clock: systemClock, random: systemRandom, limits: this.#limits, endpoint },
      ...{ roomServer: this.server.address, advertise: ip, allowUtf8: true, strictSource: false },
    });
    const live: LivePeer = { name: user, ip, port, peer, notices: [], texts: [] };
    peer.notices.subscribe((notice) => {
      if (notice.type === 'text') live.texts.push(describe(notice));
      else live.notices.push(notice);
      this.changed();
    });
    peer.changes.subscribe(() => this.changed());
    this.peers.push(live);
    peer.start();
    peer.send({ type: 'USER', name: user });
    peer.send({ type: 'JOIN', room: ROOM });
    await this.until(`${user} has joined`, () => peer.status().members.length === this.peers.length);
    return live;
  }

  /** Waits until every peer has every peer on its list. */
  async allListed(): Promise<void> {
    await this.until('everybody knows everybody', () =>
      this.peers.every(({ peer }) => peer.status().members.length === this.peers.length),
    );
  }

  /** What happens from now on to what the first of two peers opens to the second. */
  async way(one: LivePeer, other: LivePeer, state: ProxyState): Promise<void> {
    const way = `${one.ip}>${other.ip}`;
    this.#states.set(way, state);
    const proxy = await this.#proxies.get(way);
    if (proxy) proxy.state = state;
  }

  /** Holds every connect between peers until so many wait, and lets them go at once. */
  dialTogether(count: number): void {
    this.#gate = new Subject();
    this.#held = count;
  }

  /** Resolves when the condition holds. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const inVain = new Observable<never>((subscriber) => {
      const giveUp = () =>
        subscriber.error(new Error(`${what}: not within ${DEADLINE_MS} ms\n${this.transcript()}`));
      const timer = setTimeout(giveUp, DEADLINE_MS);
      return () => clearTimeout(timer);
    });
    const holds = this.#changes.pipe(startWith(undefined), filter(condition));
    await firstValueFrom(race(holds, inVain));
  }

  /** Something that a condition may look at has happened. */
  changed(): void {
    this.#changes.next();
  }

  /** Called behind the test, before the room is closed. */
  whenClosed(close: () => void): void {
    this.#closings.push(close);
  }

  /**
   * Each of these says something; resolves when each peer has shown each line, and fails if one was shown
   * twice.
   */
  async chat(label: string, sayers: readonly LivePeer[] = this.peers): Promise<void> {
    const lines = sayers.map(({ name }) => `${name}: ${label} of ${name}`);
    for (const { peer, name } of sayers) peer.send({ type: 'SEND', text: `${label} of ${name}` });
    await this.until(`everybody shows: ${label}`, () =>
      this.peers.every((peer) => lines.every((line) => peer.texts.includes(line))),
    );
  }

  /** Lines that some peer has shown more than once. */
  doubled(): string[] {
    return this.peers.flatMap((peer) => {
      const seen = new Set<string>();
      const twice = peer.texts.filter((line) => seen.size === seen.add(line).size);
      return twice.map((line) => `${peer.name} has shown twice: ${line}`);
    });
  }

  transcript(): string {
    return this.peers
      .map((peer) => `--- ${peer.name}\n${lines(peer).slice(-30).join('\n')}\n${linksOf(peer).join(' ')}`)
      .join('\n');
  }

  /** Everybody quits; resolves when every socket is closed. */
  async close(): Promise<void> {
    for (const close of this.#closings) close();
    const over = this.peers.map(({ peer }) => firstValueFrom(peer.terminated, { defaultValue: undefined }));
    for (const { peer } of this.peers) peer.send({ type: 'QUIT' });
    await Promise.all(over);
    for (const proxy of this.#proxies.values()) (await proxy).stop();
    this.server.stop();
    await firstValueFrom(this.server.stopped);
  }

  #networkOf(ip: string): Network {
    return {
      localAddresses: this.#node.localAddresses,
      connect: (to, timeoutMs) => this.#connect(ip, to, timeoutMs),
      listen: (at) => this.#node.listen(at),
      bind: (at) => this.#node.bind(at),
      resolve: (host) => this.#node.resolve(host),
    };
  }

  #connect(ip: string, to: Endpoint, timeoutMs: number): Observable<Connection> {
    if (!this.peers.some((peer) => peer.ip === to.host)) return this.#node.connect(to, timeoutMs);
    const way = `${ip}>${to.host}`;
    const open = defer(() => {
      // A SYN into silence is never answered; a proxy on loopback could only accept it.
      if (this.#states.get(way) === 'silent') return unanswered(timeoutMs);
      return from(this.#proxy(way, to)).pipe(
        switchMap(({ endpoint }) => this.#node.connect(endpoint, timeoutMs)),
      );
    });
    const gate = this.#gate;
    if (!gate) return open;
    return new Observable((subscriber) => {
      subscriber.add(gate.pipe(switchMap(() => open)).subscribe(subscriber));
      this.#held -= 1;
      if (this.#held > 0) return;
      this.#gate = undefined;
      gate.next();
      gate.complete();
    });
  }

  #proxy(way: string, to: Endpoint): Promise<CuttingProxy> {
    const starting =
      this.#proxies.get(way) ??
      CuttingProxy.start(to).then((proxy) => {
        proxy.state = this.#states.get(way) ?? 'whole';
        return proxy;
      });
    this.#proxies.set(way, starting);
    return starting;
  }

  #nameFor(
    name: string,
    { ip, port }: { readonly ip: string; readonly port: number },
    isGood: (ring: readonly string[]) => boolean,
  ): string {
    for (let number = 0; number < 1_000; number += 1) {
      const user = `${name}${number}`;
      const ring = [...this.peers, { name: user, ip, port }]
        .map((peer) => ({ name: peer.name, hid: hashId(peer.name, peer.ip, peer.port) }))
        .sort((left, right) => compareHashIds(left.hid, right.hid))
        .map((peer) => peer.name);
      const place = ring.indexOf(user);
      if (isGood([...ring.slice(place + 1), ...ring.slice(0, place)])) return user;
    }
    throw new Error(`no name for ${name} gives it the place that it needs`);
  }
}

function unanswered(timeoutMs: number): Observable<Connection> {
  return new Observable((subscriber) => {
    const timer = setTimeout(() => subscriber.error(timedOut(timeoutMs)), timeoutMs);
    return () => clearTimeout(timer);
  });
}

/** Everything in its Command window. */
export function lines({ notices }: LivePeer): string[] {
  return notices.flatMap((notice) => (notice.window === 'command' ? [describe(notice)] : []));
}

/** Its links, `forward to …` and `backward from …` by name. */
export function linksOf({ peer }: LivePeer): string[] {
  return peer
    .status()
    .links.map(
      ({ direction, member }) => `${direction === 'forward' ? 'forward to' : 'backward from'} ${member.user}`,
    )
    .sort();
}
