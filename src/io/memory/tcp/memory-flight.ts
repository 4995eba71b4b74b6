/**
 * The segments of one direction of a TCP connection that are under way. Invariant: they arrive in the order
 * in which they set off, those of one instant together; one timer an instant. Where the network has a
 * `Traffic`, each of them can be steered by hand, and order is kept all the same: what is behind one that is
 * held waits with it.
 */
import type { Timer } from '../../clock.ts';
import type { Endpoint } from '../../network.ts';
import type { MemoryPath } from './memory-path.ts';
import { FrameCuts } from './traffic/frame-cuts.ts';
import type { Packet, Segment, SteeredFlight } from './traffic/packet.ts';

export type { Segment } from './traffic/packet.ts';

/** Whom a flight tells. */
interface FlightPorts {
  /** Takes what arrives at one instant. */
  arrive(segments: readonly Segment[]): void;
  /** So many bytes more are under way than were sent; fewer where it is negative. */
  changed(bytes: number): void;
}

/** What is under way, see above. */
export class Flight implements SteeredFlight {
  readonly ends: { readonly local: Endpoint; readonly remote: Endpoint };
  readonly #path: MemoryPath;
  readonly #ports: FlightPorts;
  /** Only where it can be steered. */
  readonly #cuts: FrameCuts | undefined;
  #packets: Packet[] = [];
  /** By the instant that they are for. */
  readonly #timers = new Map<number, Timer>();
  #lastArrivalMs = 0;

  constructor(path: MemoryPath, ends: Flight['ends'], ports: FlightPorts) {
    this.#path = path;
    this.ends = ends;
    this.#ports = ports;
    this.#cuts = path.traffic && new FrameCuts(() => path.traffic?.next() ?? 0);
  }

  get packets(): readonly Packet[] {
    return this.#packets;
  }

  /** A segment sets off; it never overtakes another one. */
  add(segment: Segment): void {
    const bytes = segment.kind === 'data' ? segment.bytes.length : 0;
    const dueMs = Math.max(this.#lastArrivalMs, this.#path.arrivalMs(bytes));
    if (this.#cuts) for (const piece of this.#cuts.cut(segment)) this.#packets.push({ ...piece, dueMs });
    else this.#packets.push({ segment, dueMs, frame: 0, isHeld: false, isFirst: true, isLast: true });
    this.#path.traffic?.look(this);
    this.#expect(dueMs);
    this.#lastArrivalMs = dueMs;
  }

  /** Takes all back that is under way, in order: it does not arrive. */
  recall(): Segment[] {
    this.#clearTimers();
    const segments = this.#packets.map(({ segment }) => segment);
    this.#packets = [];
    this.#path.traffic?.look(this);
    return segments;
  }

  arriveNow(packet: Packet): void {
    this.#packets = this.#packets.filter((each) => each !== packet);
    this.#arrive([packet]);
  }

  replace(packets: readonly Packet[]): void {
    const before = bytesOf(this.#packets);
    this.#packets = [...packets];
    this.#clearTimers();
    this.#lastArrivalMs = this.#path.clock.now();
    for (const packet of this.#packets) {
      packet.dueMs = Math.max(packet.dueMs, this.#lastArrivalMs);
      this.#lastArrivalMs = packet.dueMs;
      this.#expect(packet.dueMs);
    }
    this.#path.traffic?.look(this);
    const more = bytesOf(this.#packets) - before;
    if (more !== 0) this.#ports.changed(more);
  }

  #expect(dueMs: number): void {
    if (this.#timers.has(dueMs)) return;
    const { clock } = this.#path;
    const timer = clock.setTimeout(() => this.#due(dueMs), dueMs - clock.now());
    this.#timers.set(dueMs, timer);
  }

  #due(atMs: number): void {
    this.#timers.delete(atMs);
    const waiting = this.#packets.findIndex(({ isHeld, dueMs }) => isHeld || dueMs > atMs);
    const arrived = this.#packets.splice(0, waiting < 0 ? this.#packets.length : waiting);
    if (arrived.length > 0) this.#arrive(arrived);
  }

  #arrive(arrived: readonly Packet[]): void {
    this.#path.traffic?.look(this);
    this.#path.traffic?.arrived();
    this.#ports.arrive(arrived.map(({ segment }) => segment));
  }

  #clearTimers(): void {
    for (const timer of this.#timers.values()) this.#path.clock.clearTimeout(timer);
    this.#timers.clear();
  }
}

function bytesOf(packets: readonly Packet[]): number {
  return packets.reduce((sum, { segment }) => sum + (segment.kind === 'data' ? segment.bytes.length : 0), 0);
}
