/** Where every actor was at a step of the past, and which steps are shown. Pure. */
import type { StateValue } from 'xstate';
import type { Actor, Step } from '../../../inspection/actor.ts';
import { hasMoved, moveWords } from '../../../inspection/move-words.ts';
import { readSearch } from '../../search/search.ts';
import { searchedStep } from '../../search/searched-step.ts';

/** An actor at some moment. */
export interface ActorMoment {
  readonly value: StateValue;
  /** What had happened to it last, before its end; `null` where that is forgotten, or nothing had. */
  readonly last: Step | null;
  readonly isStopped: boolean;
  /** False before its start. */
  readonly isThere: boolean;
}

/** Which steps are shown. */
export interface StepFilter {
  /** What was typed to be searched for (search.ts). */
  readonly search: string;
  /** Leaves out what has changed no state. */
  readonly isChangesOnly: boolean;
}

/** What steps can be sorted by. */
export type SortColumn = 'time' | 'actor' | 'event' | 'move';

/** The order of the steps. */
export interface StepOrder {
  readonly column: SortColumn;
  readonly isDescending: boolean;
}

/** The steps of one peer's machines. */
export function stepsOf(steps: readonly Step[], peer: string): readonly Step[] {
  return steps.filter((step) => step.peer === peer);
}

/**
 * Every actor at a moment.
 * @param steps oldest first.
 * @param position serial of the last step that has happened then; `null` for now.
 */
export function momentAt(
  actors: Iterable<Actor>,
  steps: readonly Step[],
  position: number | null,
): ReadonlyMap<string, ActorMoment> {
  const moments = new Map<string, ActorMoment>();
  for (const step of steps) {
    const { session, serial, kind, from, to } = step;
    const isStopped = kind === 'stopped';
    // What an actor has done last is still told of it when it has ended.
    const last = isStopped ? (moments.get(session)?.last ?? null) : step;
    if (position === null || serial <= position)
      moments.set(session, { value: to, last, isStopped, isThere: true });
    else if (!moments.has(session))
      moments.set(session, { value: from ?? to, last: null, isStopped: false, isThere: kind !== 'started' });
  }
  for (const { session, value, isStopped } of actors)
    if (!moments.has(session)) moments.set(session, { value, last: null, isStopped, isThere: true });
  return moments;
}

/** The actors of a peer, each followed by those below it; of one parent, those that run come first. */
export function actorTree(actors: Iterable<Actor>, peer: string): readonly Actor[] {
  const own = [...actors]
    .filter((actor) => actor.peer === peer)
    .sort((one, other) => Number(one.isStopped) - Number(other.isStopped));
  const known = new Set(own.map(({ session }) => session));
  const below = new Map<string | null, Actor[]>();
  for (const actor of own) {
    const above = actor.parent !== null && known.has(actor.parent) ? actor.parent : null;
    const siblings = below.get(above);
    if (siblings === undefined) below.set(above, [actor]);
    else siblings.push(actor);
  }
  const withAllBelow = (actor: Actor): Actor[] => [
    actor,
    ...(below.get(actor.session) ?? []).flatMap(withAllBelow),
  ];
  return (below.get(null) ?? []).flatMap(withAllBelow);
}

/** The steps that pass the filter, in their order. */
export function filtered(steps: readonly Step[], filter: StepFilter): readonly Step[] {
  const passes = readSearch(filter.search);
  return steps.filter(
    (step) =>
      (!filter.isChangesOnly || hasMoved(step)) && (filter.search === '' || passes(searchedStep(step, []))),
  );
}

const TEXT_OF: Readonly<Record<Exclude<SortColumn, 'time'>, (step: Step) => string>> = {
  actor: ({ actor }) => actor,
  event: ({ event }) => event,
  move: moveWords,
};

/** The steps sorted; what is equal stays in the order of time. */
export function sorted(steps: readonly Step[], { column, isDescending }: StepOrder): readonly Step[] {
  if (column === 'time') return isDescending ? steps.toReversed() : steps;
  const textOf = TEXT_OF[column];
  const sign = isDescending ? -1 : 1;
  const numeric = new Intl.Collator('en', { numeric: true });
  return steps.toSorted((one, other) => sign * numeric.compare(textOf(one), textOf(other)));
}

/**
 * The step before or behind a position, of those shown.
 * @param steps by time, oldest first.
 * @param by -1 is back, 1 is forth.
 * @returns its serial; `null` is now: behind the last, or where nothing is shown.
 */
export function stepBy(steps: readonly Step[], position: number | null, by: -1 | 1): number | null {
  if (by === 1) {
    if (position === null) return null;
    return steps.find(({ serial }) => serial > position)?.serial ?? null;
  }
  const before = position === null ? steps.slice(0, -1) : steps.filter(({ serial }) => serial < position);
  return (before.at(-1) ?? steps[0])?.serial ?? null;
}
