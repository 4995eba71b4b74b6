/**
 * The pause before the next attempt, where something has failed: exponential back-off with jitter, for
 * whatever tries again at growing intervals.
 *
 * Pure: the caller counts its attempts, and says where randomness comes from.
 */

/** The bounds of a pause. */
interface BackOff {
  /** First pause, in ms; doubles with each attempt. */
  readonly minMs: number;
  /** Longest pause, in ms. */
  readonly maxMs: number;
  /**
   * From 0 to 1: a pause is shortened by up to this share of itself, so that those who failed at one moment
   * do not all come back at one moment.
   */
  readonly jitterRatio: number;
}

/**
 * A pause in whole milliseconds.
 * @param attempts how many were in vain before this one; 0 gives the first pause.
 * @param random uniform in [0, 1); called once.
 */
export function backOffMs(
  { minMs, maxMs, jitterRatio }: BackOff,
  attempts: number,
  random: () => number,
): number {
  const fullMs = Math.min(maxMs, minMs * 2 ** attempts);
  return Math.round(fullMs * (1 - jitterRatio * random()));
}
