/**
 * What a simulated world is made of before anything happens in it: clock, network, peers, and what can break
 * them. Whoever runs it says what is looked at and when it goes on.
 */
import { MemoryNetwork } from '../../io/memory/memory-network.ts';
import { SeededRandom } from '../../io/memory/seeded-random.ts';
import { StepClock } from '../../io/memory/step-clock.ts';
import { Traffic } from '../../io/memory/tcp/traffic/traffic.ts';
import type { Network } from '../../io/network.ts';
import { ROOM_SERVER_LIMITS } from '../../limits/room-server.ts';
import { RoomLog } from '../../log/room-log.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { LinkBook } from '../checks/link-book.ts';
import { FaultPolicy } from '../faults/fault-policy.ts';
import { WorldFaults } from '../faults/world-faults.ts';
import type { Plan } from '../plan.ts';
import { type PeerEvents, SimulatedPeer } from '../simulated-peer.ts';
import type { WorldOptions } from '../world-options.ts';

/** The room that all peers join. */
const ROOM = 'room';
const PORT = 5_000;
/** Where the room server of every world is. */
export const SERVER = { host: '10.0.0.1', port: 32_340 };

/** Whom a stage tells. */
interface StageEvents {
  readonly peers: PeerEvents;
  /** A user says something, because of a fault. */
  say(peer: SimulatedPeer, content: string): void;
  trace(line: string): void;
}

/** See above. */
export class Stage {
  readonly clock = new StepClock();
  /** What is under way; only where it can be steered. */
  readonly traffic: Traffic | undefined;
  readonly peers: readonly SimulatedPeer[];
  readonly byName: ReadonlyMap<string, SimulatedPeer>;
  readonly book = new LinkBook();
  readonly faults: WorldFaults;
  readonly log: RoomLog | undefined;
  /** Where the machines of our peers are; only in a world that is logged. */
  readonly registry: ServiceRegistry | undefined;

  /** @param isSteered true where what is under way can be steered by hand. */
  constructor(plan: Plan, options: WorldOptions, events: StageEvents, isSteered: boolean) {
    const { clock } = this;
    this.traffic = isSteered ? new Traffic(clock) : undefined;
    const random = new SeededRandom(plan.seed).fork('world');
    const policy = new FaultPolicy(plan, random.fork('network'), SERVER.host);
    const network = new MemoryNetwork({ clock, policy, traffic: this.traffic });
    this.registry = options.logged?.registry;
    this.log = options.logged && new RoomLog({ ...options.logged, nowMs: () => clock.now() });
    const captured = options.captured?.(() => clock.now()) ?? ((seen: Network) => seen);
    const surroundings = {
      ...{ network, roomServer: SERVER, room: ROOM, port: PORT, captured },
      ...{ variant: options.variant ?? {}, events: events.peers, log: this.log },
    };
    this.peers = plan.peers.map(
      (planned, index) => new SimulatedPeer(index, planned, surroundings, random.fork(planned.name)),
    );
    this.byName = new Map(this.peers.map((peer) => [peer.name, peer]));
    this.faults = new WorldFaults({
      ...{ network, captured, log: this.log, policy, peers: this.peers, book: this.book, roomServer: SERVER },
      limits: { ...ROOM_SERVER_LIMITS, ...options.variant?.roomServerLimits },
      nowMs: () => clock.now(),
      at: (atMs, act) => this.at(atMs, act),
      shiftTimeOfDay: (ms) => clock.setTimeOfDay(clock.timeOfDay() + ms),
      say: (peer, content) => events.say(peer, content),
      trace: (line) => events.trace(line),
    });
  }

  /** Does this at a moment of simulated time. */
  at(atMs: number, act: () => void): void {
    this.clock.setTimeout(act, atMs - this.clock.now());
  }
}
