/**
 * One peer-to-peer TCP connection, dialled by us (forward) or by the other side (backward), from its first byte to
 * its end (PROTOCOL.md, Handshake).
 *
 *   forward:  DIALLING ──OPENED──▶ HANDSHAKING (P sent) ──S──▶ LINKED
 *   backward: AWAITING_HANDSHAKE ──P of a member──▶ LINKED (S sent)
 *                     └──P of somebody unknown──▶ VERIFYING (fresh list asked for) ──listed──▶ LINKED
 *   from everywhere: ──connection lost, time-out, refusal, CLOSE──▶ ENDED
 *
 * Invariants: the connection actor lives exactly as long as OPEN; the parent hears LINK_UP at most once and
 * LINK_ENDED exactly once. TEXT never comes in here: once LINKED, the connection hands it to the relay.
 */
import { type ActorRef, actions, assign, createMachine, type InvokeCreator, sendParent } from 'xstate';
import type { Endpoint } from '../io/network.ts';
import type { PeerLimits } from '../limits.ts';
import type { LinkDirection } from '../overlay/link-table.ts';
import { type Member, toMember } from '../overlay/member.ts';
import type { HandshakeFrame, HandshakeOkFrame } from '../protocol/frames.ts';
import { eventOf } from './event-of.ts';

const { sendTo } = actions;

/** Plain data. */
export interface LinkContext {
  readonly id: string;
  readonly direction: LinkDirection;
  /** Forward: where to dial. Backward: where the connection came from. */
  readonly remote: Endpoint;
  /** Backward: the accepted connection's number at the endpoint. Forward: `null`. */
  readonly accepted: number | null;
  /** Forward: whom we dial. Backward: who it claims to be, once it has said so. */
  readonly member: Member | null;
  /** True once the handshake has been done. */
  readonly wasUp: boolean;
  /** Why it ended, as the user reads it; empty while it lives. */
  readonly reason: string;
}

/** What the connection actor tells the link. */
export type LinkConnectionEvent =
  | { readonly type: 'OPENED' }
  | { readonly type: 'HANDSHAKE_RECEIVED'; readonly handshake: HandshakeFrame }
  | { readonly type: 'HANDSHAKE_OK_RECEIVED'; readonly msgId: number }
  | { readonly type: 'CLOSED'; readonly reason: string };

/** What the link tells its connection actor. */
export type LinkConnectionCommand =
  | { readonly type: 'WRITE'; readonly frame: HandshakeFrame | HandshakeOkFrame }
  /** The handshake is done: TEXT goes to the relay from now on. */
  | { readonly type: 'RELAY'; readonly member: Member };

/** Everything that a link reacts to. */
export type LinkEvent =
  | LinkConnectionEvent
  /** A member list has come; `isLatest` unless one that was asked for later is still to come. */
  | { readonly type: 'MEMBERS_RECEIVED'; readonly isLatest: boolean }
  | { readonly type: 'CLOSE'; readonly reason: string };

/** What a link tells its parent. */
export type LinkAnnouncement =
  | {
      readonly type: 'LINK_UP';
      readonly link: string;
      readonly direction: LinkDirection;
      readonly member: Member;
    }
  | {
      readonly type: 'LINK_ENDED';
      readonly link: string;
      readonly direction: LinkDirection;
      readonly member: Member | null;
      readonly wasUp: boolean;
      readonly reason: string;
    }
  | { readonly type: 'FRESH_LIST_NEEDED' };

/** What the receiving side makes of a handshake (PROTOCOL.md, "Handshake, receiving side"). */
export type Admission = 'member' | 'unknown' | 'refused';

/** What a link needs of the outside. */
export interface LinkPorts {
  readonly limits: Pick<PeerLimits, 'handshakeTimeoutMs'>;
  /** Invoked as `connection`: takes LinkConnectionCommand, sends LinkConnectionEvent; ended when it is stopped. */
  readonly connection: InvokeCreator<LinkContext, LinkEvent>;
  /** Our P, with the last msgID that we have used. */
  ownHandshake(): HandshakeFrame;
  /** The last msgID that we have used. */
  lastMsgId(): number;
  admit(handshake: HandshakeFrame): Admission;
  /** True if this member is on the list now. */
  isListed(member: Member): boolean;
}

type ConnectionRef = ActorRef<LinkConnectionCommand>;

function known(member: Member | null): Member {
  if (member === null) throw new TypeError('a link that is up has a member');
  return member;
}

const WHY_REFUSED = 'its handshake names another room, or ourselves';

