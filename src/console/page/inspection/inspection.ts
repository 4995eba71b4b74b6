/**
 * What the page knows of the machines of all peers, built up from what `/inspect` tells. Pure: it is never
 * changed, only replaced.
 *
 * Why not `createWebSocketReceiver` of @xstate/inspect: it does not tell when its socket has ended and can't
 * be closed, so that a page which comes back would listen twice or not at all; and it builds a whole machine
 * and State of XState of each message, of which 10,000 don't fit into a browser. Its protocol is spoken here
 * as its types have it.
 *
 * Invariants: at most `stepsMax` steps, `actorsMax` actors, and `stoppedActorsMax` of them stopped; serials
 * of steps rise by one from each to the next.
 */
import type { StateValue } from 'xstate';
import type { InspectMessage } from '../../inspect/inspect-messages.ts';
import { PAGE_LIMITS } from '../../limits.ts';
import { appendBounded } from '../state/bounded.ts';
import { activeStates } from './active-states.ts';
import type { Actor, Refusal, Step, StepDetail } from './actor.ts';
import { allStates, arrowOf, type ChartState, readChart, type TransitionDefinition } from './chart.ts';
import { contextChanges } from './context-changes.ts';

/** See above. */
export interface Inspection {
  /** By session, in the order in which they were started. */
  readonly actors: ReadonlyMap<string, Actor>;
  /** Oldest first. */
  readonly steps: readonly Step[];
  /** One of each kind of machine, by its JSON. */
  readonly charts: ReadonlyMap<string, ChartState>;
  /** The last event of this page that was refused. */
  readonly refusal: Refusal | null;
}

/** Nothing is known yet. */
export const NO_INSPECTION: Inspection = { actors: new Map(), steps: [], charts: new Map(), refusal: null };

/** What is read of a state. */
interface StateJson {
  readonly value: StateValue;
  readonly context: unknown;
  readonly event: { readonly type: string };
  readonly _event: { readonly origin?: string };
  readonly transitions?: readonly TransitionDefinition[];
}

type Told<Type extends InspectMessage['type']> = Extract<InspectMessage, { type: Type }>;

interface StampedMessage {
  readonly serial?: number;
  readonly causedBy?: number | null;
  readonly atMs: number;
}

/** What is changed while some more is taken over. */
interface Draft {
  readonly actors: Map<string, Actor>;
  readonly added: Step[];
  readonly charts: Map<string, ChartState>;
  serial: number;
  refusal: Refusal | null;
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  const { payloadMaxCharacters } = PAGE_LIMITS;
  return text.length <= payloadMaxCharacters ? text : `${text.slice(0, payloadMaxCharacters)}…`;
}

/** The arrows that a state says were taken. */
function takenArrows(
  chart: ChartState,
  from: StateValue,
  { event, transitions = [] }: Pick<StateJson, 'event' | 'transitions'>,
): string[] {
  const taken = transitions.flatMap((transition) => arrowOf(chart, transition) ?? []);
  if (taken.length === 0 || taken.some((arrow) => arrow.event === event.type))
    return taken.map(({ id }) => id);
  // XState tells the last of a chain only: what the event itself has led to is known where only one arrow is
  // it.
  const active = activeStates(chart, from);
  const first = allStates(chart)
    .filter(({ id }) => active.has(id))
    .flatMap(({ arrows }) => arrows)
    .filter((arrow) => arrow.event === event.type);
  return [...(first.length === 1 ? first : []), ...taken].map(({ id }) => id);
}

function stampOf({ serial, causedBy = null, atMs }: StampedMessage) {
  return { entry: serial ?? null, causedBy, atMs };
}

/** Machines of one kind share their chart: there may be hundreds of links. */
function sharedChart({ charts }: Draft, read: ChartState): ChartState {
  const text = JSON.stringify(read);
  const known = charts.get(text);
  if (known === undefined) charts.set(text, read);
  return known ?? read;
}

function step(draft: Draft, actor: Actor, more: Omit<Step, 'serial' | 'session' | 'root' | 'actor'>): void {
  draft.serial += 1;
  const { session, root, name } = actor;
  draft.added.push({ serial: draft.serial, session, root, actor: name, ...more });
}

function register(draft: Draft, message: Told<'service.register'>): void {
  const { sessionId: session, id: name, parent = null } = message;
  if (draft.actors.size >= PAGE_LIMITS.actorsMax) return;
  const state = JSON.parse(message.state) as StateJson;
  const above = parent === null ? undefined : draft.actors.get(parent);
  const chart = sharedChart(draft, readChart(message.machine));
  const actor = actorOf(
    { session, name, parent, chart, value: state.value, contextNow: state.context },
    above,
  );
  draft.actors.set(session, actor);
  const isStart = state.event.type === 'xstate.init';
  step(draft, actor, startOf(actor, stampOf(message), isStart ? 'started' : 'found'));
}

