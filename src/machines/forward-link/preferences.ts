/**
 * Failback: to whom the search goes back, and when (docs/ARCHITECTURE.md, "Failback"). What makes a member
 * preferred, the pauses between probes, and the actions that keep the list.
 */
import { assign, type MachineOptions } from 'xstate';
import type { Member } from '../../overlay/member.ts';
import { eventOf } from '../event-of.ts';
import type { Ending } from '../link/events.ts';
import type {
  DialledLink,
  ForwardLinkContext,
  ForwardLinkEvent,
  ForwardLinkPorts,
  PreferredMember,
} from './events.ts';

type ForwardLinkActions = NonNullable<MachineOptions<ForwardLinkContext, ForwardLinkEvent>['actions']>;

/** A pause before the next probe: doubles from the shortest to the longest, a share of it random. */
function pauseMs({ limits, random }: ForwardLinkPorts, attempts: number): number {
  const fullMs = Math.min(limits.probeMaxMs, limits.probeMinMs * 2 ** attempts);
  return Math.round(fullMs * (1 - limits.jitterRatio * random()));
}

function withPreferred(
  ports: ForwardLinkPorts,
  preferred: readonly PreferredMember[],
  member: Member,
): readonly PreferredMember[] {
  if (isAmong(preferred, member)) return preferred;
  const nowMs = ports.nowMs();
  const absentSinceMs = ports.isListed(member) ? null : nowMs;
  const newcomer = { member, attempts: 0, dueMs: nowMs + pauseMs(ports, 0), absentSinceMs };
  return [...preferred, newcomer].slice(-ports.limits.preferredMax);
}

/**
 * One more attempt to reach this member, if it is preferred, has failed: the next probe comes after a longer
 * pause.
 */
function backedOff(
  ports: ForwardLinkPorts,
  preferred: readonly PreferredMember[],
  member: Member,
): readonly PreferredMember[] {
  return preferred.map((other) => {
    if (other.member.hid !== member.hid) return other;
    const attempts = other.attempts + 1;
    return { ...other, attempts, dueMs: ports.nowMs() + pauseMs(ports, attempts) };
  });
}

function isAmong(preferred: readonly PreferredMember[], { hid }: Member): boolean {
  return preferred.some(({ member }) => member.hid === hid);
}

/**
 * Who has been off the list for too long has left; who is back within that time was only forgotten by the
 * server.
 */
function withoutAbsent(ports: ForwardLinkPorts, preferred: readonly PreferredMember[]): PreferredMember[] {
  const nowMs = ports.nowMs();
  return preferred
    .filter(({ absentSinceMs }) => absentSinceMs === null || nowMs - absentSinceMs <= ports.limits.absenceMs)
    .map((other) => ({
      ...other,
      absentSinceMs: ports.isListed(other.member) ? null : (other.absentSinceMs ?? nowMs),
    }));
}

/** The best choice among the elders that we have passed over, unless it is preferred already. */
function firstPassedOver(
  ports: ForwardLinkPorts,
  { link, preferred }: ForwardLinkContext,
): Member | undefined {
  if (!link) return undefined;
  const known = new Set(preferred.map(({ member }) => member.hid));
  const before = ports.elders().filter((elder) => ports.compareChoices(elder, link.member) < 0);
  return before.find(({ hid }) => !known.has(hid));
}

/**
 * True if the end of this link may mean that the room is in pieces, and the member is one to go back to: it broke,
 * and the member is an elder, or one that was linked for long and fell silent. A stranger makes and breaks as many
 * short links as it likes.
 */
export function isSignOfPieces(
  { isElder, limits }: Pick<ForwardLinkPorts, 'isElder' | 'limits'>,
  { member, isBroken, end, linkedMs }: Pick<Ending, 'member' | 'isBroken' | 'end' | 'linkedMs'>,
): boolean {
  return isBroken && (isElder(member) || (end === 'lost' && linkedMs >= limits.longLinkMs));
}

/** True if we have given up a link for one of this member, and that was not long ago. */
export function hasYielded(
  { nowMs, limits }: Pick<ForwardLinkPorts, 'nowMs' | 'limits'>,
  { yielded }: Pick<ForwardLinkContext, 'yielded'>,
  { hid }: Member,
): boolean {
  return yielded?.hid === hid && nowMs() - yielded.atMs < limits.yieldedMs;
}

