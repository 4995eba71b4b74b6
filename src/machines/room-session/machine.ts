/**
 * The session with the room server: one connection, one request outstanding at most, KEEPALIVE, repeats and
 * reconnects (PROTOCOL.md, "What the original room server does").
 *
 *   connection:  CLOSED ──request──▶ ONLINE { CONNECTING ──▶ READY ◀──▶ AWAITING_GROUPS or AWAITING_MEMBERS }
 *                  ▲──lost before Join──┘         └──lost after Join──▶ BACKING_OFF ──▶ ONLINE
 *   keepalive:   OFF ──JOINED──▶ RUNNING (a J every 20 s)
 *   membership:  OUTSIDE ──first M──▶ JOINED
 *                  JOINED: IDLE ──F to a J──▶ REPEATING (1 s, at most 3 times) ──▶ IDLE
 *   listing:     what is asked for by List
 *   asking:      RESTED ──fresh list needed──▶ SPENDING (5 at once, one more each 2 s) ──▶ RESTED
 *
 * The frame M (MEMBERS_RECEIVED) is held against the list that we have; what comes of it is LIST_CHANGED or
 * LIST_CONFIRMED. However a connection ends, it is LOST: each region does with that what is its own.
 *
 * Invariants: a request is written only on entering AWAITING_GROUPS or AWAITING_MEMBERS, so two are never
 * outstanding; `waiting` holds each kind at most once, so a J that waits serves everyone who wants a fresh
 * list; the room is never left for an F; a member list is taken for the answer to a J only, one for each.
 */
import { createMachine } from 'xstate';
import { roomSessionActions, roomSessionGuards } from './actions.ts';
import type { RoomSessionContext, RoomSessionEvent, RoomSessionPorts } from './events.ts';

const START: RoomSessionContext = {
  waiting: [],
  localAddress: '',
  attempts: 0,
  retryMs: 0,
  isListOwed: false,
  repeats: 0,
  asked: 0,
  isAskDeferred: false,
};

/** The connection is lost after Join: it is made again after a pause. */
const BACK_OFF = { target: '#roomSession.connection.BACKING_OFF' };

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
      states: {
        listing: {
          on: {
            LIST_REQUESTED: { actions: 'queueList' },
            LOST: { cond: 'isListAsked', actions: ['reportListFailed', 'dropList'] },
          },
        },
        membership: {
          initial: 'OUTSIDE',
          states: {
            OUTSIDE: {
              on: {
                JOIN_REQUESTED: { actions: 'queueJoin' },
                LIST_CHANGED: {
                  target: 'JOINED',
                  actions: ['takeMembers', 'reportJoined', 'tellJoined', 'tellChange'],
                },
                LIST_CONFIRMED: {
                  target: 'JOINED',
                  actions: ['confirmMembers', 'reportJoined', 'tellJoined', 'tellConfirmed'],
                },
                FAIL_RECEIVED: {
                  cond: 'isOfJoin',
                  actions: ['tellJoinRefused', 'dropRefusedJoin'],
                },
                LOST: { cond: 'isJoinAsked', actions: 'tellJoinFailed' },
              },
            },
            JOINED: {
              initial: 'IDLE',
              on: {
                LIST_CHANGED: [
                  { cond: 'haveMembersChanged', actions: ['takeMembers', 'reportMembers', 'tellChange'] },
                  { actions: ['takeMembers', 'tellChange'] },
                ],
                LIST_CONFIRMED: { actions: ['confirmMembers', 'tellConfirmed'] },
                FAIL_RECEIVED: [
                  { cond: 'mayRepeat', actions: ['reportRepeat', 'rememberDebt'] },
                  { cond: 'isOfJoin', actions: ['reportNoRepeat', 'rememberDebt'] },
                ],
              },
              states: {
                IDLE: {
                  on: {
                    FAIL_RECEIVED: {
                      target: 'REPEATING',
                      cond: 'mayRepeat',
                      actions: ['reportRepeat', 'rememberDebt', 'countRepeat'],
                    },
                  },
                },
                REPEATING: { after: { REPEAT: { target: 'IDLE', actions: 'queueJoin' } } },
              },
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
        connection: {
          initial: 'CLOSED',
          states: {
            CLOSED: { entry: 'forgetRequests', always: { target: 'ONLINE', cond: 'isSomethingWaiting' } },
            ONLINE: {
              invoke: { id: 'connection', src: 'connection' },
              initial: 'CONNECTING',
              on: {
                CLOSED: { actions: 'loseClosed' },
                // What was sent from an address that is gone is never answered.
                ADDRESSES_CHANGED: { cond: 'hasMoved', actions: 'loseMoved' },
                LOST: [
                  { ...BACK_OFF, cond: 'isFirstFailure', actions: ['drawBackOff', 'reportLost'] },
                  { ...BACK_OFF, cond: 'isFailureTold', actions: ['drawBackOff', 'reportUnreachable'] },
                  { ...BACK_OFF, cond: 'isJoined', actions: 'drawBackOff' },
                  { target: 'CLOSED' },
                ],
                // A list that no J of ours has asked for is no list: who could send them at any time would
                // decide whom we dial, and how often.
                MEMBERS_RECEIVED: [
                  { cond: 'isListOwed', actions: ['forgetDebt', 'judgeList'] },
                  { actions: 'dropUnasked' },
                ],
              },
              states: {
                CONNECTING: {
                  on: {
                    OPENED: [
                      {
                        target: 'READY',
                        cond: 'isBack',
                        actions: ['rememberAddress', 'rejoin', 'reportBack'],
                      },
                      { target: 'READY', cond: 'isJoined', actions: ['rememberAddress', 'rejoin'] },
                      { target: 'READY', actions: 'rememberAddress' },
                    ],
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
                  always: [
                    { target: 'AWAITING_MEMBERS', cond: 'isJoinNext' },
                    { target: 'AWAITING_GROUPS', cond: 'isListNext' },
                  ],
                },
                AWAITING_GROUPS: {
                  entry: ['takeRequest', 'writeList'],
                  on: {
                    GROUPS_RECEIVED: { target: 'READY', actions: 'reportGroups' },
                    FAIL_RECEIVED: { target: 'READY', actions: 'reportListRefused' },
                  },
                  after: { REPLY_TIMEOUT: { actions: 'loseSilent' } },
                },
                AWAITING_MEMBERS: {
                  entry: ['takeRequest', 'writeJoin'],
                  on: {
                    MEMBERS_RECEIVED: { actions: 'judgeList' },
                    LIST_CHANGED: { target: 'READY', actions: 'forgetFailures' },
                    LIST_CONFIRMED: { target: 'READY', actions: 'forgetFailures' },
                    FAIL_RECEIVED: 'READY',
                  },
                  after: { REPLY_TIMEOUT: { actions: 'loseSilent' } },
                },
              },
            },
            BACKING_OFF: {
              always: { target: 'ONLINE', cond: 'isListWaiting' },
              on: {
                HEARD_AGAIN: 'ONLINE',
                ADDRESSES_CHANGED: { target: 'ONLINE', cond: 'hasNetworkBack' },
              },
              after: { BACK_OFF: 'ONLINE' },
            },
          },
        },
        // Whoever is unknown costs a J: what strangers may cost in a time is bounded, whatever they are
        // called.
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
