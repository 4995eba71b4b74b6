/**
 * The answers to /members, /links and /status as lines of text; strings from the network are in them as they
 * came.
 */

import { ROOMS_SHOWN_MAX } from '../limits/program.ts';
import type { Member } from '../overlay/member.ts';
import type { LinkStatus, MemberStatus, PeerStatus } from '../peer/peer-api.ts';

/** The status without the long lists, which have commands of their own. */
export interface StatusSummary extends Omit<PeerStatus, 'members' | 'links'> {
  readonly memberCount: number;
  readonly linkCount: number;
}

/** The members in ring order: name, address, HID, and how we are linked. */
export function memberLines(room: string | null, members: readonly MemberStatus[]): string[] {
  if (room === null) return ['You are in no room: /join ROOM first.'];
  return [
    `${counted(members.length, 'member')} of ${room}, in the order of the ring:`,
    ...columns([
      ['NAME', 'ADDRESS', 'HASH ID', 'LINK'],
      ...members.map((member) => [member.user, address(member), member.hid, linkOf(member)]),
    ]),
  ];
}

/** The links that are up, oldest first. */
export function linkLines(links: readonly LinkStatus[]): string[] {
  if (links.length === 0) return ['There are no links.'];
  return [
    `${counted(links.length, 'link')}:`,
    ...columns([
      ['DIRECTION', 'NAME', 'ADDRESS', 'HASH ID', 'DROPPED'],
      ...links.map(({ direction, member, dropped }) => [
        direction,
        member.user,
        address(member),
        member.hid,
        droppedWords(dropped),
      ]),
    ]),
  ];
}

/** State, room, room server and counters. */
export function statusLines(status: StatusSummary): string[] {
  const { state, user, room, self, port, roomServer, memberCount, linkCount, counters } = status;
  const members = `${counted(memberCount, 'member')}, ${counted(linkCount, 'link')}`;
  const { host, port: serverPort, state: serverState } = roomServer;
  const counts = Object.entries(counters).map(([name, count]) => [`  ${name}`, String(count)]);
  return columns([
    ['State', state],
    ['Name', user ?? 'none yet: /user NAME'],
    ['Room', room === null ? 'none yet: /join ROOM' : `${room} (${members})`],
    ['Address', self === null ? `port ${port}` : address(self)],
    ...(self === null ? [] : [['Hash ID', self.hid]]),
    ...(status.isOffline ? [['Network', 'you may be offline: nobody is heard']] : []),
    ['Room server', `${host}:${serverPort}, ${serverState}`],
    ...(counts.length === 0 ? [] : [['Counters', '']]),
    ...counts,
  ]);
}

/** Pages of a list of rooms. */
export function pageCount(rooms: readonly string[]): number {
  return Math.max(1, Math.ceil(rooms.length / ROOMS_SHOWN_MAX));
}

/** One page of the rooms, from 1. */
export function roomsPage(rooms: readonly string[], page: number): string {
  const pages = pageCount(rooms);
  if (rooms.length === 0) return 'No rooms are known yet: /list asks the room server.';
  if (page > pages) return `There are ${pages === 1 ? 'no more pages than one' : `${pages} pages`} of rooms.`;
  const first = (page - 1) * ROOMS_SHOWN_MAX;
  const shown = rooms.slice(first, first + ROOMS_SHOWN_MAX);
  return `Rooms ${first + 1} to ${first + shown.length} of ${rooms.length}: ${shown.join(', ')}.`;
}

function linkOf({ isSelf, links }: MemberStatus): string {
  if (isSelf) return 'you';
  return links.length === 0 ? 'none' : links.join(', ');
}

/** What of a neighbour's frames was not shown: a duplicate now and then is normal, more is not. */
function droppedWords(dropped: LinkStatus['dropped']): string {
  const words = Object.entries(dropped).map(([kind, count]) => `${count} ${kind}`);
  return words.length === 0 ? 'none' : words.join(', ');
}

function address({ ip, port }: Member): string {
  return `${ip}:${port}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Pads every column to its widest cell, with two blanks in between. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
