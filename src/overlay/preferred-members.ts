/**
 * Failback: to which members the search goes back, and when they are probed (docs/ARCHITECTURE.md, "How the
 * overlay holds"). A member is preferred where the room may be in pieces: an elder that was passed over or
 * has broken its link, or a member whose link was up for long and fell silent.
 *
 * Invariants: nobody is on the list twice, and it has a bound; who was probed in vain is probed again after a
 * longer pause; who has been off the member list for too long is forgotten. Pure: lists go in and come out,
 * and the time and chance come from the caller.
 */
import type { PeerLimits } from '../limits/peer.ts';
import { backOffMs } from '../pacing/back-off.ts';
import type { DialAddress } from './dialling/dial-allowance.ts';
import type { LinkEnd } from './link-table.ts';
import type { Member } from './member.ts';

/** A member that was the better choice before something failed. */
interface PreferredMember {
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

/** Preferred members, the one that was preferred first first. */
export type Preferred = readonly PreferredMember[];

/** What is asked of the room, of the time and of chance. */
export interface PreferenceView {
  readonly limits: Pick<
    PeerLimits,
    'longLinkMs' | 'probeMinMs' | 'probeMaxMs' | 'preferredMax' | 'absenceMs' | 'jitterRatio'
  >;
  nowMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Negative where the first is the earlier choice of the two, listed or not. */
  compareChoices(one: Member, other: Member): number;
  isListed(member: Member): boolean;
  /** True for a listed member that can be dialled and has no link to us. */
  isCandidate(member: Member): boolean;
  /** True if the room server added this member before us. */
  isElder(member: Member): boolean;
  /** Those of the candidates that are elders, the earliest choice first. */
  elders(): readonly Member[];
  /** When an address may be dialled. */
  readonly allowance: { dueMs(address: DialAddress): number };
}

/** The end of a link. */
interface EndOfLink {
  readonly member: Member;
  /** False where one of the two sides just closed it. */
  readonly isBroken: boolean;
  readonly end: LinkEnd;
  /** For how long it was up, in milliseconds. */
  readonly linkedMs: number;
}

/**
 * True if the end of this link may mean that the room is in pieces, and the member is one to go back to: it
 * broke, and the member is an elder, or one that was linked for long and fell silent. A stranger makes and
 * breaks as many short links as it likes.
 */
export function isSignOfPieces(
  { isElder, limits }: Pick<PreferenceView, 'isElder' | 'limits'>,
  { member, isBroken, end, linkedMs }: EndOfLink,
): boolean {
  return isBroken && (isElder(member) || (end === 'lost' && linkedMs >= limits.longLinkMs));
}

/** The list with this member; the oldest makes room where there are too many. */
export function prefer(view: PreferenceView, preferred: Preferred, member: Member): Preferred {
  if (isPreferred(preferred, member)) return preferred;
  const nowMs = view.nowMs();
  const absentSinceMs = view.isListed(member) ? null : nowMs;
  const newcomer = { member, attempts: 0, dueMs: nowMs + pauseMs(view, 0), absentSinceMs };
  return [...preferred, newcomer].slice(-view.limits.preferredMax);
}

/** The list after one more attempt to reach this member has failed: it is probed after a longer pause. */
export function putOff(view: PreferenceView, preferred: Preferred, { hid }: Member): Preferred {
  return preferred.map((other) => {
    if (other.member.hid !== hid) return other;
    const attempts = other.attempts + 1;
    return { ...other, attempts, dueMs: view.nowMs() + pauseMs(view, attempts) };
  });
}

/** The list after a search has dialled this member in vain: who is on it is put off; an elder comes on it. */
export function dialledInVain(view: PreferenceView, preferred: Preferred, member: Member): Preferred {
  if (isPreferred(preferred, member)) return putOff(view, preferred, member);
  return view.isElder(member) ? prefer(view, preferred, member) : preferred;
}

/** The list without this member: it has been reached. */
export function reached(preferred: Preferred, { hid }: Member): Preferred {
  return preferred.filter(({ member }) => member.hid !== hid);
}

/**
 * The list after a new member list: who has been off that for too long has left; who is back within the time
 * was only forgotten by the room server.
 */
export function listedAnew({ limits, nowMs, isListed }: PreferenceView, preferred: Preferred): Preferred {
  const now = nowMs();
  return preferred
    .filter(({ absentSinceMs }) => absentSinceMs === null || now - absentSinceMs <= limits.absenceMs)
    .map((other) => ({
      ...other,
      absentSinceMs: isListed(other.member) ? null : (other.absentSinceMs ?? now),
    }));
}

/** The list with the earliest choice of the elders that our forward link, to `linked`, has passed over. */
export function preferPassedOver(view: PreferenceView, preferred: Preferred, linked: Member): Preferred {
  const elder = view
    .elders()
    .find((each) => view.compareChoices(each, linked) < 0 && !isPreferred(preferred, each));
  return elder ? prefer(view, preferred, elder) : preferred;
}

/**
 * Whom to probe while our forward link is to `linked`, the earliest choice first: those that are earlier
 * choices than that. Who has a link to us, or is not listed now, is no candidate, and so is not among them.
 */
export function toProbe(view: PreferenceView, preferred: Preferred, linked: Member): Preferred {
  if (preferred.length === 0) return [];
  return preferred
    .filter(({ member }) => view.isCandidate(member) && view.compareChoices(member, linked) < 0)
    .sort((left, right) => view.compareChoices(left.member, right.member));
}

/** When the next probe is due, at the latest after the longest pause. @param probed see `toProbe`. */
export function nextProbeMs(view: PreferenceView, probed: Preferred): number {
  const latestMs = view.nowMs() + view.limits.probeMaxMs;
  return Math.min(latestMs, ...probed.map((each) => probeDueMs(view, each)));
}

/**
 * Who is probed next: the earliest choice of those that are due, or else of all.
 * @param probed see `toProbe`.
 * @throws TypeError where there is nobody.
 */
export function nextToProbe(view: PreferenceView, probed: Preferred): Member {
  const next = probed.find((each) => probeDueMs(view, each) <= view.nowMs()) ?? probed[0];
  if (!next) throw new TypeError('nobody is preferred');
  return next.member;
}

function isPreferred(preferred: Preferred, { hid }: Member): boolean {
  return preferred.some(({ member }) => member.hid === hid);
}

/** A pause before the next probe: doubles from the shortest to the longest, a share of it random. */
function pauseMs({ limits, random }: PreferenceView, attempts: number): number {
  const { probeMinMs: minMs, probeMaxMs: maxMs, jitterRatio } = limits;
  return backOffMs({ minMs, maxMs, jitterRatio }, attempts, random);
}

/** Its own pause is over, and its address may be dialled. */
function probeDueMs({ allowance }: PreferenceView, { member, dueMs }: PreferredMember): number {
  return Math.max(dueMs, allowance.dueMs(member));
}
