/**
 * What the search for the forward link finds out before it decides, by the names that its chart uses: one
 * line each.
 */
import type { Member } from '../../overlay/member.ts';
import { isSignOfPieces, toProbe } from '../../overlay/preferred-members.ts';
import { eventOf } from '../event-of.ts';
import type { DialledLink, ForwardLinkContext, ForwardLinkEvent, ForwardLinkPorts } from './events.ts';

/** True if this event is of this link. */
function isAbout(link: DialledLink | null, event: ForwardLinkEvent): boolean {
  return (
    link !== null &&
    eventOf(
      event,
      'LINK_OPENED',
      'LINK_ESTABLISHED',
      'LINK_SUSPECT',
      'DIAL_FAILED',
      'FORWARD_LINKED',
      'FORWARD_LOST',
    ).link === link.id
  );
}

/** True if we have given up a link for one of this member, and that was not long ago. */
function hasYielded(
  { nowMs, limits }: ForwardLinkPorts,
  { yielded }: ForwardLinkContext,
  { hid }: Member,
): boolean {
  return yielded?.hid === hid && nowMs() - yielded.atMs < limits.yieldedMs;
}

/** The guards by the names that the statechart uses. */
export function forwardLinkGuards(ports: ForwardLinkPorts) {
  const hasPreferred = ({ preferred, link }: ForwardLinkContext) =>
    link !== null && toProbe(ports, preferred, link.member).length > 0;
  const isCrossed = (link: DialledLink | null) => link !== null && ports.isLinkedToUs(link.member);
  const isYielding = (context: ForwardLinkContext, link: DialledLink | null) =>
    link !== null &&
    isCrossed(link) &&
    ports.isBelowUs(link.member) &&
    !hasYielded(ports, context, link.member);
  /**
   * Who is quiet, and has been dialled anew for that not long ago; whoever has left the list is not spared.
   */
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
    hasCandidate: ({ chosen }: ForwardLinkContext) => chosen.length > 0,
    ...dialGuards(ports),
    isSignOfPieces: (_: ForwardLinkContext, event: ForwardLinkEvent) =>
      isSignOfPieces(ports, eventOf(event, 'BACKWARD_LOST')),
    isTheLink: ({ link }: ForwardLinkContext, event: ForwardLinkEvent) => isAbout(link, event),
    isTheProbe: ({ probe }: ForwardLinkContext, event: ForwardLinkEvent) => isAbout(probe, event),
    wasShortLived: ({ link, linkedAtMs }: ForwardLinkContext, event: ForwardLinkEvent) =>
      isAbout(link, event) && ports.nowMs() - linkedAtMs < ports.limits.stableLinkMs,
    hasPreferred,
    /** Where the link is given up in the same step, a pause that begins now would outlive it. */
    isToPause: (context: ForwardLinkContext) => hasPreferred(context) && !isYielding(context, context.link),
    hasNobodyPreferred: (context: ForwardLinkContext) => !hasPreferred(context),
  };
}

/** What there is to know of the members that are being dialled. */
function dialGuards({ nowMs, limits }: ForwardLinkPorts) {
  const dialOf = ({ dials }: ForwardLinkContext, event: ForwardLinkEvent) =>
    dials.find((dial) => isAbout(dial, event));
  const isAny = (dials: readonly DialledLink[], stage: DialledLink['stage']) =>
    dials.some((dial) => dial.stage === stage);
  const isFreshlyGreeted = ({ stage, sinceMs }: DialledLink) =>
    stage === 'greeted' && nowMs() - sinceMs < limits.dialSilenceMs;
  return {
    isDialling: ({ dials }: ForwardLinkContext) => dials.length > 0,
    isDialled: (context: ForwardLinkContext, event: ForwardLinkEvent) => dialOf(context, event) !== undefined,
    isFirstConnected: (context: ForwardLinkContext, event: ForwardLinkEvent) =>
      dialOf(context, event) !== undefined && !context.dials.some(isFreshlyGreeted),
    isAnyConnected: ({ dials }: ForwardLinkContext) => isAny(dials, 'connected'),
    /** Who was greeted has failed, and somebody else waits for that. */
    isSuccessorConnected: (context: ForwardLinkContext, event: ForwardLinkEvent) =>
      dialOf(context, event)?.stage === 'greeted' && isAny(context.dials, 'connected'),
    /** Whoever was dialled before the newest has had company for long. */
    isNewestDial: ({ dials }: ForwardLinkContext, event: ForwardLinkEvent) =>
      isAbout(dials.at(-1) ?? null, event),
    isBurstOver: ({ chosen, burst }: ForwardLinkContext) =>
      chosen.length > 0 && burst.count >= limits.dialBurstMax && nowMs() - burst.sinceMs < limits.dialBurstMs,
  };
}
