/**
 * Lifelines, slanted lines, their heads, labels and crosses, for the screen and for the exported picture
 * alike. Pure; lengths in pixels.
 */
import { type FrameLabel, fitLabel, rowLabel } from '../../diagram/frame-label.ts';
import type { Columns } from '../../diagram/geometry.ts';
import { MEASURES } from '../../diagram/measures.ts';
import type { MarkSign } from '../room-marks.ts';
import type { PassageRow } from '../room-rows.ts';
import type { PlacedRow } from './room-layout.ts';
import { ROOM_MEASURES } from './room-measures.ts';

/** The line of a frame. */
interface SlantedLine {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
  /** It ends on its way: the frame has not come. */
  readonly isMissing: boolean;
}

/** A label, and on which side of its beginning it stands. */
interface PlacedLabel extends FrameLabel {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

const { gutterPx, marginPx, gapMinPx, gapMaxPx, labelCharacters, labelGapPx, labelRisePx } = ROOM_MEASURES;
const { crossAwayPx, crossHalfPx } = ROOM_MEASURES;
/** A frame that has not come is drawn for this part of its way. */
const MISSING_SHARE = 0.6;
const HEAD_PX = 8;
const HEAD_HALF_PX = 4.5;

/** Spreads so many lifelines over the width; wider than it where they don't fit. */
export function roomColumns(count: number, availablePx: number): Columns {
  const spare = (availablePx - gutterPx - 2 * marginPx) / Math.max(1, count - 1);
  const gap = Math.min(gapMaxPx, Math.max(gapMinPx, spare));
  const xs = Array.from({ length: count }, (_, column) => Math.round(gutterPx + marginPx + column * gap));
  return { xs, widthPx: Math.max(availablePx, (xs.at(-1) ?? 0) + marginPx) };
}

/** The line of a frame between two lifelines. */
export function slantedLine(
  { row, fromY, toY }: PlacedRow & { readonly row: PassageRow },
  columnOf: (key: string) => number,
  { xs }: Columns,
): SlantedLine {
  const { fromKey, toKey, isMissing } = row.passage;
  const fromX = xs[columnOf(fromKey)] ?? 0;
  const wholeX = xs[columnOf(toKey)] ?? 0;
  const toX = isMissing ? fromX + (wholeX - fromX) * MISSING_SHARE : wholeX;
  return { fromX, fromY, toX, toY: isMissing ? toY + ROOM_MEASURES.endPx : toY, isMissing };
}

/** Unit vector along a line; to the right where it has no length. */
function directionOf({ fromX, fromY, toX, toY }: SlantedLine): readonly [x: number, y: number] {
  const length = Math.hypot(toX - fromX, toY - fromY);
  return length === 0 ? [1, 0] : [(toX - fromX) / length, (toY - fromY) / length];
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The head at the end of a line, or the bar where it has not come, as an SVG path. */
export function lineEnd(line: SlantedLine): string {
  const [x, y] = directionOf(line);
  const corner = (back: number, aside: number) =>
    `${tenths(line.toX - back * x - aside * y)} ${tenths(line.toY - back * y + aside * x)}`;
  if (line.isMissing) return `M${corner(0, crossHalfPx)}L${corner(0, -crossHalfPx)}`;
  return `M${corner(0, 0)}L${corner(HEAD_PX, HEAD_HALF_PX)}L${corner(HEAD_PX, -HEAD_HALF_PX)}z`;
}

/** A cross over a line near its end: what came was dropped. */
export function lineCross(line: SlantedLine): string {
  const [x, y] = directionOf(line);
  return crossAt(line.toX - crossAwayPx * x, line.toY - crossAwayPx * y);
}

function crossAt(x: number, y: number): string {
  const [left, top, size] = [tenths(x - crossHalfPx), tenths(y - crossHalfPx), 2 * crossHalfPx];
  return `M${left} ${top}l${size} ${size}m0 ${-size}l${-size} ${size}`;
}

/** A sign on a lifeline, as an SVG path: a dot, a ring, a cross, a bar, a diamond. */
export function markPath(sign: MarkSign, x: number, y: number): string {
  const half = crossHalfPx;
  const ring = `M${x - half} ${y}a${half} ${half} 0 1 0 ${2 * half} 0a${half} ${half} 0 1 0 ${-2 * half} 0z`;
  switch (sign) {
    case 'up':
    case 'closed':
      return ring;
    case 'broken':
      return crossAt(x, y);
    case 'refused':
      return `${ring}M${x - half} ${y}h${2 * half}`;
    case 'event':
      return `M${x - half} ${y}l${half} ${-half}l${half} ${half}l${-half} ${half}z`;
  }
}

/** What stands beside the beginning of a row. */
export function roomLabel(
  { row, fromY }: PlacedRow,
  columnOf: (key: string) => number,
  { xs, widthPx }: Columns,
): PlacedLabel {
  const key = row.type === 'mark' ? row.peer.key : row.passage.fromKey;
  const x = xs[columnOf(key)] ?? 0;
  const isLeft = row.type === 'passage' && (xs[columnOf(row.passage.toKey)] ?? 0) < x;
  const spacePx = isLeft ? x - gutterPx : widthPx - x;
  const characters = Math.min(labelCharacters, Math.floor((spacePx - labelGapPx) / MEASURES.characterPx));
  const label =
    row.type === 'mark'
      ? fitLabel({ head: row.word, tail: row.text }, characters)
      : rowLabel({ ...row.passage, keepalives: row.keepalives }, null, characters);
  const y = fromY - (row.type === 'mark' ? -4 : labelRisePx);
  return { ...label, x: isLeft ? x - labelGapPx : x + labelGapPx, y, anchor: isLeft ? 'end' : 'start' };
}
