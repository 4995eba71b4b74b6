/** Gathers what comes in bursts, so that the page is drawn once for each burst. */

/**
 * @param take gets what has come, in order, at most once in `gatherMs` milliseconds.
 * @returns where to put each.
 */
export function gathered<T>(take: (batch: readonly T[]) => void, gatherMs: number): (one: T) => void {
  let batch: T[] = [];
  return (one) => {
    batch.push(one);
    if (batch.length > 1) return;
    setTimeout(() => {
      const full = batch;
      batch = [];
      take(full);
    }, gatherMs);
  };
}
