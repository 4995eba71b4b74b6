/**
 * The machines of a recording, out of its entries. An actor's name is unique only while it runs, so its
 * session is the entry that tells of its start; a peer's user machine is known by the peer, over all its
 * lives.
 */
import type { StateValue } from 'xstate';
import type { EntryOf, LogEntry, Plain } from '../../../../log/entry.ts';
import type { Actor, Step } from '../../inspection/actor.ts';
import { allStates, type ChartState, readChart } from '../../inspection/chart.ts';
import { actorOf, detailOf, endOf, type Inspection, startOf } from '../../inspection/inspection.ts';

/** See above. Nothing is forgotten: all of it is to be looked at, at any moment. */
export class RecordedMachines {
  /** By session. */
  readonly #actors = new Map<string, Actor>();
  readonly #steps: Step[] = [];
  /** By machine: its definition stands with its first actor. */
  readonly #charts = new Map<string, ChartState>();
  /** Sessions of those that run, by party and name. */
  readonly #running = new Map<string, string>();
  /** Who has sent an event is known by the transition that has caused it. */
  readonly #takers = new Map<number, string>();
  /** Sentences on what of the machines can't be shown. */
  readonly problems: string[] = [];
  /** Each peer's user machine. */
  readonly roots = new Map<string, string>();

  take(entry: LogEntry): void {
    if (entry.type === 'transition') this.#moved(entry);
    else if (entry.type === 'actor') {
      if (entry.what === 'started') this.#started(entry);
      else this.#stopped(entry);
    }
  }

  /** All of it. */
  inspection(): Inspection {
    return { actors: this.#actors, steps: this.#steps, charts: this.#charts, refusal: null };
  }

  #started(entry: EntryOf<'actor'>): void {
    const { party, actor: name, machine, parent: above, serial, definition } = entry;
    if (definition !== null) this.#define(machine, definition);
    const parent = above === null ? null : (this.#running.get(keyOf(party, above)) ?? null);
    const session = above === null ? party : `${party}:${serial}`;
    this.#running.set(keyOf(party, name), session);
    if (above === null) this.roots.set(session, party);
    const chart = this.#charts.get(machine);
    // Its definition was cut by a bound.
    if (chart === undefined) return;
    const told = {
      session,
      name,
      parent,
      chart,
      value: stateValueOf(entry.state),
      contextNow: entry.context,
    };
    const actor = actorOf(told, parent === null ? undefined : this.#actors.get(parent));
    this.#actors.set(session, actor);
    this.#add(actor, startOf(actor, stampOf(entry), 'started'));
  }

  #define(machine: string, definition: string): void {
    const chart = chartIn(definition);
    if (chart === undefined) this.problems.push(`the machine ${machine} has no definition that can be read`);
    else this.#charts.set(machine, chart);
  }

  #moved(entry: EntryOf<'transition'>): void {
    const { party, actor: name, event, to, taken, changes, serial, causedBy } = entry;
    const before = this.#actorOf(party, name);
    if (before === undefined) return;
    this.#takers.set(serial, before.name);
    const context = changed(before.contextNow, changes);
    const value = stateValueOf(to);
    this.#actors.set(before.session, { ...before, value, contextNow: context });
    const transitions = taken.map(({ source, targets, event: eventType, guard }) => {
      return { eventType, source, target: targets, cond: guard === null ? undefined : { type: guard } };
    });
    this.#add(before, {
      ...{ kind: 'event', ...stampOf(entry), event: event.type },
      sender: (causedBy === null ? undefined : this.#takers.get(causedBy)) ?? '',
      ...{ from: before.value, to: value },
      detail: () => detailOf(before, { context, event, transitions }),
    });
  }

  #stopped(entry: EntryOf<'actor'>): void {
    const { party, actor: name } = entry;
    const actor = this.#actorOf(party, name);
    this.#running.delete(keyOf(party, name));
    if (actor === undefined) return;
    this.#actors.set(actor.session, { ...actor, isStopped: true, contextNow: null });
    this.#add(actor, endOf(actor, stampOf(entry)));
  }

  #actorOf(party: string, name: string): Actor | undefined {
    const session = this.#running.get(keyOf(party, name));
    return session === undefined ? undefined : this.#actors.get(session);
  }

  #add({ session, root, name }: Actor, body: Omit<Step, 'serial' | 'session' | 'root' | 'actor'>): void {
    this.#steps.push({ serial: this.#steps.length + 1, session, root, actor: name, ...body });
  }
}

function stampOf({ serial, causedBy, atMs }: LogEntry) {
  return { entry: serial, causedBy, atMs };
}

/** No machine has states in states in states deeper than this; a file may say so. */
const DEPTH_MAX = 32;

/** A state as a recording has it, which is foreign; what is none is shown as one without a name. */
function stateValueOf(state: Plain, depth = 0): StateValue {
  if (typeof state === 'string') return state;
  if (typeof state !== 'object' || state === null || Array.isArray(state) || depth > DEPTH_MAX) return '';
  return Object.fromEntries(
    Object.entries(state).map(([name, inner]) => [name, stateValueOf(inner, depth + 1)]),
  );
}

/** What a definition says, which is foreign; `undefined` for what is none. */
function chartIn(definition: string): ChartState | undefined {
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

/** The context after some fields have changed; the same one where none has. */
function changed(context: unknown, changes: EntryOf<'transition'>['changes']): unknown {
  const fields = Object.entries(changes);
  if (fields.length === 0) return context;
  const after: Record<string, Plain> = Object.fromEntries(fields.map(([name, each]) => [name, each.after]));
  return typeof context === 'object' && !Array.isArray(context) ? { ...context, ...after } : after;
}

function keyOf(party: string, actor: string): string {
  return `${party} ${actor}`;
}
