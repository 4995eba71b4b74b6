/**
 * The full tour of one machine that is driven alone: every state that @xstate/graph finds × every event of
 * its alphabet, ignored ones included. The interpreted machine, with its children played and its timers held,
 * must be where the pure `machine.transition` of a second machine is, with the same context, and must have
 * said the same to everybody.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import {
  type AnyEventObject,
  type AnyInterpreter,
  type AnyState,
  type AnyStateMachine,
  InterpreterStatus,
  interpret,
} from 'xstate';
import type { Coverage } from './coverage.ts';
import { HeldTimers } from './held-timers.ts';
import { shortestWays } from './shortest-ways.ts';
import { byListener, Surroundings, type Word } from './surroundings.ts';

/** One event of the alphabet. */
export interface Step<Answers> {
  /** Unique within the alphabet; how a failure names it. */
  readonly name: string;
  readonly type: string;
  /** The event; some name what the machine has in its context. */
  readonly event: (state: AnyState) => AnyEventObject;
  /** How the ports answer while it is handled, where that differs from the usual. */
  readonly given?: Partial<Answers>;
  /** The child that says it; where that one does not live, or none is named, it comes from outside. */
  readonly from?: (state: AnyState) => string;
}

/** A machine and all that a tour has to know of it. */
export interface Subject<Answers> {
  /** How the ports usually answer. */
  readonly answers: Answers;
  readonly alphabet: readonly Step<Answers>[];
  /** Answers of the ports when a timer is due, by the name of its delay, where they matter. */
  readonly whenDue?: Readonly<Record<string, readonly Partial<Answers>[]>>;
  build(surroundings: Surroundings<Answers>): AnyStateMachine;
  /** What makes two states one for the tour. */
  serialize(state: AnyState): string;
  /** False for states that are left out, where there would be infinitely many. */
  filter?(state: AnyState): boolean;
  /** Invariants of the run so far, which no chart is asked for. */
  check?(run: Run<Answers>): void;
}

const TIMER = /^xstate\.after\((.+)\)#/;

function timerOf(type: string): string | undefined {
  return TIMER.exec(type)?.[1];
}

/** An event that is always the same. */
export function step<Answers>(
  event: AnyEventObject,
  options: { given?: Partial<Answers>; from?: string } = {},
): Step<Answers> {
  const { given, from } = options;
  return {
    name: `${JSON.stringify(event)}${given ? ` given ${JSON.stringify(given)}` : ''}`,
    type: event.type,
    event: () => event,
    ...(given ? { given } : {}),
    ...(from === undefined ? {} : { from: () => from }),
  };
}

/** Where a state is: its innermost states. */
export function placeOf(state: AnyState): string {
  const places: string[] = state.toStrings();
  return places
    .filter((place) => !places.some((other) => other.startsWith(`${place}.`)))
    .sort()
    .join(' ');
}

/** The delays of the machine as events. */
function timerSteps<Answers>(machine: AnyStateMachine, { whenDue }: Subject<Answers>): Step<Answers>[] {
  const types = machine.events.filter((type) => timerOf(type) !== undefined);
  return types.flatMap((type) => {
    const answers = whenDue?.[timerOf(type) ?? ''] ?? [{}];
    return answers.map((given) => step<Answers>({ type }, { given }));
  });
}

/** An action as `transition` leaves it, as far as it says something. */
interface ResolvedAction {
  readonly type: string;
  readonly activity: { readonly id: string };
  /** Of a send: a name, where `#_parent` is special, or an actor. */
  readonly to: string | { readonly id: string };
  readonly event: AnyEventObject;
  readonly delay?: number;
  readonly exec?: (context: unknown, event: unknown, meta: { readonly action: unknown }) => void;
}

function execute(action: ResolvedAction, { context, event }: AnyState): void {
  // XState only warns of it.
  assert.ok(action.exec, `the action ${action.type} is not implemented`);
  action.exec(context, event, { action });
}

