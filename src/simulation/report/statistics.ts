/**
 * The figures of a recording: how long deliveries took, over how many links, and what a broadcast cost.
 * Pure functions over plain data, so that what the report says can be tested without a page.
 */
import type { RecordedDelivery, RecordedMessage, Recording } from '../recording.ts';
import { aliveAt } from './drawing/timeline.ts';

/** How long deliveries took, in milliseconds; nearest-rank percentiles. */
interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Deliveries that took from `fromMs` up to, but not including, `toMs`. */
export interface LatencyBin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** Broadcasts that were alike: so many peers alive, so many TEXT frames. */
export interface FrameCost {
  readonly alive: number;
  readonly frames: number;
  /** True where they were sent after the last fault had ended. */
  readonly isCalm: boolean;
  readonly count: number;
}

/** Edges of the bins within a decade: about equally wide on a logarithmic scale, and easy to read. */
const DECADE = [1, 1.5, 2, 3, 5, 7] as const;
const HUNDRED = 100;

/** The deliveries of a message to others: the sender's own entry is none. */
export function deliveriesToOthers(message: RecordedMessage): readonly RecordedDelivery[] {
  return message.deliveries.filter((delivery) => delivery.via !== null || delivery.peer !== message.from);
}

/** From sending to being shown, of all deliveries, ascending. */
export function latenciesOf(recording: Recording): readonly number[] {
  return recording.messages
    .flatMap((message) => deliveriesToOthers(message).map((delivery) => delivery.atMs - message.sentMs))
    .sort((a, b) => a - b);
}

/** The nearest-rank percentile of ascending values; `undefined` where there are none. */
export function percentile(ascending: readonly number[], percent: number): number | undefined {
  return ascending[Math.max(0, Math.ceil((percent / HUNDRED) * ascending.length) - 1)];
}

/** Median, 99th percentile and maximum of ascending values; `undefined` where there are none. */
export function latencySummary(ascending: readonly number[]): LatencySummary | undefined {
  const p50 = percentile(ascending, 50);
  const p99 = percentile(ascending, 99);
  const max = ascending.at(-1);
  if (p50 === undefined || p99 === undefined || max === undefined) return undefined;
  return { count: ascending.length, p50, p99, max };
}

/** The bin that a latency falls into; everything under a millisecond is one bin. */
export function binOf(latencyMs: number): { readonly fromMs: number; readonly toMs: number } {
  if (latencyMs < 1) return { fromMs: 0, toMs: 1 };
  let decade = 1;
  while (latencyMs >= decade * 10) decade *= 10;
  const edges = [...DECADE.map((edge) => edge * decade), decade * 10];
  const above = edges.findIndex((edge) => edge > latencyMs);
  return { fromMs: edges[above - 1] ?? decade, toMs: edges[above] ?? decade * 10 };
}

/**
 * Histogram over logarithmic bins, from the first that holds something to the last, empty ones between
 * included.
 */
export function latencyHistogram(ascending: readonly number[]): readonly LatencyBin[] {
  const first = ascending[0];
  const last = ascending.at(-1);
  if (first === undefined || last === undefined) return [];
  const bins: LatencyBin[] = [];
  for (let bin = binOf(first); bin.fromMs <= last; bin = binOf(bin.toMs)) {
    bins.push({ ...bin, count: countWithin(ascending, bin.fromMs, bin.toMs) });
  }
  return bins;
}

/** How many deliveries came over how many links: the index is the number of links. */
export function hopCounts(recording: Recording): readonly number[] {
  const counts: number[] = [];
  for (const message of recording.messages) {
    for (const { hops } of deliveriesToOthers(message)) {
      while (counts.length <= hops) counts.push(0);
      counts[hops] = (counts[hops] ?? 0) + 1;
    }
  }
  return counts;
}

/**
 * What broadcasts cost against the number of peers alive when they were sent, those that are alike
 * together.
 */
export function frameCosts(recording: Recording): readonly FrameCost[] {
  const costs = new Map<string, FrameCost>();
  for (const message of recording.messages) {
    const alive = aliveAt(recording, message.sentMs);
    const isCalm = message.sentMs >= recording.calmMs;
    const key = `${alive} ${message.frames} ${isCalm}`;
    const count = (costs.get(key)?.count ?? 0) + 1;
    costs.set(key, { alive, frames: message.frames, isCalm, count });
  }
  return [...costs.values()].sort((a, b) => a.alive - b.alive || a.frames - b.frames);
}

/** Deliveries to others in the whole recording. */
export function deliveryCount(recording: Recording): number {
  return recording.messages.reduce((sum, message) => sum + deliveriesToOthers(message).length, 0);
}

function countWithin(values: readonly number[], from: number, to: number): number {
  return values.filter((value) => value >= from && value < to).length;
}
