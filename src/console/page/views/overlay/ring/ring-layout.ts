/**
 * Where things stand on the ring. Pure; lengths are those of the drawing, whose centre is the origin.
 * Members stand clockwise in the order of their HIDs, the first at the top.
 */

/** A point of the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A link's way: a quadratic curve from rim to rim. */
export interface Curve {
  readonly start: Point;
  readonly bend: Point;
  readonly end: Point;
}

/** A name, and where it stands. */
interface Label {
  readonly index: number;
  readonly at: Point;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly text: string;
}

/** The drawing: names beside the ring need more room than above and below it. */
export const DRAWING = { width: 880, height: 700, radius: 282 } as const;

const DOT_MIN = 2;
const DOT_MAX = 15;
/** Radius of the dots times their number: three quarters of the ring stay free. */
const DOTS_TOTAL = 400;
const CROWD = 100;
const LABEL_GAP = 12;
/** Names have this size unless that is too small to be read; the two below are shares of their size. */
const LABEL_SIZE = 14;
const LABEL_MIN_PX = 11;
const LABEL_HEIGHT = 1.22;
const LABEL_CHARACTER = 0.545;
const STEPS_ASIDE = [0, 1, -1, 2, -2];
/** The room for a name beside the ring. */
const LABEL_WIDTH_MAX = 130;
/** More names than this tell nobody anything. */
const ALL_LABELLED_MAX = 60;
/** How far a link bends to the centre, and to its right: so that a pair of opposite links stays apart. */
const PULL = 0.22;
const SIDE = 0.07;
/** A curve gets half as deep as its bend: so many radii lead it past a dot. */
const AROUND_DOTS = 2.2;
/** Links between neighbours are to be seen even where their dots touch. */
const DEPTH_MIN = 18;
/** Where they are thinner than a line, links must stand out from them. */
const DEPTH_MIN_CROWDED = 60;
const HEAD_MIN = 4;
const HEAD_MAX = 11;

/** Radius of a member's dot, among so many. */
export function dotRadius(count: number): number {
  return Math.min(DOT_MAX, Math.max(DOT_MIN, DOTS_TOTAL / Math.max(1, count)));
}

/** True where dots have no room for rims, nor links for arrows. */
export function isCrowded(count: number): boolean {
  return count > CROWD;
}

/** The place of a member, `distance` from the centre. */
export function placeOf(index: number, count: number, distance: number = DRAWING.radius): Point {
  const angle = (index / Math.max(1, count)) * 2 * Math.PI - Math.PI / 2;
  return { x: Math.cos(angle) * distance, y: Math.sin(angle) * distance };
}

/** The member nearest to a point; -1 if there is none. */
export function memberAt({ x, y }: Point, count: number): number {
  if (count === 0) return -1;
  const turn = (Math.atan2(y, x) + Math.PI / 2) / (2 * Math.PI);
  return ((Math.round(turn * count) % count) + count) % count;
}

/** The way of a link between two members. */
export function curveOf(from: number, to: number, count: number): Curve {
  const start = placeOf(from, count);
  const end = placeOf(to, count);
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  const inward = bendDepth(Math.hypot(middle.x, middle.y), length, count);
  const bend = {
    x: middle.x * inward - (end.y - start.y) * SIDE,
    y: middle.y * inward + (end.x - start.x) * SIDE,
  };
  const gap = Math.min(dotRadius(count) + 4, length / 4);
  return { start: towards(start, bend, gap), bend, end: towards(end, bend, gap) };
}

/**
 * What is left of the middle's distance from the centre: short links bend little, but around the dots
 * between.
 */
function bendDepth(distance: number, length: number, count: number): number {
  if (distance === 0) return 0;
  const pull = PULL * Math.min(1, length / DRAWING.radius);
  const leastDepth = AROUND_DOTS * dotRadius(count) + (isCrowded(count) ? DEPTH_MIN_CROWDED : DEPTH_MIN);
  return 1 - Math.min(1, Math.max(pull, leastDepth / distance));
}

/** The same way against its direction. */
export function reversed({ start, bend, end }: Curve): Curve {
  return { start: end, bend, end: start };
}

