/**
 * What frames are among the others: duplicates of a message, and refreshes that have changed nothing. Pure.
 */
import type { ConsoleFrame } from '../../../feed/messages.ts';
import { DRAWING_LIMITS } from '../../../limits.ts';
import type { ShownFrame } from './filters.ts';
import { messageName } from './searched-frame.ts';

/** By serial. */
interface FrameMarks {
  /** TEXT that came although the peer had the message: it was dropped. */
  readonly duplicates: ReadonlySet<number>;
  /** JOINs that only keep the place in the room, and the answers that say nothing new. */
  readonly keepalives: ReadonlySet<number>;
}

/** Looks at all frames of one peer, oldest first. */
export function marksOf(frames: readonly ConsoleFrame[]): FrameMarks {
  return { duplicates: duplicatesOf(frames), keepalives: keepalivesOf(frames) };
}

function duplicatesOf(frames: readonly ConsoleFrame[]): ReadonlySet<number> {
  const lastMs = new Map<string, number>();
  const duplicates = new Set<number>();
  for (const { serial, atMs, direction, message } of frames) {
    if (message === null) continue;
    const name = messageName(message);
    const before = lastMs.get(name);
    // The same name long after is a message of another incarnation.
    const isKnown = before !== undefined && atMs - before < DRAWING_LIMITS.floodRestMs;
    if (isKnown && direction === 'in') duplicates.add(serial);
    lastMs.set(name, atMs);
  }
  return duplicates;
}

function keepalivesOf(frames: readonly ConsoleFrame[]): ReadonlySet<number> {
  const keepalives = new Set<number>();
  let join: ConsoleFrame | null = null;
  let list: string | null = null;
  for (const frame of frames) {
    if (frame.kind === 'JOIN' && frame.direction === 'out') join = frame;
    else if (frame.kind === 'DEPART') list = null;
    else if (frame.kind === 'MEMBERS' && frame.direction === 'in') {
      if (join !== null && frame.bytes === list) keepalives.add(join.serial).add(frame.serial);
      list = frame.bytes;
      join = null;
    }
  }
  return keepalives;
}

/** The rows with each run of KEEPALIVEs as one row, that of its first JOIN. */
export function foldKeepalives(
  shown: readonly ShownFrame[],
  { keepalives }: FrameMarks,
): readonly ShownFrame[] {
  const rows: ShownFrame[] = [];
  let isRun = false;
  for (const one of shown) {
    const isKeepalive = keepalives.has(one.frame.serial);
    const run = rows.at(-1);
    if (isKeepalive && isRun && run !== undefined) {
      const added = one.frame.kind === 'JOIN' ? 1 : 0;
      rows[rows.length - 1] = { ...run, keepalives: run.keepalives + added };
    } else rows.push(isKeepalive ? { ...one, keepalives: 1 } : one);
    isRun = isKeepalive;
  }
  return rows;
}
