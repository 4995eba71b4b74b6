/**
 * What the search for the forward link does, by name: the links that it dials, what it remembers of them, and
 * what it tells the user, its parent and its links. The chart itself is in machine.ts.
 */
import { type ActorRef, actions, assign, type MachineOptions, sendParent, spawn } from 'xstate';
import { dialsBeside, NEW_WALK, passedOver, walkOn } from '../../overlay/dialling/search-walk.ts';
import type { Member } from '../../overlay/member.ts';
import { nextToProbe, toProbe } from '../../overlay/preferred-members.ts';
import { backOffMs } from '../../pacing/back-off.ts';
import { duration } from '../../words/duration.ts';
import { faultOf, memberNeighbour } from '../../words/faults.ts';
import { freeName } from '../actor-name.ts';
import { eventOf } from '../event-of.ts';
import { type LinkEvent, newLink } from '../link/events.ts';
import type {
  DialledLink,
  DialStage,
  ForwardLinkContext,
  ForwardLinkEvent,
  ForwardLinkPorts,
  Renewal,
  SearchAnnouncement,
} from './events.ts';
import { preferring, silentBeside, wasSilent } from './preferring.ts';

const { pure, sendTo } = actions;

type ForwardLinkActions = NonNullable<MachineOptions<ForwardLinkContext, ForwardLinkEvent>['actions']>;

/** The actions by the names that the statechart uses. */
export function forwardLinkActions(ports: ForwardLinkPorts): ForwardLinkActions {
  return { ...dialling(ports), ...remembering(ports), ...preferring(ports), ...telling(ports) };
}

function dial(
  ports: ForwardLinkPorts,
  { link, probe, dials, serial }: ForwardLinkContext,
  member: Member,
): Pick<ForwardLinkContext, 'serial'> & { readonly dialled: DialledLink } {
  const id = `forward-${serial + 1}`;
  const remote = { host: member.ip, port: member.port };
  const context = newLink({ id, direction: 'forward', remote, member });
  const others = [link, probe, ...dials].flatMap((other) => (other ? [other.ref] : []));
  const ref = spawn(ports.linkMachine.withContext(context), freeName(id, others));
  const sinceMs = ports.nowMs();
  ports.allowance.dialled(member, sinceMs);
  const dialled = { id, member, stage: 'silent', sinceMs, selfHid: ports.selfHid(), ref } as const;
  return { serial: serial + 1, dialled };
}

/** Dials everybody that was chosen. */
function dialChosen(ports: ForwardLinkPorts, context: ForwardLinkContext): Partial<ForwardLinkContext> {
  let { serial, dials } = context;
  for (const member of context.chosen) {
    const begun = dial(ports, { ...context, dials, serial }, member);
    serial = begun.serial;
    dials = [...dials, begun.dialled];
  }
  const { burst, chosen } = context;
  const isSameBurst = ports.nowMs() - burst.sinceMs < ports.limits.dialBurstMs;
  const before = isSameBurst ? burst : { sinceMs: ports.nowMs(), count: 0 };
  return { serial, dials, chosen: [], burst: { ...before, count: before.count + chosen.length } };
}

/** Goes on around the ring, unless somebody is chosen already. */
function choose(ports: ForwardLinkPorts, context: ForwardLinkContext): Partial<ForwardLinkContext> {
  if (context.chosen.length > 0) return {};
  const mayDial = (member: Member) => ports.allowance.dueMs(member) <= ports.nowMs();
  const wanted = Math.min(context.wanted, ports.limits.dialsMax - context.dials.length);
  const step = walkOn(context.walk, wanted, ports.candidates(), ports.compareChoices, mayDial);
  return { ...step, wanted: 1 };
}

