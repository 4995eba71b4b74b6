/** The few numbers that a series of measurements is boiled down to. Pure. */

/** The value below which this share (0 to 1) of the values lies; the nearest one, not interpolated. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('nothing was measured');
  const sorted = [...values].sort((left, right) => left - right);
  const place = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[place] as number;
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('nothing was measured');
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** Half the distance between the quartiles, as a share of the median: what half of the runs stay within. */
export function spread(values: readonly number[]): number {
  return (percentile(values, 0.75) - percentile(values, 0.25)) / 2 / Math.abs(median(values));
}

/** A straight line through points: its slope, and how far that may be off (two standard errors). */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): {
  slope: number;
  error: number;
} {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const width = sum(points.map(({ x }) => (x - meanX) ** 2));
  const steepness = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / width;
  const rest = sum(points.map(({ x, y }) => (y - meanY - steepness * (x - meanX)) ** 2));
  return { slope: steepness, error: 2 * Math.sqrt(rest / Math.max(1, points.length - 2) / width) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
