/** Gathers what comes in bursts, so that the page is drawn once for each burst. */

/**
 * @param take gets what has come, in order: `gatherMs` milliseconds after the first of a batch, or when
 * `most` have come, because browsers let the timers of hidden pages wait.
 * @returns where to put each.
 */
export function gathered<T>(
  take: (batch: readonly T[]) => void,
  gatherMs: number,
  most: number,
): (one: T) => void {
  let batch: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hand = () => {
    clearTimeout(timer);
    timer = undefined;
    const full = batch;
    batch = [];
    take(full);
  };
  return (one) => {
    batch.push(one);
    if (batch.length >= most) hand();
    else timer ??= setTimeout(hand, gatherMs);
  };
}
