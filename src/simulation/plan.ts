/**
 * What will happen in a simulated world, drawn from its seed before anything runs: who there is, what they
 * do, what breaks when. Pure: the same seed and options give the same plan, and so the same world.
 */

import { SeededRandom } from '../io/memory/seeded-random.ts';
import type { Random } from '../io/random.ts';
import { FAULT_NAMES, type FaultName, scopeOf, UNBEARABLE_FAULTS } from './faults/faults.ts';
import { OTHER_KIND_NAMES, OTHER_KINDS, type OtherKind } from './others/other-duplicates.ts';
import { HABIT_NAMES, type HabitName } from './others/wire-habits.ts';

/** What may be given instead of drawn. */
export interface PlanOptions {
  readonly peers?: number | undefined;
  /** Length of the part with chat and faults, in simulated minutes. */
  readonly minutes: number;
  /** Faults that may happen; drawn where not given. */
  readonly faults?: readonly FaultName[] | undefined;
}

/** One peer of the world. */
export interface PlannedPeer {
  readonly name: string;
  readonly ip: string;
  readonly kind: 'ours' | 'other';
  /** How it tells duplicates; `null` for ours. */
  readonly duplicates: OtherKind | null;
  /** What it writes beside the protocol; `null` for ours. */
  readonly habit: HabitName | null;
  readonly joinMs: number;
}

/** One fault of the world; `peers` are those that it hits, `others` the other half of a split. */
export interface PlannedFault {
  readonly fault: FaultName;
  readonly fromMs: number;
  readonly toMs: number;
  readonly peers: readonly number[];
  readonly others: readonly number[];
  /** Splits: the room server is on the side of `peers`. */
  readonly isServerWithPeers: boolean;
  /** Splits: true where both sides reach the room server all the same. */
  readonly isServerSpared?: boolean;
  /** Crash and kill: it comes back when the fault ends. */
  readonly comesBack: boolean;
  /** Clock: the time of day is set forward by this, or back where it is negative; 0 for other faults. */
  readonly clockShiftMs: number;
}

/** One thing that a user does. */
export interface PlannedAction {
  readonly atMs: number;
  readonly peer: number;
  readonly type: 'send' | 'poke' | 'quit';
  /** send: the message; unique in the world. poke: the name. */
  readonly text: string;
}

