/**
 * Where the rows of the whole room stand: time runs down the page, squeezed where nothing happens and
 * stretched where much does, so that a frame's line falls the further the longer it was under way. Pure;
 * lengths in pixels.
 *
 * Invariants: what happened later never stands higher; the beginnings of two rows are far enough apart for a
 * label each; a frame is received below the place where it was sent.
 */
import { firstIndex } from '../../diagram/positions.ts';
import type { RoomRow } from '../room-rows.ts';
import { ROOM_MEASURES } from './room-measures.ts';

/** A row with its place. */
export interface PlacedRow {
  readonly row: RoomRow;
  /** Where its line begins; its label stands above. */
  readonly fromY: number;
  /** Where it ends: further down, where both ends of it are known. */
  readonly toY: number;
}

/** The rows with their places. */
export interface RoomLayout {
  readonly placed: readonly PlacedRow[];
  readonly heightPx: number;
  /** For each row the furthest down that it or any row before it reaches. */
  readonly reach: Float64Array;
}

interface Happening {
  readonly index: number;
  readonly isBegin: boolean;
  readonly order: number;
  readonly atMs: number;
}

const { beginPx, endPx, pauseMaxPx, pauseScalePx, pauseUnitMs, footPx, headPx } = ROOM_MEASURES;

/** Places the rows, which are in their order. */
export function layoutRoom(rows: readonly RoomRow[]): RoomLayout {
  const fromYs = new Float64Array(rows.length);
  const toYs = new Float64Array(rows.length);
  let y: number = headPx;
  let lastMs: number | null = null;
  for (const { index, isBegin, atMs } of happenings(rows)) {
    y += pausePx(lastMs === null ? 0 : atMs - lastMs) + (isBegin ? beginPx : endPx);
    lastMs = Math.max(lastMs ?? atMs, atMs);
    if (isBegin) fromYs[index] = y;
    toYs[index] = y;
  }
  const reach = new Float64Array(rows.length);
  const placed = rows.map((row, index): PlacedRow => {
    const toY = toYs[index] ?? 0;
    reach[index] = Math.max(reach[index - 1] ?? 0, toY);
    return { row, fromY: fromYs[index] ?? 0, toY };
  });
  return { placed, heightPx: y + footPx, reach };
}

function happenings(rows: readonly RoomRow[]): readonly Happening[] {
  const all: Happening[] = [];
  rows.forEach((row, index) => {
    all.push({ index, isBegin: true, order: row.order, atMs: row.atMs });
    // A folded row stands for many.
    if (row.type !== 'passage' || row.keepalives > 0) return;
    const { sent, received } = row.passage;
    if (sent && received) all.push({ index, isBegin: false, ...received });
  });
  return all.sort((left, right) => left.order - right.order || left.index - right.index);
}

/** A pause grows on the page with its length, ever less. */
function pausePx(pauseMs: number): number {
  if (pauseMs <= 0) return 0;
  return Math.min(pauseMaxPx, pauseScalePx * Math.log2(1 + pauseMs / pauseUnitMs));
}

/** The rows that reach into a part of the page, in their order. */
export function rowsBetween(
  { placed, reach }: RoomLayout,
  top: number,
  bottom: number,
): readonly PlacedRow[] {
  const first = firstIndex(placed.length, (index) => (reach[index] ?? 0) >= top);
  const end = firstIndex(placed.length, (index) => (placed[index]?.fromY ?? 0) - beginPx > bottom);
  return placed.slice(first, end).filter(({ toY }) => toY >= top);
}
