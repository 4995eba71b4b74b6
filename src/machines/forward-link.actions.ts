/**
 * What the search for the forward link does, by name: its guards, the links that it dials, whom it prefers,
 * and what it tells the user, its parent and its links. The chart itself is in forward-link.machine.ts.
 */
import { type ActorRef, actions, assign, type MachineOptions, sendParent, spawn } from 'xstate';
import type { Member } from '../overlay/member.ts';
import { freeName } from './actor-name.ts';
import { eventOf } from './event-of.ts';
import type {
  DialledLink,
  ForwardLinkContext,
  ForwardLinkEvent,
  ForwardLinkPorts,
  PreferredMember,
  Renewal,
} from './forward-link.machine.ts';
import { hasYielded, preferredNow } from './forward-link.machine.ts';
import { type LinkAnnouncement, type LinkEvent, newLink } from './link.machine.ts';

const { pure, sendTo } = actions;

type ForwardLinkActions = NonNullable<MachineOptions<ForwardLinkContext, ForwardLinkEvent>['actions']>;

function isAbout(link: DialledLink | null, event: ForwardLinkEvent): boolean {
  return (
    link !== null &&
    eventOf(event, 'LINK_ENDED', 'LINK_UP', 'LINK_ESTABLISHED', 'LINK_SUSPECT').link === link.id
  );
}

/** The guards by the names that the statechart uses. */
export function forwardLinkGuards(ports: ForwardLinkPorts) {
  const hasPreferred = (context: ForwardLinkContext) => preferredNow(ports, context).length > 0;
  const isCrossed = (link: DialledLink | null) => link !== null && ports.isLinkedToUs(link.member);
  const isYielding = (context: ForwardLinkContext, link: DialledLink | null) =>
    link !== null &&
    isCrossed(link) &&
    ports.isBelowUs(link.member) &&
    !hasYielded(ports, context, link.member);
  /** Who is quiet, and has been dialled anew for that not long ago; whoever has left the list is not spared. */
  const isSpared = ({ link, renewal }: ForwardLinkContext) =>
    link !== null &&
    ports.isListed(link.member) &&
    renewal?.hid === link.member.hid &&
    ports.nowMs() < renewal.dueMs;
  return {
    isCrossed: ({ link }: ForwardLinkContext) => isCrossed(link),
    isUncrossed: ({ link }: ForwardLinkContext) => !isCrossed(link),
    isYielding: (context: ForwardLinkContext) => isYielding(context, context.link),
    isProbeYielding: (context: ForwardLinkContext, event: ForwardLinkEvent) =>
      isAbout(context.probe, event) && isYielding(context, context.probe),
    isWorthADial: (context: ForwardLinkContext, event: ForwardLinkEvent) =>
      isAbout(context.link, event) && (eventOf(event, 'LINK_SUSPECT').isProved || !isSpared(context)),
    isOfOldIdentity: ({ link }: ForwardLinkContext) => link !== null && link.selfHid !== ports.selfHid(),
    hasNetworkBack: (_: ForwardLinkContext, event: ForwardLinkEvent) =>
      eventOf(event, 'ADDRESSES_CHANGED').hasAppeared,
    hasCandidate: ({ candidate }: ForwardLinkContext) => candidate !== null,
    isTheLink: ({ link }: ForwardLinkContext, event: ForwardLinkEvent) => isAbout(link, event),
    isTheProbe: ({ probe }: ForwardLinkContext, event: ForwardLinkEvent) => isAbout(probe, event),
    wasShortLived: ({ link, linkedAtMs }: ForwardLinkContext, event: ForwardLinkEvent) =>
      isAbout(link, event) && ports.nowMs() - linkedAtMs < ports.limits.stableLinkMs,
    hasPreferred,
    hasNobodyPreferred: (context: ForwardLinkContext) => !hasPreferred(context),
  };
}

/** The actions by the names that the statechart uses. */
export function forwardLinkActions(ports: ForwardLinkPorts): ForwardLinkActions {
  return { ...dialling(ports), ...remembering(ports), ...preferring(ports), ...telling(ports) };
}

