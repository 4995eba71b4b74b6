/**
 * What a link does, by name: its guards, what it remembers, and what it tells its connection and its parent.
 * The chart itself is in machine.ts.
 */
import { type ActorRef, actions, assign, type MachineOptions, sendParent } from 'xstate';
import { type Member, memberKey, toMember } from '../../overlay/member.ts';
import { cutShort } from '../../words/cut-short.ts';
import { duration } from '../../words/duration.ts';
import {
  type FaultKind,
  faultOf,
  memberNeighbour,
  type Neighbour,
  strangerAt,
  unlisted,
} from '../../words/faults.ts';
import { eventOf } from '../event-of.ts';
import type {
  Ending,
  LinkAnnouncement,
  LinkConnectionCommand,
  LinkContext,
  LinkEvent,
  LinkPorts,
} from './events.ts';

const { sendTo } = actions;

type ConnectionRef = ActorRef<LinkConnectionCommand>;
type LinkActions = NonNullable<MachineOptions<LinkContext, LinkEvent>['actions']>;

/** Who is at the other end of a link that is up, or that was dialled. */
function known(member: Member | null): Member {
  if (member === null) throw new TypeError('nobody knows yet who is at the other end');
  return member;
}

/** True if the member at the other end is one of these. */
function isAmong({ member }: LinkContext, members: readonly Member[]): boolean {
  const key = memberKey(known(member));
  return members.some((each) => memberKey(each) === key);
}

/** The guards by the names that the statechart uses. */
export function linkGuards(ports: LinkPorts) {
  const admission = (event: LinkEvent) => eventOf(event, 'HANDSHAKE_RECEIVED').admission;
  const isListed = ({ member }: LinkContext) => member !== null && ports.isListed(member);
  return {
    isForward: ({ direction }: LinkContext) => direction === 'forward',
    isFromMember: (_: LinkContext, event: LinkEvent) => admission(event) === 'member',
    isFromUnknown: (_: LinkContext, event: LinkEvent) => admission(event) === 'unknown',
    isListedNow: isListed,
    hasLeft: (context: LinkContext, event: LinkEvent) =>
      isAmong(context, eventOf(event, 'LIST_CHANGED').left),
    isBack: (context: LinkContext, event: LinkEvent) =>
      isAmong(context, eventOf(event, 'LIST_CHANGED').joined),
    /** Others may have come up since this connection was accepted. */
    isWelcomeNow: ({ member, remote }: LinkContext) =>
      member !== null && ports.isListed(member) && ports.hasRoomForBackward(member, remote),
    /**
     * An M that was under way when we asked may be older than the member: only the last one asked for
     * decides.
     */
    isUnlistedNow: (context: LinkContext, event: LinkEvent) =>
      eventOf(event, 'LIST_CHANGED', 'LIST_CONFIRMED').isLatest && !isListed(context),
    isLatest: (_: LinkContext, event: LinkEvent) => eventOf(event, 'LIST_CHANGED', 'LIST_CONFIRMED').isLatest,
    /**
     * TCP keepalive finds a dead neighbour only while nothing waits to be acknowledged; so who is silent
     * while we write is looked at.
     */
    isSilent: ({ id }: LinkContext) => ports.silentMs(id) >= ports.limits.silenceMs,
    isHeard: ({ id }: LinkContext) => ports.silentMs(id) === 0 && !ports.hasLostAddress(id),
    isUnansweredOnNewNetwork: ({ id }: LinkContext, event: LinkEvent) =>
      eventOf(event, 'ADDRESSES_CHANGED').hasAppeared && ports.silentMs(id) > 0,
    hasLostAddress: ({ id }: LinkContext) => ports.hasLostAddress(id),
    hasAddressBack: ({ id }: LinkContext) => !ports.hasLostAddress(id),
    /** Without any address there is no way to dial anew, and the old one may be back in a moment. */
    isReplaceable: ({ id, direction }: LinkContext) =>
      direction === 'forward' && ports.hasLostAddress(id) && ports.hasAddress(),
  };
}

function remembering({ nowMs }: LinkPorts): LinkActions {
  return {
    rememberClaim: assign({
      member: (_, event) => toMember(eventOf(event, 'HANDSHAKE_RECEIVED').handshake),
      msgId: (_, event) => eventOf(event, 'HANDSHAKE_RECEIVED').handshake.msgId,
    }),
    rememberRefusal: assign({ reason: (_, event) => refusalOf(eventOf(event, 'HANDSHAKE_REFUSED').message) }),
    rememberWelcome: assign({
      msgId: (_, event) => eventOf(event, 'HANDSHAKE_OK_RECEIVED').msgId,
      reason: '',
    }),
    rememberMsgId: assign({ msgId: (_, event) => eventOf(event, 'HANDSHAKE_OK_RECEIVED').msgId }),
    rememberUp: assign({ upSinceMs: () => nowMs() }),
    rememberReason: assign({ reason: (_, event) => eventOf(event, 'CLOSE').reason }),
    rememberEnd: assign({
      reason: (_, event) => eventOf(event, 'CLOSED').reason,
      isBroken: (_, event) => eventOf(event, 'CLOSED').isBroken,
      end: (_, event) => eventOf(event, 'CLOSED').end,
    }),
    rememberLoss: assign({ end: 'lost' }),
    forgetLoss: assign({ end: 'closed' }),
    blameSilence: assign({ reason: 'its handshake did not come in time', isBroken: true, end: 'lost' }),
    blameRefusal: assign({ reason: 'its handshake was refused' }),
    blameUnlisted: assign({ reason: 'it is not on the member list' }),
    blameRoomServer: assign({ reason: 'the room server did not tell in time whether it is a member' }),
    // It may be alive, and back soon, where it was the room server that forgot: failback remembers it.
    blameAbsence: assign({ reason: 'it has left the member list', isBroken: true, end: 'lost' }),
    blameAddress: assign({ reason: 'this computer has another address now', isBroken: true, end: 'lost' }),
    blameDeath: assign({ reason: 'it does not answer any more', isBroken: true, end: 'lost' }),
  };
}

