/**
 * The search for the one forward link, its retry loop (PROTOCOL.md, "Choosing the forward link"), and the way
 * back to an earlier choice after a failure.
 *
 *   CHOOSING ──candidate──▶ DIALLING ──established, declared──▶ LINKED ──lost──▶ CHOOSING (RESTING if short-lived)
 *      ▲  │                    └──failed: remembered, the next──▶ CHOOSING
 *      │  └──none left: reported──▶ RESTING
 *      └──retry delay, or the candidates have changed──┘
 *   LINKED: choice { STEADY ──someone preferred──▶ PAUSING ──back-off──▶ PROBING ──established──▶ the probe is the link }
 *                  { any of them ──the link is suspect──▶ REPLACING ──established──▶ the new one is the link }
 *       and crossing { CLEAR ──its member has dialled us──▶ CROSSED ──5 s──▶ CHOOSING }
 *
 * Failback: members that are listed but could not be reached, linked ones whose link broke, and *elders* that
 * we have passed over, are *preferred*. While our forward link is a later choice than one of them, it is
 * probed with back-off, and takes over when it answers. Without it a split stays for ever: nobody who has a
 * forward link looks for another. Nobody relinks when nothing failed, because links in joining order are the
 * overlay's long-range chords.
 *
 * Elders were on the list before us. Whoever joins links to the first of them, so one is passed over only if
 * something failed: it did not answer then, it was linked to us and has gone over to somebody else, or the
 * room server has lost its memory and added it before it added us again. What we remember of failures does
 * not tell the last two.
 *
 * Crossing dials (PROTOCOL.md): where the member of our forward link has a link to us, one of the two is too
 * many, and nobody looks for a third member. The higher HID gives its own up at once and searches on, the lower
 * after 5 s. Who has given up, and loses the member's link soon after, waits twice as long the next time: the
 * other side gives up its own at once, too, and both would go on for ever.
 *
 * Make before break: a forward link that is dead, or that was dialled under an address that we have no more, is
 * replaced by dialling its member anew; only when that has failed does it end.
 *
 * Invariant: at most one link is declared at any time; the old one is told to close before the new one is
 * declared.
 */
import { type ActorRef, createMachine } from 'xstate';
import type { PeerLimits } from '../limits.ts';
import type { Member } from '../overlay/member.ts';
import { forwardLinkActions, forwardLinkGuards } from './forward-link.actions.ts';
import type { AddressesChanged, createLinkMachine, LinkAnnouncement, LinkEvent } from './link.machine.ts';
import type { Report } from './notices.ts';

