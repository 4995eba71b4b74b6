/**
 * Who lived when, and in how many pieces the overlay was: the numbers that change over the time of a
 * recording. A span holds its beginning and not its end, except that what lasts to the end of the recording
 * is still there at its end.
 */
import { neighbourLists, piecesOf } from '../../../overlay/pieces.ts';
import type { RecordedLink, Recording } from '../../recording.ts';

/** From `atMs` on, until the next step. */
interface OverlayStep {
  readonly atMs: number;
  readonly alive: number;
  /** Links between peers that are both alive. */
  readonly links: number;
  /** Groups of living peers that no link joins; 1 is a whole overlay. */
  readonly pieces: number;
}

/** True while `fromMs` to `toMs` lasts. */
function isDuring(fromMs: number, toMs: number, timeMs: number, endMs: number): boolean {
  return fromMs <= timeMs && (timeMs < toMs || toMs >= endMs);
}

/** How many peers are alive. */
export function aliveAt(recording: Recording, timeMs: number): number {
  return livingAt(recording, timeMs).filter(Boolean).length;
}

/** For each peer whether it is alive. */
function livingAt(recording: Recording, timeMs: number): readonly boolean[] {
  return recording.peers.map((peer) =>
    peer.incarnations.some((incarnation) =>
      isDuring(incarnation.fromMs, incarnation.toMs, timeMs, recording.endMs),
    ),
  );
}

/** Every change of the overlay's figures, in order of time; the first step is at 0. */
export function overlaySteps(recording: Recording): readonly OverlayStep[] {
  const times = new Set([0]);
  for (const peer of recording.peers)
    for (const incarnation of peer.incarnations) times.add(incarnation.fromMs).add(incarnation.toMs);
  for (const link of recording.links) times.add(link.upMs).add(link.downMs);
  const coming = recording.links.toSorted((a, b) => b.upMs - a.upMs);
  let open: RecordedLink[] = [];
  const steps: OverlayStep[] = [];
  for (const atMs of [...times].sort((a, b) => a - b)) {
    for (let next = coming.at(-1); next && next.upMs <= atMs; next = coming.at(-1)) {
      open.push(next);
      coming.pop();
    }
    open = open.filter(({ upMs, downMs }) => isDuring(upMs, downMs, atMs, recording.endMs));
    const step = stepAt(recording, atMs, open);
    const last = steps.at(-1);
    const isSame = last?.alive === step.alive && last.links === step.links && last.pieces === step.pieces;
    if (!isSame) steps.push(step);
  }
  return steps;
}

/** When the overlay was first in one piece after the last fault; `undefined` where it never was. */
export function wholeAgainMs(recording: Recording, steps: readonly OverlayStep[]): number | undefined {
  const before = steps.findLast((step) => step.atMs <= recording.calmMs);
  if (before?.pieces === 1) return recording.calmMs;
  return steps.find((step) => step.atMs > recording.calmMs && step.pieces === 1)?.atMs;
}

function stepAt(recording: Recording, atMs: number, open: readonly RecordedLink[]): OverlayStep {
  const isLiving = livingAt(recording, atMs);
  const living = isLiving.flatMap((isAlive, peer) => (isAlive ? [peer] : []));
  const between = open.filter(({ from, to }) => isLiving[from] && isLiving[to]);
  const pieces = piecesOf(living, neighbourLists(between.map(({ from, to }) => [from, to])));
  return { atMs, alive: living.length, links: between.length, pieces: pieces.length };
}
