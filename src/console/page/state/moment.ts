/**
 * What a view shows of a moment of the past: everything in it is stamped by the log, so a view of a moment is
 * a view of now without what came later. Pure. All views are asked for the same moment, and so they show it
 * together.
 *
 * A moment is a serial of the log, and holds all that has happened up to it, this entry included. A time
 * leads to the last serial of that time. Invariant: lists are in the order of their serials.
 */
import type { Step } from '../inspection/actor.ts';
import type { PeerView, PeerViews } from './peer-view.ts';

/** What can be stepped through. */
export type MomentKind = 'anything' | 'line' | 'frame' | 'machine' | 'change';

/** From the first that is known to the last. */
interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What the page knows of the past. */
export interface KnownPast {
  readonly views: PeerViews;
  readonly steps: readonly Step[];
}

interface Stamped {
  readonly serial: number;
  readonly atMs: number;
}

/** How many at the beginning of a list fulfil this, where all that do stand before all others. */
function countOf<Item>(items: readonly Item[], fulfils: (item: Item) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fulfils(items[middle] as Item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the newest of a list in whichever order, of those whose serial fulfils this; -1 for none. */
export function newestIndex(
  count: number,
  serialAt: (index: number) => number,
  fulfils: (serial: number) => boolean,
): number {
  let [newest, at] = [0, -1];
  for (let index = 0; index < count; index += 1) {
    const serial = serialAt(index);
    if (serial > newest && fulfils(serial)) [newest, at] = [serial, index];
  }
  return at;
}

function countUntil(items: readonly Stamped[], moment: number): number {
  return countOf(items, ({ serial }) => serial <= moment);
}

/** The items up to a moment; the same array where that is all of them. */
export function until<Item extends Stamped>(items: readonly Item[], moment: number | null): readonly Item[] {
  if (moment === null) return items;
  const count = countUntil(items, moment);
  return count === items.length ? items : items.slice(0, count);
}

/** The items from a serial on; the same array where that is all of them. */
export function since<Item extends Stamped>(items: readonly Item[], first: number): readonly Item[] {
  const before = countOf(items, ({ serial }) => serial < first);
  return before === 0 ? items : items.slice(before);
}

/** A view at a moment; `null` is now. */
export function viewAt(view: PeerView, moment: number | null): PeerView {
  if (moment === null) return view;
  const past = until(view.past, moment);
  // Before the first that is known, the first is the nearest to the truth.
  const status =
    past.findLast((each) => each.status !== null)?.status ??
    view.past.find((each) => each.status !== null)?.status ??
    view.status;
  const members = past.findLast((each) => each.members !== null)?.members ?? [];
  const { notices, frames, drops, gaps } = view;
  return {
    ...{ status, members, past },
    ...{ notices: until(notices, moment), frames: until(frames, moment), drops: until(drops, moment) },
    gaps: until(gaps, moment),
  };
}

/** All views at a moment. */
export function viewsAt(views: PeerViews, moment: number | null): PeerViews {
  if (moment === null) return views;
  return Object.fromEntries(Object.entries(views).map(([peer, view]) => [peer, viewAt(view, moment)]));
}

function listsOf({ views, steps }: KnownPast, kind: MomentKind): readonly (readonly Stamped[])[] {
  const all = Object.values(views);
  const lists: Readonly<Record<Exclude<MomentKind, 'anything'>, readonly (readonly Stamped[])[]>> = {
    line: all.map(({ notices }) => notices),
    frame: all.map(({ frames }) => frames),
    change: all.map(({ past }) => past),
    machine: [steps],
  };
  return kind === 'anything' ? Object.values(lists).flat() : lists[kind];
}

/** The last item of all lists that fulfils this; all that do stand at the beginning of their list. */
function lastOf(
  lists: readonly (readonly Stamped[])[],
  fulfils: (item: Stamped) => boolean,
): Stamped | undefined {
  return lists
    .map((list) => list[countOf(list, fulfils) - 1])
    .reduce((last, item) => (item && item.serial > (last?.serial ?? 0) ? item : last), undefined);
}

/** The time that is known; `null` where nothing is. */
export function spanOf(known: KnownPast): Span | null {
  const lists = listsOf(known, 'anything').filter((list) => list.length > 0);
  if (lists.length === 0) return null;
  const firsts = lists.map((list) => list[0]?.atMs ?? Number.POSITIVE_INFINITY);
  const lasts = lists.map((list) => list.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY);
  return { firstMs: Math.min(...firsts), lastMs: Math.max(...lasts) };
}

/**
 * The moment of a time: the serial of the last that has happened up to it, its own millisecond included.
 * @returns 0 before all that is known.
 */
export function serialAt(known: KnownPast, atMs: number): number {
  return lastOf(listsOf(known, 'anything'), (item) => item.atMs <= atMs)?.serial ?? 0;
}

/** The time of a moment, in milliseconds; `null` before all that is known. */
export function timeOf(known: KnownPast, moment: number): number | null {
  return lastOf(listsOf(known, 'anything'), ({ serial }) => serial <= moment)?.atMs ?? null;
}

/**
 * The next moment at which something of this kind has happened, or the one before.
 * @param moment `null` is now.
 * @param by -1 is back, 1 is forth.
 * @returns `null`: after the last, which is now; where there is none before, the same moment.
 */
export function momentBy(
  known: KnownPast,
  kind: MomentKind,
  moment: number | null,
  by: -1 | 1,
): number | null {
  const lists = listsOf(known, kind);
  if (by === -1) return lastOf(lists, ({ serial }) => serial < (moment ?? Infinity))?.serial ?? moment;
  if (moment === null) return null;
  const nexts = lists.flatMap((list) => list[countUntil(list, moment)]?.serial ?? []);
  return nexts.length === 0 ? null : Math.min(...nexts);
}
