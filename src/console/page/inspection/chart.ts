/**
 * A statechart as the page draws it, read from the machine's definition that `/inspect` sends
 * (`StateNode.definition` of XState 4 as JSON). Pure, and without XState itself: the page runs no machine.
 *
 * Invariants: ids are those of XState (`link.OPEN.LINKED`); every arrow's source and targets are states of
 * the chart.
 */
import type { StateValue } from 'xstate';
import type { EntryOf, Plain } from '../../../log/entry.ts';

const AFTER = /^xstate\.after\((.+?)\)/;
const DONE = /^done\.invoke\.(.+)/;

/** One transition; without targets it stays where it is. */
export interface ChartArrow {
  /** Unique in its chart. */
  readonly id: string;
  readonly source: string;
  readonly targets: readonly string[];
  /** As XState names it; empty for one that is taken at once. */
  readonly event: string;
  /** Of a timer, in milliseconds; `null` for one that is computed anew each time, and for everything else. */
  readonly delayMs: number | null;
  readonly guard: string;
  /** Names of its actions, without XState's own bookkeeping. */
  readonly actions: readonly string[];
}

/** One state, the root included. */
export interface ChartState {
  readonly id: string;
  readonly key: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Id of the state that a compound one begins in. */
  readonly initial: string | null;
  readonly states: readonly ChartState[];
  readonly arrows: readonly ChartArrow[];
  /** Names of the actions when it is entered and when it is left, without XState's own bookkeeping. */
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  /** Names of the actors that run as long as the machine is in it. */
  readonly runs: readonly string[];
}

/** What is read of a definition. */
interface Definition {
  readonly id: string;
  readonly key: string;
  readonly type: ChartState['type'];
  readonly initial?: unknown;
  readonly states: Readonly<Record<string, Definition>>;
  readonly transitions: readonly TransitionDefinition[];
  readonly entry?: readonly NamedAction[];
  readonly exit?: readonly NamedAction[];
  readonly invoke?: readonly { readonly id: string }[];
}

/** What is read of the definition of a whole machine. */
interface MachineDefinition extends Definition {
  /** See machine-definition.ts. */
  readonly delays?: Delays;
}

type Delays = Readonly<Record<string, number | null>>;

interface NamedAction {
  readonly type: string;
}

/** What is read of a transition. */
interface TransitionDefinition {
  readonly eventType: string;
  /** `#id` of a state. */
  readonly source: string;
  readonly target?: readonly string[] | undefined;
  readonly cond?: { readonly name?: string; readonly type: string } | undefined;
  readonly actions?: readonly NamedAction[];
}

function guardName({ cond }: TransitionDefinition): string {
  return cond?.name ?? cond?.type ?? '';
}

function stateId(reference: string): string {
  return reference.replace(/^#/, '');
}

function actionNames(actions: readonly NamedAction[] = []): string[] {
  return actions.map(({ type }) => type).filter((type) => !type.startsWith('xstate.'));
}

function toArrow(
  transition: TransitionDefinition,
  source: string,
  index: number,
  delays: Delays,
): ChartArrow {
  return {
    id: `${source}>${index}`,
    source,
    targets: (transition.target ?? []).map(stateId),
    event: transition.eventType,
    delayMs: delays[AFTER.exec(transition.eventType)?.[1] ?? ''] ?? null,
    guard: guardName(transition),
    actions: actionNames(transition.actions),
  };
}

function toState(definition: Definition, delays: Delays): ChartState {
  const { id, key, type, initial, states, entry, exit, invoke = [] } = definition;
  return {
    id,
    key,
    type,
    initial: typeof initial === 'string' ? (states[initial]?.id ?? null) : null,
    states: Object.values(states).map((inner) => toState(inner, delays)),
    arrows: definition.transitions.map((transition, index) => toArrow(transition, id, index, delays)),
    entry: actionNames(entry),
    exit: actionNames(exit),
    runs: invoke.map((invoked) => invoked.id),
  };
}

/**
 * Reads a machine's definition.
 * @throws SyntaxError where it is no JSON. What it says is the server's, and is not checked further.
 */
export function readChart(definition: string): ChartState {
  const machine = JSON.parse(definition) as MachineDefinition;
  return toState(machine, machine.delays ?? {});
}

/** The state and all in it, outer ones first. */
export function allStates(state: ChartState): ChartState[] {
  return [state, ...state.states.flatMap(allStates)];
}

/** The arrow that the log says was taken. */
export function arrowOf(
  chart: ChartState,
  taken: EntryOf<'transition'>['taken'][number],
): ChartArrow | undefined {
  const targets = taken.targets.join(' ');
  return allStates(chart)
    .find(({ id }) => id === taken.source)
    ?.arrows.find(
      ({ event, guard, targets: to }) =>
        event === taken.event && guard === (taken.guard ?? '') && to.join(' ') === targets,
    );
}

/** An event in the reader's words: XState's timers and the ends of actors are called by their names. */
export function eventWords(event: string): string {
  const after = AFTER.exec(event);
  if (after) return `after ${after[1]}`;
  const done = DONE.exec(event);
  return done ? `${done[1]} has ended` : event;
}

/** The event of an arrow in the reader's words; of a timer, with its time. */
export function arrowWords({ event, delayMs }: ChartArrow): string {
  if (!AFTER.test(event)) return eventWords(event);
  return `${eventWords(event)} (${delayMs === null ? 'varies' : durationWords(delayMs)})`;
}

function durationWords(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}

/** No machine has states in states in states deeper than this; a file may say so. */
const DEPTH_MAX = 32;

/** A state as a recording has it, which is foreign; what is none is shown as one without a name. */
export function stateValueOf(state: Plain, depth = 0): StateValue {
  if (typeof state === 'string') return state;
  if (typeof state !== 'object' || state === null || Array.isArray(state) || depth > DEPTH_MAX) return '';
  return Object.fromEntries(
    Object.entries(state).map(([name, inner]) => [name, stateValueOf(inner, depth + 1)]),
  );
}

/** What a definition says, which is foreign; `undefined` for what is none. */
export function chartIn(definition: string): ChartState | undefined {
  try {
    const chart = readChart(definition);
    const words = allStates(chart).flatMap(({ id, key, type, entry, exit, runs, arrows }) => [
      ...[id, key, type, ...entry, ...exit, ...runs],
      ...arrows.flatMap(({ event, guard, actions, targets }) => [event, guard, ...actions, ...targets]),
    ]);
    return words.every((word) => typeof word === 'string') ? chart : undefined;
  } catch (error) {
    // No JSON, no machine, or states in states without end.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)
      return undefined;
    throw error;
  }
}
