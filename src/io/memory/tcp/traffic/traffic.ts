/**
 * All that is under way in a network in memory, to be looked at and steered by hand: each frame can be held,
 * released, dropped, doubled, delayed, or be the next that arrives.
 *
 * Invariants: the order of a TCP connection is kept, whatever is done; a frame is dropped or doubled as a
 * whole, or not at all; what carries no bytes (the end of a handshake, FIN, RST) is neither, because TCP
 * would send it again. Numbers depend on what was sent before only, so they are the same in every run.
 */
import type { Clock, Timer } from '../../../clock.ts';
import type { Endpoint } from '../../../network.ts';
import type { Packet, SteeredFlight } from './packet.ts';

/** A datagram that sets off. */
export interface DatagramOnItsWay {
  readonly bytes: Buffer;
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** What is done to a frame that is under way. */
type Steering = 'hold' | 'release' | 'drop' | 'duplicate' | 'deliver' | 'delay';

/** A frame that is under way. */
export interface FrameOnItsWay {
  /** Counts all that was ever sent, from 1. */
  readonly number: number;
  readonly kind: 'open' | 'data' | 'fin' | 'rst' | 'datagram';
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** What of it is under way. */
  readonly bytes: Buffer;
  /** When it arrives, in milliseconds of the network's clock; `null` while it, or one in front, is held. */
  readonly dueMs: number | null;
  readonly isHeld: boolean;
  /** False where others of its connection come first. */
  readonly isNext: boolean;
  /** False while a part of it has arrived already, or has not set off yet. */
  readonly isWhole: boolean;
}

interface Datagram extends DatagramOnItsWay {
  readonly number: number;
  readonly arrive: () => void;
  dueMs: number;
  isHeld: boolean;
  timer: Timer;
}

/** Others that are due at the moment that one is chosen for come so much later. */
const AFTER_CHOSEN_MS = 1;

/** See above. */
export class Traffic {
  readonly #clock: Clock;
  readonly #flights = new Set<SteeredFlight>();
  readonly #datagrams = new Map<number, Datagram>();
  #last = 0;
  #arrivals = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How often something has arrived. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** The number of the next frame that sets off. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Something has arrived. */
  arrived(): void {
    this.#arrivals += 1;
  }

  /** This direction of a connection has something under way, or has nothing any more. */
  look(flight: SteeredFlight): void {
    if (flight.packets.length > 0) this.#flights.add(flight);
    else this.#flights.delete(flight);
  }

  /** A datagram sets off. @param arrive is called when it arrives. */
  datagram(sent: DatagramOnItsWay, delayMs: number, arrive: () => void): void {
    const dueMs = this.#clock.now() + delayMs;
    const datagram = { ...sent, number: this.next(), arrive, dueMs, isHeld: false, timer: undefined };
    this.#datagrams.set(datagram.number, datagram);
    this.#expect(datagram);
  }

  /** All that is under way, in the order in which it was sent. */
  get frames(): readonly FrameOnItsWay[] {
    const ofFlights = [...this.#flights].flatMap(framesOf);
    const datagrams = [...this.#datagrams.values()].map((datagram): FrameOnItsWay => {
      const { number, bytes, from, to, isHeld } = datagram;
      const dueMs = isHeld ? null : datagram.dueMs;
      return { number, kind: 'datagram', bytes, from, to, dueMs, isHeld, isNext: true, isWhole: true };
    });
    return [...ofFlights, ...datagrams].sort((one, other) => one.number - other.number);
  }

  /** Why this can't be done to a frame, as a sentence; `undefined` where it can. */
  refusal(number: number, steering: Steering): string | undefined {
    const frame = this.frames.find((each) => each.number === number);
    if (!frame) return 'This frame is not under way any more.';
    if (steering === 'deliver' && !frame.isNext)
      return 'TCP keeps the order: what was sent before it over this connection comes first.';
    if (steering !== 'drop' && steering !== 'duplicate') return undefined;
    if (!frame.isWhole) return 'Only a part of this frame is under way: it can be held or delayed.';
    return frame.kind === 'data' || frame.kind === 'datagram'
      ? undefined
      : 'TCP sends this again until it arrives: it can be held or delayed.';
  }

