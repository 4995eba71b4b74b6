/** Times of day as the page's lists show them. */

const SECONDS = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

const MILLISECONDS = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** `15:07:24`, of milliseconds since 1970. */
export function timeOfDay(atMs: number): string {
  return SECONDS.format(atMs);
}

/** `15:07:24.123`. */
export function exactTimeOfDay(atMs: number): string {
  return MILLISECONDS.format(atMs);
}
