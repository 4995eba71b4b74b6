/** The frames of all peers as one list, in the order of their serials, which count over all peers. Pure. */
import type { ConsoleFrame } from '../../feed/messages.ts';
import type { PeerViews } from '../state/peer-view.ts';

/** Serial of the newest frame; 0 where there is none. */
export function lastSerialOf(views: PeerViews): number {
  return Math.max(0, ...Object.values(views).map(({ frames }) => frames.at(-1)?.serial ?? 0));
}

/** All frames with a greater serial than this, the newest last. */
export function framesAfter(views: PeerViews, serial: number): readonly ConsoleFrame[] {
  const newer = Object.values(views).flatMap(({ frames }) => newerThan(frames, serial));
  return newer.sort((left, right) => left.serial - right.serial);
}

function newerThan(frames: readonly ConsoleFrame[], serial: number): readonly ConsoleFrame[] {
  let first = frames.length;
  while (first > 0 && (frames[first - 1]?.serial ?? 0) > serial) first -= 1;
  return frames.slice(first);
}
