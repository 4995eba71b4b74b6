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
import type { EntryBody, EntryOf, Plain } from '../entry.ts';
import type { Log } from '../log.ts';
import { plainOf } from '../plain.ts';
import { definitionText } from './machine-definition.ts';

type Event = SCXML.Event<EventObject>;
type Transition = EntryOf<'transition'>;

/** What XState keeps to itself. */
interface Inner {
  send(event: unknown, payload?: unknown): unknown;
  _nextState(event: Event, isExecuting?: unknown): AnyState;
  update(state: AnyState, event: Event): void;
}

/** What a watch needs. */
interface MachineWatchPorts {
  readonly log: Log;
  /** Whose machines these are. */
  readonly party: string;
  /** Hears of each event that is taken, and of each interpreter's start and end. */
  readonly told: (told: MachineTold) => void;
}

/** What has happened to a machine, in the order of the log. */
export interface MachineTold {
  readonly service: AnyInterpreter;
  readonly entry: EntryOf<'actor'> | EntryOf<'transition'>;
  /** What an event has led to; for a start or an end what the machine is, where XState knows that. */
  readonly state: AnyState | undefined;
}

/** See above. */
export class MachineWatch {
  readonly #log: Log;
  readonly #party: string;
  readonly #told: MachineWatchPorts['told'];
  /** What has caused an event that waits for its turn. */
  readonly #causes = new WeakMap<Event, number | null>();
  /** By these an actor is told from an older one of its name. */
  readonly #starts = new WeakMap<AnyInterpreter, number>();

  constructor({ log, party, told }: MachineWatchPorts) {
    this.#log = log;
    this.#party = party;
    this.#told = told;
  }

  /** An interpreter is about to start. @param isFirst no other actor of this log has run its machine. */
  started(service: AnyInterpreter, isFirst: boolean): void {
    // Not `service.state`: one that is just starting has none yet.
    const state = (service.getSnapshot() ?? service.initialState) as AnyState;
    this.#starts.set(service, this.#log.nextSerial);
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
    const { machine, parent } = service;
    const shown = {
      state: plainOf(state?.value),
      context: what === 'started' ? plainOf(state?.context) : null,
    };
    const entry = this.#log.append(this.#party, {
      ...{ type: 'actor', what, ...this.#nameOf(service), machine: machine.id },
      ...{ parent: parent ? this.#nameOf(parent as AnyInterpreter) : null, ...shown, definition },
    });
    this.#told({ service, entry, state });
  }

  #nameOf(service: AnyInterpreter): Pick<Transition, 'actor' | 'start'> {
    const start = this.#starts.get(service);
    if (start === undefined) throw new TypeError(`the start of ${service.id} is in no log`);
    return { actor: service.id, start };
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
    // In a scope, so that the entry is handed on when it is whole, wherever the event comes from.
    inner._nextState = (event, isExecuting) =>
      log.within(log.cause, () => {
        const before = service.getSnapshot() as AnyState;
        const entry = this.#take(service, event, before);
        taken = entry.serial;
        const after = log.within(taken, () => nextState.call(service, event, isExecuting));
        Object.assign(entry, outcomeOf(before, after));
        this.#told({ service, entry, state: after });
        return after;
      });
    inner.update = (state, event) => {
      const cause = taken ?? log.cause;
      taken = null;
      log.within(cause, () => update.call(service, state, event));
    };
  }

  #take(service: AnyInterpreter, event: Event, before: AnyState): Transition {
    // What was sent by nothing that is known is not caused by what happens when its turn comes.
    const sent = this.#causes.get(event);
    const cause = sent === undefined ? this.#log.cause : sent;
    const from = plainOf(before.value);
    const nothingYet = { to: from, taken: [], actions: [], changes: {} };
    const body: EntryBody & { type: 'transition' } = {
      ...{ type: 'transition', ...this.#nameOf(service), event: plainOf(event.data) as Transition['event'] },
      ...{ from, ...nothingYet },
    };
    return this.#log.append(this.#party, body, cause);
  }
}

/** What an event has done to a machine. */
export function outcomeOf(
  before: AnyState,
  after: AnyState,
): Pick<Transition, 'to' | 'taken' | 'actions' | 'changes'> {
  return {
    to: plainOf(after.value),
    taken: after.transitions.map(({ source, target = [], eventType, cond }) => ({
      source: source.id,
      targets: target.map(({ id }) => id),
      event: eventType,
      guard: cond ? (cond.name ?? cond.type) : null,
    })),
    actions: after.actions.map(({ type }) => type).filter((type) => !type.startsWith('xstate.')),
    changes: changesOf((before.context ?? {}) as object, (after.context ?? {}) as object),
  };
}

function changesOf(before: object, after: object): Transition['changes'] {
  const changes: Record<string, { before: Plain; after: Plain }> = {};
  for (const [field, value] of Object.entries(after)) {
    const old: unknown = (before as Record<string, unknown>)[field];
    if (!Object.is(old, value)) changes[field] = { before: plainOf(old), after: plainOf(value) };
  }
  return changes;
}
