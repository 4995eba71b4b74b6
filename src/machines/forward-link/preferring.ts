/**
 * What the search for the forward link remembers of those that it would rather be linked to: the actions by
 * the names that the chart uses. The policy is in overlay/preferred-members.ts.
 */
import { assign, type MachineOptions } from 'xstate';
import {
  dialledInVain,
  isSignOfPieces,
  listedAnew,
  prefer,
  preferPassedOver,
  putOff,
  reached,
} from '../../overlay/preferred-members.ts';
import { eventOf } from '../event-of.ts';
import type { DialledLink, ForwardLinkContext, ForwardLinkEvent, ForwardLinkPorts } from './events.ts';

type ForwardLinkActions = NonNullable<MachineOptions<ForwardLinkContext, ForwardLinkEvent>['actions']>;

/** True if nothing was heard of this dial for so long that the next one has begun. */
export function wasSilent(
  { nowMs, limits }: Pick<ForwardLinkPorts, 'nowMs' | 'limits'>,
  { sinceMs }: DialledLink,
): boolean {
  return nowMs() - sinceMs >= limits.dialSilenceMs;
}

/** Those that have been silent for long when somebody else has answered: they did not answer, either. */
export function silentBeside(
  ports: ForwardLinkPorts,
  dials: readonly DialledLink[],
  event: ForwardLinkEvent,
): readonly DialledLink[] {
  const { link } = eventOf(event, 'LINK_ESTABLISHED');
  return dials.filter((dial) => dial.id !== link && dial.stage !== 'connected' && wasSilent(ports, dial));
}

/** What changes who is preferred. */
export function preferring(ports: ForwardLinkPorts): ForwardLinkActions {
  return {
    preferPassedOver: assign({
      preferred: ({ preferred }, event) =>
        dialledInVain(ports, preferred, eventOf(event, 'DIAL_FAILED').member),
    }),
    preferSilent: assign({
      preferred: ({ preferred, dials }, event) =>
        silentBeside(ports, dials, event).reduce(
          (others, { member }) => dialledInVain(ports, others, member),
          preferred,
        ),
    }),
    preferLost: assign({
      preferred: ({ preferred }, event) => {
        const ending = eventOf(event, 'FORWARD_LOST', 'DIAL_FAILED');
        return isSignOfPieces(ports, ending) ? prefer(ports, preferred, ending.member) : preferred;
      },
    }),
    preferNeighbour: assign({
      preferred: ({ preferred }, event) => prefer(ports, preferred, eventOf(event, 'BACKWARD_LOST').member),
    }),
    preferElder: assign({
      preferred: ({ preferred, link }) =>
        link ? preferPassedOver(ports, preferred, link.member) : preferred,
    }),
    backOff: assign({
      preferred: ({ preferred, probe }) => (probe ? putOff(ports, preferred, probe.member) : preferred),
    }),
    forgetReached: assign({
      preferred: ({ preferred, link }) => (link ? reached(preferred, link.member) : preferred),
    }),
    forgetAbsent: assign({ preferred: ({ preferred }) => listedAnew(ports, preferred) }),
  };
}
