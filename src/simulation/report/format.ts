/** Numbers and times as the report writes them. */

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A moment of simulated time: `3:07.4`. */
export function clock(timeMs: number): string {
  const tenths = Math.floor(timeMs / 100);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** A span of time in the unit that fits: `8.4 ms`, `143 ms`, `2.3 s`, `10 min`. */
export function span(timeMs: number): string {
  if (timeMs < 9.95) return `${short(timeMs)} ms`;
  if (timeMs < SECOND - 0.5) return `${Math.round(timeMs)} ms`;
  if (timeMs < MINUTE - 50) return `${short(timeMs / SECOND)} s`;
  return timeMs < 2 * HOUR ? `${short(timeMs / MINUTE)} min` : `${short(timeMs / HOUR)} h`;
}

/** A whole number with its thousands apart: `12,345`. */
export function whole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number with its noun: `1 fault`, `2 faults`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${whole(count)} ${count === 1 ? noun : plural}`;
}

/** Round numbers from 0 up to at least `max`, about four of them, for an axis of whole numbers. */
export function axisTicks(max: number): readonly number[] {
  const rough = Math.max(1, max) / 4;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, decade * ([1, 2, 5, 10].find((factor) => factor * decade >= rough) ?? 10));
  return Array.from({ length: Math.ceil(Math.max(1, max) / step) + 1 }, (_, index) => index * step);
}

function short(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