  /** Does it. It MUST NOT be refused. @param ms how much later it comes, for `delay`. */
  steer(number: number, steering: Steering, ms = 0): void {
    const datagram = this.#datagrams.get(number);
    if (datagram) this.#steerDatagram(datagram, steering, ms);
    for (const flight of this.#flights)
      if (!datagram && flight.packets.some(({ frame }) => frame === number))
        this.#steerFlight(flight, number, steering, ms);
  }

  #steerFlight(flight: SteeredFlight, number: number, steering: Steering, ms: number): void {
    const { packets } = flight;
    const own = packets.filter(({ frame }) => frame === number);
    const [first] = own;
    if (!first) return;
    switch (steering) {
      case 'deliver':
        this.#postponeOthers(flight, undefined);
        for (const packet of own) flight.arriveNow(packet);
        return;
      case 'drop':
        flight.replace(packets.filter(({ frame }) => frame !== number));
        return;
      case 'duplicate': {
        const copy = this.next();
        const behind = packets.indexOf(own.at(-1) as Packet) + 1;
        const copies = own.map((packet) => ({ ...packet, frame: copy, isHeld: false }));
        flight.replace([...packets.slice(0, behind), ...copies, ...packets.slice(behind)]);
        return;
      }
      default:
        if (steering === 'delay') first.dueMs = Math.max(first.dueMs, this.#clock.now()) + ms;
        else first.isHeld = steering === 'hold';
        flight.replace(packets);
    }
  }

  #steerDatagram(datagram: Datagram, steering: Steering, ms: number): void {
    this.#clock.clearTimeout(datagram.timer);
    if (steering === 'drop') this.#datagrams.delete(datagram.number);
    else if (steering === 'deliver') {
      this.#postponeOthers(undefined, datagram);
      this.#arrive(datagram);
    } else {
      if (steering === 'delay') datagram.dueMs = Math.max(datagram.dueMs, this.#clock.now()) + ms;
      if (steering === 'hold' || steering === 'release') datagram.isHeld = steering === 'hold';
      this.#expect(datagram);
      const { dueMs, arrive } = datagram;
      if (steering === 'duplicate') this.datagram(datagram, Math.max(dueMs - this.#clock.now(), 0), arrive);
    }
  }

  /** What is due at this very moment comes behind the one that was chosen. */
  #postponeOthers(chosenFlight: SteeredFlight | undefined, chosen: Datagram | undefined): void {
    const nowMs = this.#clock.now();
    for (const flight of this.#flights) {
      const [first] = flight.packets;
      if (flight === chosenFlight || !first || first.isHeld || first.dueMs > nowMs) continue;
      first.dueMs = nowMs + AFTER_CHOSEN_MS;
      flight.replace(flight.packets);
    }
    for (const datagram of this.#datagrams.values()) {
      if (datagram === chosen || datagram.isHeld || datagram.dueMs > nowMs) continue;
      this.#clock.clearTimeout(datagram.timer);
      datagram.dueMs = nowMs + AFTER_CHOSEN_MS;
      this.#expect(datagram);
    }
  }

  #expect(datagram: Datagram): void {
    if (datagram.isHeld) return;
    const delayMs = Math.max(datagram.dueMs - this.#clock.now(), 0);
    datagram.timer = this.#clock.setTimeout(() => this.#arrive(datagram), delayMs);
  }

  #arrive(datagram: Datagram): void {
    this.#datagrams.delete(datagram.number);
    this.arrived();
    datagram.arrive();
  }
}

function framesOf({ ends, packets }: SteeredFlight): FrameOnItsWay[] {
  let isBehindHeld = false;
  const parts = new Map<number, Packet[]>();
  for (const packet of packets) {
    // A question whether there is space says nothing to anybody but a kernel.
    if (packet.segment.kind === 'data' && packet.segment.bytes.length === 0) continue;
    parts.set(packet.frame, [...(parts.get(packet.frame) ?? []), packet]);
  }
  return [...parts].map(([number, own], index) => {
    const [first, last] = [own[0] as Packet, own.at(-1) as Packet];
    isBehindHeld ||= own.some(({ isHeld }) => isHeld);
    const bytes = own.map(({ segment }) => (segment.kind === 'data' ? segment.bytes : NO_BYTES));
    return {
      ...{ number, kind: first.segment.kind, from: ends.local, to: ends.remote },
      ...{ bytes: Buffer.concat(bytes), dueMs: isBehindHeld ? null : last.dueMs, isHeld: first.isHeld },
      ...{ isNext: index === 0, isWhole: first.isFirst && last.isLast },
    };
  });
}

const NO_BYTES = Buffer.alloc(0);
