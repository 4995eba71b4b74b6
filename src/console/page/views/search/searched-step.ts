/**
 * A step of a machine, as the search sees it: its event and what that has changed are searched, too. Pure.
 */
import type { Step } from '../../inspection/actor.ts';
import { eventWords } from '../../inspection/chart.ts';
import { moveWords } from '../../inspection/move-words.ts';
import type { Searched } from './search.ts';

/** In lower case. */
interface StepTexts {
  readonly event: string;
  readonly context: string;
}

/** Read from a step once: of a recording that takes its context apart. */
const texts = new WeakMap<Step, StepTexts>();

function textsOf(step: Step): StepTexts {
  const known = texts.get(step);
  if (known) return known;
  const { payload, changes } = step.detail();
  const changed = changes.map(({ path, before, after }) => `${path}: ${before ?? ''} → ${after ?? ''}`);
  const read = {
    event: `${eventWords(step.event)} ${payload}`.toLowerCase(),
    context: changed.join('\n').toLowerCase(),
  };
  texts.set(step, read);
  return read;
}

/** @param names of its peer, where several peers are searched. */
export function searchedStep(step: Step, names: readonly string[]): Searched {
  return {
    kind: 'EVENT',
    names,
    links: [step.actor],
    atMs: step.atMs,
    message: null,
    text: () => `${step.actor} ${eventWords(step.event)} ${moveWords(step)}`.toLowerCase(),
    event: () => textsOf(step).event,
    context: () => textsOf(step).context,
  };
}
