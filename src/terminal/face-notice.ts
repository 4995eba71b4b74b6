/**
 * What a terminal face shows: the peer's notices and the few that only a face has (its answers to /members,
 * /links, /status and /help, lines that it can't read, troubles of its own), with the lines that stand for
 * each.
 */

import { ROOMS_SHOWN_MAX } from '../limits/program.ts';
import type { LinkStatus, MemberStatus, PeerStatus } from '../peer/peer-api.ts';
import { harmless } from '../words/harmless.ts';
import { describe, type Notice } from '../words/notices.ts';
import type { RefusalError } from '../words/refusals.ts';
import { COMMANDS, type CommandEntry, helpLines } from './commands.ts';
import type { FaceQuery } from './grammar.ts';
import { type Invitation, invitation, invitationLines } from './invitation.ts';
import { linkLines, memberLines, pageCount, roomsPage, type StatusSummary, statusLines } from './tables.ts';
import { messageLine, type RememberedMessage } from './view/remembered-messages.ts';

/** The notices that a face makes itself. */
export type OwnNotice = { readonly window: 'command' } & (
  | { readonly type: 'members'; readonly room: string | null; readonly members: readonly MemberStatus[] }
  | { readonly type: 'links'; readonly links: readonly LinkStatus[] }
  | ({ readonly type: 'status' } & StatusSummary)
  | ({ readonly type: 'invite' } & Invitation)
  | { readonly type: 'rooms'; readonly page: number; readonly rooms: readonly string[] }
  | { readonly type: 'help'; readonly commands: readonly CommandEntry[] }
  /** A line that is no command at all; the peer's `refused` has the command's name in its place. */
  | { readonly type: 'refused'; readonly command: null; readonly input: string; readonly error: RefusalError }
  /** Messages that were shown before, oldest first. */
  | { readonly type: 'messages'; readonly messages: readonly RememberedMessage[] }
  | { readonly type: 'warning'; readonly message: string }
  /** What the face itself waits for, or has done. */
  | { readonly type: 'hint'; readonly message: string }
);

/** Anything that a terminal face shows. */
export type FaceNotice = Notice | OwnNotice;

/** The answer to a question, from the peer's status at this moment. */
export function answerQuery(query: FaceQuery, status: PeerStatus): OwnNotice {
  switch (query.type) {
    case 'MEMBERS':
      return { window: 'command', type: 'members', room: status.room, members: status.members };
    case 'LINKS':
      return { window: 'command', type: 'links', links: status.links };
    case 'ROOMS':
      return { window: 'command', type: 'rooms', page: query.page, rooms: status.rooms };
    case 'STATUS': {
      const { members, links, ...rest } = status;
      const counts = { memberCount: members.length, linkCount: links.length };
      return { window: 'command', type: 'status', ...rest, ...counts };
    }
    case 'INVITE':
      return { window: 'command', type: 'invite', ...invitation(status) };
    case 'HELP':
      return { window: 'command', type: 'help', commands: COMMANDS };
  }
}

/** A line that could not be read, as the notice that the user gets. */
export function refusedLine(input: string, error: RefusalError): OwnNotice {
  return { window: 'command', type: 'refused', command: null, input, error };
}

/** The lines that stand for a notice, harmless to show. */
export function describeLines(notice: FaceNotice): string[] {
  return rawLines(notice).map(harmless);
}

/** The same with text and names from the network in them as they came. */
export function rawLines(notice: FaceNotice): string[] {
  switch (notice.type) {
    case 'members':
      return memberLines(notice.room, notice.members);
    case 'links':
      return linkLines(notice.links);
    case 'status':
      return statusLines(notice);
    case 'invite':
      return invitationLines(notice);
    case 'groups':
      return notice.rooms.length > ROOMS_SHOWN_MAX
        ? [describe(notice), `/list 2 to /list ${pageCount(notice.rooms)} show the others.`]
        : [describe(notice)];
    case 'rooms':
      return [roomsPage(notice.rooms, notice.page)];
    case 'messages':
      return notice.messages.length === 0 ? ['There is no such message.'] : notice.messages.map(messageLine);
    case 'help':
      return helpLines();
    case 'warning':
    case 'hint':
      return [notice.message];
    case 'refused':
      return [notice.error.message];
    default:
      return [describe(notice)];
  }
}