function listenerOf(to: ResolvedAction['to']): string {
  return typeof to === 'string' ? to.replace('#_parent', 'parent') : to.id;
}

/** A machine with its surroundings. */
interface Built<Answers> {
  readonly machine: AnyStateMachine;
  readonly surroundings: Surroundings<Answers>;
  readonly delays: ReadonlyMap<string, number>;
}

function build<Answers>(subject: Subject<Answers>): Built<Answers> {
  const surroundings = new Surroundings(subject.answers);
  const machine = subject.build(surroundings);
  return { surroundings, machine, delays: notedDelays(machine) };
}

/** Each delay as it was when its timer was set last. */
function notedDelays(machine: AnyStateMachine): ReadonlyMap<string, number> {
  const noted = new Map<string, number>();
  const { delays = {} } = machine.options;
  for (const [name, delay] of Object.entries(delays)) {
    delays[name] = (context, event, meta) => {
      const ms = typeof delay === 'function' ? delay(context, event, meta) : (delay ?? 0);
      noted.set(name, ms);
      return ms;
    };
  }
  return noted;
}

/** The machine as a pure function, and what it would say. */
class Pure<Answers> {
  readonly machine: AnyStateMachine;
  readonly #surroundings: Surroundings<Answers>;
  readonly #subject: Subject<Answers>;
  /** Ids of what its states invoke. */
  readonly #services: ReadonlySet<string>;

  constructor(subject: Subject<Answers>) {
    const { machine, surroundings } = build(subject);
    this.#subject = subject;
    this.#surroundings = surroundings;
    this.machine = machine;
    const states = machine.stateIds.map((id) => machine.getStateNodeById(id));
    this.#services = new Set(states.flatMap(({ invoke }) => invoke.map(({ id }) => id)));
  }

  first(): AnyState {
    this.#surroundings.answers = this.#subject.answers;
    return this.machine.initialState;
  }

  next(state: AnyState, { event, given }: Step<Answers>): AnyState {
    // A machine that has ended takes nothing, though the pure function still would.
    if (state.done) return state;
    this.#surroundings.answers = { ...this.#subject.answers, ...given };
    return this.machine.transition(state, event(state));
  }

  /** What the actions that led to this state say, by listener. */
  said(state: AnyState): readonly Word[] {
    this.#surroundings.take();
    for (const action of state.actions as unknown as readonly ResolvedAction[]) {
      const { type, activity, to, event, delay } = action;
      // A service hears that it is stopped; of a spawned machine that is to be seen in who lives
      // (Subject.check).
      if (type === 'xstate.stop') {
        if (this.#services.has(activity.id)) this.#surroundings.hear(activity.id, 'stopped');
      } else if (!type.startsWith('xstate.')) execute(action, state);
      else if (type === 'xstate.send' && delay === undefined) this.#surroundings.hear(listenerOf(to), event);
    }
    // What the whole machine invokes is stopped with it, and no action says so.
    if (state.done) for (const { id } of this.machine.invoke) this.#surroundings.hear(id, 'stopped');
    return this.#surroundings.take();
  }
}

/** One interpreted machine and what has happened to it. */
export class Run<Answers> {
  readonly service: AnyInterpreter;
  readonly timers = new HeldTimers();
  /** Everything that was said since the start, in order; what the machine itself was told is in it. */
  readonly words: Word[] = [];
  readonly #subject: Subject<Answers>;
  readonly #surroundings: Surroundings<Answers>;
  readonly #delays: ReadonlyMap<string, number>;
  readonly #names: string[] = [];

  constructor(subject: Subject<Answers>, { machine, surroundings, delays }: Built<Answers>) {
    this.#subject = subject;
    this.#delays = delays;
    this.#surroundings = surroundings;
    surroundings.answers = subject.answers;
    surroundings.take();
    const parent = { send: (event: AnyEventObject) => surroundings.hear('parent', event) };
    this.service = interpret(machine, {
      clock: this.timers,
      parent: parent as unknown as AnyInterpreter,
    });
    this.service.start();
  }

