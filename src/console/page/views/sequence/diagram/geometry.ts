/**
 * Where lifelines and arrows stand, for the screen and for the exported picture alike. Pure; lengths in
 * pixels.
 */
import type { ConsoleFrame } from '../../../../feed/messages.ts';
import type { RowKind } from '../filters.ts';
import { SELF_COLUMN } from './lifelines.ts';
import { MEASURES } from './measures.ts';

/** The lifelines' places from left to right, and the width of it all. */
export interface Columns {
  readonly xs: readonly number[];
  readonly widthPx: number;
}

/** One arrow of a row, and where its label begins. */
interface Arrow {
  readonly fromX: number;
  readonly toX: number;
  readonly labelX: number;
  /** Characters that fit between there and the next thing that they must not cover. */
  readonly labelCharacters: number;
  readonly isDatagram: boolean;
}

/** What a frame is about; gives its colour. */
export type Hue = 'server' | 'link' | 'text' | 'poke' | 'trouble';

const LABEL_GAP_PX = 10;
/** Of the cross over a duplicate: its size, and how far it stands from the arrow's end. */
const CROSS_PX = 10;
const CROSS_AWAY_PX = 18;
const { gutterPx, serverGapMinPx, gapMinPx, gapMaxPx, marginPx, characterPx } = MEASURES;

/** Spreads so many lifelines over the width; wider than it where they don't fit. */
export function layoutColumns(count: number, availablePx: number): Columns {
  const gaps = Math.max(0, count - SELF_COLUMN - 1);
  const spare = availablePx - gutterPx - 2 * marginPx - serverGapMinPx;
  const gap = Math.min(gapMaxPx, Math.max(gapMinPx, gaps > 0 ? spare / gaps : 0));
  const serverX = gutterPx + marginPx;
  const selfX = serverX + serverGapMinPx;
  const xs = Array.from({ length: count }, (_, column) =>
    column < SELF_COLUMN ? serverX : Math.round(selfX + (column - SELF_COLUMN) * gap),
  );
  const last = xs.at(-1) ?? serverX;
  return { xs, widthPx: Math.max(availablePx, last + marginPx) };
}

/** The arrow of a frame between this peer and the party of that column. */
export function layoutArrow(frame: ConsoleFrame, column: number, { xs, widthPx }: Columns): Arrow {
  const selfX = xs[SELF_COLUMN] ?? 0;
  const partyX = xs[column] ?? selfX;
  const isOut = frame.direction === 'out';
  const labelX = Math.min(selfX, partyX) + LABEL_GAP_PX;
  // To the left there is the room server's gap only; to the right a label may cross lifelines.
  const labelEnd = partyX < selfX ? selfX - LABEL_GAP_PX : widthPx - LABEL_GAP_PX;
  return {
    fromX: isOut ? selfX : partyX,
    toX: isOut ? partyX : selfX,
    labelX,
    labelCharacters: Math.max(0, Math.floor((labelEnd - labelX) / characterPx)),
    isDatagram: frame.via === 'datagram',
  };
}

/** The three corners of an arrow's head, as an SVG path. */
export function arrowHead({ fromX, toX }: Arrow, y: number): string {
  const back = toX > fromX ? -8 : 8;
  return `M${toX} ${y}l${back} -4.5v9z`;
}

/** The colour of a frame's arrow. */
export function hueOf(kind: RowKind): Hue {
  switch (kind) {
    case 'TEXT':
      return 'text';
    case 'POKE':
    case 'ACK':
      return 'poke';
    case 'HANDSHAKE':
    case 'HANDSHAKE OK':
    case 'CONNECTION':
      return 'link';
    case 'FAIL':
    case 'MALFORMED':
      return 'trouble';
    default:
      return 'server';
  }
}

/** A cross over the end of an arrow: what came was dropped. */
export function crossOut({ fromX, toX }: Arrow, y: number): string {
  const x = toX + Math.sign(fromX - toX) * CROSS_AWAY_PX;
  const half = CROSS_PX / 2;
  return `M${x - half} ${y - half}l${CROSS_PX} ${CROSS_PX}m0 ${-CROSS_PX}l${-CROSS_PX} ${CROSS_PX}`;
}
