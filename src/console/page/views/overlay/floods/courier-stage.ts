/**
 * Shows messages on their way: a dot for each hop, moved frame by frame without React. What arrives as a
 * duplicate is seen to be dropped (a cross); what was lost fades half-way; whom a message reaches for the
 * first time lights up.
 *
 * Invariants: nothing is scheduled while nothing moves; after `stop` none of its shapes is left.
 */

import { type Curve, type Point, pointOn } from '../ring/ring-layout.ts';
import type { TimedHop } from './flood-schedule.ts';
import type { HopWays } from './hop-ways.ts';

/** Where the stage finds what it shows; asked anew for every frame, because the ring may change meanwhile. */
interface Stage {
  readonly layer: SVGGElement;
  readonly ways: HopWays;
}

interface Courier {
  readonly timed: TimedHop;
  readonly beganMs: number;
  shape: SVGElement | null;
  /** What is left behind at its end: a cross or a ring. */
  mark: SVGElement | null;
}

const NAMESPACE = 'http://www.w3.org/2000/svg';
/** How long the mark of an arrival is seen. */
const MARK_MS = 700;
const CROSS = 'M-5 -5L5 5M-5 5L5 -5';
/**
 * A courier's radius, as a share of the members' dots', and its bounds: it is to be seen, and to fit on a
 * link.
 */
const COURIER_SHARE = 0.5;
const COURIER_MIN = 4;
const COURIER_MAX = 7;
/** A lost message gets so far. */
const LOST_SHARE = 0.55;

/** One stage per ring. */
export class CourierStage {
  readonly #stage: () => Stage | null;
  readonly #couriersMax: number;
  #couriers: Courier[] = [];
  #frame: number | null = null;

  /** @param couriersMax hops that are shown at one time; floods beyond it are not shown. */
  constructor(stage: () => Stage | null, couriersMax: number) {
    this.#stage = stage;
    this.#couriersMax = couriersMax;
  }

  /** Shows a flood from its begin. @returns false if too much is being shown already. */
  play(hops: readonly TimedHop[]): boolean {
    if (this.#couriers.length + hops.length > this.#couriersMax) return false;
    const beganMs = performance.now();
    this.#couriers.push(...hops.map((timed) => ({ timed, beganMs, shape: null, mark: null })));
    this.#frame ??= requestAnimationFrame((nowMs) => this.#draw(nowMs));
    return true;
  }

  /** Takes everything away. */
  stop(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    for (const { shape, mark } of this.#couriers) {
      shape?.remove();
      mark?.remove();
    }
    this.#couriers = [];
  }

  #draw(nowMs: number): void {
    const stage = this.#stage();
    if (stage) this.#couriers = this.#couriers.filter((courier) => move(courier, nowMs, stage));
    this.#frame = this.#couriers.length > 0 ? requestAnimationFrame((laterMs) => this.#draw(laterMs)) : null;
  }
}

/** Moves a courier to its place. @returns false once nothing of it is left. */
function move(courier: Courier, nowMs: number, stage: Stage): boolean {
  const { timed, beganMs } = courier;
  const { hop, startMs, endMs } = timed;
  const elapsedMs = nowMs - beganMs;
  const curve = stage.ways.curveOf(hop);
  if (elapsedMs < startMs) return true;
  if (!curve || elapsedMs > endMs + MARK_MS) {
    courier.shape?.remove();
    courier.mark?.remove();
    return false;
  }
  const isLost = hop.receivedMs === null && stage.ways.isObserved(hop.to);
  if (elapsedMs < endMs) {
    const share = (elapsedMs - startMs) / (endMs - startMs);
    courier.shape ??= shapeIn(stage.layer, 'circle', hop.isDuplicate ? 'courier duplicate' : 'courier');
    courier.shape.setAttribute('r', String(courierRadius(stage.ways)));
    put(courier.shape, pointOn(curve, isLost ? Math.min(share, LOST_SHARE) : share));
    if (isLost) courier.shape.setAttribute('opacity', String(Math.max(0, 1 - share)));
    return true;
  }
  courier.shape?.remove();
  courier.shape = null;
  if (isLost) return false;
  leaveMark(courier, curve, (elapsedMs - endMs) / MARK_MS, stage);
  return true;
}

/** A cross where a duplicate is dropped; a ring that widens around the member for whom it is new. */
function leaveMark(courier: Courier, curve: Curve, share: number, { layer, ways }: Stage): void {
  const { isDuplicate, to } = courier.timed.hop;
  courier.mark ??= isDuplicate ? shapeIn(layer, 'path', 'dropped') : shapeIn(layer, 'circle', 'arrived');
  if (isDuplicate) courier.mark.setAttribute('d', CROSS);
  else courier.mark.setAttribute('r', String(ways.dotRadius + 2 + 12 * share));
  courier.mark.setAttribute('opacity', String(1 - share));
  put(courier.mark, isDuplicate ? curve.end : ways.placeOf(to));
}

function courierRadius({ dotRadius }: HopWays): number {
  return Math.min(COURIER_MAX, Math.max(COURIER_MIN, dotRadius * COURIER_SHARE));
}

function put(shape: SVGElement, { x, y }: Point): void {
  shape.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
}

function shapeIn(layer: SVGGElement, name: 'circle' | 'path', className: string): SVGElement {
  const shape = document.createElementNS(NAMESPACE, name);
  shape.setAttribute('class', className);
  layer.append(shape);
  return shape;
}
