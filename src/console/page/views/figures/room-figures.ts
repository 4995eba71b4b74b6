/**
 * What a room has done as a whole, out of what the page knows of all peers: the ways of its messages, who was
 * alive, in how many pieces the overlay was, what was broken on purpose and which invariants were. Pure.
 *
 * With one peer only its own links and frames are known; of a demo, a simulated world and its recording, all.
 */
import { neighbourLists, type Pair, piecesOf } from '../../../../overlay/pieces.ts';
import { entryOf } from '../../../feed/room-messages.ts';
import { DRAWING_LIMITS } from '../../../limits.ts';
import { framesAndGapsAfter } from '../../crossings/newest-frames.ts';
import type { KnownRoom } from '../../state/known-room.ts';
import type { PeerViews } from '../../state/peer-view.ts';
import type { Seats } from '../../state/seats.ts';
import { type Flood, FloodBook } from '../overlay/floods/floods.ts';

/** One message on its way to all. */
interface MessageWay {
  readonly sentMs: number;
  readonly lastMs: number;
  /** TEXT frames that were sent for it, and peers alive when it was. */
  readonly frames: number;
  readonly alive: number;
  /** Its first arrival at each who has it. */
  readonly deliveries: readonly { readonly latencyMs: number; readonly hops: number }[];
  /** Some of its frames are not known, or it is still under way. */
  readonly isPartial: boolean;
}

/** Something that was broken on purpose. */
export interface FaultSpan {
  /** Its kind, `split`; and all that is said of it. */
  readonly kind: string;
  readonly what: string;
  readonly fromMs: number;
  /** `null` while it lasts; where it says no end, as a kill, its beginning. */
  readonly toMs: number | null;
}

/** A peer from its beginning to its end. */
export interface Life {
  readonly peer: string;
  readonly fromMs: number;
  /** `null` while it lasts. */
  readonly toMs: number | null;
}

/** From `atMs` on, until the next step. */
interface OverlayStep {
  readonly atMs: number;
  readonly alive: number;
  /** Links between peers that are both alive. */
  readonly links: number;
  /** Groups of living peers that no link joins; 1 is a whole overlay. */
  readonly pieces: number;
}

/** An invariant of a simulated world that was broken. */
export interface BrokenInvariant {
  readonly atMs: number;
  readonly invariant: string;
  readonly what: string;
  /** What each peer says of itself then, and waits for. */
  readonly peers: readonly string[];
}

/** See above. All in order of time. */
export interface RoomFigures {
  readonly messages: readonly MessageWay[];
  readonly faults: readonly FaultSpan[];
  readonly lives: readonly Life[];
  readonly steps: readonly OverlayStep[];
  readonly broken: readonly BrokenInvariant[];
}

/** Made from all that is known; `figuresUntil` cuts it to a moment. */
export function roomFigures({ views, happenings, seats }: KnownRoom): RoomFigures {
  const faultsAndBreaks = happenings.flatMap((each) => entryOf(each) ?? []);
  const { lives, steps } = livesAndSteps(views, seats);
  return {
    messages: waysOf(views, seats).map((way) => ({ ...way, alive: aliveAt(steps, way.sentMs) })),
    faults: faultSpans(faultsAndBreaks),
    ...{ lives, steps },
    broken: faultsAndBreaks.flatMap((entry) => (entry.type === 'violation' ? [entry] : [])),
  };
}

/** What of it had happened by a moment; `null` is now. */
export function figuresUntil(figures: RoomFigures, atMs: number | null): RoomFigures {
  if (atMs === null) return figures;
  const before = <Item>(items: readonly Item[], timeOf: (item: Item) => number) =>
    items.slice(0, items.findLastIndex((item) => timeOf(item) <= atMs) + 1);
  const ended = (toMs: number | null) => (toMs !== null && toMs <= atMs ? toMs : null);
  return {
    messages: before(figures.messages, ({ sentMs }) => sentMs).map((way) => wayUntil(way, atMs)),
    faults: before(figures.faults, ({ fromMs }) => fromMs).map((each) => ({
      ...each,
      toMs: ended(each.toMs),
    })),
    lives: before(figures.lives, ({ fromMs }) => fromMs).map((each) => ({ ...each, toMs: ended(each.toMs) })),
    steps: before(figures.steps, (step) => step.atMs),
    broken: before(figures.broken, (each) => each.atMs),
  };
}

/** Of a message that is under way what has arrived. */
function wayUntil(way: MessageWay, atMs: number): MessageWay {
  const { sentMs, lastMs, deliveries } = way;
  if (lastMs <= atMs) return way;
  const arrived = deliveries.filter(({ latencyMs }) => sentMs + latencyMs <= atMs);
  return { ...way, deliveries: arrived, isPartial: true };
}

/** When the last fault had ended; `null` while one lasts. Without any that was at the beginning. */
export function calmSinceMs(faults: readonly FaultSpan[]): number | null {
  if (faults.some(({ toMs }) => toMs === null)) return null;
  return Math.max(Number.NEGATIVE_INFINITY, ...faults.map(({ toMs }) => toMs ?? 0));
}

