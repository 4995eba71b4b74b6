/**
 * Times of day as the page's lists show them, in the reader's own time zone. The times of a simulated world
 * count from its beginning, and are shown so: as hours, minutes and seconds since then.
 */

/** A time before this is one of a simulated world: a day at most (`simulate --minutes`), and some more. */
const WORLD_MAX_MS = 10 * 86_400_000;

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const EXACT = { ...CLOCK, fractionalSecondDigits: 3 } as const;

const SECONDS = new Intl.DateTimeFormat(undefined, CLOCK);
const MILLISECONDS = new Intl.DateTimeFormat(undefined, EXACT);
const WORLD_SECONDS = new Intl.DateTimeFormat(undefined, { ...CLOCK, timeZone: 'UTC' });
const WORLD_MILLISECONDS = new Intl.DateTimeFormat(undefined, { ...EXACT, timeZone: 'UTC' });

/** True for a time of a simulated world. */
export function isOfWorld(atMs: number): boolean {
  return atMs < WORLD_MAX_MS;
}

/** `15:07:24`, of milliseconds since 1970, or since the beginning of a simulated world. */
export function timeOfDay(atMs: number): string {
  return (isOfWorld(atMs) ? WORLD_SECONDS : SECONDS).format(atMs);
}

/** `15:07:24.123`. */
export function exactTimeOfDay(atMs: number): string {
  return (isOfWorld(atMs) ? WORLD_MILLISECONDS : MILLISECONDS).format(atMs);
}
