/**
 * What the page knows of the machines of all peers, built up from the entries of the log. Pure: it is never
 * changed, only replaced.
 *
 * Why not a machine and a State of XState for each entry: of those, 10,000 don't fit into a browser.
 *
 * Invariants: of a live room at most `stepsMax` steps, `actorsMax` actors, and `stoppedActorsMax` of them
 * stopped, of a recording all; steps are
 * in the order of their serials; how many of a peer's steps have gone here is known (`cut`).
 */
import type { StateValue } from 'xstate';
import { contextAfter } from '../../../log/actors-so-far.ts';
import type { EntryOf, Plain } from '../../../log/entry.ts';
import type { ConsoleGap, MachineEntry, RoomMessage } from '../../feed/messages.ts';
import { PAGE_LIMITS } from '../../limits.ts';
import { activeStates } from './active-states.ts';
import type { Actor, Refusal, Step, StepDetail } from './actor.ts';
import { allStates, arrowOf, type ChartState, chartIn, stateValueOf } from './chart.ts';
import { contextChanges } from './context-changes.ts';

/** How many steps of a peer have gone here, and the last of them. */
interface CutSteps {
  readonly missing: number;
  readonly serial: number;
}

/** See above. */
export interface Inspection {
  /** By session, in the order in which they were started. */
  readonly actors: ReadonlyMap<string, Actor>;
  /** Oldest first. */
  readonly steps: readonly Step[];
  /** By the machine's id. */
  readonly charts: ReadonlyMap<string, ChartState>;
  /** By peer. */
  readonly cut: ReadonlyMap<string, CutSteps>;
  /** The last event of this page that was refused. */
  readonly refusal: Refusal | null;
}

/** Nothing is known yet. */
export const NO_INSPECTION: Inspection = {
  ...{ actors: new Map(), steps: [], charts: new Map(), cut: new Map(), refusal: null },
};

/** How much is kept. */
interface Bounds {
  readonly steps: number;
  readonly actors: number;
  readonly stopped: number;
}

/** Of a live room. */
export const LIVE_BOUNDS: Bounds = {
  ...{ steps: PAGE_LIMITS.stepsMax, actors: PAGE_LIMITS.actorsMax, stopped: PAGE_LIMITS.stoppedActorsMax },
};

const { POSITIVE_INFINITY: ALL } = Number;

/** Of a recording: it is to be looked at at any moment. */
export const ALL_OF_IT: Bounds = { steps: ALL, actors: ALL, stopped: ALL };

/** What is changed while a batch of entries is taken over. */
interface Draft {
  readonly actors: Map<string, Actor>;
  readonly added: Step[];
  /** Who has taken an event among them, by its serial. */
  readonly senders: Map<number, string>;
  readonly charts: Map<string, ChartState>;
  /** The steps of before. */
  readonly before: readonly Step[];
  readonly bounds: Bounds;
}

type Taken = EntryOf<'transition'>['taken'];

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  const { payloadMaxCharacters } = PAGE_LIMITS;
  return text.length <= payloadMaxCharacters ? text : `${text.slice(0, payloadMaxCharacters)}…`;
}

function takenArrows(chart: ChartState, from: StateValue, eventType: string, taken: Taken): string[] {
  const arrows = taken.flatMap((transition) => arrowOf(chart, transition) ?? []);
  if (arrows.length === 0 || arrows.some((arrow) => arrow.event === eventType))
    return arrows.map(({ id }) => id);
  // XState tells the last of a chain only: what the event itself has led to is known where only one arrow is
  // it.
  const active = activeStates(chart, from);
  const first = allStates(chart)
    .filter(({ id }) => active.has(id))
    .flatMap(({ arrows: ofState }) => ofState)
    .filter((arrow) => arrow.event === eventType);
  return [...(first.length === 1 ? first : []), ...arrows].map(({ id }) => id);
}

