/**
 * What broadcasts cost: TEXT frames against the peers alive. A flood over a tree of n peers costs n−1
 * frames, and each link more than a tree has costs two more, so that a ring costs n+1: the band from n−1 to
 * n+1 is what a stable overlay costs.
 */
import type { Recording } from '../../recording.ts';
import { axisTicks, counted } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type FrameCost, frameCosts } from '../statistics.ts';
import { countAxis, FRAME, figure } from './charts.ts';

const BASE = FRAME.height - FRAME.bottom;
const LARGEST_DOT = 11;
const SMALLEST_DOT = 3.5;
const MOST_LABELS = 10;

interface Scale {
  readonly x: (alive: number) => number;
  readonly y: (frames: number) => number;
  readonly fromAlive: number;
  readonly toAlive: number;
  readonly ticks: readonly number[];
}

/** The chart of TEXT frames per broadcast. */
export function framesChart(recording: Recording): Html {
  const costs = frameCosts(recording);
  if (costs.length === 0) return figure('TEXT frames per broadcast', 'Nobody sent a message.');
  const scale = scaleFor(costs);
  const most = Math.max(...costs.map(({ count }) => count));
  const calm = costs.filter(({ isCalm }) => isCalm);
  const calmCount = sum(calm);
  const within = sum(calm.filter(isWithinBand));
  const text =
    calmCount === 0
      ? `${counted(sum(costs), 'broadcast')}, all while faults were still to come`
      : `after the last fault ${within} of ${calmCount} within n−1 … n+1`;
  const dots = costs.toSorted((a, b) => b.count - a.count).map((cost) => dot(cost, scale, most));
  return figure(
    'TEXT frames per broadcast',
    text,
    html`<svg class="chart" viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img"
      aria-label="TEXT frames per broadcast against peers alive">
      ${countAxis(scale.ticks, scale.y, 'TEXT frames')}${band(scale)}${dots}${peersAxis(scale)}</svg>`,
    legend(),
  );
}

function scaleFor(costs: readonly FrameCost[]): Scale {
  const alive = costs.map((cost) => cost.alive);
  const fromAlive = Math.max(0, Math.min(...alive) - 1);
  const toAlive = Math.max(...alive) + 1;
  const ticks = axisTicks(Math.max(toAlive + 1, ...costs.map((cost) => cost.frames)));
  const width = FRAME.width - FRAME.left - FRAME.right;
  const height = BASE - FRAME.top;
  return {
    x: (value) => FRAME.left + ((value - fromAlive) / (toAlive - fromAlive)) * width,
    y: (value) => BASE - (value / (ticks.at(-1) ?? 1)) * height,
    fromAlive,
    toAlive,
    ticks,
  };
}

function band({ x, y, fromAlive, toAlive }: Scale): Html {
  const point = (alive: number, frames: number): string => `${x(alive)},${y(Math.max(0, frames))}`;
  const upper = [point(fromAlive, fromAlive + 1), point(toAlive, toAlive + 1)];
  const lower = [point(toAlive, toAlive - 1), point(fromAlive, fromAlive - 1)];
  const middle = (fromAlive + toAlive) / 2;
  return html`<polygon class="band" points="${[...upper, ...lower].join(' ')}"/>
    <text class="band-text end" x="${x(middle)}" y="${y(middle + 1) - 7}">n−1 … n+1</text>`;
}

function dot(cost: FrameCost, { x, y }: Scale, most: number): Html {
  const radius =
    SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * Math.sqrt((cost.count - 1) / Math.max(1, most - 1));
  const kind = cost.isCalm ? 'dot calm' : 'dot';
  const cx = x(cost.alive);
  const cy = y(cost.frames);
  const when = cost.isCalm ? 'after the last fault' : 'while there were faults';
  const times = counted(cost.count, 'broadcast');
  const hint = `${times} ${when}: ${cost.alive} peers alive, ${counted(cost.frames, 'frame')}`;
  return html`<circle class="${kind}" cx="${cx}" cy="${cy}" r="${radius}"><title>${hint}</title></circle>`;
}

function peersAxis({ x, fromAlive, toAlive }: Scale): Html {
  const every = Math.ceil((toAlive - fromAlive) / MOST_LABELS);
  const values = Array.from({ length: toAlive - fromAlive + 1 }, (_, index) => fromAlive + index);
  const labels = values
    .filter((_, index) => index % every === 0)
    .map((value) => html`<text class="middle" x="${x(value)}" y="${BASE + 17}">${value}</text>`);
  const title = html`<text class="axis middle" x="${x((fromAlive + toAlive) / 2)}"
    y="${FRAME.height - 8}">peers alive when it was sent</text>`;
  return html`${labels}${title}`;
}

function legend(): Html {
  const key = (kind: string): Html =>
    html`<svg class="key" viewBox="0 0 14 14"><circle class="${kind}" cx="7" cy="7" r="5"/></svg>`;
  return html`<p class="legend">${key('dot calm')} after the last fault · ${key('dot')} before
    · larger: more broadcasts</p>`;
}

function isWithinBand({ alive, frames }: FrameCost): boolean {
  return Math.abs(frames - alive) <= 1;
}

function sum(costs: readonly FrameCost[]): number {
  return costs.reduce((total, { count }) => total + count, 0);
}
