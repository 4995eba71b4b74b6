/**
 * What the user machine speaks: its context, the commands of the user, its events, and what it needs of the
 * outside (machine.ts).
 */
import type { ActorRef, InvokeCreator } from 'xstate';
import type { Endpoint } from '../../io/network.ts';
import type { PeerLimits } from '../../limits/peer.ts';
import type { Member } from '../../overlay/member.ts';
import type { Fault, Neighbour } from '../../words/faults.ts';
import type { Report } from '../../words/notices.ts';
import type { RefusalError } from '../../words/refusals.ts';
import type { ConnectivityAnnouncement, ConnectivityEvent } from '../connectivity/events.ts';
import type { createConnectivityMachine } from '../connectivity/machine.ts';
import type { ForwardLinkEvent, SearchAnnouncement } from '../forward-link/events.ts';
import type { createForwardLinkMachine } from '../forward-link/machine.ts';
import type { AddressesChanged, BackwardAnnouncement, LinkEvent } from '../link/events.ts';
import type { createLinkMachine } from '../link/machine.ts';
import type { PokeAnnouncement, PokeEvent } from '../poke/events.ts';
import type { createPokeMachine } from '../poke/machine.ts';
import type { RoomSessionAnnouncement, RoomSessionEvent } from '../room-session/events.ts';
import type { createRoomSessionMachine } from '../room-session/machine.ts';

/** A poke under way: its actor and whom it went to. */
export interface PokeUnderWay {
  readonly id: string;
  readonly to: Endpoint;
  readonly ref: ActorRef<PokeEvent>;
}

/** Plain data and actors. */
export interface UserContext {
  /** Nickname, once chosen. */
  readonly user: string | null;
  /** The room that is being joined or has been joined. */
  readonly room: string | null;
  readonly session: ActorRef<RoomSessionEvent> | null;
  readonly connectivity: ActorRef<ConnectivityEvent> | null;
  readonly forwardLink: ActorRef<ForwardLinkEvent> | null;
  /** Accepted connections, by link id. */
  readonly backward: Readonly<Record<string, ActorRef<LinkEvent>>>;
  /** Oldest first. */
  readonly pokes: readonly PokeUnderWay[];
  /** Pokes so far, for the id of the next. */
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
  | { readonly type: 'CONNECTION_ACCEPTED'; readonly link: string; readonly remote: Endpoint }
  | { readonly type: 'ACK_RECEIVED'; readonly from: Endpoint };

/** What the machine has found out of a command, and tells itself at once. */
export type UserVerdict =
  /** These messages can be sent, in this order. */
  | { readonly type: 'TEXTS_ALLOWED'; readonly texts: readonly string[] }
  | { readonly type: 'TEXT_REFUSED'; readonly text: string; readonly refusal: RefusalError }
  | { readonly type: 'POKE_ALLOWED'; readonly targets: readonly Member[] }
  | { readonly type: 'POKE_REFUSED'; readonly name: string; readonly refusal: RefusalError };

/** Everything that the user machine reacts to. */
export type UserEvent =
  | UserCommand
  | UserVerdict
  | EndpointEvent
  | AddressesChanged
  | ConnectivityAnnouncement
  | RoomSessionAnnouncement
  | SearchAnnouncement
  | BackwardAnnouncement
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
  /** Links that are up, of both directions. */
  linksUp(): number;
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
  /** Something is wrong with a neighbour: the user is told once of each and kind. */
  tellFault(neighbour: Neighbour, fault: Fault): void;
  /** Shows messages here and sends them over every link, in order. */
  flood(texts: readonly string[]): void;
  /** Closes an accepted connection that nobody wants. */
  dropConnection(link: string): void;
}
