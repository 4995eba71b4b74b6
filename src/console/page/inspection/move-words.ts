/** What a step of a machine has moved, in words. Pure. */
import type { StateValue } from 'xstate';
import { innermostStates, valueWords } from './active-states.ts';
import type { Step } from './actor.ts';

/** What one value has that the other has not, sorted. */
function beyond(value: StateValue, other: StateValue): string {
  const known = new Set(innermostStates(other));
  return innermostStates(value)
    .filter((way) => !known.has(way))
    .sort()
    .join(', ');
}

/**
 * A step's move in words: `NAMED.IDLE → NAMED.JOINING`, only what has changed; where nothing has, all of it.
 */
export function moveWords({ kind, from, to }: Step): string {
  if (kind === 'started') return `starts in ${valueWords(to)}`;
  if (kind === 'found') return `is in ${valueWords(to)}`;
  if (kind === 'stopped') return `ends in ${valueWords(to)}`;
  const [left, entered] = from === null ? ['', ''] : [beyond(from, to), beyond(to, from)];
  return left === '' && entered === '' ? valueWords(to) : `${left} → ${entered}`;
}

/** True if the step has led to another state, or into being or out of it. */
export function hasMoved({ kind, from, to }: Step): boolean {
  return kind !== 'event' || from === null || valueWords(from) !== valueWords(to);
}