/** Place of the first of these steps whose serial is this one or a later one. */
function placeOf(steps: readonly Step[], serial: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((steps[middle]?.serial ?? 0) < serial) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Name of the actor whose step has caused another one. */
function senderOf({ before, senders }: Draft, causedBy: number | null): string {
  if (causedBy === null) return '';
  const known = before[placeOf(before, causedBy)];
  if (known?.serial === causedBy && known.kind === 'event') return known.actor;
  return senders.get(causedBy) ?? '';
}

function sessionOf(start: number): string {
  return String(start);
}

const NO_DETAIL: StepDetail = { taken: [], payload: '', context: '', changes: [] };

function start(draft: Draft, entry: EntryOf<'actor'>): void {
  const { definition, machine, parent, serial, causedBy, atMs, party: peer, actor: name, context } = entry;
  const defined = definition === null ? undefined : chartIn(definition);
  if (defined) draft.charts.set(machine, defined);
  const chart = draft.charts.get(machine);
  const session = sessionOf(entry.start);
  const known = draft.actors.get(session);
  if (chart === undefined || (!known && draft.actors.size >= draft.bounds.actors)) return;
  const above = parent === null ? undefined : draft.actors.get(sessionOf(parent.start));
  const value = stateValueOf(entry.state);
  const place = { session, peer, name, parent: parent === null ? null : sessionOf(parent.start) };
  const depth = above === undefined ? 0 : above.depth + 1;
  // What is found is what it was after the last step that was cut: that may be known already.
  if (known && known.last >= serial) {
    draft.actors.set(session, { ...known, isStopped: false });
    return;
  }
  draft.actors.set(session, {
    ...{ ...place, depth, chart, value, isStopped: false, contextNow: context, last: serial },
  });
  draft.added.push({
    ...{ serial, causedBy, atMs, peer, session, actor: name, from: known?.value ?? null, to: value },
    ...{ kind: entry.what === 'found' ? 'found' : 'started', event: '', sender: '' },
    detail: () => ({ ...NO_DETAIL, context: shortened(context) }),
  });
}

function move(draft: Draft, entry: EntryOf<'transition'>): void {
  const session = sessionOf(entry.start);
  const actor = draft.actors.get(session);
  if (actor === undefined) return;
  const { serial, causedBy, atMs, party: peer, event, taken } = entry;
  const { value: from, chart, name } = actor;
  const value = stateValueOf(entry.to);
  const context = contextAfter(actor.contextNow as Plain, entry.changes);
  draft.actors.set(session, { ...actor, value, contextNow: context, last: serial });
  draft.senders.set(serial, name);
  draft.added.push({
    ...{ serial, causedBy, atMs, peer, session, actor: name, kind: 'event', from, to: value },
    ...{ event: event.type, sender: senderOf(draft, causedBy) },
    detail: () => ({
      taken: takenArrows(chart, from, event.type, taken),
      ...{ payload: shortened(event), context: shortened(context) },
      changes: contextChanges(actor.contextNow, context),
    }),
  });
}

function stop(draft: Draft, entry: EntryOf<'actor'>): void {
  const session = sessionOf(entry.start);
  const actor = draft.actors.get(session);
  if (actor === undefined || actor.isStopped) return;
  const { serial, causedBy, atMs, party: peer } = entry;
  end(draft, actor, serial);
  draft.added.push({
    ...{ serial, causedBy, atMs, peer, session, actor: actor.name, kind: 'stopped' },
    ...{ event: '', sender: '', detail: () => NO_DETAIL },
    ...{ from: actor.value, to: actor.value },
  });
}

/** Those that have ended last come last, so that the first are forgotten first. */
function end({ actors, bounds }: Pick<Draft, 'actors' | 'bounds'>, actor: Actor, serial: number): void {
  actors.delete(actor.session);
  actors.set(actor.session, { ...actor, isStopped: true, contextNow: null, last: serial });
  if (bounds.stopped === ALL) return;
  const stopped = [...actors.values()].filter(({ isStopped }) => isStopped);
  for (const { session } of stopped.slice(0, -bounds.stopped)) actors.delete(session);
}

function take(draft: Draft, entry: MachineEntry): void {
  if (entry.type === 'transition') move(draft, entry);
  else if (entry.what === 'stopped') stop(draft, entry);
  else start(draft, entry);
}

/** In the order of serials: where the past of several peers was cut, what is found of each stands apart. */
function withAdded(before: readonly Step[], added: readonly Step[]): readonly Step[] {
  const first = added.reduce((least, { serial }) => Math.min(least, serial), Number.POSITIVE_INFINITY);
  const place = placeOf(before, first);
  const late = [...before.slice(place), ...added].sort((one, other) => one.serial - other.serial);
  return [...before.slice(0, place), ...late];
}

function withCut(before: Inspection['cut'], gone: readonly Step[]): Inspection['cut'] {
  if (gone.length === 0) return before;
  const cut = new Map(before);
  for (const { peer, serial } of gone) cut.set(peer, { missing: (cut.get(peer)?.missing ?? 0) + 1, serial });
  return cut;
}

/** What is known after some more entries, in their order. */
export function withMachines(
  before: Inspection,
  entries: readonly MachineEntry[],
  bounds = LIVE_BOUNDS,
): Inspection {
  const draft: Draft = {
    actors: new Map(before.actors),
    added: [],
    senders: new Map(),
    charts: new Map(before.charts),
    before: before.steps,
    bounds,
  };
  for (const entry of entries) take(draft, entry);
  const steps = withAdded(before.steps, draft.added);
  const over = Math.max(0, steps.length - bounds.steps);
  return {
    ...{ ...before, actors: draft.actors, charts: draft.charts, steps: steps.slice(over) },
    cut: withCut(before.cut, steps.slice(0, over)),
  };
}

/** Of these peers steps were cut: their actors are those that are found now. */
function withGaps(before: Inspection, gaps: readonly ConsoleGap[], bounds: Bounds): Inspection {
  const cut = new Map(gaps.filter((gap) => gap.of === 'steps').map((gap) => [gap.peer, gap]));
  if (cut.size === 0) return before;
  const actors = new Map(before.actors);
  for (const actor of before.actors.values()) {
    const gap = cut.get(actor.peer);
    if (gap && !actor.isStopped) end({ actors, bounds }, actor, gap.serial);
  }
  return { ...before, actors };
}

/** What is known after some more of the log. */
export function inspectionAfter(before: Inspection, message: RoomMessage, bounds = LIVE_BOUNDS): Inspection {
  switch (message.type) {
    case 'machines':
      return withMachines(before, message.entries, bounds);
    case 'gaps':
      return withGaps(before, message.gaps, bounds);
    default:
      return before;
  }
}
