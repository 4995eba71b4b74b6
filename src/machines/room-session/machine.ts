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
import { createMachine } from 'xstate';
import { roomSessionActions, roomSessionGuards } from './actions.ts';
import type { RoomSessionContext, RoomSessionEvent, RoomSessionPorts } from './events.ts';

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
