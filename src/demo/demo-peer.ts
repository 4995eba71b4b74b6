/**
 * One of the demo's peers, over all its incarnations: killed and started again, it keeps its name, its port
 * and its place in the console.
 */
import { filter, firstValueFrom, map, startWith } from 'rxjs';
import { openEndpoint } from '../actors/endpoint.ts';
import type { FollowedPeer } from '../console/feed/followed-peer.ts';
import type { Clock } from '../io/clock.ts';
import { type Endpoint, type Network, NetworkError } from '../io/network.ts';
import type { Random } from '../io/random.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { RoomLog } from '../log/room-log.ts';
import { assemblePeer } from '../peer/peer.ts';
import type { Peer } from '../peer/peer-api.ts';
import { DemoNetwork } from './demo-network.ts';
import type { Isolation } from './isolation.ts';

/** What all peers of a demo have in common. */
export interface DemoPeerPorts {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: PeerLimits;
  readonly roomServer: Endpoint;
  readonly isolation: Isolation;
  /** The address that they listen on. */
  readonly host: string;
  /** The first free one is a peer's for all its incarnations. */
  readonly ports: readonly number[];
  readonly room: string;
  /** Where all that they do is kept. */
  readonly log: RoomLog;
}

/** From a start to the end of everything that it has opened. */
interface Incarnation {
  readonly peer: Peer;
  readonly network: DemoNetwork;
  readonly over: Promise<void>;
}

/** See above. */
export class DemoPeer {
  readonly name: string;
  readonly #place: FollowedPeer;
  readonly #ports: DemoPeerPorts;
  #incarnation: Incarnation | null = null;
  #port: number | null = null;
  #starting: Promise<void> | null = null;

  /** @param place its place in the console, whose id is its party in the log. */
  constructor(name: string, place: FollowedPeer, ports: DemoPeerPorts) {
    this.name = name;
    this.#place = place;
    this.#ports = ports;
  }

  /** Starts it and joins it to the room. Rejects with a NetworkError where its port can't be had. */
  async start(): Promise<void> {
    const { network: inner, clock, random, limits, roomServer, isolation, host, ports, room } = this.#ports;
    const party = this.#ports.log.party(this.#place.id);
    const network = new DemoNetwork(inner, isolation);
    const watched = party.network(network);
    const endpoint = await firstValueFrom(
      openEndpoint(watched, host, this.#port === null ? ports : [this.#port]),
    );
    this.#port = endpoint.port;
    const created = assemblePeer({
      ...{ network: watched, clock: party.clock(clock), random, limits, roomServer, endpoint },
      ...{ allowUtf8: true, strictSource: false, isInspected: true },
    });
    const peer = party.follow(created);
    this.#incarnation = { peer, network, over: firstValueFrom(peer.terminated) };
    this.#place.follow(peer);
    peer.start();
    peer.send({ type: 'USER', name: this.name });
    peer.send({ type: 'JOIN', room });
  }

  /** Resolves when it is in the room, or has ended before. */
  async joined(): Promise<void> {
    const peer = this.#incarnation?.peer;
    if (!peer) return;
    const isInside = peer.changes.pipe(
      startWith(undefined),
      map(() => peer.status().room !== null),
      filter((isJoined) => isJoined),
    );
    await firstValueFrom(isInside, { defaultValue: false });
  }

  /** Ends it as a killed process ends: no goodbye, and nobody is told anything. */
  kill(): void {
    const incarnation = this.#incarnation;
    if (!this.#place.isRunning || !incarnation) {
      this.#place.report('It is not running.');
      return;
    }
    this.#place.forget();
    this.#place.report('Killed: its connections were cut without a goodbye.');
    this.#ports.log.fault(this.#place.id, 'kill', false);
    this.#ports.log.party(this.#place.id).ended();
    incarnation.network.kill();
    incarnation.peer.send({ type: 'QUIT' });
  }

  /** Starts it again, once what it had open before is released. */
  restart(): void {
    if (this.#place.isRunning || this.#starting) this.#place.report('It is running.');
    else this.#starting = this.#restart();
  }

  /** Cuts it off from all other peers. */
  split(): void {
    if (this.#port === null) return;
    this.#ports.isolation.splitOff(this.#port);
    this.#place.isSplitOff = true;
    this.#ports.log.fault(this.#place.id, 'split', false);
    this.#place.report('Cut off from all other peers; only the room server can be reached.');
  }

  /** Ends that. */
  heal(): void {
    if (this.#port === null) return;
    this.#ports.isolation.heal(this.#port);
    this.#place.isSplitOff = false;
    this.#ports.log.fault(this.#place.id, 'split', true);
    this.#place.report('The other peers can be reached again.');
  }

  /** Breaks the connections of this peer that are barred now. */
  breakBarred(): void {
    this.#incarnation?.network.breakBarred();
  }

  /** Quits it, if it runs; resolves when everything is released. */
  async quit(): Promise<void> {
    await this.#starting;
    this.#incarnation?.peer.send({ type: 'QUIT' });
    await this.#incarnation?.over;
  }

  async #restart(): Promise<void> {
    try {
      await this.#incarnation?.over;
      await this.start();
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      this.#place.report(`It could not be started again: ${error.message}.`);
    } finally {
      this.#starting = null;
    }
  }
}