/** A link that the search has dialled. */
export interface DialledLink {
  readonly id: string;
  readonly member: Member;
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
export interface Yielded {
  readonly hid: string;
  readonly atMs: number;
}

/** A member that was the better choice before something failed. */
export interface PreferredMember {
  readonly member: Member;
  /** Probes that have failed in a row. */
  readonly attempts: number;
  /** Not probed before this time. */
  readonly dueMs: number;
  /**
   * Since when it is not on the member list; `null` while it is. A room server that lost its memory lists it
   * again.
   */
  readonly absentSinceMs: number | null;
}

/** Plain data and two actors at most. */
export interface ForwardLinkContext {
  /** Members that have failed in this walk around the ring. */
  readonly tried: readonly Member[];
  readonly candidate: Member | null;
  /** The link that is being dialled or is up. */
  readonly link: DialledLink | null;
  /** The link that is being dialled while another one is up: to a preferred member, or to the same anew. */
  readonly probe: DialledLink | null;
  readonly preferred: readonly PreferredMember[];
  /** Links dialled so far, for the id of the next. */
  readonly serial: number;
  readonly linkedAtMs: number;
  /** What the last "exhausted" report said, so that the same is not said every few seconds. */
  readonly reported: string | null;
  readonly renewal: Renewal | null;
  readonly yielded: Yielded | null;
}

/** What the search reacts to. */
export type ForwardLinkEvent =
  | LinkAnnouncement
  | { readonly type: 'MEMBERS_RECEIVED'; readonly isLatest: boolean }
  | AddressesChanged
  /** This member has linked to us. */
  | { readonly type: 'BACKWARD_UP'; readonly member: Member }
  /** A backward link has gone: there may be somebody new to dial. */
  | { readonly type: 'CANDIDATES_CHANGED' }
  /** A backward link broke while its member stays listed. */
  | { readonly type: 'NEIGHBOUR_FAILED'; readonly member: Member };

/** What the search needs of the outside. */
export interface ForwardLinkPorts {
  readonly limits: Pick<
    PeerLimits,
    | 'searchRetryMs'
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
  /** Those of the candidates that the room server added before us. */
  elders(): readonly Member[];
  isListed(member: Member): boolean;
  /** True while this member has a link to us. */
  isLinkedToUs(member: Member): boolean;
  /** True if our HID is the higher one. */
  isBelowUs(member: Member): boolean;
  /** Our own HID, as the room server was told last. */
  selfHid(): string;
}

const START: ForwardLinkContext = {
  tried: [],
  candidate: null,
  link: null,
  probe: null,
  preferred: [],
  serial: 0,
  linkedAtMs: 0,
  reported: null,
  renewal: null,
  yielded: null,
};

/** A new member list has come. */
const LISTED_ANEW = ['forgetAbsent', 'preferElder', 'tellLinks'];

/** The forward link has ended. */
const LOST = ['reportLost', 'tellLost', 'preferBroken', 'forgetLink', 'dropProbe', 'forgetProbe'];

/** Our forward link is given up for the one that its member has to us: nothing has failed. */
const YIELD = [
  'reportYielded',
  'rememberYield',
  'tellYielded',
  'closeYielded',
  'forgetLink',
  'dropProbe',
  'forgetProbe',
];

/** The statechart of the search; spawned when the room is joined. */
export function createForwardLinkMachine(ports: ForwardLinkPorts) {
  return createMachine(
    {
      id: 'forwardLink',
      predictableActionArguments: true,
      schema: { context: {} as ForwardLinkContext, events: {} as ForwardLinkEvent },
      context: START,
      initial: 'CHOOSING',
      on: {
        MEMBERS_RECEIVED: { actions: LISTED_ANEW },
        ADDRESSES_CHANGED: { actions: 'tellAddresses' },
        NEIGHBOUR_FAILED: { actions: 'preferNeighbour' },
      },
      states: {
        CHOOSING: {
          entry: 'chooseCandidate',
          always: [
            { target: 'DIALLING', cond: 'hasCandidate', actions: 'dial' },
            { target: 'RESTING', actions: ['reportExhausted', 'rememberReport', 'forgetTried'] },
          ],
        },
        DIALLING: {
          on: {
            LINK_ESTABLISHED: { actions: 'declareLink' },
            LINK_UP: { target: 'LINKED', actions: ['reportLinked', 'tellUp'] },
            LINK_ENDED: {
              target: 'CHOOSING',
              cond: 'isTheLink',
              actions: ['rememberTried', 'preferLink', 'forgetLink'],
            },
          },
        },
        LINKED: {
          entry: ['rememberTime', 'forgetTried', 'forgetReport', 'forgetReached'],
          type: 'parallel',
          on: {
            LINK_ENDED: [
              { target: 'RESTING', cond: 'wasShortLived', actions: LOST },
              { target: 'CHOOSING', cond: 'isTheLink', actions: LOST },
            ],
          },
          states: {
            choice: {
              initial: 'STEADY',
              on: {
                LINK_SUSPECT: [
                  { target: '.REPLACING', cond: 'isWorthADial', actions: ['dropProbe', 'renew', 'dialAnew'] },
                  { cond: 'isTheLink', actions: 'spareLink' },
                ],
                MEMBERS_RECEIVED: [
                  {
                    target: '.REPLACING',
                    cond: 'isOfOldIdentity',
                    actions: [...LISTED_ANEW, 'dropProbe', 'dialAnew'],
                  },
                  { actions: LISTED_ANEW },
                ],
              },
              states: {
                STEADY: { always: { target: 'PAUSING', cond: 'hasPreferred' } },
                PAUSING: {
                  // Who is preferred, and when the next probe is due, is looked at again with every list and
                  // every failure.
                  always: { target: 'STEADY', cond: 'hasNobodyPreferred' },
                  on: {
                    MEMBERS_RECEIVED: [
                      {
                        target: 'REPLACING',
                        cond: 'isOfOldIdentity',
                        actions: [...LISTED_ANEW, 'dialAnew'],
                      },
                      { target: 'PAUSING', actions: LISTED_ANEW },
                    ],
                    NEIGHBOUR_FAILED: { target: 'PAUSING', actions: 'preferNeighbour' },
                  },
                  // Whoever was preferred may have linked to us meanwhile, which nobody tells the search.
                  after: {
                    PROBE: [
                      { target: 'PROBING', cond: 'hasPreferred', actions: 'dialProbe' },
                      { target: 'STEADY' },
                    ],
                  },
                },
                PROBING: {
                  on: {
                    LINK_ESTABLISHED: [
                      { target: 'STEADY', cond: 'isProbeYielding', actions: ['dropProbe', 'forgetProbe'] },
                      {
                        target: '#forwardLink.LINKED',
                        cond: 'isTheProbe',
                        actions: ['reportFailback', 'closeLink', 'promoteProbe', 'declareLink'],
                      },
                    ],
                    LINK_ENDED: { target: 'STEADY', cond: 'isTheProbe', actions: ['backOff', 'forgetProbe'] },
                  },
                },
                REPLACING: {
                  on: {
                    LINK_ESTABLISHED: {
                      target: '#forwardLink.LINKED',
                      cond: 'isTheProbe',
                      actions: ['reportRenewed', 'closeLink', 'promoteProbe', 'declareLink'],
                    },
                    LINK_ENDED: {
                      target: 'STEADY',
                      cond: 'isTheProbe',
                      actions: ['condemnLink', 'forgetProbe'],
                    },
                    MEMBERS_RECEIVED: { actions: LISTED_ANEW },
                  },
                },
              },
            },
            crossing: {
              initial: 'CLEAR',
              states: {
                CLEAR: {
                  always: [
                    { target: '#forwardLink.CHOOSING', cond: 'isYielding', actions: YIELD },
                    { target: 'CROSSED', cond: 'isCrossed' },
                  ],
                  on: {
                    BACKWARD_UP: [
                      { target: '#forwardLink.CHOOSING', cond: 'isYielding', actions: YIELD },
                      { target: 'CROSSED', cond: 'isCrossed' },
                    ],
                  },
                },
                CROSSED: {
                  on: { CANDIDATES_CHANGED: { target: 'CLEAR', cond: 'isUncrossed' } },
                  after: {
                    PATIENCE: [
                      { target: '#forwardLink.CHOOSING', cond: 'isCrossed', actions: YIELD },
                      { target: 'CLEAR' },
                    ],
                  },
                },
              },
            },
          },
        },
        RESTING: {
          on: {
            MEMBERS_RECEIVED: { target: 'CHOOSING', actions: 'forgetAbsent' },
            CANDIDATES_CHANGED: 'CHOOSING',
            ADDRESSES_CHANGED: { target: 'CHOOSING', cond: 'hasNetworkBack' },
          },
          after: { RETRY: 'CHOOSING' },
        },
      },
    },
    {
      guards: forwardLinkGuards(ports),
      actions: forwardLinkActions(ports),
      delays: {
        RETRY: ports.limits.searchRetryMs,
        PATIENCE: (context) => patienceMs(ports, context),
        PROBE: (context) => Math.max(0, nextDueMs(ports, context) - ports.nowMs()),
      },
    },
  );
}

/** True if we have given up a link for one of this member, and that was not long ago. */
export function hasYielded(
  { nowMs, limits }: Pick<ForwardLinkPorts, 'nowMs' | 'limits'>,
  { yielded }: Pick<ForwardLinkContext, 'yielded'>,
  { hid }: Member,
): boolean {
  return yielded?.hid === hid && nowMs() - yielded.atMs < limits.yieldedMs;
}

/** How long two links to one member are left, where we do not give ours up at once. */
function patienceMs(ports: ForwardLinkPorts, context: ForwardLinkContext): number {
  const { crossingMs } = ports.limits;
  const isHigher = context.link !== null && ports.isBelowUs(context.link.member);
  return isHigher ? 2 * crossingMs : crossingMs;
}

function nextDueMs(ports: ForwardLinkPorts, context: ForwardLinkContext): number {
  const latestMs = ports.nowMs() + ports.limits.probeMaxMs;
  return Math.min(latestMs, ...preferredNow(ports, context).map(({ dueMs }) => dueMs));
}

/**
 * Whom to probe, the best choice first: the preferred members that are earlier choices than our forward link.
 * Who has a link to us, or is not listed now, is no candidate, and so is not among them.
 */
export function preferredNow(
  ports: ForwardLinkPorts,
  { preferred, link }: ForwardLinkContext,
): PreferredMember[] {
  if (preferred.length === 0 || link === null) return [];
  const isCandidate = new Set(ports.candidates().map(({ hid }) => hid));
  return preferred
    .filter(({ member }) => isCandidate.has(member.hid) && ports.compareChoices(member, link.member) < 0)
    .sort((left, right) => ports.compareChoices(left.member, right.member));
}
