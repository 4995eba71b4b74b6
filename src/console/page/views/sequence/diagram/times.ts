/**
 * Times of the sequence view, in the reader's own time zone; of a simulated world since its beginning. Pure.
 */
import { isOfWorld } from '../../../state/clock-time.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** `15:07:20.123` */
export function clockTime(atMs: number): string {
  const date = new Date(atMs);
  const part = (value: number, digits: number): string => String(value).padStart(digits, '0');
  const parts = isOfWorld(atMs)
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds()];
  const time = parts.map((value) => part(value, 2)).join(':');
  return `${time}.${part(date.getMilliseconds(), 3)}`;
}

/** How long it was still before: `12 ms`, `1.5 s`, `2 min 5 s`. */
export function duration(lengthMs: number): string {
  if (lengthMs < SECOND_MS) return `${Math.round(lengthMs)} ms`;
  if (lengthMs < MINUTE_MS) return `${(lengthMs / SECOND_MS).toFixed(1)} s`;
  const seconds = Math.round(lengthMs / SECOND_MS);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