/** The point at a share of the way, 0 to 1. */
export function pointOn({ start, bend, end }: Curve, share: number): Point {
  const rest = 1 - share;
  const mix = (a: number, b: number, c: number): number =>
    rest * rest * a + 2 * rest * share * b + share * share * c;
  return { x: mix(start.x, bend.x, end.x), y: mix(start.y, bend.y, end.y) };
}

/** Many dots as one SVG path. */
export function dotsPath(places: readonly Point[], radius: number): string {
  const half = `a${radius} ${radius} 0 1 0`;
  return places
    .map(({ x, y }) => `M${spot({ x: x - radius, y })}${half} ${2 * radius} 0${half} ${-2 * radius} 0z`)
    .join('');
}

/** Many curves as one SVG path. */
export function curvesPath(curves: readonly Curve[]): string {
  return curves.map(({ start, bend, end }) => `M${spot(start)}Q${spot(bend)} ${spot(end)}`).join('');
}

/** The heads of many curves' arrows as one SVG path, of a size that fits among so many members. */
export function headsPath(curves: readonly Curve[], count: number): string {
  const length = Math.min(HEAD_MAX, Math.max(HEAD_MIN, dotRadius(count)));
  return curves.map((curve) => headPath(curve, length)).join('');
}

function headPath({ bend, end }: Curve, length: number): string {
  const neck = towards(end, bend, length);
  const across = { x: (end.y - neck.y) * 0.45, y: (neck.x - end.x) * 0.45 };
  const left = { x: neck.x + across.x, y: neck.y + across.y };
  const right = { x: neck.x - across.x, y: neck.y - across.y };
  return `M${spot(end)}L${spot(left)}L${spot(right)}z`;
}

/** The size of names where the drawing is so wide: none is smaller than 11 pixels. */
export function labelSize(widthPx: number): number {
  if (widthPx === 0) return LABEL_SIZE;
  return Math.max(LABEL_SIZE, Math.ceil((LABEL_MIN_PX * DRAWING.width) / widthPx));
}

/**
 * The names that fit: those of `first` before the others, and the others only where members are few.
 * No two of them overlap; one of `first` stands aside for that, a little.
 */
export function chooseLabels(
  names: readonly string[],
  first: readonly number[],
  size: number = LABEL_SIZE,
): readonly Label[] {
  const isEager = new Set(first);
  const others = names.length <= ALL_LABELLED_MAX ? names.map((_, index) => index) : [];
  const labels: Label[] = [];
  for (const index of new Set([...first, ...others])) {
    const name = names[index];
    if (name === undefined) continue;
    const label = labelOf(index, name, names.length, size);
    const free = (isEager.has(index) ? STEPS_ASIDE : [0])
      .map((steps) => ({ ...label, at: { ...label.at, y: label.at.y + steps * LABEL_HEIGHT * size } }))
      .find((candidate) => labels.every((other) => !isOverlapping(candidate, other, size)));
    if (free) labels.push(free);
  }
  return labels;
}

function labelOf(index: number, name: string, count: number, size: number): Label {
  const { x, y } = placeOf(index, count, DRAWING.radius + dotRadius(count) + LABEL_GAP);
  const anchor = Math.abs(x) < DRAWING.radius / 6 ? 'middle' : x > 0 ? 'start' : 'end';
  const charactersMax = Math.floor(LABEL_WIDTH_MAX / (LABEL_CHARACTER * size));
  const text = name.length > charactersMax ? `${name.slice(0, charactersMax - 1)}…` : name;
  // Above the ring a name stands on its point, below it hangs from it.
  return { index, at: { x, y: y + 5 + (anchor === 'middle' ? Math.sign(y) * 5 : 0) }, anchor, text };
}

function isOverlapping(left: Label, right: Label, size: number): boolean {
  if (Math.abs(left.at.y - right.at.y) >= LABEL_HEIGHT * size) return false;
  const [a, b] = [spanOf(left, size), spanOf(right, size)];
  return a.from < b.to && b.from < a.to;
}

function spanOf({ at, anchor, text }: Label, size: number): { readonly from: number; readonly to: number } {
  const width = text.length * LABEL_CHARACTER * size;
  const from = anchor === 'start' ? at.x : anchor === 'end' ? at.x - width : at.x - width / 2;
  return { from, to: from + width };
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return {
    x: from.x + ((to.x - from.x) / length) * distance,
    y: from.y + ((to.y - from.y) / length) * distance,
  };
}

function spot({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
