/**
 * The user-level state diagram, the assignment's Figure 3, and the root of a peer's actor tree.
 *
 *   START ──USER──▶ NAMED { IDLE ──JOIN──▶ JOINING } ──ROOM_JOINED──▶ IN_ROOM { JOINED ◀──first / last link──▶ CONNECTED }
 *     └──QUIT──────────┴──────────────────────QUIT──────────────────────┴──QUIT──▶ TERMINATED
 *
 * It spawns the room session and the watch over its connectivity at the start, the search for the forward
 * link, which lives as long as IN_ROOM, one link for every connection that comes in, and one poke for every
 * poke under way. TERMINATED is final, so all of them stop with it.
 *
 * Invariants: CONNECTED if and only if a link is up, once all news of links has been heard; every spawned
 * actor is in the context until it has ended.
 */
import { createMachine } from 'xstate';
import type { UserState } from '../../words/notices.ts';
import { userActions, userGuards } from './actions.ts';
import type { UserContext, UserEvent, UserPorts } from './events.ts';

const START: UserContext = {
  user: null,
  room: null,
  session: null,
  connectivity: null,
  forwardLink: null,
  backward: {},
  pokes: [],
  serial: 0,
};

/** SEND and POKE where there is no room yet; an empty SEND is ignored everywhere (PROTOCOL.md, Send). */
const OUTSIDE = {
  SEND: [{ cond: 'isEmptyText' }, { actions: 'refuseNotJoined' }],
  POKE: { actions: 'refuseNotJoined' },
};

/**
 * A connection that could not become a link is closed at once. Else it is let in, however many wait for their
 * handshake: of those, one of the source that has most gives way.
 */
const ACCEPT = [
  { cond: 'isFullOfLinks', actions: 'dropConnection' },
  { cond: 'isFullOfHandshakes', actions: ['closeHeaviest', 'adoptConnection'] },
  { actions: 'adoptConnection' },
];

/** A member has one link to us, the newest; the search must know of it (crossing dials). */
const BACKWARD_LINKED = ['reportBackwardLink', 'closeOlder', 'tellSearch'];

/** There may be somebody new to dial, or somebody to go back to: the search judges that. */
const BACKWARD_LOST = ['reportBackwardLost', 'forgetBackward', 'tellSearch'];

/** The user is told that the state has changed. */
function tell(from: UserState, to: UserState) {
  return { type: 'reportState', from, to };
}

/** The statechart of a peer as its user sees it: interpret it with the peer's clock. */
export function createUserMachine(ports: UserPorts) {
  return createMachine(
    {
      id: 'user',
      predictableActionArguments: true,
      schema: { context: {} as UserContext, events: {} as UserEvent },
      context: START,
      invoke: [
        { id: 'endpoint', src: 'endpoint' },
        { id: 'addresses', src: 'addresses' },
      ],
      entry: ['spawnSession', 'spawnConnectivity'],
      initial: 'START',
      on: {
        LIST: { actions: 'requestList' },
        // Internal (the dot): an external transition would leave the root and spawn everything again.
        QUIT: '.TERMINATED',
        CONNECTION_ACCEPTED: { actions: 'dropConnection' },
        BACKWARD_REFUSED: { actions: 'forgetBackward' },
        ACK_RECEIVED: { actions: 'tellUnaskedAck' },
        HEARD_AGAIN: { actions: 'tellHeardAgain' },
        ADDRESSES_CHANGED: { actions: 'tellAddresses' },
      },
      states: {
        START: {
          on: {
            ...OUTSIDE,
            USER: [
              { target: 'NAMED', cond: 'isValidName', actions: ['rememberName', 'reportName'] },
              { actions: 'refuseName' },
            ],
            JOIN: { actions: 'refuseNameless' },
          },
        },
        NAMED: {
          entry: tell('START', 'NAMED'),
          initial: 'IDLE',
          on: OUTSIDE,
          states: {
            IDLE: {
              on: {
                USER: [
                  { cond: 'isValidName', actions: ['rememberName', 'reportName'] },
                  { actions: 'refuseName' },
                ],
                JOIN: [
                  { target: 'JOINING', cond: 'isValidRoom', actions: ['rememberRoom', 'requestJoin'] },
                  { actions: 'refuseRoom' },
                ],
              },
            },
            JOINING: {
              on: {
                USER: { actions: 'refuseWhileJoining' },
                JOIN: { actions: 'refuseWhileJoining' },
                ROOM_JOINED: '#user.IN_ROOM',
                JOIN_FAILED: { target: 'IDLE', actions: ['refuseJoin', 'forgetRoom'] },
                // The room server may tell the others of us before it answers us: they wait for our list.
                CONNECTION_ACCEPTED: ACCEPT,
                FRESH_LIST_NEEDED: { actions: 'askForFreshList' },
              },
            },
          },
        },
        // The search for a forward link lives as long as this state: a lost link does not leave it.
        IN_ROOM: {
          // The user is told first: the search may have something to say at once.
          entry: [tell('NAMED', 'JOINED'), 'spawnSearch'],
          exit: 'stopSearch',
          initial: 'JOINED',
          on: {
            USER: { actions: 'refuseRename' },
            JOIN: { actions: 'refuseSecondJoin' },
            // What is found out of a command travels on an event of its own, which is handled before any
            // other; a SEND of which nothing is refused, as nearly all are, needs none.
            SEND: [{ cond: 'isEmptyText' }, { actions: 'judgeTexts' }],
            TEXT_REFUSED: { actions: 'refuseText' },
            POKE: [{ cond: 'isEmptyPoke', actions: 'askWhom' }, { actions: 'judgePoke' }],
            POKE_REFUSED: { actions: 'refusePoke' },
            POKE_ALLOWED: { actions: 'poke' },
            CONNECTION_ACCEPTED: ACCEPT,
            FRESH_LIST_NEEDED: { actions: 'askForFreshList' },
            LIST_CHANGED: { actions: ['tellBackwardLinks', 'tellSearch'] },
            LIST_CONFIRMED: { actions: 'tellWaitingLinks' },
            BACKWARD_LINKED: { actions: BACKWARD_LINKED },
            BACKWARD_LOST: { actions: BACKWARD_LOST },
            ACK_RECEIVED: [{ cond: 'isAckAwaited', actions: 'deliverAck' }, { actions: 'tellUnaskedAck' }],
            POKE_ENDED: { actions: 'forgetPoke' },
          },
          states: {
            JOINED: {
              on: {
                SEND: { cond: 'isAllowed', actions: ['flood', 'reportNobodyLinked'] },
                TEXTS_ALLOWED: { actions: ['flood', 'reportNobodyLinked'] },
                FORWARD_LINKED: 'CONNECTED',
                BACKWARD_LINKED: { target: 'CONNECTED', actions: BACKWARD_LINKED },
              },
            },
            CONNECTED: {
              entry: tell('JOINED', 'CONNECTED'),
              on: {
                SEND: { cond: 'isAllowed', actions: 'flood' },
                TEXTS_ALLOWED: { actions: 'flood' },
                FORWARD_LOST: { target: 'JOINED', cond: 'hasNoLink', actions: tell('CONNECTED', 'JOINED') },
                BACKWARD_LOST: {
                  target: 'JOINED',
                  cond: 'hasNoLink',
                  actions: [...BACKWARD_LOST, tell('CONNECTED', 'JOINED')],
                },
              },
            },
          },
        },
        TERMINATED: { type: 'final', entry: 'reportQuit' },
      },
    },
    {
      services: { endpoint: ports.endpoint, addresses: ports.addresses },
      guards: userGuards(ports),
      actions: userActions(ports),
    },
  );
}
