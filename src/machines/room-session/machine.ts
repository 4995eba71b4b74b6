/**
 * The session with the room server: one connection, one request outstanding at most, KEEPALIVE, repeats and
 * reconnects (PROTOCOL.md, "What the original room server does").
 *
 *   connection:  CLOSED ──request──▶ ONLINE { CONNECTING ──▶ READY ◀──▶ AWAITING_REPLY }
 *                  ▲──lost before Join──┘         └──lost after Join──▶ BACKING_OFF ──▶ ONLINE
 *   keepalive:   OFF ──first M──▶ RUNNING (a J every 20 s)
 *   repeat:      IDLE ──F to a J while joined──▶ PAUSING (1 s, at most 3 times) ──▶ IDLE
 *   asking:      RESTED ──fresh list needed──▶ SPENDING (5 at once, one more each 2 s) ──▶ RESTED
 *
 * Invariants: `outstanding` is written only on entering AWAITING_REPLY, so there are never two; `waiting`
 * holds each kind at most once, so a J that waits serves everyone who wants a fresh list; the room is never
 * left for an F; a member list is taken for the answer to a J only, one for each.
 */
import { createMachine, type InvokeCreator } from 'xstate';
import type { Endpoint } from '../../io/network.ts';
import type { PeerLimits } from '../../limits.ts';
import type { JoinFrame, MemberAddress, RoomServerRequest } from '../../protocol/frames.ts';
import type { Report } from '../../words/notices.ts';
import type { AddressesChanged } from '../link/machine.ts';
import { roomSessionActions, roomSessionGuards } from './actions.ts';

/** The two requests that a peer ever sends. */
export type RequestKind = RoomServerRequest['kind'];

/** Plain data. */
export interface RoomSessionContext {
  /** What is to be sent, in this order; each kind at most once. */
  readonly waiting: readonly RequestKind[];
  readonly outstanding: RequestKind | null;
  /** Whom and where to join, from JOIN_REQUESTED on. */
  readonly user: string;
  readonly room: string;
  /** True from the first M on: the room is kept whatever happens to the connection. */
  readonly isJoined: boolean;
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

/** What the connection actor tells the session. */
export type RoomConnectionEvent =
  | { readonly type: 'OPENED'; readonly localAddress: string }
  | { readonly type: 'GROUPS_RECEIVED'; readonly rooms: readonly string[] }
  | { readonly type: 'MEMBERS_RECEIVED'; readonly msid: string; readonly members: readonly MemberAddress[] }
  | { readonly type: 'FAIL_RECEIVED'; readonly message: string }
  | { readonly type: 'CLOSED'; readonly reason: string };

/** What the session tells its connection actor: write this request, in a single write. */
export type RoomConnectionCommand = { readonly type: 'WRITE'; readonly frame: RoomServerRequest };

/** Everything that a session reacts to. */
export type RoomSessionEvent =
  | RoomConnectionEvent
  | { readonly type: 'LIST_REQUESTED' }
  | { readonly type: 'JOIN_REQUESTED'; readonly room: string; readonly user: string }
  /** Somebody unknown wants to link, or has sent a message. */
  | { readonly type: 'FRESH_LIST_NEEDED' }
  /** Somebody is heard after a time without anybody: the room server is worth a try now. */
  | { readonly type: 'HEARD_AGAIN' }
  | AddressesChanged;

/** What a session tells its parent. */
export type RoomSessionAnnouncement =
  | { readonly type: 'ROOM_JOINED' }
  | { readonly type: 'JOIN_FAILED' }
  | { readonly type: 'MEMBERS_RECEIVED'; readonly isLatest: boolean };

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
  identify(context: Pick<RoomSessionContext, 'room' | 'user' | 'localAddress'>): JoinFrame;
  /**
   * Takes over the first member list of the room, and tells the user. `isLatest`: no other has been asked
   * for.
   */
  enterRoom(msid: string, members: readonly MemberAddress[], isLatest: boolean): void;
  /** A member list came that was not asked for: it is dropped and counted. */
  dropUnasked(msid: string, members: readonly MemberAddress[]): void;
  /** Takes over a later member list, and tells the user what has changed in it. */
  replaceMembers(msid: string, members: readonly MemberAddress[], isLatest: boolean): void;
}

const START: RoomSessionContext = {
  waiting: [],
  outstanding: null,
  user: '',
  room: '',
  isJoined: false,
  localAddress: '',
  attempts: 0,
  retryMs: 0,
  isListOwed: false,
  repeats: 0,
  asked: 0,
  isAskDeferred: false,
};

