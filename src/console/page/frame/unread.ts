/**
 * How many lines of the Message window have come while nobody could see the page. Pure.
 *
 * Serials of notices tell what is new: after a reconnect the server sends the past again. A program that was
 * started anew counts from 1 again; what it has kept of its past is then taken as seen.
 */
import type { ConsoleNotice } from '../../feed/messages.ts';

/** What is remembered between two looks. */
export interface Unread {
  readonly count: number;
  /** The newest notice that was looked at or counted. */
  readonly serial: number;
}

/** Nothing yet. */
export const NOTHING_UNREAD: Unread = { count: 0, serial: 0 };

/** Counts what is new in `notices`, oldest first; all of it is read while the page is visible. */
export function countUnread(before: Unread, notices: readonly ConsoleNotice[], isVisible: boolean): Unread {
  const newest = notices.at(-1)?.serial ?? 0;
  if (isVisible || newest < before.serial) return { count: isVisible ? 0 : before.count, serial: newest };
  const added = notices.filter(
    ({ serial, windows, isOwn }) => serial > before.serial && windows.includes('message') && !isOwn,
  );
  return { count: before.count + added.length, serial: newest };
}

/** The title of the browser's tab. */
export function pageTitle(unread: number, room: string | null): string {
  const name = room === null ? 'P2PChat' : `${room} · P2PChat`;
  return unread === 0 ? name : `(${unread}) ${name}`;
}