/** A whole world. */
export interface Plan {
  readonly seed: number;
  readonly options: PlanOptions;
  readonly faultNames: readonly FaultName[];
  readonly peers: readonly PlannedPeer[];
  readonly faults: readonly PlannedFault[];
  readonly actions: readonly PlannedAction[];
  /** Latency of every path is drawn from this range, per segment. */
  readonly latencyMs: { readonly least: number; readonly most: number };
  /** From here on nothing breaks any more. */
  readonly calmMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** Everybody has joined by then, as far as the plan goes. */
const JOINING_MS = 30_000;
const PEERS = { least: 3, most: 16 };
const FAULT_SHARE = 0.35;
const BURST_SHARE = 0.15;

/** Draws the world of a seed. */
export function drawPlan(seed: number, options: PlanOptions): Plan {
  const random = new SeededRandom(seed);
  const calmMs = Math.round(options.minutes * MINUTE_MS);
  const count = options.peers ?? random.fork('peers').integer(PEERS.least, PEERS.most);
  const peers = drawPeers(random.fork('kinds'), count, calmMs);
  const hasOthers = peers.some(({ kind }) => kind === 'other');
  const faultNames = drawFaultNames(random.fork('mix'), options).filter(
    (name) => !hasOthers || !UNBEARABLE_FAULTS.includes(name),
  );
  const least = random.fork('latency').integer(1, 80);
  return {
    seed,
    options,
    faultNames,
    peers,
    faults: bounded(faultNames.flatMap((fault) => drawFaults(random.fork(fault), fault, count, calmMs))),
    actions: drawActions(random.fork('actions'), peers, calmMs),
    latencyMs: { least, most: least + random.fork('spread').integer(0, 100) },
    calmMs,
  };
}

function drawPeers(random: SeededRandom, count: number, calmMs: number): PlannedPeer[] {
  const hasOthers = random.chance(0.25);
  const names = random.shuffled(NAMES);
  const planned = Array.from({ length: count }, (_, index) => ({
    name: index < names.length ? (names[index] as string) : `peer${index + 1}`,
    ip: `10.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`,
    // Two of ours at least, or there is nothing to look at.
    kind: hasOthers && index >= 2 && random.chance(0.3) ? ('other' as const) : ('ours' as const),
    joinMs: random.integer(100, Math.max(200, Math.min(JOINING_MS, calmMs / 4))),
  }));
  const kinds = drawOtherKinds(random.fork('duplicates'), planned);
  const habits = random.fork('habits');
  return planned.map((peer, index) => {
    const duplicates = kinds[index] ?? null;
    return { ...peer, duplicates, habit: duplicates === null ? null : habits.pick(HABIT_NAMES) };
  });
}

/**
 * Two that show a message again in one circle of links would pass it round for ever, with us in the room or
 * without: a world has one of them at most.
 */
function drawOtherKinds(
  random: SeededRandom,
  peers: readonly Pick<PlannedPeer, 'kind'>[],
): (OtherKind | null)[] {
  const harmless = OTHER_KIND_NAMES.filter((name) => !OTHER_KINDS[name].showsAgain);
  let hasAgain = false;
  return peers.map(({ kind }) => {
    if (kind === 'ours') return null;
    const drawn = random.pick(hasAgain ? harmless : OTHER_KIND_NAMES);
    hasAgain ||= OTHER_KINDS[drawn].showsAgain;
    return drawn;
  });
}

function drawFaultNames(random: SeededRandom, { faults }: PlanOptions): readonly FaultName[] {
  return faults ?? FAULT_NAMES.filter((name) => random.chance(name === 'flood' ? FLOOD_SHARE : FAULT_SHARE));
}

/** Longest duration of each fault; those of a moment have none. */
const LONGEST_MS: Readonly<Record<FaultName, number>> = {
  latency: 60_000,
  segments: 600_000,
  refuse: 60_000,
  timeout: 60_000,
  reset: 0,
  halfopen: 0,
  clog: 40_000,
  slow: 40_000,
  split: 240_000,
  oneway: 120_000,
  isolate: 180_000,
  udp: 600_000,
  crash: 120_000,
  kill: 60_000,
  pause: 150_000,
  restart: 5_000,
  roomserver: 60_000,
  clock: 240_000,
  flood: 60_000,
  stuck: 20_000,
};

/** Floods take the simulation far longer than anything else. */
const FLOOD_SHARE = 0.1;
const FLOODERS = { least: 1, most: 3 };
/**
 * Floods of one world: 4.2 MiB of frames. A journal holds 8 MiB (limits/, journalMaxBytes), so that they
 * are caught up with from any moment on.
 */
const FLOODS_MAX = 4;

function drawFaults(random: SeededRandom, fault: FaultName, count: number, calmMs: number): PlannedFault[] {
  const times = random.integer(1, 3);
  const earliestMs = Math.min(JOINING_MS, calmMs / 4);
  return Array.from({ length: times }, () => {
    const longestMs = Math.min(LONGEST_MS[fault], (calmMs - earliestMs) / 2);
    const durationMs = longestMs < 1_000 ? 0 : random.integer(1_000, longestMs);
    const fromMs = random.integer(earliestMs, calmMs - durationMs);
    const hit = drawHit(random, fault, count);
    return {
      fault,
      fromMs,
      toMs: fromMs + durationMs,
      ...hit,
      isServerWithPeers: random.chance(0.5),
      comesBack: random.chance(0.8),
      // Drawn for this fault alone: a draw more would change the worlds of the seeds that found something.
      clockShiftMs: fault === 'clock' ? random.integer(-DAY_MS, DAY_MS) : 0,
    };
  });
}

function drawHit(
  random: SeededRandom,
  fault: FaultName,
  count: number,
): Pick<PlannedFault, 'peers' | 'others'> {
  const everybody = random.shuffled(Array.from({ length: count }, (_, index) => index));
  if (scopeOf(fault) === 'everywhere') return { peers: [], others: [] };
  if (fault === 'flood') {
    const size = random.integer(FLOODERS.least, Math.min(count, FLOODERS.most));
    return { peers: everybody.slice(0, size), others: [] };
  }
  const size = scopeOf(fault) === 'halves' ? random.integer(1, count - 1) : 1;
  return { peers: everybody.slice(0, size), others: everybody.slice(size) };
}

/** Without those floods that are too many. */
function bounded(faults: readonly PlannedFault[]): PlannedFault[] {
  let floods = 0;
  return faults.filter(({ fault, peers }) => {
    if (fault !== 'flood') return true;
    floods += peers.length;
    return floods <= FLOODS_MAX;
  });
}

function drawActions(random: SeededRandom, peers: readonly PlannedPeer[], calmMs: number): PlannedAction[] {
  const actions = peers.flatMap((planned, peer) => {
    const own = random.fork(planned.name);
    const pauseMs = own.integer(3_000, 40_000);
    return [
      ...drawChat(own, peer, peers, planned.joinMs, calmMs, pauseMs),
      ...drawQuit(own, peer, peers, calmMs),
    ];
  });
  return actions.sort((left, right) => left.atMs - right.atMs || left.peer - right.peer);
}

function drawChat(
  random: SeededRandom,
  peer: number,
  peers: readonly PlannedPeer[],
  joinMs: number,
  calmMs: number,
  pauseMs: number,
): PlannedAction[] {
  const actions: PlannedAction[] = [];
  const bursts = random.fork('bursts');
  let number = 0;
  for (let atMs = joinMs; atMs < calmMs; atMs += random.integer(1, 2 * pauseMs)) {
    if (random.chance(0.1)) {
      const name = random.pick(peers).name;
      actions.push({ atMs, peer, type: 'poke', text: name });
      continue;
    }
    // Now and then somebody pastes several lines: frames that travel together.
    const lines = bursts.chance(BURST_SHARE) ? bursts.integer(2, 5) : 1;
    for (let line = 0; line < lines; line += 1) {
      number += 1;
      actions.push({ atMs, peer, type: 'send', text: drawText(random, `${peers[peer]?.name} ${number}`) });
    }
  }
  return actions;
}

/** Now and then somebody leaves; never so many that nobody is left to talk. */
function drawQuit(
  random: SeededRandom,
  peer: number,
  peers: readonly PlannedPeer[],
  calmMs: number,
): PlannedAction[] {
  const mayQuit = peer >= 2 && peer < peers.length / 2 && random.chance(0.2);
  if (!mayQuit) return [];
  return [{ atMs: random.integer(calmMs / 2, calmMs), peer, type: 'quit', text: '' }];
}

/** A message that nobody else sends, of the kinds that a framing could stumble over. */
function drawText(random: Random & SeededRandom, label: string): string {
  const kinds = [
    () => label,
    () => `${label}: yes`,
    () => `${label}::`,
    () => `${label}::\r\nT:room:1:x:1:2:hi::\r\n`,
    () => ` ${label} `,
    () => `${label} ${'x'.repeat(random.integer(1, 480 - label.length))}`,
  ];
  return random.pick(kinds)();
}

const NAMES: readonly string[] = [
  'alice',
  'bob',
  'carol',
  'dave',
  'erin',
  'frank',
  'grace',
  'heidi',
  'ivan',
  'judy',
  'mallory',
  'niaj',
  'olivia',
  'peggy',
  'rupert',
  'sybil',
];

/** The command that runs the same world again. */
export function replayLine({ seed, options }: Plan): string {
  const { peers, minutes, faults } = options;
  const words = ['p2pchat simulate', `--seed ${seed}`, `--minutes ${minutes}`];
  if (peers !== undefined) words.push(`--peers ${peers}`);
  if (faults !== undefined) words.push(`--faults ${faults.length === 0 ? 'none' : faults.join(',')}`);
  return [...words, '--trace'].join(' ');
}
