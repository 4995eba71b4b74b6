/**
 * Messages on their way through the overlay, put together from the frames that peers report: what goes out at
 * one comes in at the next. With one peer only its own links' hops are known; in the demo all are.
 *
 * Invariants: the first to bring a message to a member has brought it, every later hop there is a duplicate;
 * a hop that both ends report is one hop; of old messages no more than `max` are remembered.
 */
import type { ConsoleFrame } from '../../../../feed/messages.ts';

/** A message over one link. */
export interface Hop {
  /** HIDs. */
  readonly from: string;
  readonly to: string;
  /** Serial of the frame that tells it is there; of the one that was sent, until it is. */
  readonly order: number;
  readonly sentMs: number | null;
  /** `null` if it has not come (yet), or the receiver is not one of the console's peers. */
  readonly receivedMs: number | null;
  /** The receiver had it already, and dropped it. */
  readonly isDuplicate: boolean;
}

/** One message's way. */
export interface Flood {
  /** Counts floods; a number of its own, because message IDs are used again after a restart. */
  readonly id: number;
  readonly originHid: string;
  readonly msgId: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** In the order in which they were sent. */
  readonly hops: readonly Hop[];
}

interface OpenHop {
  readonly from: string;
  readonly to: string;
  order: number;
  sentMs: number | null;
  sentVia: string | null;
  receivedMs: number | null;
  receivedVia: string | null;
  isDuplicate: boolean;
}

interface OpenFlood {
  readonly id: number;
  readonly originHid: string;
  readonly msgId: number;
  readonly firstMs: number;
  lastMs: number;
  readonly hops: OpenHop[];
  /** Members that have it. */
  readonly holders: Set<string>;
}

/** The messages of late, from frames in the order of their serials. */
export class FloodBook {
  readonly #floods = new Map<string, OpenFlood>();
  readonly #max: number;
  readonly #restMs: number;
  #count = 0;

  /**
   * @param max messages that are remembered, at least 1.
   * @param restMs what bears a message's name so long after its last hop is another message.
   */
  constructor(max: number, restMs: number) {
    this.#max = max;
    this.#restMs = restMs;
  }

  /**
   * Takes frames, in the order of their serials.
   * @param hidOf the HID of one of the console's peers.
   * @returns ids of the floods that have changed.
   */
  add(frames: readonly ConsoleFrame[], hidOf: (peer: string) => string | undefined): ReadonlySet<number> {
    const changed = new Set<number>();
    for (const frame of frames) {
      const own = hidOf(frame.peer);
      if (!frame.message || frame.party.kind !== 'member' || own === undefined) continue;
      changed.add(this.#record(frame, own, frame.party.hid));
    }
    return changed;
  }

  /** The flood of that id, as it is now. */
  get(id: number): Flood | undefined {
    for (const flood of this.#floods.values()) if (flood.id === id) return snapshot(flood);
    return undefined;
  }

  /** The flood that began last. */
  newest(): Flood | undefined {
    const last = [...this.#floods.values()].at(-1);
    return last && snapshot(last);
  }

  #record(frame: ConsoleFrame, own: string, other: string): number {
    const isOut = frame.direction === 'out';
    const [from, to] = isOut ? [own, other] : [other, own];
    const flood = this.#floodOf(frame, from, to);
    flood.lastMs = frame.atMs;
    if (isOut) send(flood, from, to, frame);
    else receive(flood, from, to, frame);
    return flood.id;
  }

  #floodOf(frame: ConsoleFrame, from: string, to: string): OpenFlood {
    const { originHid, msgId } = frame.message ?? { originHid: '', msgId: 0 };
    const key = `${originHid}:${msgId}`;
    const known = this.#floods.get(key);
    if (known && frame.atMs - known.lastMs < this.#restMs && !isRepeated(known, from, to, frame))
      return known;
    this.#count += 1;
    const { atMs } = frame;
    const flood = {
      id: this.#count,
      originHid,
      msgId,
      firstMs: atMs,
      lastMs: atMs,
      hops: [],
      holders: new Set<string>(),
    };
    // To the end of the map, where the newest is.
    this.#floods.delete(key);
    this.#floods.set(key, flood);
    const oldest = this.#floods.keys().next().value;
    if (this.#floods.size > this.#max && oldest !== undefined) this.#floods.delete(oldest);
    return flood;
  }
}

/** Nobody sends a message twice over one link: this is another one of the same name, after a restart. */
function isRepeated(flood: OpenFlood, from: string, to: string, { direction, via }: ConsoleFrame): boolean {
  return flood.hops.some((hop) => {
    if (hop.from !== from || hop.to !== to) return false;
    return direction === 'out' ? hop.sentVia === via : hop.receivedVia === via;
  });
}

function send(flood: OpenFlood, from: string, to: string, { serial, atMs, via }: ConsoleFrame): void {
  flood.holders.add(from);
  // The frames of two peers may be reported in any order.
  const arrived = flood.hops.find((hop) => hop.from === from && hop.to === to && hop.sentMs === null);
  if (arrived) {
    arrived.sentMs = atMs;
    arrived.sentVia = via;
    return;
  }
  const received = { receivedMs: null, receivedVia: null, isDuplicate: false };
  flood.hops.push({ from, to, order: serial, sentMs: atMs, sentVia: via, ...received });
}

function receive(flood: OpenFlood, from: string, to: string, { serial, atMs, via }: ConsoleFrame): void {
  const isDuplicate = flood.holders.has(to) || to === flood.originHid;
  flood.holders.add(from).add(to);
  const received = { order: serial, receivedMs: atMs, receivedVia: via, isDuplicate };
  const sent = flood.hops.find((hop) => hop.from === from && hop.to === to && hop.receivedMs === null);
  if (sent) Object.assign(sent, received);
  else flood.hops.push({ from, to, sentMs: null, sentVia: null, ...received });
}

function snapshot({ id, originHid, msgId, firstMs, lastMs, hops }: OpenFlood): Flood {
  return {
    id,
    originHid,
    msgId,
    firstMs,
    lastMs,
    hops: hops.map(({ from, to, order, sentMs, receivedMs, isDuplicate }) => ({
      from,
      to,
      order,
      sentMs,
      receivedMs,
      isDuplicate,
    })),
  };
}
