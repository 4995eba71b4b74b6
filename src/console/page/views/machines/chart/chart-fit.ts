/**
 * Where a statechart's picture is looked at: what is to be seen of it, and how large. Pure; lengths in
 * pixels.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';

/** A part of the drawing, at its natural size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest label of a drawing has 11.5 px: at this scale it has 9.2, and below 9 nobody reads it. */
export const SCALE_MIN = 0.8;
export const SCALE_MAX = 3;
/** A small chart is not blown up to fill the room. */
const FIT_MAX = 1.15;
/** Around what is fitted, so that it does not touch the edge. */
const MARGIN = 24;

/** A scale within its bounds. */
export function boundedScale(scale: number): number {
  return Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));
}

function pointsOf({ sections = [] }: ElkExtendedEdge): readonly { readonly x: number; readonly y: number }[] {
  return sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
}

/** The box around some nodes and edges; `null` where there are none. */
export function boxAround(nodes: readonly ElkNode[], edges: readonly ElkExtendedEdge[]): Box | null {
  const corners = [
    ...nodes.flatMap(({ x = 0, y = 0, width = 0, height = 0 }) => [
      { x, y },
      { x: x + width, y: y + height },
    ]),
    ...edges.flatMap(pointsOf),
  ];
  if (corners.length === 0) return null;
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** How large the drawing is to be so that a part of it fits into the room, as far as it can still be read. */
export function fittingScale(part: Box, room: Pick<Box, 'width' | 'height'>): number {
  const across = (room.width - 2 * MARGIN) / Math.max(1, part.width);
  const down = (room.height - 2 * MARGIN) / Math.max(1, part.height);
  return Math.min(FIT_MAX, Math.max(SCALE_MIN, Math.min(across, down)));
}

/** Where a drawing of that scale is scrolled to so that a part of it is in the middle. */
export function centredOn(
  part: Box,
  scale: number,
  room: Pick<Box, 'width' | 'height'>,
): { readonly left: number; readonly top: number } {
  return {
    left: Math.max(0, (part.x + part.width / 2) * scale - room.width / 2),
    top: Math.max(0, (part.y + part.height / 2) * scale - room.height / 2),
  };
}

/** True if a part fits into the room at a size that can be read. */
export function isFitting(part: Box, room: Pick<Box, 'width' | 'height'>): boolean {
  return part.width * SCALE_MIN <= room.width && part.height * SCALE_MIN <= room.height;
}
