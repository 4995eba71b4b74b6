/**
 * What the link machine speaks: its context, its events and commands, what it announces, and what it needs of
 * the outside (machine.ts).
 */
import type { InvokeCreator } from 'xstate';
import type { Endpoint } from '../../io/network.ts';
import type { PeerLimits } from '../../limits/peer.ts';
import type { LinkDirection, LinkEnd } from '../../overlay/link-table.ts';
import type { Member } from '../../overlay/member.ts';
import type { MembershipChange } from '../../overlay/membership.ts';
import type { HandshakeFrame, HandshakeOkFrame } from '../../protocol/frames.ts';
import type { Fault, Neighbour } from '../../words/faults.ts';

/** Plain data. */
export interface LinkContext {
  /** Backward: the name of the accepted connection. */
  readonly id: string;
  readonly direction: LinkDirection;
  /** Forward: where to dial. Backward: where the connection came from. */
  readonly remote: Endpoint;
  /** Forward: whom we dial. Backward: who it claims to be, once it has said so. */
  readonly member: Member | null;
  /** The last msgID that the other side has used, as its P or S said. */
  readonly msgId: number;
  /** When it came up; 0 before that. */
  readonly upSinceMs: number;
  /** Why it ended, as the user reads it; empty while it lives. */
  readonly reason: string;
  /** True if it ended because something failed; false where one of the two sides just closed it. */
  readonly isBroken: boolean;
  /** How it ended, for what may be missing at the other side; of no meaning while it lives. */
  readonly end: LinkEnd;
}

/** A link that has not begun. */
export function newLink(start: Pick<LinkContext, 'id' | 'direction' | 'remote' | 'member'>): LinkContext {
  return { ...start, msgId: 0, upSinceMs: 0, reason: '', isBroken: false, end: 'closed' };
}

/** What the connection actor tells the link. */
export type LinkConnectionEvent =
  | { readonly type: 'OPENED' }
  | {
      readonly type: 'HANDSHAKE_RECEIVED';
      readonly handshake: HandshakeFrame;
      readonly admission: Admission;
    }
  | { readonly type: 'HANDSHAKE_OK_RECEIVED'; readonly msgId: number }
  /** The other side has answered our P with F, and what it says. */
  | { readonly type: 'HANDSHAKE_REFUSED'; readonly message: string }
  | { readonly type: 'CLOSED'; readonly reason: string; readonly isBroken: boolean; readonly end: LinkEnd };

/** What the link tells its connection actor. */
export type LinkConnectionCommand =
  | { readonly type: 'WRITE'; readonly frame: HandshakeFrame | HandshakeOkFrame }
  /** The link is up: TEXT goes to the relay from now on. */
  | { readonly type: 'RELAY'; readonly member: Member; readonly msgId: number }
  /** Another way leads to the room from now on: FIN waits until what is on its way has come by this one. */
  | { readonly type: 'OVERLAP' };

/** What the network says of the bytes that were written; see `Connection.acknowledgement`. */
export type AcknowledgementEvent =
  | { readonly type: 'ACKNOWLEDGED' }
  | { readonly type: 'UNACKNOWLEDGED' }
  | { readonly type: 'UNPROVABLE' };

/** This computer has other addresses than before; `hasAppeared`: one of them is new, or is back. */
export interface AddressesChanged {
  readonly type: 'ADDRESSES_CHANGED';
  readonly hasAppeared: boolean;
}

/**
 * A member list has come that was asked for, and what has changed in it; `isLatest` unless one that was asked
 * for later is still to come.
 */
export type ListNews =
  | ({ readonly type: 'LIST_CHANGED'; readonly isLatest: boolean } & MembershipChange)
  /** Nothing has changed. */
  | { readonly type: 'LIST_CONFIRMED'; readonly isLatest: boolean };

/** Everything that a link reacts to. */
export type LinkEvent =
  | LinkConnectionEvent
  | AcknowledgementEvent
  | AddressesChanged
  | ListNews
  /** From the search: the handshake may begin. */
  | { readonly type: 'GREET' }
  /** From the search: this established link is the forward link now. */
  | { readonly type: 'DECLARE' }
  /** From the parent: it is not wanted any more. */
  | { readonly type: 'CLOSE'; readonly reason: string }
  /** From the search: a link with another member has taken its place; CLOSE comes next. */
  | { readonly type: 'REPLACED' }
  /** From the search: it is not worth a dial now; the link is watched on. */
  | { readonly type: 'SPARE' }
  /** From the search: the member was dialled anew, in vain. */
  | { readonly type: 'CONDEMN' };

