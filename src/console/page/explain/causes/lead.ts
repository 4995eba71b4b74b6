/** Where on the page something that has happened is shown. Pure. */
import type { Tab } from '../../frame/route.ts';
import type { Step } from '../../inspection/actor.ts';
import type { Happened } from './causal-graph.ts';

/** A view of a peer, and what is selected in it. */
interface Place {
  readonly tab: Tab;
  readonly peer: string;
  readonly selection: string | null;
}

/** @param steps of the machines that the page knows. */
export function placeOf(happened: Happened, steps: readonly Step[]): Place {
  const { kind, peer, serial, causedBy } = happened;
  switch (kind) {
    case 'frame':
      return { tab: 'sequence', peer, selection: String(serial) };
    case 'drop':
      // It is shown as the frame that was dropped.
      return { tab: 'sequence', peer, selection: causedBy === null ? null : String(causedBy) };
    case 'transition':
    case 'actor': {
      const step = steps.find((each) => each.serial === serial);
      return { tab: 'machines', peer, selection: step?.session ?? null };
    }
    case 'change':
    case 'connection':
      return { tab: 'overlay', peer, selection: null };
    case 'fault':
    case 'violation':
      return { tab: 'figures', peer, selection: null };
    default:
      return { tab: 'chat', peer, selection: null };
  }
}
