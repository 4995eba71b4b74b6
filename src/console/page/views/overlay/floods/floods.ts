/**
 * Messages on their way through the overlay, put together from the frames that peers report: what goes out at
 * one comes in at the next. With one peer only its own links' hops are known; in the demo all are.
 *
 * Invariants: the first to bring a message to a member has brought it, every later hop there is a duplicate;
 * a hop that both ends report is one hop; no more than `hopsMax` hops are remembered, but always the newest
 * message; a message of which frames were missed says so.
 */
import type { ConsoleFrame, ConsoleGap } from '../../../../feed/messages.ts';
import { FramePairs } from '../../../crossings/frame-pairs.ts';

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
  /** TEXT frames that were sent for it; those that go over a link once more are no hops. */
  readonly frames: number;
  /** True where some of its frames were missed: more happened at one time than is kept. */
  readonly isPartial: boolean;
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
  /** Its frames, each as the hop that it belongs to. */
  readonly pairs: FramePairs<OpenHop>;
  /** The frame, as the console shows it: an origin that counts anew says something else under the number. */
  readonly bytes: string;
  /** Members that have it. */
  readonly holders: Set<string>;
  /** Serials of its frames, and of the command that said it. */
  readonly serials: number[];
  frames: number;
  /** Frames may have been missed while it was under way. */
  isCut: boolean;
}

/** How much is remembered, and when a message of the same name is another one. */
export interface FloodLimits {
  readonly hopsMax: number;
  /** What bears a message's name so long after its last hop is another message. */
  readonly floodRestMs: number;
  /** A flood that nothing was heard of for so long is over. */
  readonly floodSettleMs: number;
}

/** The messages of late, from frames in the order of their serials. */
export class FloodBook {
  /** By origin and number; the one that began last is the last. */
  readonly #floods = new Map<string, OpenFlood>();
  readonly #byId = new Map<number, OpenFlood>();
  /** By the serials of their frames: what is caused by one of them is of the same message, however late. */
  readonly #byCause = new Map<number, OpenFlood>();
  /** Members whose frames are reported. */
  readonly #observed = new Set<string>();
  readonly #limits: FloodLimits;
  #count = 0;
  #hops = 0;
  #lastMs = 0;
  readonly #forgotten: (flood: Flood) => void;

  /** @param forgotten is told of each flood that is not remembered any more. */
  constructor(limits: FloodLimits, forgotten: (flood: Flood) => void = () => undefined) {
    this.#limits = limits;
    this.#forgotten = forgotten;
  }

