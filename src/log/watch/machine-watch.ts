/**
 * The machines of one party in the log: their actors, and each event that one takes, stamped before all that
 * it causes.
 *
 * XState tells of a transition when its actions have run and what they sent has been delivered, which puts
 * every cause behind its effects. So this stands in front of what an interpreter does with an event: `send`
 * (who has caused it), `_nextState` (it is taken, the actions run) and `update` (what they sent is
 * delivered). The latter two are not in XState's types; it is held at 4.38, and a test fails if they are not
 * there.
 */
import type { AnyInterpreter, AnyState, EventObject, SCXML } from 'xstate';
import { toEventObject, toSCXMLEvent } from 'xstate/lib/utils.js';
import type { EntryBody, EntryOf, Plain, Stamp } from '../entry.ts';
import type { Log } from '../log.ts';
import { plainOf } from '../plain.ts';
import { definitionText } from './machine-definition.ts';

type Event = SCXML.Event<EventObject>;
type Transition = EntryOf<'transition'>;
/** An entry is written step by step: what is not known yet is filled in. */
type Open = { -readonly [Key in keyof Transition]: Transition[Key] };

/** What XState keeps to itself. */
interface Inner {
  send(event: unknown, payload?: unknown): unknown;
  _nextState(event: Event, isExecuting?: unknown): AnyState;
  update(state: AnyState, event: Event): void;
}

/** What a watch needs. */
export interface MachineWatchPorts {
  readonly log: Log;
  /** Whose machines these are. */
  readonly party: string;
  /** Gets the entry of each event that is taken, and of each interpreter's start and end. */
  readonly stamps: WeakMap<object, Stamp>;
}

/** See above. */
export class MachineWatch {
  readonly #log: Log;
  readonly #party: string;
  readonly #stamps: WeakMap<object, Stamp>;
  /** What has caused an event that waits for its turn. */
  readonly #causes = new WeakMap<Event, number | null>();

  constructor({ log, party, stamps }: MachineWatchPorts) {
    this.#log = log;
    this.#party = party;
    this.#stamps = stamps;
  }

  /** An interpreter is about to start. @param isFirst no other actor of this log has run its machine. */
  started(service: AnyInterpreter, isFirst: boolean): void {
    // Not `service.state`: one that is just starting has none yet.
    const state = (service.getSnapshot() ?? service.initialState) as AnyState;
    this.#tell(service, 'started', state, isFirst ? definitionText(service.machine) : null);
    this.#standInFront(service, service as unknown as Inner);
  }

  /** It has come to its end. */
  stopped(service: AnyInterpreter): void {
    this.#tell(service, 'stopped', service.getSnapshot() as AnyState | undefined, null);
  }

  #tell(
    service: AnyInterpreter,
    what: 'started' | 'stopped',
    state: AnyState | undefined,
    definition: string | null,
  ): void {
    const { id: actor, machine, parent } = service;
    const shown = {
      state: plainOf(state?.value),
      context: what === 'started' ? plainOf(state?.context) : null,
    };
    const body = { what, actor, machine: machine.id, parent: parent?.id ?? null, ...shown, definition };
    this.#stamps.set(service, this.#log.append(this.#party, { type: 'actor', ...body }));
  }

  #standInFront(service: AnyInterpreter, inner: Inner): void {
    const log = this.#log;
    const { send, _nextState: nextState, update } = inner;
    /** The one whose actions run now. */
    let taken: number | null = null;
    inner.send = (event, payload) => {
      if (Array.isArray(event)) throw new TypeError('events are not sent in batches');
      const whole = toSCXMLEvent(toEventObject(event as EventObject, payload as never)) as Event;
      this.#causes.set(whole, log.cause);
      return send.call(service, whole);
    };
    inner._nextState = (event, isExecuting) => {
      const before = service.getSnapshot() as AnyState;
      const entry = this.#take(service, event, before);
      taken = entry.serial;
      const after = log.within(taken, () => nextState.call(service, event, isExecuting));
      fillIn(entry, before, after);
      return after;
    };
    inner.update = (state, event) => {
      const cause = taken ?? log.cause;
      taken = null;
      log.within(cause, () => update.call(service, state, event));
    };
  }

  #take(service: AnyInterpreter, event: Event, before: AnyState): Open {
    // What was sent by nothing that is known is not caused by what happens when its turn comes.
    const sent = this.#causes.get(event);
    const cause = sent === undefined ? this.#log.cause : sent;
    const from = plainOf(before.value);
    const body: EntryBody & { type: 'transition' } = {
      type: 'transition',
      actor: service.id,
      event: plainOf(event.data) as Transition['event'],
      from,
      to: from,
      taken: [],
      actions: [],
      changes: {},
    };
    const entry = this.#log.append(this.#party, body, cause);
    this.#stamps.set(event, entry);
    return entry;
  }
}

function fillIn(entry: Open, before: AnyState, after: AnyState): void {
  entry.to = plainOf(after.value);
  entry.taken = after.transitions.map(({ source, target = [], eventType, cond }) => ({
    source: source.id,
    targets: target.map(({ id }) => id),
    event: eventType,
    guard: cond ? (cond.name ?? cond.type) : null,
  }));
  entry.actions = after.actions.map(({ type }) => type).filter((type) => !type.startsWith('xstate.'));
  entry.changes = changesOf(before.context as object, after.context as object);
}

function changesOf(before: object, after: object): Transition['changes'] {
  const changes: Record<string, { before: Plain; after: Plain }> = {};
  for (const [field, value] of Object.entries(after)) {
    const old: unknown = (before as Record<string, unknown>)[field];
    if (!Object.is(old, value)) changes[field] = { before: plainOf(old), after: plainOf(value) };
  }
  return changes;
}