  get state(): AnyState {
    return this.service.getSnapshot();
  }

  get isOver(): boolean {
    return this.service.status === InterpreterStatus.Stopped;
  }

  /** Makes an event happen, by the means by which it would. */
  perform(next: Step<Answers>): void {
    this.#names.push(next.name);
    this.#surroundings.answers = { ...this.#subject.answers, ...next.given };
    // Nobody is left who could say anything; what is said all the same, the interpreter drops.
    if (this.isOver) return;
    const event = next.event(this.state);
    this.#surroundings.hear('machine', event);
    const child = this.service.children.get(next.from?.(this.state) ?? '');
    const timer = timerOf(event.type);
    if (timer !== undefined && this.state.nextEvents.includes(event.type))
      this.timers.fire(this.#delays.get(timer) ?? 0);
    else if (child) child.send({ type: 'SAY', event });
    else this.service.send(event);
  }

  /** What each has heard since the start. */
  get heard(): Record<string, string[]> {
    return byListener(this.words);
  }

  /** Enters what was said since the last time. */
  listen(): readonly Word[] {
    const words = this.#surroundings.take();
    this.words.push(...words);
    return words;
  }

  /** Holds the run against what the pure machine says. */
  compare(expected: AnyState, said: readonly Word[]): void {
    const words = this.listen().filter(({ listener }) => listener !== 'machine');
    const is = { value: this.state.value, context: plain(this.state.context), said: byListener(words) };
    const shouldBe = { value: expected.value, context: plain(expected.context), said: byListener(said) };
    // Many thousand times, and `expect` is slow.
    if (!isDeepStrictEqual(is, shouldBe))
      expect({ after: this.#names, ...is }).toEqual({ after: this.#names, ...shouldBe });
    if (this.isOver) assert.deepEqual([this.timers.delays, this.service.children.size], [[], 0]);
    this.#subject.check?.(this);
  }

  /** Nothing may be left behind. */
  stop(): void {
    this.service.stop();
    assert.deepEqual(this.timers.delays, []);
  }
}

/** The context without what only an interpreter has: actors are their ids. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('send' in value && 'id' in value) return `actor ${value.id}`;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

/** Makes the full tour. */
export function tour<Answers>(subject: Subject<Answers>, coverage: Coverage): void {
  const pure = new Pure(subject);
  const built = build(subject);
  coverage.watch(built.machine);
  const { machine } = pure;
  const alphabet = [...subject.alphabet, ...timerSteps(machine, subject)];
  const beginning = new Run(subject, built);
  beginning.compare(pure.first(), pure.said(pure.first()));
  beginning.stop();
  const ways = shortestWays({
    machine,
    moves: alphabet,
    offeredUnder: ({ type }) => type,
    next: (state, move) => pure.next(state, move),
    serialize: (state) => subject.serialize(state),
    filter: (state) => subject.filter?.(state) ?? true,
  });
  for (const [serial, way] of ways) {
    const moves = way.map(({ move }) => move);
    const there = moves.reduce((state, move) => pure.next(state, move), pure.first());
    assert.equal(subject.serialize(there), serial);
    let run: Run<Answers> | undefined;
    for (const last of alphabet) {
      run ??= walk(new Run(subject, built), moves);
      const reached = pure.next(there, last);
      run.listen();
      run.perform(last);
      run.compare(reached, reached === there ? [] : pure.said(reached));
      // Where nothing has come of it, the next event can be tried at once.
      if (isSame(reached, there)) continue;
      run.stop();
      run = undefined;
    }
    run?.stop();
  }
}

/** Goes to where the tour has been already. */
function walk<Answers>(run: Run<Answers>, steps: readonly Step<Answers>[]): Run<Answers> {
  for (const each of steps) run.perform(each);
  return run;
}

/** True where nothing was entered, left, done or remembered. */
function isSame(one: AnyState, other: AnyState): boolean {
  if (one === other) return true;
  return (
    one.actions.length === 0 && one.context === other.context && isDeepStrictEqual(one.value, other.value)
  );
}
