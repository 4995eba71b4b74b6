/**
 * Times as the page shows and takes them, in the reader's own time zone. The times of a simulated world count
 * from its beginning, and are shown so: as hours, minutes and seconds since then. Pure.
 *
 * Invariant: exact times of one day are in the order of their texts, so that they can be compared as written.
 */

/** A time before this is one of a simulated world: a day at most (`simulate --minutes`), and some more. */
const WORLD_MAX_MS = 10 * 86_400_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?$/;

/** True for a time of a simulated world. */
export function isOfWorld(atMs: number): boolean {
  return atMs < WORLD_MAX_MS;
}

/** `15:07:24.123`, of milliseconds since 1970, or since the beginning of a simulated world. */
export function exactTimeOfDay(atMs: number): string {
  const date = new Date(atMs);
  const part = (value: number, digits: number): string => String(value).padStart(digits, '0');
  const parts = isOfWorld(atMs)
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds()];
  const time = parts.map((value) => part(value, 2)).join(':');
  return `${time}.${part(date.getMilliseconds(), 3)}`;
}

/** `15:07:24`. */
export function timeOfDay(atMs: number): string {
  return exactTimeOfDay(atMs).slice(0, '15:07:24'.length);
}

/** How long something took: `12 ms`, `1.5 s`, `2 min 5 s`. */
export function duration(lengthMs: number): string {
  if (lengthMs < SECOND_MS) return `${Math.round(lengthMs)} ms`;
  if (lengthMs < MINUTE_MS) return `${(lengthMs / SECOND_MS).toFixed(1)} s`;
  const seconds = Math.round(lengthMs / SECOND_MS);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * The moment that somebody has typed: `16:52`, `16:52:58` or `16:52:58.120`, on the day of another moment.
 * @returns `undefined` for anything else.
 */
export function parseTime(text: string, onDayOfMs: number): number | undefined {
  const [, hours, minutes, seconds = '0', fraction = '0'] = TIME.exec(text.trim()) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const day = new Date(onDayOfMs);
  const ms = Number(fraction.padEnd(3, '0'));
  return isOfWorld(onDayOfMs)
    ? day.setUTCHours(hour, minute, second, ms)
    : day.setHours(hour, minute, second, ms);
}