function dialling(ports: ForwardLinkPorts): ForwardLinkActions {
  return {
    choose: assign((context) => choose(ports, context)),
    dial: assign((context) => dialChosen(ports, context)),
    wantMore: assign({ wanted: ({ dials }) => dialsBeside(dials.length, ports.limits.dialsMax) }),
    dialProbe: assign((context) => {
      const probed = toProbe(ports, context.preferred, linkOf(context).member);
      const { dialled, serial } = dial(ports, context, nextToProbe(ports, probed));
      return { probe: dialled, serial };
    }),
    dialAnew: assign((context) => {
      const { dialled, serial } = dial(ports, context, linkOf(context).member);
      return { probe: dialled, serial };
    }),
    promoteProbe: assign({ link: ({ probe }) => probe, probe: null }),
    takeEstablished: assign((context, event) => ({
      link: context.dials.find(({ id }) => id === eventOf(event, 'LINK_ESTABLISHED').link) ?? null,
      dials: [],
    })),
  };
}

function remembering(ports: ForwardLinkPorts): ForwardLinkActions {
  return {
    rememberConnected: assign({
      dials: ({ dials }, event) => withStage(ports, dials, eventOf(event, 'LINK_OPENED').link, 'connected'),
    }),
    rememberGreeted: assign({
      dials: ({ dials }) => withStage(ports, dials, firstConnected(dials)?.id, 'greeted'),
    }),
    rememberPassedOver: assign({
      walk: ({ walk }, event) => passedOver(walk, eventOf(event, 'DIAL_FAILED').member),
    }),
    backOffAddress: ({ dials, link, probe }, event) => {
      const ended = eventOf(event, 'DIAL_FAILED');
      const dial = [...dials, link, probe].find((each) => each?.id === ended.link);
      if (dial) ports.allowance.failed(dial.member, ports.nowMs(), wasSilent(ports, dial));
    },
    settleOthers: ({ dials }, event) => {
      for (const { member } of dials) ports.allowance.released(member);
      for (const { member } of silentBeside(ports, dials, event))
        ports.allowance.failed(member, ports.nowMs(), true);
    },
    releaseOthers: ({ dials }) => {
      for (const { member } of dials) ports.allowance.released(member);
    },
    releaseProbe: ({ probe }) => {
      if (probe) ports.allowance.released(probe.member);
    },
    forgiveAddress: ({ link }) => {
      if (link) ports.allowance.answered(link.member);
    },
    giveSecondChance: () => ports.allowance.giveSecondChance(ports.nowMs()),
    forgiveAddresses: () => ports.allowance.forgive(),
    forgetDials: assign({ dials: [] }),
    forgetDial: assign({
      dials: ({ dials }, event) => dials.filter(({ id }) => id !== eventOf(event, 'DIAL_FAILED').link),
    }),
    forgetBurst: assign({ burst: { sinceMs: 0, count: 0 } }),
    rememberTime: assign({ linkedAtMs: () => ports.nowMs() }),
    rememberYield: assign({
      yielded: ({ link }) => (link ? { hid: link.member.hid, atMs: ports.nowMs() } : null),
    }),
    renew: assign({ renewal: (context, event) => renewed(ports, context, event) }),
    rememberReport: assign({ reported: ({ walk }) => walk.mark }),
    forgetWalk: assign({ walk: NEW_WALK, chosen: [] }),
    forgetReport: assign({ reported: null }),
    forgetLink: assign({ link: null }),
    forgetProbe: assign({ probe: null }),
  };
}

function linkOf({ link }: ForwardLinkContext): DialledLink {
  if (link === null) throw new TypeError('there is no forward link');
  return link;
}

function firstConnected(dials: readonly DialledLink[]): DialledLink | null {
  return dials.find(({ stage }) => stage === 'connected') ?? null;
}

function withStage(
  { nowMs }: ForwardLinkPorts,
  dials: readonly DialledLink[],
  link: string | undefined,
  stage: DialStage,
): DialledLink[] {
  return dials.map((dial) => (dial.id === link ? { ...dial, stage, sinceMs: nowMs() } : dial));
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
  const { renewMinMs: minMs, renewMaxMs: maxMs, jitterRatio } = limits;
  const pauseMs = backOffMs({ minMs, maxMs, jitterRatio }, attempts, random);
  return { hid, attempts: attempts + 1, dueMs: nowMs() + pauseMs };
}

const YIELDED = 'it has a link to us';
const BEGIN_ANEW: LinkEvent = { type: 'CLOSE', reason: 'the search begins anew' };
const LET_GO: LinkEvent = { type: 'CLOSE', reason: 'another member has answered before' };