function dial(
  ports: ForwardLinkPorts,
  { link, probe, serial }: ForwardLinkContext,
  member: Member,
): Pick<ForwardLinkContext, 'serial'> & { readonly dialled: DialledLink } {
  const id = `forward-${serial + 1}`;
  const remote = { host: member.ip, port: member.port };
  const context = newLink({ id, direction: 'forward', remote, accepted: null, member });
  const others = [link, probe].flatMap((other) => (other ? [other.ref] : []));
  const ref = spawn(ports.linkMachine.withContext(context), freeName('forward', serial + 1, others));
  return { serial: serial + 1, dialled: { id, member, selfHid: ports.selfHid(), ref } };
}

/** Who is probed next: the best choice of those that are due, or else whoever is due first. */
function nextToProbe(ports: ForwardLinkPorts, context: ForwardLinkContext): Member {
  const preferred = preferredNow(ports, context);
  const next = preferred.find(({ dueMs }) => dueMs <= ports.nowMs()) ?? preferred[0];
  if (!next) throw new TypeError('nobody is preferred');
  return next.member;
}

function dialling(ports: ForwardLinkPorts): ForwardLinkActions {
  return {
    chooseCandidate: assign({
      candidate: ({ tried }) => {
        const isTried = new Set(tried.map(({ hid }) => hid));
        return ports.candidates().find(({ hid }) => !isTried.has(hid)) ?? null;
      },
    }),
    dial: assign((context) => {
      if (context.candidate === null) throw new TypeError('dialling needs a candidate');
      const { dialled, serial } = dial(ports, context, context.candidate);
      return { link: dialled, serial };
    }),
    dialProbe: assign((context) => {
      const { dialled, serial } = dial(ports, context, nextToProbe(ports, context));
      return { probe: dialled, serial };
    }),
    dialAnew: assign((context) => {
      if (context.link === null) throw new TypeError('there is no link to replace');
      const { dialled, serial } = dial(ports, context, context.link.member);
      return { probe: dialled, serial };
    }),
    promoteProbe: assign({ link: ({ probe }) => probe, probe: null }),
  };
}

function remembering(ports: ForwardLinkPorts): ForwardLinkActions {
  return {
    rememberTried: assign({ tried: ({ tried, link }) => (link ? [...tried, link.member] : tried) }),
    rememberTime: assign({ linkedAtMs: () => ports.nowMs() }),
    rememberYield: assign({
      yielded: ({ link }) => (link ? { hid: link.member.hid, atMs: ports.nowMs() } : null),
    }),
    renew: assign({ renewal: (context, event) => renewed(ports, context, event) }),
    rememberReport: assign({ reported: reportKey }),
    forgetTried: assign({ tried: [] }),
    forgetReport: assign({ reported: null }),
    forgetLink: assign({ link: null }),
    forgetProbe: assign({ probe: null }),
  };
}

function reportKey({ tried }: ForwardLinkContext): string {
  return tried.map(({ hid }) => hid).join();
}

/** Only a dial that may have been for nothing puts the next one off. */
function renewed(
  { limits, nowMs, random }: ForwardLinkPorts,
  { link, renewal }: ForwardLinkContext,
  event: ForwardLinkEvent,
): Renewal | null {
  if (!link || eventOf(event, 'LINK_SUSPECT').isProved) return renewal;
  const { hid } = link.member;
  const attempts = renewal?.hid === hid ? renewal.attempts : 0;
  const fullMs = Math.min(limits.renewMaxMs, limits.renewMinMs * 2 ** attempts);
  const pauseMs = Math.round(fullMs * (1 - limits.jitterRatio * random()));
  return { hid, attempts: attempts + 1, dueMs: nowMs() + pauseMs };
}

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
function passedOver(ports: ForwardLinkPorts, { link, preferred }: ForwardLinkContext): Member | undefined {
  if (!link) return undefined;
  return ports
    .elders()
    .filter((elder) => ports.compareChoices(elder, link.member) < 0 && !isAmong(preferred, elder))
    .sort((one, other) => ports.compareChoices(one, other))[0];
}

