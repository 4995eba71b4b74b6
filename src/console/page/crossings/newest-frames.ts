/** The frames of all peers as one list, in the order of their serials, which count over all peers. Pure. */
import type { ConsoleFrame, ConsoleGap } from '../../feed/messages.ts';
import type { PeerView, PeerViews } from '../state/peer-view.ts';

/** Serial of the newest frame, or of a gap after it; 0 where there is none. */
export function lastSerialOf(views: PeerViews): number {
  const lists = Object.values(views).flatMap((view) => [view.frames, frameGapsOf(view)]);
  return Math.max(0, ...lists.map((list) => list.at(-1)?.serial ?? 0));
}

/** So many of the newest frames of all peers, in their order. Between their serials stand other entries. */
export function newestFrames(views: PeerViews, most: number): readonly ConsoleFrame[] {
  const lists = Object.values(views).map(({ frames }) => ({ frames, left: frames.length }));
  const newest: ConsoleFrame[] = [];
  while (newest.length < most) {
    let last: (typeof lists)[number] | undefined;
    for (const list of lists)
      if ((list.frames[list.left - 1]?.serial ?? 0) > (last?.frames[last.left - 1]?.serial ?? 0)) last = list;
    const frame = last?.frames[last.left - 1];
    if (last === undefined || frame === undefined) break;
    last.left -= 1;
    newest.push(frame);
  }
  return newest.reverse();
}

/**
 * All frames with a greater serial than this, in their order, with the gaps in which frames may be missing.
 */
export function framesAndGapsAfter(views: PeerViews, serial: number): readonly (ConsoleFrame | ConsoleGap)[] {
  const newer = Object.values(views).flatMap((view): (ConsoleFrame | ConsoleGap)[] => [
    ...newerThan(view.frames, serial),
    ...newerThan(frameGapsOf(view), serial),
  ]);
  return inOrder(newer);
}

/** Gaps in which frames may be missing. */
function frameGapsOf({ gaps }: PeerView): readonly ConsoleGap[] {
  return gaps.filter(({ of }) => of === 'frames' || of === 'entries');
}

function inOrder<Item extends { readonly serial: number }>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((left, right) => left.serial - right.serial);
}

function newerThan<Item extends { readonly serial: number }>(
  items: readonly Item[],
  serial: number,
): readonly Item[] {
  let first = items.length;
  while (first > 0 && (items[first - 1]?.serial ?? 0) > serial) first -= 1;
  return items.slice(first);
}
