/**
 * Times as the bar shows and takes them: `16:52:58.120`, in the reader's own time zone; of a simulated world
 * since its beginning. Pure.
 */
import { exactTimeOfDay, isOfWorld } from '../state/clock-time.ts';

const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?$/;

/** A moment in words. */
export function timeWords(atMs: number): string {
  return exactTimeOfDay(atMs);
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