/** Who is at the other end, as far as it has said. */
function neighbourOf({ direction, member, remote }: LinkContext): Neighbour {
  if (member === null) return strangerAt(remote);
  return { ...memberNeighbour(member), isMember: direction === 'forward' };
}

/** What is wrong with the other side, and is not to be seen in its bytes: those the connection looks at. */
function telling({ limits, membersNamed, tellFault }: LinkPorts): LinkActions {
  const tell = (context: LinkContext, kind: FaultKind, detail?: string) => {
    const neighbour = neighbourOf(context);
    tellFault(neighbour, faultOf(kind, neighbour, detail));
  };
  return {
    tellNoAnswer: (context) =>
      tell(context, context.direction === 'forward' ? 'no S' : 'no P', duration(limits.handshakeTimeoutMs)),
    tellUnlisted: (context) => {
      const member = known(context.member);
      tell(context, 'not listed', unlisted(member, membersNamed(member.user)));
    },
    tellCrowd: (context) => tell(context, 'crowd of handshakes'),
  };
}

/** What a member says that refuses us is foreign text. */
function refusalOf(message: string): string {
  return `it refused us: ${cutShort(message)}`;
}

/** The actions by the names that the statechart uses. */
export function linkActions(ports: LinkPorts): LinkActions {
  return {
    ...remembering(ports),
    ...telling(ports),
    sendHandshake: sendTo<LinkContext, LinkEvent, ConnectionRef>('connection', () => ({
      type: 'WRITE',
      frame: ports.ownHandshake(),
    })),
    sendHandshakeOk: sendTo<LinkContext, LinkEvent, ConnectionRef>('connection', () => ({
      type: 'WRITE',
      frame: { kind: 'HANDSHAKE OK', msgId: ports.lastMsgId() },
    })),
    startRelay: sendTo<LinkContext, LinkEvent, ConnectionRef>('connection', ({ member, msgId }) => ({
      type: 'RELAY',
      member: known(member),
      msgId,
    })),
    overlap: sendTo<LinkContext, LinkEvent, ConnectionRef>('connection', { type: 'OVERLAP' }),
    recordEnd: ({ id, member, end }) => ports.ended(id, member, end),
    forgiveSilence: ({ id }) => ports.answered(id),
    askForFreshList: sendParent((): LinkAnnouncement => ({ type: 'FRESH_LIST_NEEDED' })),
    announceOpened: sendParent(
      ({ id }: LinkContext): LinkAnnouncement => ({ type: 'LINK_OPENED', link: id }),
    ),
    announceEstablished: sendParent(
      ({ id }: LinkContext): LinkAnnouncement => ({ type: 'LINK_ESTABLISHED', link: id }),
    ),
    announceDead: sendParent(
      ({ id }: LinkContext): LinkAnnouncement => ({ type: 'LINK_SUSPECT', link: id, isProved: true }),
    ),
    announceUnprovable: sendParent(
      ({ id }: LinkContext): LinkAnnouncement => ({ type: 'LINK_SUSPECT', link: id, isProved: false }),
    ),
    announceUp: sendParent(
      ({ id: link, direction, member }: LinkContext): LinkAnnouncement => ({
        type: direction === 'forward' ? 'FORWARD_LINKED' : 'BACKWARD_LINKED',
        link,
        member: known(member),
      }),
    ),
    announceLost: sendParent((context: LinkContext): LinkAnnouncement => {
      const linkedMs = ports.nowMs() - context.upSinceMs;
      const type = context.direction === 'forward' ? 'FORWARD_LOST' : 'BACKWARD_LOST';
      return { type, ...endingOf(context), linkedMs };
    }),
    announceFailed: sendParent((context: LinkContext): LinkAnnouncement => {
      const { id: link, direction, reason } = context;
      return direction === 'forward'
        ? { type: 'DIAL_FAILED', ...endingOf(context), linkedMs: 0 }
        : { type: 'BACKWARD_REFUSED', link, reason };
    }),
  };
}

function endingOf({ id: link, member, isBroken, end, reason }: LinkContext): Omit<Ending, 'linkedMs'> {
  return { link, member: known(member), isBroken, end, reason };
}
