/**
 * The actors of a recording as `/inspect` names them. An actor's name is unique only while it runs, so its
 * session is the entry that tells of its start; a peer's user machine is known by the peer.
 */
import type { EntryOf, LogEntry, Plain } from '../../log/entry.ts';
import type { InspectMessage } from '../inspect/inspect-messages.ts';

interface Running {
  readonly session: string;
  /** Session of the one that has spawned it. */
  readonly parent: string | null;
  context: Readonly<Record<string, Plain>>;
}

/** See above. */
export class DeclaredSessions {
  /** By party and name. */
  readonly #running = new Map<string, Running>();
  /** By machine: in a recording it stands with its first actor. */
  readonly #definitions = new Map<string, string>();
  /** Who has sent an event is known by the transition that has caused it. */
  readonly #takers = new Map<number, string>();

  /** An actor has started. */
  started(entry: EntryOf<'actor'>): Running {
    const { party, actor, parent, context, definition, machine, serial } = entry;
    if (definition !== null) this.#definitions.set(machine, definition);
    const above = parent === null ? undefined : this.#running.get(keyOf(party, parent));
    const running: Running = {
      // The machine at the root is the peer itself, over all its lives.
      session: parent === null ? party : `${party}:${serial}`,
      parent: above?.session ?? null,
      context: isRecord(context) ? context : {},
    };
    this.#running.set(keyOf(party, actor), running);
    return running;
  }

  /** @returns nothing where its machine is not in the recording: a bound has cut it. */
  registration(entry: EntryOf<'actor'>): InspectMessage | undefined {
    const { session: sessionId, parent, context } = this.started(entry);
    const machine = this.#definitions.get(entry.machine);
    if (machine === undefined) return undefined;
    const state = JSON.stringify({ value: entry.state, context, event: INIT, _event: INIT });
    const register = { type: 'service.register', sessionId, id: entry.actor, machine, state } as const;
    return { ...register, ...(parent === null ? {} : { parent }), ...stampOf(entry) };
  }

  step(entry: EntryOf<'transition'>): InspectMessage | undefined {
    const { party, actor, event, to: value, taken, changes, serial, causedBy } = entry;
    const running = this.#running.get(keyOf(party, actor));
    if (!running) return undefined;
    this.#takers.set(serial, running.session);
    const changed = Object.entries(changes).map(([field, { after }]) => [field, after] as const);
    running.context = { ...running.context, ...Object.fromEntries(changed) };
    const origin = causedBy === null ? undefined : this.#takers.get(causedBy);
    const transitions = taken.map(({ source, targets, event: eventType, guard }) => ({
      eventType,
      source: `#${source}`,
      target: targets.map((id) => `#${id}`),
      ...(guard === null ? {} : { cond: { type: guard, name: guard } }),
    }));
    const state = { value, context: running.context, event, _event: { origin }, transitions };
    return {
      type: 'service.state',
      sessionId: running.session,
      state: JSON.stringify(state),
      ...stampOf(entry),
    };
  }

  stop(entry: EntryOf<'actor'>): InspectMessage | undefined {
    const { party, actor } = entry;
    const key = keyOf(party, actor);
    const running = this.#running.get(key);
    this.#running.delete(key);
    return running && { type: 'service.stop', sessionId: running.session, ...stampOf(entry) };
  }
}

function stampOf({ serial, causedBy, atMs }: LogEntry) {
  return { serial, causedBy, atMs };
}

const INIT = { type: 'xstate.init' };

function keyOf(party: string, actor: string): string {
  return `${party} ${actor}`;
}

function isRecord(value: Plain): value is Record<string, Plain> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