/** The statechart of one peer connection; spawn it with its context. */
export function createLinkMachine(ports: LinkPorts) {
  return createMachine(
    {
      id: 'link',
      predictableActionArguments: true,
      schema: { context: {} as LinkContext, events: {} as LinkEvent },
      initial: 'OPEN',
      states: {
        OPEN: {
          invoke: { id: 'connection', src: 'connection' },
          initial: 'NEW',
          on: {
            CLOSED: { target: 'ENDED', actions: 'rememberReason' },
            CLOSE: { target: 'ENDED', actions: 'rememberReason' },
          },
          states: {
            NEW: { always: [{ target: 'DIALLING', cond: 'isForward' }, { target: 'AWAITING_HANDSHAKE' }] },
            DIALLING: { on: { OPENED: 'HANDSHAKING' } },
            HANDSHAKING: {
              entry: 'sendHandshake',
              on: { HANDSHAKE_OK_RECEIVED: 'LINKED' },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.ENDED', actions: 'blameSilence' } },
            },
            AWAITING_HANDSHAKE: {
              on: {
                HANDSHAKE_RECEIVED: [
                  { target: 'LINKED', cond: 'isFromMember', actions: ['rememberClaim', 'sendHandshakeOk'] },
                  { target: 'VERIFYING', cond: 'isFromUnknown', actions: 'rememberClaim' },
                  { target: '#link.ENDED', actions: 'blameRefusal' },
                ],
              },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.ENDED', actions: 'blameSilence' } },
            },
            VERIFYING: {
              entry: 'askForFreshList',
              on: {
                MEMBERS_RECEIVED: [
                  { target: 'LINKED', cond: 'isListedNow', actions: 'sendHandshakeOk' },
                  { target: '#link.ENDED', cond: 'isLatest', actions: 'blameUnlisted' },
                ],
              },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.ENDED', actions: 'blameRoomServer' } },
            },
            LINKED: { entry: ['rememberUp', 'startRelay', 'announceUp'] },
          },
        },
        ENDED: { type: 'final', entry: 'announceEnd' },
      },
    },
    {
      services: { connection: ports.connection },
      guards: {
        isForward: ({ direction }) => direction === 'forward',
        isFromMember: (_, event) => ports.admit(eventOf(event, 'HANDSHAKE_RECEIVED').handshake) === 'member',
        isFromUnknown: (_, event) =>
          ports.admit(eventOf(event, 'HANDSHAKE_RECEIVED').handshake) === 'unknown',
        // An M that was under way when we asked may be older than the member: only the last one asked for decides.
        isLatest: (_, event) => eventOf(event, 'MEMBERS_RECEIVED').isLatest,
        isListedNow: ({ member }) => member !== null && ports.isListed(member),
      },
      actions: {
        rememberClaim: assign({
          member: (_, event) => toMember(eventOf(event, 'HANDSHAKE_RECEIVED').handshake),
        }),
        rememberReason: assign({ reason: (_, event) => eventOf(event, 'CLOSED', 'CLOSE').reason }),
        blameSilence: assign({ reason: 'its handshake did not come in time' }),
        blameRefusal: assign({ reason: WHY_REFUSED }),
        blameUnlisted: assign({ reason: 'it is not on the member list' }),
        blameRoomServer: assign({ reason: 'the room server did not tell in time whether it is a member' }),
        sendHandshake: sendTo<LinkContext, LinkEvent, ConnectionRef>('connection', () => ({
          type: 'WRITE',
          frame: ports.ownHandshake(),
        })),
        sendHandshakeOk: sendTo<LinkContext, LinkEvent, ConnectionRef>('connection', () => ({
          type: 'WRITE',
          frame: { kind: 'HANDSHAKE OK', msgId: ports.lastMsgId() },
        })),
        startRelay: sendTo<LinkContext, LinkEvent, ConnectionRef>('connection', ({ member }) => ({
          type: 'RELAY',
          member: known(member),
        })),
        askForFreshList: sendParent({ type: 'FRESH_LIST_NEEDED' }),
        announceUp: sendParent(
          ({ id, direction, member }: LinkContext): LinkAnnouncement => ({
            type: 'LINK_UP',
            link: id,
            direction,
            member: known(member),
          }),
        ),
        announceEnd: sendParent(
          ({ id, direction, member, reason, wasUp }: LinkContext): LinkAnnouncement => ({
            type: 'LINK_ENDED',
            link: id,
            direction,
            member,
            wasUp,
            reason,
          }),
        ),
        rememberUp: assign({ wasUp: true }),
      },
      delays: { HANDSHAKE_TIMEOUT: ports.limits.handshakeTimeoutMs },
    },
  );
}
