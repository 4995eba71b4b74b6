/**
 * What happened to connections, as marks on the lifelines of the peers that have told of it: links that came
 * up, that were closed, reset (RST), or that could not be had. The page knows it by the peers' notices. Pure.
 */
import type { ConsoleNotice } from '../../../../feed/messages.ts';

/** The signs: a link is up; it was left or closed; it broke, or was reset; a connect was in vain. */
export type MarkSign = 'up' | 'closed' | 'broken' | 'refused';

const SIGNS: Readonly<Record<string, MarkSign>> = {
  'forward linked': 'up',
  'backward linked': 'up',
  'forward renewed': 'up',
  'forward failback': 'up',
  'room server back': 'up',
  'forward yielded': 'closed',
  'forward lost': 'closed',
  'backward lost': 'closed',
  'room server lost': 'closed',
  'search exhausted': 'refused',
  'room server unreachable': 'refused',
  quit: 'closed',
};

/** How a broken link is told from one that was closed, in the sentences of the peers. */
const BROKEN = /reset|does not answer|did not come in time|no acknowledg|timed out/iu;

/** What each sign is called. */
const MARK_WORDS: Readonly<Record<MarkSign, string>> = {
  up: 'LINK',
  closed: 'CLOSED',
  broken: 'BROKEN',
  refused: 'REFUSED',
};

/** The sign of a notice; `undefined` for one that tells of no connection. */
export function markOf({ type, text }: Pick<ConsoleNotice, 'type' | 'text'>): MarkSign | undefined {
  const sign = SIGNS[type];
  return sign === 'closed' && BROKEN.test(text) ? 'broken' : sign;
}

/** What stands beside a mark. A connection that was reset says so: RST. */
export function markWord(sign: MarkSign, text: string): string {
  return sign === 'broken' && /reset/iu.test(text) ? 'RST' : MARK_WORDS[sign];
}