/** A link that is up, and who is at its other end. */
interface Linked {
  readonly link: string;
  readonly member: Member;
}

/** How a link, or a dial, has ended. */
export interface Ending extends Linked {
  /** True if something failed; false where one of the two sides just closed it. */
  readonly isBroken: boolean;
  readonly end: LinkEnd;
  /** For how long it was up, in milliseconds; 0 for what never was. */
  readonly linkedMs: number;
  readonly reason: string;
}

/** What a forward link tells its parent, the search. */
export type ForwardAnnouncement =
  /** It is connected, and waits for GREET. */
  | { readonly type: 'LINK_OPENED'; readonly link: string }
  /** Its handshake is done, and it waits for DECLARE. */
  | { readonly type: 'LINK_ESTABLISHED'; readonly link: string }
  /** It is dead (`isProved`), or may be; it stays until the search has dialled anew. */
  | { readonly type: 'LINK_SUSPECT'; readonly link: string; readonly isProved: boolean }
  /** It has ended before it was up. */
  | ({ readonly type: 'DIAL_FAILED' } & Ending)
  | ({ readonly type: 'FORWARD_LINKED' } & Linked)
  /** It was up and has ended. */
  | ({ readonly type: 'FORWARD_LOST' } & Ending);

/** What becomes of backward links that were up: the search is told the same. */
export type BackwardLinkNews =
  | ({ readonly type: 'BACKWARD_LINKED' } & Linked)
  /** It was up and has ended. */
  | ({ readonly type: 'BACKWARD_LOST' } & Ending);

/** What a backward link tells its parent, the user machine. */
export type BackwardAnnouncement =
  | BackwardLinkNews
  /** It has ended before it was up: we refused its handshake, or it did not come so far. */
  | { readonly type: 'BACKWARD_REFUSED'; readonly link: string; readonly reason: string }
  | { readonly type: 'FRESH_LIST_NEEDED' };

/** What a link tells its parent. */
export type LinkAnnouncement = ForwardAnnouncement | BackwardAnnouncement;

/** What the receiving side makes of a handshake (PROTOCOL.md, "Handshake, receiving side"). */
export type Admission = 'member' | 'unknown' | 'refused';

/** What a link needs of the outside. */
export interface LinkPorts {
  readonly limits: Pick<
    PeerLimits,
    'handshakeTimeoutMs' | 'refusalMs' | 'refusalPairMs' | 'absenceMs' | 'watchMs' | 'silenceMs' | 'proofMs'
  >;
  /**
   * Invoked as `connection`: takes LinkConnectionCommand, sends LinkConnectionEvent; ended when it is
   * stopped.
   */
  readonly connection: InvokeCreator<LinkContext, LinkEvent>;
  /** Invoked as `acknowledgement`: sends one AcknowledgementEvent. */
  readonly acknowledgement: InvokeCreator<LinkContext, LinkEvent>;
  nowMs(): number;
  /** Our P, with the last msgID that we have used. */
  ownHandshake(): HandshakeFrame;
  /** The last msgID that we have used. */
  lastMsgId(): number;
  /** True if another backward link may come up, of this member and this address. */
  hasRoomForBackward(member: Member, from: Endpoint): boolean;
  /** True if this member is on the list now. */
  isListed(member: Member): boolean;
  /** Members with this nickname. */
  membersNamed(user: string): readonly Member[];
  /** Something is wrong with a neighbour: the user is told once of each and kind. */
  tellFault(neighbour: Neighbour, fault: Fault): void;
  /** For how long this link has been written to without anything coming back, in milliseconds. */
  silentMs(link: string): number;
  /** This link has ended, and how: what was written to it may be missing at the other side. */
  ended(link: string, member: Member | null, end: LinkEnd): void;
  /** The other end is there: its silence counts from the next write again. */
  answered(link: string): void;
  /** True while this computer has not the address that the link's connection leaves from. */
  hasLostAddress(link: string): boolean;
  /** True if this computer has an address besides loopback. */
  hasAddress(): boolean;
}
