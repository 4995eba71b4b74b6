/**
 * What one row of the bench is: the program and its limit program measured by turns in one run, and what
 * comes of it.
 *
 * A ratio is made of each turn's pair, so that whatever else the computer does at that moment weighs on both;
 * the row's ratio is the median of these, its spread half the distance between their quartiles.
 */
import { median, spread } from './statistics.ts';

/** One line of the table, and one object of `--json`. */
export interface Row {
  readonly name: string;
  /** Program to limit; `null` where there is nothing to compare with, and `figures` says what there is. */
  readonly ratio: number | null;
  /** Half the distance between the quartiles of the ratio, as a share of it. */
  readonly spread: number;
  /** What the ratio, or the figures, should be, in words; empty where they are only listed. */
  readonly aim: string;
  readonly holds: boolean;
  /** The measured values themselves, with their units. */
  readonly figures: string;
}

/** How much is measured. */
export interface Effort {
  readonly name: 'full' | 'quick' | 'smoke';
  /** Turns of each comparison. */
  readonly runs: number;
  /** What a run does, as a share of what a full one does. */
  readonly scale: number;
}

/** The efforts that can be asked for; a smoke run shows that everything runs, and measures nothing. */
export const EFFORTS: Readonly<Record<Effort['name'], Effort>> = {
  full: { name: 'full', runs: 9, scale: 1 },
  quick: { name: 'quick', runs: 7, scale: 0.2 },
  smoke: { name: 'smoke', runs: 1, scale: 0.01 },
};

/** A number of things to do, scaled, and never less than `least`. */
export function scaled(count: number, { scale }: Effort, least = 1): number {
  return Math.max(least, Math.round(count * scale));
}

/** What a group of rows needs. */
export interface RowGroup {
  readonly name: string;
  /** Measures the rows of the group, one after the other. */
  measure(effort: Effort): AsyncIterable<Row>;
}

/** The two sides of a comparison, each measured once. */
export interface Pair<Sample> {
  readonly program: Sample;
  readonly limit: Sample;
}

/**
 * Measures both by turns; who begins changes with every turn. The first turn is not counted: it warms both
 * up.
 */
export async function byTurns<Sample>(
  { runs, name }: Effort,
  program: (turn: number) => Promise<Sample>,
  limit: (turn: number) => Promise<Sample>,
): Promise<Pair<Sample>[]> {
  const pairs: Pair<Sample>[] = [];
  for (let turn = name === 'smoke' ? 1 : 0; turn <= runs; turn += 1) {
    const isFirst = turn % 2 === 0;
    const early = isFirst ? await program(turn) : undefined;
    const other = await limit(turn);
    const pair = { program: early ?? (await program(turn)), limit: other };
    if (turn > 0) pairs.push(pair);
  }
  return pairs;
}

/** A quick run has one round: its turns are so short that new processes would only be warming up. */
const ROUNDS: Readonly<Record<Effort['name'], number>> = { full: 3, quick: 1, smoke: 1 };

/**
 * Measures in several rounds, each with processes of its own: how fast the same code runs differs from
 * process to process (what the compiler has inlined, where memory lies) by more than from turn to turn.
 * @param round starts both sides, measures the turns that it is given, and ends them.
 */
export async function inRounds<Sample>(
  effort: Effort,
  round: (part: Effort) => Promise<Pair<Sample>[]>,
): Promise<Pair<Sample>[]> {
  const rounds = ROUNDS[effort.name];
  const part = { ...effort, runs: Math.ceil(effort.runs / rounds) };
  const pairs: Pair<Sample>[] = [];
  for (let count = 0; count < rounds; count += 1) pairs.push(...(await round(part)));
  return pairs;
}

/** A condition on a ratio, which can be said and checked. */
export interface Aim {
  readonly words: string;
  isMetBy(ratio: number): boolean;
}

/** The ratio must reach this: for speeds. */
export function atLeast(least: number): Aim {
  return { words: `≥ ${least}`, isMetBy: (ratio) => ratio >= least };
}

/** The ratio must stay below this: for times. */
export function atMost(most: number): Aim {
  return { words: `≤ ${most}`, isMetBy: (ratio) => ratio <= most };
}

/** Only listed. */
export const LISTED: Aim = { words: '', isMetBy: () => true };

/** The row of a comparison. */
export function compared<Sample>(
  name: string,
  aim: Aim,
  pairs: readonly Pair<Sample>[],
  value: (sample: Sample) => number,
  figures: string,
): Row {
  const ratios = pairs.map(({ program, limit }) => value(program) / value(limit));
  const ratio = median(ratios);
  return { name, ratio, spread: spread(ratios), aim: aim.words, holds: aim.isMetBy(ratio), figures };
}

/** The medians of a value on both sides. */
export function medians<Sample>(
  pairs: readonly Pair<Sample>[],
  value: (sample: Sample) => number,
): Pair<number> {
  return {
    program: median(pairs.map(({ program }) => value(program))),
    limit: median(pairs.map(({ limit }) => value(limit))),
  };
}