/** The statechart of the session with the room server; spawned when the program starts. */
export function createRoomSessionMachine(ports: RoomSessionPorts) {
  const { limits } = ports;
  return createMachine(
    {
      id: 'roomSession',
      predictableActionArguments: true,
      schema: { context: {} as RoomSessionContext, events: {} as RoomSessionEvent },
      context: START,
      type: 'parallel',
      on: {
        LIST_REQUESTED: { actions: 'queueList' },
        JOIN_REQUESTED: { actions: ['rememberRoom', 'queueJoin'] },
      },
      states: {
        connection: {
          initial: 'CLOSED',
          states: {
            CLOSED: { entry: 'forgetRequests', always: { target: 'ONLINE', cond: 'isSomethingWaiting' } },
            ONLINE: {
              invoke: { id: 'connection', src: 'connection' },
              initial: 'CONNECTING',
              on: {
                CLOSED: [
                  {
                    target: 'BACKING_OFF',
                    cond: 'isJoined',
                    actions: ['failList', 'dropList', 'drawBackOff', 'reportLost'],
                  },
                  { target: 'CLOSED', actions: ['failRequests', 'tellRequestsFailed'] },
                ],
                // A list that no J of ours has asked for is no list: who could send them at any time would decide
                // whom we dial, and how often.
                MEMBERS_RECEIVED: [
                  { cond: 'isListOwed', actions: ['forgetDebt', 'replaceMembers', 'tellMembers'] },
                  { actions: 'dropUnasked' },
                ],
                // What was sent from an address that is gone is never answered.
                ADDRESSES_CHANGED: {
                  target: 'BACKING_OFF',
                  cond: 'hasMoved',
                  actions: ['failList', 'dropList', 'drawBackOff', 'reportLost'],
                },
              },
              states: {
                CONNECTING: {
                  on: {
                    OPENED: { target: 'READY', actions: ['rememberAddress', 'rejoin', 'reportBack'] },
                    // Connects that failed while nobody was heard say nothing of the room server.
                    HEARD_AGAIN: { actions: 'forgetFailures' },
                    // What was sent while the network was gone is not answered: the connect begins anew.
                    ADDRESSES_CHANGED: {
                      target: '#roomSession.connection.ONLINE',
                      cond: 'hasNetworkBack',
                    },
                  },
                },
                READY: {
                  entry: 'forgetOutstanding',
                  always: { target: 'AWAITING_REPLY', cond: 'isSomethingWaiting' },
                },
                AWAITING_REPLY: {
                  entry: ['takeRequest', 'writeRequest'],
                  on: {
                    GROUPS_RECEIVED: { target: 'READY', cond: 'isListOutstanding', actions: 'reportGroups' },
                    MEMBERS_RECEIVED: [
                      {
                        target: 'READY',
                        cond: 'isFirstJoinOutstanding',
                        actions: ['markJoined', 'enterRoom', 'tellJoined', 'tellMembers'],
                      },
                      {
                        target: 'READY',
                        cond: 'isJoinOutstanding',
                        actions: ['forgetFailures', 'replaceMembers', 'tellMembers'],
                      },
                    ],
                    FAIL_RECEIVED: [
                      {
                        target: 'READY',
                        cond: 'isRefreshOutstanding',
                        actions: ['reportFailedRefresh', 'rememberDebt'],
                      },
                      { target: 'READY', actions: ['reportRefused', 'tellJoinFailed', 'dropRefusedJoin'] },
                    ],
                  },
                  after: {
                    REPLY_TIMEOUT: [
                      {
                        target: '#roomSession.connection.BACKING_OFF',
                        cond: 'isJoined',
                        actions: ['failList', 'dropList', 'drawBackOff', 'reportLost'],
                      },
                      {
                        target: '#roomSession.connection.CLOSED',
                        actions: ['failRequests', 'tellRequestsFailed'],
                      },
                    ],
                  },
                },
              },
            },
            BACKING_OFF: {
              entry: 'forgetOutstanding',
              always: { target: 'ONLINE', cond: 'isListWaiting' },
              on: {
                HEARD_AGAIN: 'ONLINE',
                ADDRESSES_CHANGED: { target: 'ONLINE', cond: 'hasNetworkBack' },
              },
              after: { BACK_OFF: 'ONLINE' },
            },
          },
        },
        keepalive: {
          initial: 'OFF',
          states: {
            OFF: { always: { target: 'RUNNING', cond: 'isJoined' } },
            RUNNING: { after: { KEEPALIVE: { target: 'RUNNING', actions: 'queueJoin' } } },
          },
        },
        repeat: {
          initial: 'IDLE',
          states: {
            IDLE: {
              on: { FAIL_RECEIVED: { target: 'PAUSING', cond: 'mayRepeat', actions: 'countRepeat' } },
            },
            PAUSING: { after: { REPEAT: { target: 'IDLE', actions: 'queueJoin' } } },
          },
        },
        // Whoever is unknown costs a J: what strangers may cost in a time is bounded, whatever they are called.
        asking: {
          initial: 'RESTED',
          states: {
            RESTED: {
              on: { FRESH_LIST_NEEDED: { target: 'SPENDING', actions: ['countAsk', 'queueJoin'] } },
            },
            SPENDING: {
              on: {
                FRESH_LIST_NEEDED: [
                  // It serves this one, too.
                  { cond: 'isJoinWaiting' },
                  { cond: 'mayAsk', actions: ['countAsk', 'queueJoin'] },
                  { actions: 'deferAsk' },
                ],
              },
              after: {
                FRESH_LIST: [
                  { target: 'SPENDING', cond: 'isAskDeferred', actions: ['askAtLast', 'queueJoin'] },
                  { target: 'SPENDING', cond: 'hasAskedOften', actions: 'discountAsk' },
                  { target: 'RESTED', actions: 'discountAsk' },
                ],
              },
            },
          },
        },
      },
    },
    {
      services: { connection: ports.connection },
      guards: roomSessionGuards(ports),
      actions: roomSessionActions(ports),
      delays: {
        REPLY_TIMEOUT: limits.replyTimeoutMs,
        KEEPALIVE: limits.keepaliveMs,
        REPEAT: limits.repeatDelayMs,
        FRESH_LIST: limits.freshListMs,
        BACK_OFF: ({ retryMs }) => retryMs,
      },
    },
  );
}
