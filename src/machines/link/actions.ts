/**
 * What a link does, by name: its guards, what it remembers, and what it tells its connection and its parent.
 * The chart itself is in machine.ts.
 */
import { type ActorRef, actions, assign, type MachineOptions, sendParent } from 'xstate';
import { type Member, toMember } from '../../overlay/member.ts';
import { eventOf } from '../event-of.ts';
import type { LinkAnnouncement, LinkConnectionCommand, LinkContext, LinkEvent, LinkPorts } from './events.ts';

const { sendTo } = actions;

type ConnectionRef = ActorRef<LinkConnectionCommand>;
type LinkActions = NonNullable<MachineOptions<LinkContext, LinkEvent>['actions']>;

function known(member: Member | null): Member {
  if (member === null) throw new TypeError('a link that is up has a member');
  return member;
}

/** The guards by the names that the statechart uses. */
export function linkGuards(ports: LinkPorts) {
  const admission = ({ remote }: LinkContext, event: LinkEvent) =>
    ports.admit(eventOf(event, 'HANDSHAKE_RECEIVED').handshake, remote);
  const isListed = ({ member }: LinkContext) => member !== null && ports.isListed(member);
  return {
    isForward: ({ direction }: LinkContext) => direction === 'forward',
    isFromMember: (context: LinkContext, event: LinkEvent) => admission(context, event) === 'member',
    isFromUnknown: (context: LinkContext, event: LinkEvent) => admission(context, event) === 'unknown',
    isListedNow: isListed,
    /** Others may have come up since this connection was accepted. */
    isWelcomeNow: ({ member, remote }: LinkContext) =>
      member !== null && ports.isListed(member) && ports.hasRoomForBackward(member, remote),
    /**
     * An M that was under way when we asked may be older than the member: only the last one asked for
     * decides.
     */
    isLatest: (_: LinkContext, event: LinkEvent) => eventOf(event, 'MEMBERS_RECEIVED').isLatest,
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
    rememberMsgId: assign({ msgId: (_, event) => eventOf(event, 'HANDSHAKE_OK_RECEIVED').msgId }),
    rememberUp: assign({ wasUp: true, upSinceMs: () => nowMs() }),
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

/** The actions by the names that the statechart uses. */
export function linkActions(ports: LinkPorts): LinkActions {
  return {
    ...remembering(ports),
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
      ({ id, direction, member }: LinkContext): LinkAnnouncement => ({
        type: 'LINK_UP',
        link: id,
        direction,
        member: known(member),
      }),
    ),
    announceEnd: sendParent(
      ({
        id,
        direction,
        member,
        wasUp,
        upSinceMs,
        isBroken,
        end,
        reason,
      }: LinkContext): LinkAnnouncement => ({
        type: 'LINK_ENDED',
        link: id,
        direction,
        member,
        wasUp,
        isBroken,
        end,
        linkedMs: wasUp ? ports.nowMs() - upSinceMs : 0,
        reason,
      }),
    ),
  };
}
