/**
 * What the room session speaks: its context, its events and commands, what it announces, and what it needs of
 * the outside (machine.ts).
 */
import type { InvokeCreator } from 'xstate';
import type { Endpoint } from '../../io/network.ts';
import type { PeerLimits } from '../../limits/peer.ts';
import type { NewList } from '../../overlay/membership.ts';
import type { JoinFrame, MemberAddress, RoomServerRequest } from '../../protocol/frames.ts';
import type { Report } from '../../words/notices.ts';
import type { RoomServerRefusedError, RoomServerUnreachableError } from '../../words/refusals.ts';
import type { AddressesChanged, ListNews } from '../link/events.ts';

/** The two requests that a peer ever sends. */
export type RequestKind = RoomServerRequest['kind'];

/** Plain data. */
export interface RoomSessionContext {
  /** What is to be sent, in this order; each kind at most once. */
  readonly waiting: readonly RequestKind[];
  /** The address that the room server sees us at: the local address of the newest connection. */
  readonly localAddress: string;
  /** Connects that have failed in a row. */
  readonly attempts: number;
  /** Pause before the next connect, drawn when BACKING_OFF is entered. */
  readonly retryMs: number;
  /** True after an F to a J: the M may follow all the same, once (PROTOCOL.md). */
  readonly isListOwed: boolean;
  /** Repeats of a J that was answered by F. */
  readonly repeats: number;
  /** Fresh lists asked for lately, as far as they still count. */
  readonly asked: number;
  /** One more is needed, and is asked for as soon as one counts no more. */
  readonly isAskDeferred: boolean;
}

/** What the connection actor tells the session: the frames that have come, and its beginning and end. */
export type RoomConnectionEvent =
  | { readonly type: 'OPENED'; readonly localAddress: string }
  | { readonly type: 'GROUPS_RECEIVED'; readonly rooms: readonly string[] }
  | { readonly type: 'MEMBERS_RECEIVED'; readonly msid: string; readonly members: readonly MemberAddress[] }
  | { readonly type: 'FAIL_RECEIVED'; readonly message: string }
  | { readonly type: 'CLOSED'; readonly reason: string };

/** What the session tells its connection actor: write this request, in a single write. */
export type RoomConnectionCommand = { readonly type: 'WRITE'; readonly frame: RoomServerRequest };

/** What the session has found out, and tells itself at once. */
type RoomSessionVerdict =
  /** An M that was asked for is another list than the one before. */
  | { readonly type: 'LIST_CHANGED'; readonly list: NewList; readonly isLatest: boolean }
  /** An M that was asked for is the list that we have. */
  | { readonly type: 'LIST_CONFIRMED'; readonly isLatest: boolean }
  /** The connection is of no use any more, or could not be made. */
  | { readonly type: 'LOST'; readonly reason: string };

/** Everything that a session reacts to. */
export type RoomSessionEvent =
  | RoomConnectionEvent
  | RoomSessionVerdict
  | { readonly type: 'LIST_REQUESTED' }
  | { readonly type: 'JOIN_REQUESTED' }
  /** Somebody unknown wants to link, or has sent a message. */
  | { readonly type: 'FRESH_LIST_NEEDED' }
  /** Somebody is heard after a time without anybody: the room server is worth a try now. */
  | { readonly type: 'HEARD_AGAIN' }
  | AddressesChanged;

/** What a session tells its parent. */
export type RoomSessionAnnouncement =
  | { readonly type: 'ROOM_JOINED' }
  | { readonly type: 'JOIN_FAILED'; readonly error: RoomServerRefusedError | RoomServerUnreachableError }
  | ListNews;

/** What a session needs of the outside. */
export interface RoomSessionPorts {
  readonly limits: Pick<
    PeerLimits,
    | 'keepaliveMs'
    | 'replyTimeoutMs'
    | 'reconnectMinMs'
    | 'reconnectMaxMs'
    | 'jitterRatio'
    | 'repeatDelayMs'
    | 'repeatsMax'
    | 'freshListsMax'
    | 'freshListMs'
  >;
  readonly roomServer: Endpoint;
  readonly report: Report;
  /**
   * Invoked as `connection`: takes RoomConnectionCommand, sends RoomConnectionEvent; ended when it is
   * stopped.
   */
  readonly connection: InvokeCreator<RoomSessionContext, RoomSessionEvent>;
  /** True if this computer has other addresses now, and not this one. */
  hasMovedFrom(address: string): boolean;
  /** Uniform in [0, 1). */
  random(): number;
  /** Takes on the identity that the room server is told, and returns our J. */
  identify(localAddress: string): JoinFrame;
  /** A list, held against the present one; `undefined` where it is the same. Changes nothing. */
  compareMembers(msid: string, members: readonly MemberAddress[]): NewList | undefined;
  /** Takes over another member list. `isLatest`: no other has been asked for. */
  takeMembers(list: NewList, isLatest: boolean): void;
  /** The member list that we have has come again. */
  confirmMembers(isLatest: boolean): void;
  /** Tells the user that the room has been joined, and who is in it. */
  reportJoined(): void;
  /** A member list came that was not asked for: it is dropped and counted. */
  dropUnasked(members: readonly MemberAddress[]): void;
}
