/**
 * What the program tells its user, as data: one union for every face (REPL, line mode, JSON, web console),
 * each notice with the window that it belongs to and, through `describe`, the sentence that is shown. Their
 * fields stand in notice-fields.ts.
 *
 * Strings that came from the network are raw in here: a face makes them harmless before it shows them.
 */
import { FAULT_SHOWN_CHARACTERS, NAMES_SHOWN_MAX, ROOMS_SHOWN_MAX } from '../limits/program.ts';
import type { Member } from '../overlay/member.ts';
import { cutShort } from './cut-short.ts';
import { duration } from './duration.ts';
import { whoIs } from './faults.ts';
import type { CommandFields, DropKind, MessageFields, Window } from './notice-fields.ts';
import { quoted } from './quoted.ts';
import type { RefusalError } from './refusals.ts';

export type { CommandName, DropKind, UserState, Window } from './notice-fields.ts';

/** A refusal is the error itself, which a face may show with all that it knows. */
type ShownCommandFields = Omit<CommandFields, 'refused'> & {
  refused: Omit<CommandFields['refused'], 'error'> & { error: RefusalError };
};

type NoticeOf<W extends Window, Kinds> = {
  [Type in keyof Kinds]: { readonly window: W; readonly type: Type } & Readonly<Kinds[Type]>;
}[keyof Kinds];

/** Anything that a window shows. */
export type Notice = NoticeOf<'message', MessageFields> | NoticeOf<'command', ShownCommandFields>;

/** Where machines and actors put what the user is to be told. MUST NOT block, MUST keep order. */
export type Report = (notice: Notice) => void;

function names(members: readonly Member[]): string {
  return listed(members.map(whoIs));
}

/** "alice, bob and 196 others": a list in a sentence, which stays a sentence however long the list is. */
function listed(words: readonly string[], count = words.length): string {
  if (count <= NAMES_SHOWN_MAX) return words.join(', ');
  const rest = count - NAMES_SHOWN_MAX;
  return `${words.slice(0, NAMES_SHOWN_MAX).join(', ')} and ${rest} other${rest === 1 ? '' : 's'}`;
}

function describeMembersChanged(joined: readonly Member[], left: readonly Member[], count: number): string {
  const parts = [
    joined.length > 0 ? `${names(joined)} joined the room.` : '',
    left.length > 0 ? `${names(left)} left the room.` : '',
  ].filter((part) => part !== '');
  return `${parts.join(' ')} ${count === 1 ? 'You are alone in it.' : `It has ${count} members.`}`;
}

function describeJoined(room: string, self: Member, members: readonly Member[]): string {
  const count = members.length === 1 ? '1 member' : `${members.length} members`;
  return `Joined ${room} as ${whoIs(self)}. ${count}: ${names(members)}.`;
}

function describeExhausted(tried: readonly string[], count: number, retryMs: number): string {
  if (count === 0) return 'Nobody to set up a forward link to for now.';
  return `No forward link: ${listed(tried, count)} could not be reached. Trying again in ${duration(retryMs)}.`;
}

function describeGroups(rooms: readonly string[]): string {
  if (rooms.length <= ROOMS_SHOWN_MAX) return `Rooms: ${rooms.join(', ')}.`;
  return `Rooms 1 to ${ROOMS_SHOWN_MAX} of ${rooms.length}: ${rooms.slice(0, ROOMS_SHOWN_MAX).join(', ')}.`;
}

const SHOWN_CHARACTERS = 40;

/** Own messages in the words of a sentence's subject. */
function sayings(count: number, last: string): string {
  const text = last.length > SHOWN_CHARACTERS ? `${last.slice(0, SHOWN_CHARACTERS)}…` : last;
  return count === 1 ? `Your message "${text}"` : `Your last ${count} messages, up to "${text}",`;
}

const DROPPED: Record<DropKind, string> = {
  duplicate: 'duplicate message',
  'wrong room': 'message for another room',
  malformed: 'malformed frame',
  'own name': 'message that claims to be ours',
  'over its share': 'message more than can be remembered at a time',
  unexpected: 'frame out of turn',
  'refused poke': 'refused poke',
};

/** A wrong frame in a sentence. */
function quotedBytes(bytes: string): string {
  return cutShort(quoted(bytes), FAULT_SHOWN_CHARACTERS);
}

