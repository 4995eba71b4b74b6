/**
 * The search for the one forward link, its retry loop (PROTOCOL.md, "Choosing the forward link"), and the way
 * back to an earlier choice after a failure.
 *
 *   CHOOSING ──candidate──▶ DIALLING ──established, declared──▶ LINKED ──lost──▶ CHOOSING (RESTING if short-lived)
 *      ▲  │                    └──failed: remembered, the next──▶ CHOOSING
 *      │  └──none left: reported──▶ RESTING
 *      └──retry delay, or the candidates have changed──┘
 *   LINKED: STEADY ──someone preferred──▶ PAUSING ──back-off──▶ PROBING ──established──▶ the probe is the forward link
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
 * Invariant: at most one link is declared at any time; the old one is told to close before the new one is
 * declared.
 */
import { type ActorRef, createMachine } from 'xstate';
import type { PeerLimits } from '../limits.ts';
import type { Member } from '../overlay/member.ts';
import { forwardLinkActions, forwardLinkGuards } from './forward-link.actions.ts';
import type { createLinkMachine, LinkAnnouncement, LinkEvent } from './link.machine.ts';
import type { Report } from './notices.ts';

/** A link that the search has dialled. */
export interface DialledLink {
  readonly id: string;
  readonly member: Member;
  readonly ref: ActorRef<LinkEvent>;
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
  /** The link to a preferred member that is being dialled while another one is up. */
  readonly probe: DialledLink | null;
  readonly preferred: readonly PreferredMember[];
  /** Links dialled so far, for the id of the next. */
  readonly serial: number;
  readonly linkedAtMs: number;
  /** What the last "exhausted" report said, so that the same is not said every few seconds. */
  readonly reported: string | null;
}

/** What the search reacts to. */
export type ForwardLinkEvent =
  | LinkAnnouncement
  | { readonly type: 'MEMBERS_RECEIVED'; readonly isLatest: boolean }
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
};

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
        MEMBERS_RECEIVED: { actions: ['forgetAbsent', 'preferElder', 'tellLinks'] },
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
          initial: 'STEADY',
          on: {
            LINK_ENDED: [
              {
                target: 'RESTING',
                cond: 'wasShortLived',
                actions: ['reportLost', 'tellLost', 'preferBroken', 'forgetLink', 'dropProbe', 'forgetProbe'],
              },
              {
                target: 'CHOOSING',
                cond: 'isTheLink',
                actions: ['reportLost', 'tellLost', 'preferBroken', 'forgetLink', 'dropProbe', 'forgetProbe'],
              },
            ],
          },
          states: {
            STEADY: { always: { target: 'PAUSING', cond: 'hasPreferred' } },
            PAUSING: {
              // Who is preferred, and when the next probe is due, is looked at again with every list and
              // every failure.
              always: { target: 'STEADY', cond: 'hasNobodyPreferred' },
              on: {
                MEMBERS_RECEIVED: {
                  target: 'PAUSING',
                  actions: ['forgetAbsent', 'preferElder', 'tellLinks'],
                },
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
                LINK_ESTABLISHED: {
                  target: '#forwardLink.LINKED',
                  actions: ['reportFailback', 'closeLink', 'promoteProbe', 'declareLink'],
                },
                LINK_ENDED: { target: 'STEADY', cond: 'isTheProbe', actions: ['backOff', 'forgetProbe'] },
              },
            },
          },
        },
        RESTING: {
          on: {
            MEMBERS_RECEIVED: { target: 'CHOOSING', actions: 'forgetAbsent' },
            CANDIDATES_CHANGED: 'CHOOSING',
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
        PROBE: (context) => Math.max(0, nextDueMs(ports, context) - ports.nowMs()),
      },
    },
  );
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