/** When the next probe is due, at the latest after the longest pause. */
export function nextDueMs(ports: ForwardLinkPorts, context: ForwardLinkContext): number {
  const latestMs = ports.nowMs() + ports.limits.probeMaxMs;
  return Math.min(latestMs, ...preferredNow(ports, context).map((each) => probeDueMs(ports, each)));
}

/** Its own pause is over, and its address may be dialled. */
function probeDueMs({ allowance }: ForwardLinkPorts, { member, dueMs }: PreferredMember): number {
  return Math.max(dueMs, allowance.dueMs(member));
}

/** Who is probed next: the best choice of those that are due, or else whoever is due first. */
export function nextToProbe(ports: ForwardLinkPorts, context: ForwardLinkContext): Member {
  const preferred = preferredNow(ports, context);
  const next = preferred.find((each) => probeDueMs(ports, each) <= ports.nowMs()) ?? preferred[0];
  if (!next) throw new TypeError('nobody is preferred');
  return next.member;
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
  return preferred
    .filter(({ member }) => ports.isCandidate(member) && ports.compareChoices(member, link.member) < 0)
    .sort((left, right) => ports.compareChoices(left.member, right.member));
}

/** Those that have been silent for long when somebody else has answered: they did not answer, either. */
export function silentBeside(
  { nowMs, limits }: ForwardLinkPorts,
  dials: readonly DialledLink[],
  event: ForwardLinkEvent,
): readonly DialledLink[] {
  const { link } = eventOf(event, 'LINK_ESTABLISHED');
  return dials.filter(
    (dial) => dial.id !== link && dial.stage !== 'connected' && wasSilent({ nowMs, limits }, dial),
  );
}

/** True if nothing was heard of this dial for so long that the next one has begun. */
export function wasSilent(
  { nowMs, limits }: Pick<ForwardLinkPorts, 'nowMs' | 'limits'>,
  { sinceMs }: DialledLink,
): boolean {
  return nowMs() - sinceMs >= limits.dialSilenceMs;
}

/**
 * The list after a member was dialled for nothing: an elder is on it now; who was on it before must not be probed
 * at once.
 */
function withPassedOver(
  ports: ForwardLinkPorts,
  preferred: readonly PreferredMember[],
  member: Member,
): readonly PreferredMember[] {
  if (isAmong(preferred, member)) return backedOff(ports, preferred, member);
  return ports.isElder(member) ? withPreferred(ports, preferred, member) : preferred;
}

/** What changes who is preferred, by the names that the chart uses. */
export function preferring(ports: ForwardLinkPorts): ForwardLinkActions {
  return {
    preferPassedOver: assign({
      preferred: ({ preferred }, event) =>
        withPassedOver(ports, preferred, eventOf(event, 'DIAL_FAILED').member),
    }),
    preferSilent: assign({
      preferred: ({ preferred, dials }, event) =>
        silentBeside(ports, dials, event).reduce(
          (others, { member }) => withPassedOver(ports, others, member),
          preferred,
        ),
    }),
    preferLost: assign({
      preferred: ({ preferred }, event) => {
        const ending = eventOf(event, 'FORWARD_LOST', 'DIAL_FAILED');
        return isSignOfPieces(ports, ending) ? withPreferred(ports, preferred, ending.member) : preferred;
      },
    }),
    preferNeighbour: assign({
      preferred: ({ preferred }, event) =>
        withPreferred(ports, preferred, eventOf(event, 'BACKWARD_LOST').member),
    }),
    preferElder: assign({
      preferred: (context) => {
        const elder = firstPassedOver(ports, context);
        return elder ? withPreferred(ports, context.preferred, elder) : context.preferred;
      },
    }),
    backOff: assign({
      preferred: ({ preferred, probe }) => (probe ? backedOff(ports, preferred, probe.member) : preferred),
    }),
    forgetReached: assign({
      preferred: ({ preferred, link }) => preferred.filter(({ member }) => member.hid !== link?.member.hid),
    }),
    forgetAbsent: assign({ preferred: ({ preferred }) => withoutAbsent(ports, preferred) }),
  };
}