/** How many are alive at a moment. */
export function aliveAt(steps: readonly OverlayStep[], atMs: number): number {
  return steps.findLast((step) => step.atMs <= atMs)?.alive ?? 0;
}

function waysOf(views: PeerViews, seats: Seats): readonly Omit<MessageWay, 'alive'>[] {
  const over: Flood[] = [];
  const limits = { ...DRAWING_LIMITS, hopsMax: Number.POSITIVE_INFINITY };
  const book = new FloodBook(limits, (flood) => over.push(flood));
  book.add(framesAndGapsAfter(views, 0), (peer) => seats.get(peer)?.member.hid);
  return [...over, ...book.all()].map(wayOf).sort((one, other) => one.sentMs - other.sentMs);
}

function wayOf({ originHid, firstMs, lastMs, hops, isPartial }: Flood): Omit<MessageWay, 'alive'> {
  const distance = new Map([[originHid, 0]]);
  const arrivals = hops
    .filter(({ receivedMs, isDuplicate }) => receivedMs !== null && !isDuplicate)
    .sort((one, other) => one.order - other.order);
  const deliveries = arrivals.map(({ from, to, receivedMs }) => {
    const count = (distance.get(from) ?? 0) + 1;
    distance.set(to, count);
    return { latencyMs: (receivedMs ?? firstMs) - firstMs, hops: count };
  });
  const frames = hops.filter(({ sentMs }) => sentMs !== null).length;
  return { sentMs: firstMs, lastMs, frames, deliveries, isPartial };
}

/** A fault is over when the same one is told to be. Of a kill the end is not told. */
function faultSpans(entries: readonly NonNullable<ReturnType<typeof entryOf>>[]): readonly FaultSpan[] {
  const spans: { -readonly [Field in keyof FaultSpan]: FaultSpan[Field] }[] = [];
  const open = new Map<string, (typeof spans)[number][]>();
  for (const entry of entries) {
    if (entry.type !== 'fault') continue;
    const { party, what, isOver, atMs } = entry;
    const key = `${party} ${what}`;
    const alike = open.get(key) ?? [];
    if (isOver) {
      const first = alike.shift();
      if (first) first.toMs = atMs;
      continue;
    }
    const [kind = what] = what.split(' ');
    // In a demo it is the peer's own.
    const said = party === 'world' ? what : `${what} ${party}`;
    const begun = {
      kind,
      what: said,
      fromMs: atMs,
      toMs: kind === 'kill' && party !== 'world' ? atMs : null,
    };
    spans.push(begun);
    open.set(key, [...alike, begun]);
  }
  return spans;
}

/** Who was alive when, and the steps of the overlay, from what each peer has told of itself. */
function livesAndSteps(views: PeerViews, seats: Seats): Pick<RoomFigures, 'lives' | 'steps'> {
  const peers = Object.keys(views);
  const placeOf = new Map(peers.map((peer, place) => [seats.get(peer)?.member.hid ?? peer, place]));
  const told = peers
    .flatMap((peer, place) =>
      (views[peer]?.past ?? []).flatMap(({ serial, atMs, status }) =>
        status === null ? [] : [{ peer, place, serial, atMs, status }],
      ),
    )
    .sort((one, other) => one.serial - other.serial);
  const lives: { peer: string; fromMs: number; toMs: number | null }[] = [];
  const living = new Map<number, (typeof lives)[number]>();
  const links = new Map<number, readonly Pair[]>();
  const steps: OverlayStep[] = [];
  for (const { peer, place, atMs, status } of told) {
    const life = living.get(place);
    if (status.state === 'TERMINATED') {
      if (life) life.toMs = atMs;
      living.delete(place);
    } else if (!life) {
      const begun = { peer, fromMs: atMs, toMs: null };
      lives.push(begun);
      living.set(place, begun);
    }
    const own = status.links.flatMap(({ direction, member }): Pair[] => {
      const other = placeOf.get(member.hid);
      if (other === undefined) return [];
      return [direction === 'forward' ? [place, other] : [other, place]];
    });
    links.set(place, own);
    addStep(steps, atMs, living, links);
  }
  return { lives, steps };
}

function addStep(
  steps: OverlayStep[],
  atMs: number,
  living: ReadonlyMap<number, unknown>,
  links: ReadonlyMap<number, readonly Pair[]>,
): void {
  const members = [...living.keys()].sort((one, other) => one - other);
  // One end may know of a link before the other.
  const known = new Map(
    members.flatMap((member) => links.get(member) ?? []).map((pair) => [pair.join(), pair] as const),
  );
  const pairs = [...known.values()].filter(([from, to]) => living.has(from) && living.has(to));
  const { length: alive } = members;
  const step = { atMs, alive, links: pairs.length, pieces: piecesOf(members, neighbourLists(pairs)).length };
  const last = steps.at(-1);
  if (last?.alive === alive && last.links === step.links && last.pieces === step.pieces) return;
  if (last?.atMs === atMs) steps.pop();
  steps.push(step);
}
