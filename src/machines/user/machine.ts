/**
 * The user-level state diagram, the assignment's Figure 3, and the root of a peer's actor tree.
 *
 *   START ──USER──▶ NAMED { IDLE ──JOIN──▶ JOINING } ──ROOM_JOINED──▶ JOINED ◀──first / last link──▶ CONNECTED
 *     └──QUIT──────────┴──────────────────QUIT─────────────────────────┴──────────QUIT─────▶ TERMINATED
 *
 * It spawns the room session and the watch over its connectivity at the start, the search for the forward link when the room is joined, one link
 * for every connection that comes in, and one poke for every poke under way. TERMINATED is final, so all of
 * them stop with it.
 *
 * Invariants: CONNECTED if and only if `links` is over 0; every spawned actor is in the context until it has
 * ended.
 */
import { type ActorRef, assign, createMachine, type InvokeCreator } from 'xstate';
import type { Endpoint } from '../../io/network.ts';
import type { PeerLimits } from '../../limits.ts';
import type { Member } from '../../overlay/member.ts';
import type { Report, UserState } from '../../words/notices.ts';
import type { RefusalError } from '../../words/refusals.ts';
import type {
  ConnectivityAnnouncement,
  ConnectivityEvent,
  createConnectivityMachine,
} from '../connectivity/machine.ts';
import type { ForwardLinkEvent } from '../forward-link/events.ts';
import type { createForwardLinkMachine } from '../forward-link/machine.ts';
import type { AddressesChanged, createLinkMachine, LinkAnnouncement, LinkEvent } from '../link/machine.ts';
import type { createPokeMachine, PokeAnnouncement, PokeEvent } from '../poke/machine.ts';
import type {
  createRoomSessionMachine,
  RoomSessionAnnouncement,
  RoomSessionEvent,
} from '../room-session/machine.ts';
import { userActions, userGuards } from './actions.ts';

/** A poke under way: its actor and whom it went to. */
export interface PokeUnderWay {
  readonly id: string;
  readonly to: Endpoint;
  readonly ref: ActorRef<PokeEvent>;
}

/** Plain data and actors. */
export interface UserContext {
  /** The state that the user was told last. */
  readonly state: UserState;
  /** Nickname, once chosen. */
  readonly user: string | null;
  /** The room that is being joined or has been joined. */
  readonly room: string | null;
  /** Links that are up, of both directions. */
  readonly links: number;
  readonly session: ActorRef<RoomSessionEvent> | null;
  readonly connectivity: ActorRef<ConnectivityEvent> | null;
  readonly forwardLink: ActorRef<ForwardLinkEvent> | null;
  /** Connections that came in, by link id. */
  readonly backward: Readonly<Record<string, ActorRef<LinkEvent>>>;
  /** Oldest first. */
  readonly pokes: readonly PokeUnderWay[];
  /** Connections and pokes so far, for the ids of the next. */
  readonly serial: number;
}

/** The six commands; fields as the user typed them. */
export type UserCommand =
  | { readonly type: 'USER'; readonly name: string }
  | { readonly type: 'LIST' }
  | { readonly type: 'JOIN'; readonly room: string }
  /** `more` are the messages that follow `text`, given at once: the same as a SEND of each. */
  | { readonly type: 'SEND'; readonly text: string; readonly more?: readonly string[] }
  | { readonly type: 'POKE'; readonly name: string }
  | { readonly type: 'QUIT' };

/** What the listening endpoint tells: a connection that has come in, an answer to a poke. */
export type EndpointEvent =
  | { readonly type: 'CONNECTION_ACCEPTED'; readonly accepted: number; readonly remote: Endpoint }
  | { readonly type: 'ACK_RECEIVED'; readonly from: Endpoint };

/** Everything that the user machine reacts to. */
export type UserEvent =
  | UserCommand
  | EndpointEvent
  | AddressesChanged
  | ConnectivityAnnouncement
  | RoomSessionAnnouncement
  | LinkAnnouncement
  | PokeAnnouncement;

