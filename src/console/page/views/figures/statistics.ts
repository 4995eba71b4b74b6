/** Figures of many deliveries and broadcasts. Pure. */

/** How long deliveries took, in milliseconds; nearest-rank percentiles. */
interface LatencySummary {
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

/** A broadcast: peers alive when it was sent, TEXT frames that it cost. */
export interface Broadcast {
  readonly alive: number;
  readonly frames: number;
  /** True where it was sent after the last fault had ended. */
  readonly isCalm: boolean;
}

/** Broadcasts that were alike. */
export interface FrameCost extends Broadcast {
  readonly count: number;
}

/** Numbers in their order. */
type Ascending = ArrayLike<number>;

/** Edges of the bins within a decade: about equally wide on a logarithmic scale, and easy to read. */
const DECADE = [1, 1.5, 2, 3, 5, 7] as const;
const HUNDRED = 100;
/** Made once: to make one for each number takes longer than all else that a step through time does here. */
const NUMBERS = new Intl.NumberFormat('en');

/** The nearest-rank percentile of ascending values; `undefined` where there are none. */
export function percentile(ascending: Ascending, percent: number): number | undefined {
  return ascending[Math.max(0, Math.ceil((percent / HUNDRED) * ascending.length) - 1)];
}

/** Median, 99th percentile and maximum of ascending values; `undefined` where there are none. */
export function latencySummary(ascending: Ascending): LatencySummary | undefined {
  const p50 = percentile(ascending, 50);
  const p99 = percentile(ascending, 99);
  const max = ascending[ascending.length - 1];
  return p50 === undefined || p99 === undefined || max === undefined ? undefined : { p50, p99, max };
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
export function latencyHistogram(ascending: Ascending): readonly LatencyBin[] {
  const first = ascending[0];
  const last = ascending[ascending.length - 1];
  if (first === undefined || last === undefined) return [];
  const bins: LatencyBin[] = [];
  let at = 0;
  for (let bin = binOf(first); bin.fromMs <= last; bin = binOf(bin.toMs)) {
    const begin = at;
    while ((ascending[at] ?? Number.POSITIVE_INFINITY) < bin.toMs) at += 1;
    bins.push({ ...bin, count: at - begin });
  }
  return bins;
}

/** How often each number occurs: the index is the number. */
export function countsOf(values: readonly number[]): readonly number[] {
  const counts: number[] = [];
  for (const value of values) {
    while (counts.length <= value) counts.push(0);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

/** Those that are alike together, by peers alive and frames. */
export function frameCosts(broadcasts: readonly Broadcast[]): readonly FrameCost[] {
  const costs = new Map<string, FrameCost>();
  for (const { alive, frames, isCalm } of broadcasts) {
    const key = `${alive} ${frames} ${isCalm}`;
    costs.set(key, { alive, frames, isCalm, count: (costs.get(key)?.count ?? 0) + 1 });
  }
  return [...costs.values()].sort((one, other) => one.alive - other.alive || one.frames - other.frames);
}

/** Round numbers from 0 up to at least `max`, about four of them, for an axis of whole numbers. */
export function axisTicks(max: number): readonly number[] {
  const rough = Math.max(1, max) / 4;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, decade * ([1, 2, 5, 10].find((factor) => factor * decade >= rough) ?? 10));
  return Array.from({ length: Math.ceil(Math.max(1, max) / step) + 1 }, (_, index) => index * step);
}

/** A span of time in the unit that fits: `8.4 ms`, `143 ms`, `2.3 s`, `10 min`. */
export function span(timeMs: number): string {
  if (timeMs < 9.95) return `${short(timeMs)} ms`;
  if (timeMs < 999.5) return `${Math.round(timeMs)} ms`;
  if (timeMs < 59_950) return `${short(timeMs / 1_000)} s`;
  return timeMs < 7_200_000 ? `${short(timeMs / 60_000)} min` : `${short(timeMs / 3_600_000)} h`;
}

/** A number with its noun: `1 fault`, `2 faults`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${NUMBERS.format(count)} ${count === 1 ? noun : plural}`;
}

function short(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
