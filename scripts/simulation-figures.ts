/**
 * Measures what docs/SIMULATION.md says of the simulation: its speed, and how many splits heal with failback
 * and without. Prints Markdown; the figures are this machine's. `npm run simulation-figures [-- --rooms N]`,
 * N rooms of each size.
 */

import { parseArgs } from 'node:util';
import { SeededRandom } from '../src/io/memory/seeded-random.ts';
import { diameterOf, neighbourLists, piecesOf } from '../src/overlay/pieces.ts';
import { drawPlan, type Plan, type PlannedFault } from '../src/simulation/plan.ts';
import type { Recording } from '../src/simulation/recording.ts';
import type { Variant } from '../src/simulation/stage/variant.ts';
import { runWorld } from '../src/simulation/world.ts';

const NEVER_MS = 2_000_000_000;
const WITHOUT_FAILBACK: Variant = { limits: { probeMinMs: NEVER_MS, probeMaxMs: NEVER_MS } };
const SPLIT = { fromMs: 60_000, toMs: 300_000 };
const HEALING_MS = 120_000;
/** Each peer says something once a second, on average. */
const BUSY_PAUSE_MS = 1_000;
const SPEED_RUNS = 5;

/** A room of peers of ours in which nothing breaks and nobody says anything. */
function quietPlan(seed: number, count: number, minutes: number): Plan {
  const plan = drawPlan(seed, { peers: count, minutes, faults: [] });
  return {
    ...plan,
    peers: plan.peers.map((peer) => ({ ...peer, kind: 'ours', duplicates: null })),
    actions: [],
  };
}

function busy(plan: Plan): Plan {
  const random = new SeededRandom(plan.seed).fork('busy');
  const actions = plan.peers.flatMap((planned, peer) => {
    const said: Plan['actions'][number][] = [];
    for (let atMs = planned.joinMs; atMs < plan.calmMs; atMs += random.integer(1, 2 * BUSY_PAUSE_MS)) {
      said.push({ atMs, peer, type: 'send', text: `${planned.name} says ${said.length}` });
    }
    return said;
  });
  return { ...plan, actions: actions.sort((left, right) => left.atMs - right.atMs) };
}

/**
 * A room that is cut in two random halves for four minutes: long enough for both to re-link among themselves.
 */
function splitPlan(seed: number, count: number): Plan {
  const everybody = new SeededRandom(seed)
    .fork('halves')
    .shuffled(Array.from({ length: count }, (_, n) => n));
  const half = Math.floor(count / 2);
  const split: PlannedFault = {
    fault: 'split',
    ...SPLIT,
    peers: everybody.slice(0, half),
    others: everybody.slice(half),
    isServerWithPeers: true,
    comesBack: true,
    clockShiftMs: 0,
  };
  return { ...quietPlan(seed, count, SPLIT.toMs / 60_000), faultNames: ['split'], faults: [split] };
}

/** Longest way between any two at a moment, in links; infinite if the overlay is in pieces. */
function diameterAt({ peers, links }: Recording, atMs: number): number {
  const open = links.filter(({ upMs, downMs }) => upMs <= atMs && atMs < downMs);
  const neighbours = neighbourLists(open.map(({ from, to }) => [from, to]));
  const isWhole = piecesOf(peers.keys(), neighbours).length <= 1;
  return isWhole ? diameterOf(peers.keys(), neighbours) : Number.POSITIVE_INFINITY;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function splitRow(count: number, rooms: number): string {
  const before: number[] = [];
  const after: number[] = [];
  let healedWithout = 0;
  for (let seed = 1; seed <= rooms; seed += 1) {
    const plan = splitPlan(seed, count);
    const { recording } = runWorld(plan);
    const without = runWorld(plan, { variant: WITHOUT_FAILBACK }).recording;
    before.push(diameterAt(recording, SPLIT.fromMs - 1));
    after.push(diameterAt(recording, SPLIT.toMs + HEALING_MS - 1));
    const isWhole = (each: Recording) => Number.isFinite(diameterAt(each, SPLIT.toMs + HEALING_MS - 1));
    if (isWhole(without)) healedWithout += 1;
  }
  const share = (healed: number) => `${Math.round((100 * healed) / rooms)} %`;
  const healed = after.filter(Number.isFinite).length;
  return `| ${count} | ${rooms} | ${share(healedWithout)} | ${share(healed)} | ${median(before)} | ${median(after)} |`;
}

/** Simulated over real time: the median of several runs. */
function speed(plan: Plan): number {
  const runs = Array.from({ length: SPEED_RUNS }, () => {
    const start = performance.now();
    const { simulatedMs, recording } = runWorld(plan);
    if (recording.violations.length > 0) throw new Error(`a violation: ${recording.replay}`);
    return simulatedMs / (performance.now() - start);
  });
  return Math.round(median(runs));
}

function worldsAMinute(): number {
  const worlds = 30;
  const start = performance.now();
  for (let seed = 1; seed <= worlds; seed += 1) runWorld(drawPlan(seed, { minutes: 10 }));
  return Math.round((60_000 * worlds) / (performance.now() - start));
}

const { values } = parseArgs({ options: { rooms: { type: 'string', default: '20' } } });
const rooms = Number(values.rooms);
console.log('| one process, one core | |\n|---|---|');
console.log(`| 10 idle peers | ${speed(quietPlan(1, 10, 60))} × real time |`);
console.log(`| 10 busy peers, 10 messages/s | ${speed(busy(quietPlan(1, 10, 10)))} × real time |`);
console.log(`| worlds of 10 minutes, drawn | ${worldsAMinute()} a minute |\n`);
console.log('| peers | rooms | healed without failback | healed with | diameter before | after |');
console.log('|---|---|---|---|---|---|');
for (const count of [6, 10, 20, 50, 200])
  console.log(splitRow(count, count >= 200 ? Math.ceil(rooms / 4) : rooms));
