/**
 * A statechart as the page draws it, read from the machine's definition that `/inspect` sends
 * (`StateNode.definition` of XState 4 as JSON). Pure, and without XState itself: the page runs no machine.
 *
 * Invariants: ids are those of XState (`link.OPEN.LINKED`); every arrow's source and targets are states of
 * the chart.
 */

/** One transition; without targets it stays where it is. */
export interface ChartArrow {
  /** Unique in its chart. */
  readonly id: string;
  readonly source: string;
  readonly targets: readonly string[];
  /** As XState names it; empty for one that is taken at once. */
  readonly event: string;
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
}

/** What is read of a definition. */
interface Definition {
  readonly id: string;
  readonly key: string;
  readonly type: ChartState['type'];
  readonly initial?: unknown;
  readonly states: Readonly<Record<string, Definition>>;
  readonly transitions: readonly TransitionDefinition[];
}

/** What is read of a transition, in a definition and in a state (those that have just been taken). */
export interface TransitionDefinition {
  readonly eventType: string;
  /** `#id` of a state. */
  readonly source: string;
  readonly target?: readonly string[] | undefined;
  readonly cond?: { readonly name?: string; readonly type: string } | undefined;
  readonly actions?: readonly { readonly type: string }[];
}

function guardName({ cond }: TransitionDefinition): string {
  return cond?.name ?? cond?.type ?? '';
}

function stateId(reference: string): string {
  return reference.replace(/^#/, '');
}

function toArrow(transition: TransitionDefinition, source: string, index: number): ChartArrow {
  return {
    id: `${source}>${index}`,
    source,
    targets: (transition.target ?? []).map(stateId),
    event: transition.eventType,
    guard: guardName(transition),
    actions: (transition.actions ?? []).map(({ type }) => type).filter((type) => !type.startsWith('xstate.')),
  };
}

function toState(definition: Definition): ChartState {
  const { id, key, type, initial, states } = definition;
  return {
    id,
    key,
    type,
    initial: typeof initial === 'string' ? (states[initial]?.id ?? null) : null,
    states: Object.values(states).map(toState),
    arrows: definition.transitions.map((transition, index) => toArrow(transition, id, index)),
  };
}

/**
 * Reads a machine's definition.
 * @throws SyntaxError where it is no JSON. What it says is the server's, and is not checked further.
 */
export function readChart(definition: string): ChartState {
  return toState(JSON.parse(definition) as Definition);
}

/** The state and all in it, outer ones first. */
export function allStates(state: ChartState): ChartState[] {
  return [state, ...state.states.flatMap(allStates)];
}

/** The arrow that a state's JSON says was taken. */
export function arrowOf(chart: ChartState, taken: TransitionDefinition): ChartArrow | undefined {
  const source = allStates(chart).find(({ id }) => id === stateId(taken.source));
  const targets = (taken.target ?? []).map(stateId).join(' ');
  return source?.arrows.find(
    ({ event, guard, targets: to }) =>
      event === taken.eventType && guard === guardName(taken) && to.join(' ') === targets,
  );
}

const AFTER = /^xstate\.after\((.+?)\)/;
const DONE = /^done\.invoke\.(.+)/;

/** An event in the reader's words: XState's timers and the ends of actors are called by their names. */
export function eventWords(event: string): string {
  const after = AFTER.exec(event);
  if (after) return `after ${after[1]}`;
  const done = DONE.exec(event);
  return done ? `${done[1]} has ended` : event;
}