/** An actor that has just started, below the one that has spawned it. */
export function actorOf(
  told: Pick<Actor, 'session' | 'name' | 'parent' | 'chart' | 'value' | 'contextNow'>,
  above: Actor | undefined,
): Actor {
  const { session, parent } = told;
  const root = above?.root ?? parent ?? session;
  return { ...told, root, depth: above === undefined ? 0 : above.depth + 1, isStopped: false };
}

type Stamped = Pick<Step, 'entry' | 'causedBy' | 'atMs'>;
type StepBody = Omit<Step, 'serial' | 'session' | 'root' | 'actor'>;

const NO_DETAIL: StepDetail = { taken: [], payload: '', context: '', changes: [] };

/** The step that is its start, or its being found. */
export function startOf(actor: Actor, stamp: Stamped, kind: 'started' | 'found'): StepBody {
  const { value, contextNow } = actor;
  const context = shortened(contextNow);
  const detail = () => ({ ...NO_DETAIL, context });
  return { kind, ...stamp, event: '', sender: '', from: null, to: value, detail };
}

/** The step that is its end. */
export function endOf({ value }: Actor, stamp: Stamped): StepBody {
  return {
    ...{ kind: 'stopped', ...stamp, event: '', sender: '', from: value, to: value },
    detail: () => NO_DETAIL,
  };
}

function move(draft: Draft, message: Told<'service.state'>): void {
  const { sessionId, state: text } = message;
  const actor = draft.actors.get(sessionId);
  if (actor === undefined) return;
  const state = JSON.parse(text) as StateJson;
  const { origin } = state._event;
  draft.actors.set(sessionId, { ...actor, value: state.value, contextNow: state.context });
  // Its start, which its registration has told already.
  if (state.event.type === 'xstate.init') return;
  const detail = detailOf(actor, state);
  step(draft, actor, {
    kind: 'event',
    ...stampOf(message),
    event: state.event.type,
    sender: origin === undefined ? '' : (draft.actors.get(origin)?.name ?? origin),
    from: actor.value,
    to: state.value,
    detail: () => detail,
  });
}

/** What an event has done to an actor. @param before the actor as it was before. */
export function detailOf(
  before: Pick<Actor, 'chart' | 'value' | 'contextNow'>,
  state: Pick<StateJson, 'context' | 'event' | 'transitions'>,
): StepDetail {
  return {
    taken: takenArrows(before.chart, before.value, state),
    payload: shortened(state.event),
    context: shortened(state.context),
    changes: contextChanges(before.contextNow, state.context),
  };
}

function stop(draft: Draft, message: Told<'service.stop'>): void {
  const { sessionId } = message;
  const actor = draft.actors.get(sessionId);
  if (actor === undefined || actor.isStopped) return;
  // Those that have ended last come last, so that the first are forgotten first.
  draft.actors.delete(sessionId);
  draft.actors.set(sessionId, { ...actor, isStopped: true, contextNow: null });
  step(draft, actor, endOf(actor, stampOf(message)));
  const stopped = [...draft.actors.values()].filter(({ isStopped }) => isStopped);
  for (const { session } of stopped.slice(0, -PAGE_LIMITS.stoppedActorsMax)) draft.actors.delete(session);
}

function take(draft: Draft, message: InspectMessage): void {
  switch (message.type) {
    case 'service.register':
      register(draft, message);
      break;
    case 'service.state':
      move(draft, message);
      break;
    case 'service.stop':
      stop(draft, message);
      break;
    case 'service.refused': {
      const { sessionId: session, event, reason, atMs } = message;
      draft.refusal = { session, event, reason, atMs };
      break;
    }
    case 'service.event':
      // Its state follows, with the event in it.
      break;
  }
}

/** What is known after some more messages, in their order. */
export function withInspected(before: Inspection, messages: readonly InspectMessage[]): Inspection {
  const draft: Draft = {
    actors: new Map(before.actors),
    added: [],
    charts: new Map(before.charts),
    serial: before.steps.at(-1)?.serial ?? 0,
    refusal: before.refusal,
  };
  for (const message of messages) take(draft, message);
  return {
    actors: draft.actors,
    steps: appendBounded(before.steps, draft.added, PAGE_LIMITS.stepsMax),
    charts: draft.charts,
    refusal: draft.refusal,
  };
}

/** What the page says first, so that it is told of the machines. */
export const START_INSPECTING = JSON.stringify({ type: 'xstate.inspecting' });

/** An event for a machine, as the protocol has it: the target's session stands where the sender's would. */
export function eventMessage(session: string, event: { readonly type: string }): string {
  const scxml = { name: event.type, type: 'external', $$type: 'scxml', data: event, origin: session };
  return JSON.stringify({ type: 'xstate.event', event: JSON.stringify(scxml) });
}