function preferring(ports: ForwardLinkPorts): ForwardLinkActions {
  return {
    preferLink: assign({
      preferred: ({ preferred, link }) => {
        if (!link) return preferred;
        // Dialled just now for nothing: a member that was preferred before must not be probed at once.
        const enlist = isAmong(preferred, link.member) ? backedOff : withPreferred;
        return enlist(ports, preferred, link.member);
      },
    }),
    preferBroken: assign({
      preferred: ({ preferred, link }, event) => {
        const { isBroken } = eventOf(event, 'LINK_ENDED');
        return link && isBroken ? withPreferred(ports, preferred, link.member) : preferred;
      },
    }),
    preferNeighbour: assign({
      preferred: ({ preferred }, event) =>
        withPreferred(ports, preferred, eventOf(event, 'NEIGHBOUR_FAILED').member),
    }),
    preferElder: assign({
      preferred: (context) => {
        const elder = passedOver(ports, context);
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

const YIELDED = 'it has a link to us';

type LinkRef = ActorRef<LinkEvent>;

function toLink(link: DialledLink | null, event: LinkEvent) {
  return link ? sendTo<ForwardLinkContext, ForwardLinkEvent, LinkRef>(() => link.ref, event) : undefined;
}

function telling({ report, limits }: ForwardLinkPorts): ForwardLinkActions {
  return {
    tellLinks: pure(({ link, probe }, event) => {
      const { isLatest } = eventOf(event, 'MEMBERS_RECEIVED');
      return [link, probe].flatMap((each) => toLink(each, { type: 'MEMBERS_RECEIVED', isLatest }) ?? []);
    }),
    tellAddresses: pure(({ link, probe }, event) => {
      const changed = eventOf(event, 'ADDRESSES_CHANGED');
      return [link, probe].flatMap((each) => toLink(each, changed) ?? []);
    }),
    spareLink: pure(({ link }) => toLink(link, { type: 'SPARE' })),
    condemnLink: pure(({ link }) => toLink(link, { type: 'CONDEMN' })),
    closeYielded: pure(({ link }) => toLink(link, { type: 'CLOSE', reason: YIELDED })),
    tellYielded: sendParent(({ link }: ForwardLinkContext): LinkAnnouncement => {
      const { id = '', member = null } = link ?? {};
      const end = { wasUp: true, isBroken: false, reason: YIELDED };
      return { type: 'LINK_ENDED', link: id, direction: 'forward', member, ...end };
    }),
    reportYielded: ({ link }) => {
      if (link) report({ window: 'command', type: 'forward yielded', member: link.member });
    },
    reportRenewed: ({ link }) => {
      if (link) report({ window: 'command', type: 'forward renewed', member: link.member });
    },
    declareLink: pure(({ link }) => toLink(link, { type: 'DECLARE' })),
    closeLink: pure(({ link, probe }) =>
      toLink(link, { type: 'CLOSE', reason: `a link to ${probe?.member.user} has taken its place` }),
    ),
    dropProbe: pure(({ probe }) => toLink(probe, { type: 'CLOSE', reason: 'the search begins anew' })),
    tellUp: sendParent((_, event: ForwardLinkEvent) => eventOf(event, 'LINK_UP')),
    tellLost: sendParent(({ link }: ForwardLinkContext, event: ForwardLinkEvent): LinkAnnouncement => {
      // A link that was declared and broke before it was up has been counted as up all the same (failback).
      const { isBroken, reason } = eventOf(event, 'LINK_ENDED');
      const { id = '', member = null } = link ?? {};
      return { type: 'LINK_ENDED', link: id, direction: 'forward', member, wasUp: true, isBroken, reason };
    }),
    reportLinked: (_, event) => {
      report({ window: 'command', type: 'forward linked', member: eventOf(event, 'LINK_UP').member });
    },
    reportFailback: ({ link, probe }) => {
      if (!link || !probe) return;
      report({ window: 'command', type: 'forward failback', from: link.member, to: probe.member });
    },
    reportLost: (_, event) => {
      const { member, reason } = eventOf(event, 'LINK_ENDED');
      if (member !== null) report({ window: 'command', type: 'forward lost', member, reason });
    },
    reportExhausted: (context) => {
      if (context.reported === reportKey(context)) return;
      const tried = context.tried.map(({ user }) => user);
      report({ window: 'command', type: 'search exhausted', tried, retryMs: limits.searchRetryMs });
    },
  };
}
