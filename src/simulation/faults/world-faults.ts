/**
 * Breaks and mends what a plan says: the network through its policy, processes and the room server directly.
 */

import type { MemoryNetwork } from '../../io/memory/memory-network.ts';
import type { SimulatedProcess } from '../../io/memory/process.ts';
import type { Endpoint, Network } from '../../io/network.ts';
import type { RoomServerLimits } from '../../limits/room-server.ts';
import { ROOM_SERVER, WORLD } from '../../log/parties.ts';
import type { RoomLog } from '../../log/room-log.ts';
import { type RunningRoomServer, startRoomServer } from '../../room-server/room-server.ts';
import type { LinkBook } from '../checks/link-book.ts';
import type { PlannedFault } from '../plan.ts';
import type { RecordedFault } from '../recording.ts';
import type { SimulatedPeer } from '../simulated-peer.ts';
import type { FaultPolicy } from './fault-policy.ts';
import { scopeOf } from './faults.ts';
import { flood } from './flood.ts';

/** What the faults of a world work on. */
interface WorldFaultsPorts {
  readonly network: MemoryNetwork;
  readonly log: RoomLog | undefined;
  /** The network of a process as it is captured; itself where nothing is. */
  captured(network: Network, host: string): Network;
  readonly policy: FaultPolicy;
  readonly peers: readonly SimulatedPeer[];
  readonly book: LinkBook;
  readonly roomServer: Endpoint;
  /** Of the room server. */
  readonly limits: RoomServerLimits;
  nowMs(): number;
  at(atMs: number, act: () => void): void;
  /** Sets the time of day forward, or back where it is negative; durations go on as they were. */
  shiftTimeOfDay(ms: number): void;
  /** A user says something. */
  say(peer: SimulatedPeer, content: string): void;
  trace(line: string): void;
}

/** Everything that breaks in one world. */
export class WorldFaults {
  /** What has been broken so far. */
  readonly recorded: RecordedFault[] = [];
  readonly #ports: WorldFaultsPorts;
  #serverProcess: SimulatedProcess | null = null;
  #server: RunningRoomServer | null = null;

  constructor(ports: WorldFaultsPorts) {
    this.#ports = ports;
  }

  schedule(fault: PlannedFault): void {
    this.#ports.at(fault.fromMs, () => this.break(fault));
    // Also where it lasts no time at all, as in a world of less than seconds: else it would stay for ever.
    this.#ports.at(fault.toMs, () => this.mend(fault));
  }

  /** The plan's faults are over: what they have left standing still goes on. */
  calm(): void {
    for (const peer of this.#ports.peers) {
      peer.resume();
      peer.readOn();
    }
    if (!this.#server) this.startServer();
  }

  startServer(): void {
    const { network: whole, roomServer, limits, captured } = this.#ports;
    this.#serverProcess = whole.process(roomServer.host);
    const { network: own, clock } = this.#serverProcess;
    const wires = captured(own, roomServer.host);
    const network = this.#ports.log?.party(ROOM_SERVER).network(wires) ?? wires;
    startRoomServer({ network, clock, limits, ...roomServer }).subscribe((server) => {
      this.#server = server;
    });
  }

  /** The end of the world: clients get EOF. */
  stopServer(): void {
    this.#server?.stop();
  }

  /** What is left of the room server after its end, in words. */
  leftOver(): string[] {
    return Object.entries(this.#serverProcess?.usage ?? {})
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what} of the room server`);
  }

  die(peer: SimulatedPeer, how: 'kill' | 'crash'): void {
    const nowMs = this.#ports.nowMs();
    this.#ports.book.allDown(peer.index, nowMs);
    peer.die(how, nowMs);
  }

  /** It breaks now. */
  break(planned: PlannedFault): void {
    const { fault, fromMs, toMs } = planned;
    const peers = scopeOf(fault) === 'halves' ? [...planned.peers, ...planned.others] : planned.peers;
    const what = this.words(planned);
    this.#ports.trace(`fault ${what} until ${toMs}`);
    this.recorded.push({ fault, fromMs, toMs, peers, what });
    this.#ports.log?.fault(WORLD, what, false);
    this.#ports.policy.begin(planned);
    this.#ports.shiftTimeOfDay(planned.clockShiftMs);
    this.#breakProcesses(planned);
  }

  /** A fault in words: `split alice | bob, carol`. */
  words({ fault, peers, others }: PlannedFault): string {
    const names = (indices: readonly number[]) =>
      indices.map((index) => this.#ports.peers[index]?.name).join(', ');
    if (peers.length === 0) return fault;
    return scopeOf(fault) === 'halves'
      ? `${fault} ${names(peers)} | ${names(others)}`
      : `${fault} ${names(peers)}`;
  }

  #breakProcesses({ fault, fromMs, toMs, peers }: PlannedFault): void {
    if (fault === 'roomserver') this.#crashServer();
    if (fault === 'flood') for (const index of peers) this.#flood(index, fromMs, toMs);
    const peer = this.#ports.peers[peers[0] ?? -1];
    if (!peer) return;
    if (fault === 'crash' || fault === 'kill') this.die(peer, fault);
    if (fault === 'restart') this.die(peer, 'kill');
    if (fault === 'pause') peer.pause();
    if (fault === 'stuck') peer.stopReading();
    if (fault === 'reset' || fault === 'halfopen') this.#breakOneLink(peer, fault);
  }

  #flood(index: number, fromMs: number, untilMs: number): void {
    const peer = this.#ports.peers[index];
    if (!peer) return;
    const { nowMs, at, say } = this.#ports;
    flood({ peer, label: `${peer.name} floods at ${fromMs}:`, untilMs, nowMs, at, say });
  }

  #breakOneLink(peer: SimulatedPeer, fault: 'reset' | 'halfopen'): void {
    const [name] = peer.neighbours();
    const other = this.#ports.peers.find((each) => each.name === name);
    if (!other) return;
    if (fault === 'reset') this.#ports.network.resetAll(peer.plan.ip, other.plan.ip);
    else this.#ports.network.halfOpen(peer.plan.ip, other.plan.ip);
  }

  #crashServer(): void {
    this.#serverProcess?.crash();
    this.#server = null;
  }

  /** What was broken is whole again. */
  mend(planned: PlannedFault): void {
    const { fault, peers, comesBack } = planned;
    const { policy, trace, nowMs, log } = this.#ports;
    trace(`mended ${fault}`);
    log?.fault(WORLD, this.words(planned), true);
    policy.end(planned);
    this.#ports.shiftTimeOfDay(-planned.clockShiftMs);
    const peer = this.#ports.peers[peers[0] ?? -1];
    if (fault === 'roomserver' && !policy.isActive('roomserver')) this.startServer();
    if (fault === 'pause') peer?.resume();
    if (fault === 'stuck') peer?.readOn();
    const hasEnded = fault === 'restart' || ((fault === 'crash' || fault === 'kill') && comesBack);
    if (hasEnded && peer && !peer.hasQuit) peer.start(nowMs());
  }
}