  /** All that are remembered, in the order in which they began. */
  all(): readonly Flood[] {
    return [...this.#floods.values()].map((flood) => this.#snapshot(flood));
  }

  /**
   * Takes frames, and gaps between them, in the order of their serials; where frames are missing, messages
   * that were under way then are known in part only.
   * @param hidOf the HID of one of the console's peers.
   * @returns ids of the floods that have changed.
   */
  add(
    frames: readonly (ConsoleFrame | ConsoleGap)[],
    hidOf: (peer: string) => string | undefined,
  ): ReadonlySet<number> {
    const changed = new Set<number>();
    for (const frame of frames) {
      this.#lastMs = frame.atMs;
      if ('missing' in frame) {
        this.#cut();
        continue;
      }
      const own = hidOf(frame.peer);
      if (own !== undefined) this.#observed.add(own);
      if (!frame.message || frame.party.kind !== 'member' || own === undefined) continue;
      changed.add(this.#record(frame, own, frame.party.hid));
    }
    return changed;
  }

  /** The flood of that id, as it is now. */
  get(id: number): Flood | undefined {
    const flood = this.#byId.get(id);
    return flood && this.#snapshot(flood);
  }

  /**
   * The flood that began last, of those that are `wanted`. Where its beginning was missed, that is the one of
   * its origin with the highest number.
   */
  newest(wanted: (id: number) => boolean = () => true): Flood | undefined {
    const floods = [...this.#floods.values()].filter(({ id }) => wanted(id));
    const last = floods.at(-1);
    if (last === undefined) return undefined;
    const alike = this.#isPartial(last) ? floods.filter((one) => this.#isAlike(one, last)) : [last];
    return this.#snapshot(alike.reduce((best, one) => (one.msgId > best.msgId ? one : best)));
  }

  /**
   * True while some member that tells what it receives has been sent this message and has not told so yet.
   */
  isOnItsWay(id: number): boolean {
    const hops = this.#byId.get(id)?.hops ?? [];
    return hops.some(({ to, receivedMs }) => receivedMs === null && this.#observed.has(to));
  }

  #isAlike(one: OpenFlood, other: OpenFlood): boolean {
    return one.originHid === other.originHid && this.#isPartial(one);
  }

  /** Who is observed has been seen to send whatever came from there, unless that frame was missed. */
  #isPartial({ isCut, hops }: OpenFlood): boolean {
    return isCut || hops.some(({ from, sentMs }) => sentMs === null && this.#observed.has(from));
  }

  /** Frames are missing here. */
  #cut(): void {
    const sinceMs = this.#lastMs - this.#limits.floodSettleMs;
    for (const flood of this.#floods.values()) if (flood.lastMs >= sinceMs) flood.isCut = true;
  }

  #record(frame: ConsoleFrame, own: string, other: string): number {
    const isOut = frame.direction === 'out';
    const [from, to] = isOut ? [own, other] : [other, own];
    const flood = this.#floodOf(frame, from, to);
    flood.lastMs = frame.atMs;
    if (isOut) flood.frames += 1;
    this.#remember(flood, frame.serial);
    if (frame.causedBy !== null) this.#remember(flood, frame.causedBy);
    const before = flood.hops.length;
    // What is caught up may go over a link for the second time: that is no hop more.
    if (isRepeated(flood, from, to, frame)) return flood.id;
    if (isOut) send(flood, from, to, frame);
    else receive(flood, from, to, frame);
    this.#hops += flood.hops.length - before;
    this.#forgetOldest(flood);
    return flood.id;
  }

  #remember(flood: OpenFlood, serial: number): void {
    if (this.#byCause.has(serial)) return;
    this.#byCause.set(serial, flood);
    flood.serials.push(serial);
  }

  #floodOf(frame: ConsoleFrame, from: string, to: string): OpenFlood {
    const { originHid, msgId } = frame.message ?? { originHid: '', msgId: 0 };
    const caused = frame.causedBy === null ? undefined : this.#byCause.get(frame.causedBy);
    if (caused?.originHid === originHid && caused.msgId === msgId) return caused;
    const key = `${originHid}:${msgId}`;
    const known = this.#floods.get(key);
    const isRecent = known !== undefined && frame.atMs - known.lastMs < this.#limits.floodRestMs;
    if (isRecent && (known.bytes === frame.bytes || !isRepeated(known, from, to, frame))) return known;
    this.#count += 1;
    const { atMs } = frame;
    const flood: OpenFlood = {
      id: this.#count,
      originHid,
      msgId,
      firstMs: atMs,
      lastMs: atMs,
      hops: [],
      pairs: new FramePairs(),
      bytes: frame.bytes,
      holders: new Set<string>(),
      serials: [],
      frames: 0,
      isCut: false,
    };
    if (known) this.#forget(key, known);
    this.#floods.set(key, flood);
    this.#byId.set(flood.id, flood);
    return flood;
  }

  #forgetOldest(kept: OpenFlood): void {
    for (const [key, flood] of this.#floods) {
      if (this.#hops <= this.#limits.hopsMax || flood === kept) return;
      this.#forget(key, flood);
    }
  }

  #forget(key: string, flood: OpenFlood): void {
    this.#forgotten(this.#snapshot(flood));
    this.#floods.delete(key);
    this.#byId.delete(flood.id);
    for (const serial of flood.serials) this.#byCause.delete(serial);
    this.#hops -= flood.hops.length;
  }

  #snapshot(flood: OpenFlood): Flood {
    const { id, originHid, msgId, firstMs, lastMs, hops, frames } = flood;
    return {
      id,
      originHid,
      msgId,
      firstMs,
      lastMs,
      frames,
      hops: hops.map(({ sentVia: _, receivedVia: __, ...hop }) => hop),
      isPartial: this.#isPartial(flood),
    };
  }
}

/**
 * True for what has gone over this very link before: the message again, where it is caught up; another one of
 * the same name, where its origin counts anew.
 */
function isRepeated(flood: OpenFlood, from: string, to: string, { direction, via }: ConsoleFrame): boolean {
  return flood.hops.some((hop) => {
    if (hop.from !== from || hop.to !== to) return false;
    return direction === 'out' ? hop.sentVia === via : hop.receivedVia === via;
  });
}

function send(flood: OpenFlood, from: string, to: string, frame: ConsoleFrame): void {
  const { serial, atMs, via } = frame;
  flood.holders.add(from);
  const sent = { sentMs: atMs, sentVia: via };
  const received = { receivedMs: null, receivedVia: null, isDuplicate: false };
  const hop: OpenHop = { from, to, order: serial, ...sent, ...received };
  const arrived = flood.pairs.meet(frame, { from, to }, hop);
  if (arrived) Object.assign(arrived, sent);
  else flood.hops.push(hop);
}

function receive(flood: OpenFlood, from: string, to: string, frame: ConsoleFrame): void {
  const { serial, atMs, via } = frame;
  const isDuplicate = flood.holders.has(to) || to === flood.originHid;
  flood.holders.add(from).add(to);
  const received = { order: serial, receivedMs: atMs, receivedVia: via, isDuplicate };
  const hop: OpenHop = { from, to, sentMs: null, sentVia: null, ...received };
  const sent = flood.pairs.meet(frame, { from, to }, hop);
  if (sent) Object.assign(sent, received);
  else flood.hops.push(hop);
}