function takenBy(probe: DialledLink | null): string {
  return `a link to ${probe?.member.user} has taken its place`;
}

type LinkRef = ActorRef<LinkEvent>;

function toLink(link: DialledLink | null, event: LinkEvent) {
  return link ? sendTo<ForwardLinkContext, ForwardLinkEvent, LinkRef>(() => link.ref, event) : undefined;
}

function telling(ports: ForwardLinkPorts): ForwardLinkActions {
  const { report, limits } = ports;
  return {
    tellLinks: pure(({ link, probe }, event) => {
      const news = eventOf(event, 'LIST_CHANGED');
      return [link, probe].flatMap((each) => toLink(each, news) ?? []);
    }),
    tellAddresses: pure(({ link, probe }, event) => {
      const changed = eventOf(event, 'ADDRESSES_CHANGED');
      return [link, probe].flatMap((each) => toLink(each, changed) ?? []);
    }),
    spareLink: pure(({ link }) => toLink(link, { type: 'SPARE' })),
    condemnLink: pure(({ link }) => toLink(link, { type: 'CONDEMN' })),
    closeYielded: pure(({ link }) => toLink(link, { type: 'CLOSE', reason: YIELDED })),
    reportYielded: ({ link }) => {
      if (link) report({ window: 'command', type: 'forward yielded', member: link.member });
    },
    reportRenewed: ({ link }) => {
      if (link) report({ window: 'command', type: 'forward renewed', member: link.member });
    },
    greet: pure(({ dials }) => toLink(firstConnected(dials), { type: 'GREET' })),
    greetProbe: pure(({ probe }) => toLink(probe, { type: 'GREET' })),
    letAllGo: pure(({ dials }) => dials.flatMap((dial) => toLink(dial, BEGIN_ANEW) ?? [])),
    letOthersGo: pure(({ dials }, event) => {
      const { link } = eventOf(event, 'LINK_ESTABLISHED');
      return dials.flatMap((dial) => (dial.id === link ? [] : (toLink(dial, LET_GO) ?? [])));
    }),
    /** Somebody else has answered before the time of these was over. */
    tellUnanswered: ({ dials }, event) => {
      for (const { member, stage, sinceMs } of silentBeside(ports, dials, event)) {
        if (stage !== 'greeted') continue;
        const neighbour = memberNeighbour(member);
        ports.tellFault(neighbour, faultOf('no S', neighbour, duration(ports.nowMs() - sinceMs)));
      }
    },
    declareLink: pure(({ link }) => toLink(link, { type: 'DECLARE' })),
    leaveLink: pure(({ link, probe }) => {
      const events: LinkEvent[] = [{ type: 'REPLACED' }, { type: 'CLOSE', reason: takenBy(probe) }];
      return events.flatMap((event) => toLink(link, event) ?? []);
    }),
    closeLink: pure(({ link, probe }) => toLink(link, { type: 'CLOSE', reason: takenBy(probe) })),
    dropProbe: pure(({ probe }) => toLink(probe, BEGIN_ANEW)),
    tellLinked: sendParent(
      (context: ForwardLinkContext): SearchAnnouncement => ({
        type: 'FORWARD_LINKED',
        member: linkOf(context).member,
      }),
    ),
    tellLost: sendParent(
      (context: ForwardLinkContext): SearchAnnouncement => ({
        type: 'FORWARD_LOST',
        member: linkOf(context).member,
      }),
    ),
    reportLinked: (_, event) => {
      report({ window: 'command', type: 'forward linked', member: eventOf(event, 'FORWARD_LINKED').member });
    },
    reportFailback: ({ link, probe }) => {
      if (!link || !probe) return;
      report({ window: 'command', type: 'forward failback', from: link.member, to: probe.member });
    },
    reportLost: (_, event) => {
      const { member, reason, end } = eventOf(event, 'FORWARD_LOST', 'DIAL_FAILED');
      report({ window: 'command', type: 'forward lost', member, reason, end });
    },
    reportExhausted: ({ walk, reported }) => {
      const { names: tried, failed: count, mark } = walk;
      if (reported === mark) return;
      report({ window: 'command', type: 'search exhausted', tried, count, retryMs: limits.searchRetryMs });
    },
  };
}