/** The sentence that a face shows for a notice; text and names from the network are in it as they came. */
export function describe(notice: Notice): string {
  switch (notice.type) {
    case 'text':
      return `${notice.user}: ${notice.content}`;
    case 'poked':
      return `${notice.user} pokes you!`;
    case 'listening':
      return `Listening on port ${notice.port} (TCP and UDP).`;
    case 'room server started':
      return `No room server was running: started one on ${notice.host}:${notice.port}, here in this program.`;
    case 'console opened':
      return `Web console: ${notice.url}`;
    case 'named':
      return `Your name is ${notice.user}.`;
    case 'groups':
      return notice.rooms.length === 0 ? 'There are no rooms yet.' : describeGroups(notice.rooms);
    case 'joined':
      return describeJoined(notice.room, notice.self, notice.members);
    case 'members changed':
      return describeMembersChanged(notice.joined, notice.left, notice.count);
    case 'state':
      return `${notice.from} → ${notice.to}.`;
    case 'forward linked':
      return `Forward link to ${whoIs(notice.member)}.`;
    case 'forward lost':
      return `Forward link to ${whoIs(notice.member)} lost: ${notice.reason}.`;
    case 'forward failback':
      return `Forward link back to ${whoIs(notice.to)}, which answers again; the one to ${whoIs(notice.from)} is closed.`;
    case 'forward yielded':
      return `Forward link to ${whoIs(notice.member)} closed: it has a link to us, one is enough.`;
    case 'forward renewed':
      return `Forward link to ${whoIs(notice.member)} replaced by a new one to it.`;
    case 'backward linked':
      return `Backward link from ${whoIs(notice.member)}.`;
    case 'backward lost':
      return `Backward link from ${whoIs(notice.member)} lost: ${notice.reason}.`;
    case 'search exhausted':
      return describeExhausted(notice.tried, notice.count, notice.retryMs);
    case 'room server lost':
      return `Connection to the room server lost: ${notice.reason}. Links to members stay; reconnecting in ${duration(notice.retryMs)}.`;
    case 'room server back':
      return `Connected to the room server ${notice.host}:${notice.port} again.`;
    case 'room server unreachable':
      return `Cannot reach the room server ${notice.host}:${notice.port}: ${notice.reason}. Trying again in ${duration(notice.retryMs)}.`;
    case 'room server failed':
      return `The room server answered ${notice.request} with: ${cutShort(notice.message)}${notice.repeatMs === null ? '' : ` Asking again in ${duration(notice.repeatMs)}.`}`;
    case 'maybe offline':
      return `You may be offline: nothing heard for ${duration(notice.silentMs)}.`;
    case 'online again':
      return `Heard from the others again, after ${duration(notice.afterMs)}.`;
    case 'nobody linked':
      return notice.isKept
        ? 'Nobody is linked to you now: the message is sent if a link comes up within 10 minutes.'
        : 'Nobody is linked to you yet: the message was shown here only.';
    case 'messages in doubt':
      return `${sayings(notice.count, notice.last)} may not have arrived: every link that took ${notice.count === 1 ? 'it' : 'them'} is dead. ${notice.count === 1 ? 'It is' : 'They are'} sent again if a link comes up within 10 minutes.`;
    case 'messages sent again':
      return `${sayings(notice.count, notice.last)} ${notice.count === 1 ? 'was' : 'were'} sent again, to ${whoIs(notice.member)}.`;
    case 'poke received':
      return `Poke from ${notice.user}, answered.`;
    case 'poke whom':
      return `To whom you want to send the poke? ${listed(notice.nicknames) || 'Nobody else is in the room.'}`;
    case 'poke sent':
      return `Poke sent to ${notice.user} (${notice.ip}:${notice.port}).`;
    case 'poke answered':
      return `${notice.user} answered the poke after ${duration(notice.afterMs)}.`;
    case 'poke unanswered':
      return `${notice.user} has not answered the poke within ${duration(notice.afterMs)}.`;
    case 'dropped':
      return `Dropped ${notice.count === 1 ? `a ${DROPPED[notice.kind]}` : `${notice.count} × ${DROPPED[notice.kind]}, the last`}: ${notice.last}.`;
    case 'fault':
      return notice.bytes === null ? notice.words : `${notice.words} Bytes: ${quotedBytes(notice.bytes)}`;
    case 'refused':
      return notice.error.message;
    case 'quit':
      return 'Goodbye.';
  }
}
