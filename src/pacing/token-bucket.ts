/**
 * The token bucket: so many at once, then one in an interval. A bucket that was not used for long is full
 * again, and never more than full.
 *
 * Its whole state is one number, so that a bucket for each of thousands of hosts costs no object: the time at
 * which it will be full again. (This form of the token bucket is known as GCRA.)
 *
 * Pure: the time comes from the caller, in milliseconds, and is never smaller than in the call before.
 */

/** How much a bucket lets through. */
export interface Rate {
  /** What a full bucket holds, at least 1. */
  readonly atOnce: number;
  /** One token comes back in so many ms. */
  readonly intervalMs: number;
}

/** A bucket that nothing was taken from. */
export const FULL_BUCKET = Number.NEGATIVE_INFINITY;

/**
 * The earliest time at which the next token may be taken; in the past where that is now.
 * @param fullAtMs the bucket: FULL_BUCKET, or what `withoutToken` has given last.
 */
export function nextTokenMs(fullAtMs: number, { atOnce, intervalMs }: Rate): number {
  return fullAtMs - (atOnce - 1) * intervalMs;
}

/** The bucket after a token was taken from it: when it is full again. Takes one even where none is left. */
export function withoutToken(fullAtMs: number, { intervalMs }: Rate, nowMs: number): number {
  return Math.max(fullAtMs, nowMs) + intervalMs;
}