/** What the user machine needs of the outside. */
export interface UserPorts {
  readonly limits: Pick<
    PeerLimits,
    'pokesMax' | 'pokeTargetsMax' | 'backwardLinksMax' | 'pendingHandshakesMax'
  >;
  readonly report: Report;
  readonly sessionMachine: ReturnType<typeof createRoomSessionMachine>;
  readonly connectivityMachine: ReturnType<typeof createConnectivityMachine>;
  readonly forwardLinkMachine: ReturnType<typeof createForwardLinkMachine>;
  readonly linkMachine: ReturnType<typeof createLinkMachine>;
  readonly pokeMachine: ReturnType<typeof createPokeMachine>;
  /** Invoked as `endpoint` for the whole life: sends EndpointEvent; stops listening when it is stopped. */
  readonly endpoint: InvokeCreator<UserContext, UserEvent>;
  /** Invoked as `addresses` for the whole life: sends AddressesChanged. */
  readonly addresses: InvokeCreator<UserContext, UserEvent>;
  nowMs(): number;
  /** True if the newest member list is another than the one before. */
  hasListChanged(): boolean;
  isLinkUp(link: string): boolean;
  /** Ids of the backward links of a member that are up. */
  backwardLinksOf(member: Member): readonly string[];
  /** Backward links that are up. */
  backwardLinksUp(): number;
  /** Members with this nickname. */
  membersNamed(user: string): readonly Member[];
  /** True for a member whose address leads to this peer itself, whoever it is. */
  leadsHere(member: Member): boolean;
  /** False where nobody can be but ourselves, see `canBeReached`. */
  canReach(member: Member): boolean;
  /** Nicknames of everybody in the room, without ourselves. */
  nicknames(): readonly string[];
  /** Why a text can't be sent; `undefined` if it can. */
  refusalOf(text: string): RefusalError | undefined;
  /** True if what is said now, where no link is up, is kept for the next one. */
  keepsUnsent(): boolean;
  /** Shows messages here and sends them over every link, in order. */
  flood(texts: readonly string[]): void;
  /** Closes a connection that nobody wants. */
  dropConnection(accepted: number): void;
}

const START: UserContext = {
  state: 'START',
  user: null,
  room: null,
  links: 0,
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

/** What JOINED and CONNECTED have in common. */
const INSIDE = {
  USER: { actions: 'refuseRename' },
  JOIN: { actions: 'refuseSecondJoin' },
  POKE: [
    { cond: 'isEmptyPoke', actions: 'askWhom' },
    { cond: 'isRefusedPoke', actions: 'refusePoke' },
    { actions: 'poke' },
  ],
  CONNECTION_ACCEPTED: ACCEPT,
  FRESH_LIST_NEEDED: { actions: 'askForFreshList' },
  MEMBERS_RECEIVED: { actions: ['tellBackwardLinks', 'tellForwardLink'] },
  ACK_RECEIVED: { actions: 'deliverAck' },
  POKE_ENDED: { actions: 'forgetPoke' },
};

/** A member has one link to us, the newest; the search must know of it (crossing dials). */
const LINK_UP = ['countLink', 'reportBackwardLink', 'closeOlder', 'tellBackwardUp'];

const LINK_LOST = ['discountLink', 'reportBackwardLost', 'forgetBackward', 'tellCandidates', 'tellFailure'];

/** On entry: the user is told, once, that the state has changed. */
function tell(state: UserState) {
  return [{ type: 'reportState', to: state }, assign<UserContext, UserEvent>({ state })];
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
        LINK_ENDED: { actions: 'forgetBackward' },
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
          entry: tell('NAMED'),
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
                ROOM_JOINED: '#user.JOINED',
                JOIN_FAILED: { target: 'IDLE', actions: 'forgetRoom' },
                // The room server may tell the others of us before it answers us: they wait for our list.
                CONNECTION_ACCEPTED: ACCEPT,
                FRESH_LIST_NEEDED: { actions: 'askForFreshList' },
              },
            },
          },
        },
        JOINED: {
          entry: [...tell('JOINED'), 'searchForwardLink'],
          on: {
            ...INSIDE,
            SEND: [
              { cond: 'isEmptyText' },
              { cond: 'isRefusedText', actions: 'refuseText' },
              { actions: ['flood', 'reportNobodyLinked'] },
            ],
            LINK_UP: { target: 'CONNECTED', actions: LINK_UP },
          },
        },
        CONNECTED: {
          entry: tell('CONNECTED'),
          on: {
            ...INSIDE,
            SEND: [
              { cond: 'isEmptyText' },
              { cond: 'isRefusedText', actions: 'refuseText' },
              { actions: 'flood' },
            ],
            LINK_UP: { actions: LINK_UP },
            LINK_ENDED: [
              { target: 'JOINED', cond: 'isLastLink', actions: LINK_LOST },
              { actions: LINK_LOST },
            ],
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
