/**
 * What a view shows of a moment of the past: everything in it has a time, so a view of a moment is a view of
 * now without what came later. Pure. All views are asked for the same moment, and so they show it together.
 *
 * A moment is a time in milliseconds, and holds all that happened up to it, its own millisecond included.
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

interface Timed {
  readonly atMs: number;
}

/** The items up to a moment; the same array where that is all of them. */
function until<Item extends Timed>(items: readonly Item[], atMs: number): readonly Item[] {
  // From the end: a clock that was set back is rare, and what came after it is newer all the same.
  const last = items.findLastIndex((item) => item.atMs <= atMs);
  return last === items.length - 1 ? items : items.slice(0, last + 1);
}

/** A view at a moment; `null` is now. */
export function viewAt(view: PeerView, atMs: number | null): PeerView {
  if (atMs === null) return view;
  const past = until(view.past, atMs);
  // Before the first that is known, the first is the nearest to the truth.
  const status =
    past.findLast((each) => each.status !== null)?.status ??
    view.past.find((each) => each.status !== null)?.status ??
    view.status;
  const members = past.findLast((each) => each.members !== null)?.members ?? [];
  const { notices, frames, drops, gaps } = view;
  return {
    ...{ status, members, past },
    ...{ notices: until(notices, atMs), frames: until(frames, atMs), drops: until(drops, atMs) },
    gaps: until(gaps, atMs),
  };
}

/** All views at a moment. */
export function viewsAt(views: PeerViews, atMs: number | null): PeerViews {
  if (atMs === null) return views;
  return Object.fromEntries(Object.entries(views).map(([peer, view]) => [peer, viewAt(view, atMs)]));
}

/** Serial of the last step of a moment; 0 before the first, `null` for now. */
export function stepAt(steps: readonly Step[], atMs: number | null): number | null {
  if (atMs === null) return null;
  return steps.findLast((step) => step.atMs <= atMs)?.serial ?? 0;
}

function listsOf(views: PeerViews, steps: readonly Step[], kind: MomentKind): readonly (readonly Timed[])[] {
  const all = Object.values(views);
  const lists: Readonly<Record<Exclude<MomentKind, 'anything'>, readonly (readonly Timed[])[]>> = {
    line: all.map(({ notices }) => notices),
    frame: all.map(({ frames }) => frames),
    change: all.map(({ past }) => past),
    machine: [steps],
  };
  return kind === 'anything' ? Object.values(lists).flat() : lists[kind];
}

/** The time that is known; `null` where nothing is. */
export function spanOf(views: PeerViews, steps: readonly Step[]): Span | null {
  const lists = listsOf(views, steps, 'anything').filter((list) => list.length > 0);
  if (lists.length === 0) return null;
  const firsts = lists.map((list) => list[0]?.atMs ?? Number.POSITIVE_INFINITY);
  const lasts = lists.map((list) => list.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY);
  return { firstMs: Math.min(...firsts), lastMs: Math.max(...lasts) };
}

/**
 * The next moment in which something of this kind has happened, or the one before.
 * @param atMs `null` is now.
 * @param by -1 is back, 1 is forth.
 * @returns `null`: after the last, which is now; where there is none before, the same moment.
 */
export function momentBy(
  { views, steps }: { readonly views: PeerViews; readonly steps: readonly Step[] },
  kind: MomentKind,
  atMs: number | null,
  by: -1 | 1,
): number | null {
  if (by === 1 && atMs === null) return null;
  let found: number | null = null;
  for (const list of listsOf(views, steps, kind)) {
    for (const { atMs: each } of list) {
      if (by === 1 && each > (atMs ?? 0) && (found === null || each < found)) found = each;
      if (by === -1 && each < (atMs ?? Number.POSITIVE_INFINITY) && (found === null || each > found))
        found = each;
    }
  }
  return found ?? (by === 1 ? null : atMs);
}
