/** A duration as people read it. */
const SECOND_MS = 1_000;

/** `300 ms`, `5 s`, `1.2 s`. */
export function duration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  return `${(ms / SECOND_MS).toFixed(ms % SECOND_MS === 0 ? 0 : 1)} s`;
}
