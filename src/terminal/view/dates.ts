/** Local dates and times of day, as a face shows and writes them. */

const two = (part: number) => String(part).padStart(2, '0');

/** `22:30:05` */
export function formatTime(timeMs: number): string {
  const time = new Date(timeMs);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
}

/** `2026-11-28` */
export function formatDay(timeMs: number): string {
  const time = new Date(timeMs);
  return [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
}

/** `2026-11-28 22:30:05` */
export function formatDateTime(timeMs: number): string {
  return `${formatDay(timeMs)} ${formatTime(timeMs)}`;
}

/** `Saturday, 28 November 2026` */
export function formatLongDay(timeMs: number): string {
  const parts = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
  return new Intl.DateTimeFormat('en-GB', parts).format(timeMs).replace(/^(\p{L}+) /u, '$1, ');
}
