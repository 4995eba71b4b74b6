/** The cost of a flood: TEXT frames a broadcast, and hops, in rooms of 10, 100 and 1,000 simulated peers. */
import { Child } from '../children/child.ts';
import { type Effort, type Row, type RowGroup, scaled } from '../results/row.ts';
import { mean, percentile } from '../results/statistics.ts';

const PEERS = [10, 100, 1_000] as const;
const BROADCASTS = 20;
const HOPS_PER_LOGARITHM = 4;

interface Cost {
  readonly frames: readonly number[];
  readonly hops: readonly number[];
  readonly missed: number;
}

async function measureRoom(effort: Effort, peers: number): Promise<Row> {
  const settings = { peers, broadcasts: scaled(BROADCASTS, effort, 4) };
  const { child, ready } = await Child.start<Cost>('programs/flood-cost', settings);
  await child.stop();
  const { frames, hops, missed } = ready;
  const [least, most] = [Math.min(...frames), Math.max(...frames)];
  const [far, farthest] = [percentile(hops, 0.99), HOPS_PER_LOGARITHM * Math.log(peers)];
  return {
    name: `flood cost, ${peers.toLocaleString('en')} peers`,
    ratio: mean(frames) / peers,
    spread: 0,
    aim: 'n−1…n+1 frames, hops p99 ≤ 4 ln n',
    holds: missed === 0 && least >= peers - 1 && most <= peers + 1 && far <= farthest,
    figures: `${least} to ${most} frames a broadcast, hops p50 ${percentile(hops, 0.5)}, p99 ${far} (4 ln n = ${farthest.toFixed(1)}), ${missed} missed`,
  };
}

/** Flood cost. */
export const FLOOD_COST: RowGroup = {
  name: 'flood-cost',
  async *measure(effort) {
    // A thousand peers take minutes to join each other.
    const rooms = PEERS.slice(0, { smoke: 1, quick: 2, full: PEERS.length }[effort.name]);
    for (const peers of rooms) yield await measureRoom(effort, peers);
  },
};
