/**
 * The vocabulary of the search for the forward link: what it remembers, what it reacts to, and what it needs
 * of the outside. The chart is in machine.ts.
 */
import type { ActorRef } from 'xstate';
import type { PeerLimits } from '../../limits/peer.ts';
import type { DialAddress } from '../../overlay/dialling/dial-allowance.ts';
import { NEW_WALK, type Walk } from '../../overlay/dialling/search-walk.ts';
import type { Member } from '../../overlay/member.ts';
import type { Preferred } from '../../overlay/preferred-members.ts';
import type { Fault, Neighbour } from '../../words/faults.ts';
import type { Report } from '../../words/notices.ts';
import type {
  AddressesChanged,
  BackwardLinkNews,
  ForwardAnnouncement,
  LinkEvent,
  ListNews,
} from '../link/events.ts';
import type { createLinkMachine } from '../link/machine.ts';

/**
 * How far a dial has come: nothing was heard, it is connected and waits for its turn, our P is on its way.
 */
export type DialStage = 'silent' | 'connected' | 'greeted';

/** A link that the search has dialled. */
export interface DialledLink {
  readonly id: string;
  readonly member: Member;
  readonly stage: DialStage;
  /** Since when it has come so far. */
  readonly sinceMs: number;
  /** Our own HID when it was dialled. */
  readonly selfHid: string;
  readonly ref: ActorRef<LinkEvent>;
}

/** A quiet member that was dialled anew because nothing could be proved of its link. */
export interface Renewal {
  readonly hid: string;
  readonly attempts: number;
  /** Not dialled for that again before this time. */
  readonly dueMs: number;
}

/** A member whose link we have taken instead of our own. */
interface Yielded {
  readonly hid: string;
  readonly atMs: number;
}

/** Plain data, and the actors of the links that are up or being dialled. */
export interface ForwardLinkContext {
  /** How far this walk around the ring has come. */
  readonly walk: Walk;
  /** How many members the next step is to dial. */
  readonly wanted: number;
  /** Who is dialled next. */
  readonly chosen: readonly Member[];
  /** Members that are being dialled while there is no link, in the order of the ring. */
  readonly dials: readonly DialledLink[];
  /** Dials that began in the present burst, and since when it lasts. */
  readonly burst: { readonly sinceMs: number; readonly count: number };
  /** The link that is up, or is about to be. */
  readonly link: DialledLink | null;
  /** The link that is being dialled while another one is up: to a preferred member, or to the same anew. */
  readonly probe: DialledLink | null;
  readonly preferred: Preferred;
  /** Links dialled so far, for the id of the next. */
  readonly serial: number;
  readonly linkedAtMs: number;
  /** What the last "exhausted" report said, so that the same is not said every few seconds. */
  readonly reported: number | null;
  readonly renewal: Renewal | null;
  readonly yielded: Yielded | null;
}

/** What the search reacts to. */
export type ForwardLinkEvent =
  | ForwardAnnouncement
  | BackwardLinkNews
  | Extract<ListNews, { readonly type: 'LIST_CHANGED' }>
  | AddressesChanged
  /** After a while in which nobody was heard at all, somebody is. */
  | { readonly type: 'HEARD_AGAIN' };

/** What the search tells its parent, in turn; of links that take the place of each other it says nothing. */
export type SearchAnnouncement =
  /** There is a forward link. */
  | { readonly type: 'FORWARD_LINKED'; readonly member: Member }
  /** There is none any more: it has ended, or was given up. */
  | { readonly type: 'FORWARD_LOST'; readonly member: Member };

/** What a search tells of its dials and asks about them, see overlay/dial-allowance.ts. */
interface Dials {
  dueMs(address: DialAddress): number;
  dialled(address: DialAddress, nowMs: number): void;
  failed(address: DialAddress, nowMs: number, wasSilent: boolean): void;
  answered(address: DialAddress): void;
  released(address: DialAddress): void;
  giveSecondChance(nowMs: number): void;
  forgive(): void;
}

/** What the search needs of the outside. */
export interface ForwardLinkPorts {
  readonly limits: Pick<
    PeerLimits,
    | 'searchRetryMs'
    | 'dialSilenceMs'
    | 'dialsMax'
    | 'dialBurstMax'
    | 'dialBurstMs'
    | 'longLinkMs'
    | 'stableLinkMs'
    | 'probeMinMs'
    | 'probeMaxMs'
    | 'preferredMax'
    | 'absenceMs'
    | 'jitterRatio'
    | 'renewMinMs'
    | 'renewMaxMs'
    | 'crossingMs'
    | 'yieldedMs'
  >;
  readonly linkMachine: ReturnType<typeof createLinkMachine>;
  readonly report: Report;
  nowMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Members to dial, in the order of the ring, without those that have a backward link to us. */
  candidates(): readonly Member[];
  /** Negative where the first is the earlier choice of the two, listed or not. */
  compareChoices(one: Member, other: Member): number;
  /** True if this member is one of the candidates. */
  isCandidate(member: Member): boolean;
  /** Those of the candidates that the room server added before us. */
  elders(): readonly Member[];
  /** True if the room server added this member before us. */
  isElder(member: Member): boolean;
  /** How often which address may be dialled. */
  readonly allowance: Dials;
  isListed(member: Member): boolean;
  /** True while this member has a link to us. */
  isLinkedToUs(member: Member): boolean;
  /** True if our HID is the higher one. */
  isBelowUs(member: Member): boolean;
  /** Something is wrong with a neighbour: the user is told once of each and kind. */
  tellFault(neighbour: Neighbour, fault: Fault): void;
  /** Our own HID, as the room server was told last. */
  selfHid(): string;
}

/** A search that has not begun. */
export const START: ForwardLinkContext = {
  walk: NEW_WALK,
  wanted: 1,
  chosen: [],
  dials: [],
  burst: { sinceMs: 0, count: 0 },
  link: null,
  probe: null,
  preferred: [],
  serial: 0,
  linkedAtMs: 0,
  reported: null,
  renewal: null,
  yielded: null,
};
