/**
 * Many real peers in one process: a room in memory on a clock that is stepped. Peers join one after the
 * other, some simulated milliseconds apart, as people do.
 */
import { openEndpoint } from '../../src/actors/endpoint.ts';
import { MemoryNetwork } from '../../src/io/memory/memory-network.ts';
import { SeededRandom } from '../../src/io/memory/seeded-random.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { assemblePeer } from '../../src/peer/peer.ts';
import type { Peer } from '../../src/peer/peer-api.ts';
import { startRoomServer } from '../../src/room-server/room-server.ts';
import { memberOf } from './members.ts';

const SERVER = { host: '192.168.0.1', port: 32_340 };
const PORT = 5_000;
const ROOM = 'bench';
const LATENCY_MS = 1;
const JOIN_EVERY_MS = 50;
const CAPITAL_T = 0x54;

/** A peer of the room and what it has shown. */
export interface SimulatedMember {
  readonly name: string;
  readonly peer: Peer;
  shown: number;
  /** When it has shown the last text, in simulated ms. */
  shownAtMs: number;
}

/** See above. */
export class SimulatedRoom {
  readonly clock = new StepClock();
  readonly members: SimulatedMember[] = [];
  readonly #network = new MemoryNetwork({ clock: this.clock, latencyMs: LATENCY_MS });
  readonly #random = new SeededRandom(1);

  constructor() {
    const network = this.#network.host(SERVER.host);
    startRoomServer({ network, clock: this.clock, limits: ROOM_SERVER_LIMITS, ...SERVER }).subscribe();
    this.clock.advance(1);
  }

  /** Milliseconds that one hop takes. */
  get hopMs(): number {
    return LATENCY_MS;
  }

  /** Lets so many more join. */
  join(count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.#start(this.members.length);
      this.clock.advance(JOIN_EVERY_MS);
    }
  }

  /** Counts the TEXTs that all peers together write from now on. */
  countTexts(): { readonly written: number } {
    const count = { written: 0 };
    for (const { peer } of this.members) {
      peer.trace.subscribe((trace) => {
        if (trace.type !== 'frames' || trace.direction !== 'out') return;
        for (const { buffer, start } of trace.frames) if (buffer[start] === CAPITAL_T) count.written += 1;
      });
    }
    return count;
  }

  #start(number: number): void {
    const { user: name, ip } = memberOf(number);
    const network = this.#network.host(ip);
    openEndpoint(network, '0.0.0.0', [PORT]).subscribe((endpoint) => {
      const peer = assemblePeer({
        network,
        clock: this.clock,
        random: this.#random.fork(name),
        limits: PEER_LIMITS,
        endpoint,
        roomServer: SERVER,
        allowUtf8: false,
        strictSource: false,
      });
      const member: SimulatedMember = { name, peer, shown: 0, shownAtMs: 0 };
      peer.notices.subscribe(({ type }) => {
        if (type !== 'text') return;
        member.shown += 1;
        member.shownAtMs = this.clock.now();
      });
      this.members.push(member);
      peer.start();
      peer.send({ type: 'USER', name });
      peer.send({ type: 'JOIN', room: ROOM });
    });
  }
}
