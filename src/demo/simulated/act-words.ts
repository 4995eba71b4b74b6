/** What was done by hand, in a few words for the list of it. Pure. Foreign text may be in it. */
import type { HandAct } from '../../log/by-hand/inputs.ts';

/** Such as `alice: SEND hello`, or `drop #17`. */
export function actWords(act: HandAct): string {
  switch (act.type) {
    case 'command':
      return `${act.peer}: ${act.command === null ? 'a message' : Object.values(act.command).join(' ')}`;
    case 'start':
      return `start ${act.peer}`;
    case 'fault':
      return [act.fault, act.peers.join(', ')].join(' ').trim();
    case 'mend':
      return `end fault ${act.fault}`;
    case 'event':
      return `${act.peer}: event ${act.event.type} to ${act.actor}`;
    case 'delay':
      return `delay #${act.frame} by ${act.ms} ms`;
    case 'end':
      return 'the end';
    default:
      return `${act.type} #${act.frame}`;
  }
}
