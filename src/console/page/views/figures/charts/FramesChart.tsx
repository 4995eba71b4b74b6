/**
 * What broadcasts cost: TEXT frames against the peers alive. A flood over a tree of n peers costs n−1 frames,
 * and each link more than a tree has costs two more, so that a ring costs n+1: the band from n−1 to n+1 is
 * what a stable overlay costs.
 */
import { axisTicks, type Broadcast, counted, type FrameCost, frameCosts } from '../statistics.ts';
import { Figure, FRAME, Ticks } from './Figure.tsx';

const BASE = FRAME.height - FRAME.bottom;
const LARGEST_DOT = 11;
const SMALLEST_DOT = 3.5;
const MOST_LABELS = 10;
const TITLE = 'TEXT frames per broadcast';

function isWithinBand({ alive, frames }: FrameCost): boolean {
  return Math.abs(frames - alive) <= 1;
}

function sum(costs: readonly FrameCost[]): number {
  return costs.reduce((total, { count }) => total + count, 0);
}

function wordsOf(costs: readonly FrameCost[]): string {
  const calm = costs.filter(({ isCalm }) => isCalm);
  if (costs.length === 0) return 'No message has gone all of its way yet.';
  if (calm.length === 0) return `${counted(sum(costs), 'broadcast')}, all before the last fault was over`;
  const of = calm.length === costs.length ? '' : 'after the last fault ';
  return `${of}${sum(calm.filter(isWithinBand))} of ${sum(calm)} within n−1 … n+1`;
}

function hintOf({ alive, frames, count, isCalm }: FrameCost): string {
  const when = isCalm ? '' : ', while there were faults';
  return `${counted(count, 'broadcast')}: ${alive} peers alive, ${counted(frames, 'frame')}${when}`;
}

export function FramesChart({ broadcasts }: { readonly broadcasts: readonly Broadcast[] }) {
  const costs = frameCosts(broadcasts);
  const alive = costs.map((cost) => cost.alive);
  const [from, to] = [Math.max(0, Math.min(...alive) - 1), Math.max(...alive) + 1];
  const ticks = axisTicks(costs.length === 0 ? 1 : Math.max(to + 1, ...costs.map(({ frames }) => frames)));
  const x = (value: number) =>
    FRAME.left + ((value - from) / (to - from)) * (FRAME.width - FRAME.left - FRAME.right);
  const y = (value: number) => BASE - (Math.max(0, value) / (ticks.at(-1) ?? 1)) * (BASE - FRAME.top);
  const most = Math.max(...costs.map(({ count }) => count));
  const radius = (count: number) =>
    SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * Math.sqrt((count - 1) / Math.max(1, most - 1));
  const corners: readonly (readonly [number, number])[] = [
    [from, from + 1],
    [to, to + 1],
    [to, to - 1],
    [from, from - 1],
  ];
  const every = Math.ceil((to - from) / MOST_LABELS);
  const labels =
    costs.length === 0
      ? []
      : Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, at) => from + at * every);
  return (
    <Figure title={TITLE} words={wordsOf(costs)} isEmpty={costs.length === 0} legend={<Legend />}>
      <Ticks ticks={ticks} y={y} title="TEXT frames" />
      <polygon
        className="band"
        points={corners.map(([peers, frames]) => `${x(peers)},${y(frames)}`).join(' ')}
      />
      {costs.map((cost) => (
        <circle
          key={`${cost.alive} ${cost.frames} ${cost.isCalm}`}
          className={cost.isCalm ? 'dot calm' : 'dot'}
          cx={x(cost.alive)}
          cy={y(cost.frames)}
          r={radius(cost.count)}
        >
          <title>{hintOf(cost)}</title>
        </circle>
      ))}
      {labels.map((value) => (
        <text key={value} className="middle" x={x(value)} y={BASE + 17}>
          {value}
        </text>
      ))}
      <text className="middle" x={(FRAME.left + FRAME.width - FRAME.right) / 2} y={FRAME.height - 8}>
        peers alive when it was sent
      </text>
    </Figure>
  );
}

function Legend() {
  return (
    <p className="chart-legend">
      <svg className="key" viewBox="0 0 14 14" aria-hidden="true">
        <circle className="dot calm" cx="7" cy="7" r="5" />
      </svg>{' '}
      after the last fault ·{' '}
      <svg className="key" viewBox="0 0 14 14" aria-hidden="true">
        <circle className="dot" cx="7" cy="7" r="5" />
      </svg>{' '}
      before · larger: more broadcasts · band: n−1 … n+1
    </p>
  );
}
