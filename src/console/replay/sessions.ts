/**
 * The actors of a recording as `/inspect` names them: an actor's name is unique only while it runs, so its
 * session is the party with the entry of the actor's start.
 */
import { contextAfter } from '../../log/actors-so-far.ts';
import type { EntryOf, LogEntry, Plain } from '../../log/entry.ts';
import type { InspectMessage } from '../inspect/inspect-messages.ts';

/** See above. */
export class DeclaredSessions {
  /** Contexts of those that run, by the serials of their starts. */
  readonly #contexts = new Map<number, Plain>();
  /** By machine: in a recording it stands with its first actor. */
  readonly #definitions = new Map<string, string>();
  /** Who has sent an event is known by the transition that has caused it. */
  readonly #takers = new Map<number, string>();

  /** @returns nothing where its machine is not in the recording: a bound has cut it. */
  registration(entry: EntryOf<'actor'>): InspectMessage | undefined {
    const { party, actor: id, start, parent, context, definition, state: value } = entry;
    if (definition !== null) this.#definitions.set(entry.machine, definition);
    this.#contexts.set(start, context);
    const machine = this.#definitions.get(entry.machine);
    if (machine === undefined) return undefined;
    const state = JSON.stringify({ value, context, event: INIT, _event: INIT });
    const sessionId = sessionOf(party, start);
    const register = { type: 'service.register', sessionId, id, machine, state } as const;
    const above = parent === null ? {} : { parent: sessionOf(party, parent.start) };
    return { ...register, ...above, ...stampOf(entry) };
  }

  step(entry: EntryOf<'transition'>): InspectMessage | undefined {
    const { party, start, event, to: value, taken, changes, serial, causedBy } = entry;
    const before = this.#contexts.get(start);
    if (before === undefined) return undefined;
    const sessionId = sessionOf(party, start);
    this.#takers.set(serial, sessionId);
    const context = contextAfter(before, changes);
    this.#contexts.set(start, context);
    const origin = causedBy === null ? undefined : this.#takers.get(causedBy);
    const transitions = taken.map(({ source, targets, event: eventType, guard }) => ({
      eventType,
      source: `#${source}`,
      target: targets.map((id) => `#${id}`),
      ...(guard === null ? {} : { cond: { type: guard, name: guard } }),
    }));
    const state = JSON.stringify({ value, context, event, _event: { origin }, transitions });
    return { type: 'service.state', sessionId, state, ...stampOf(entry) };
  }

  stop(entry: EntryOf<'actor'>): InspectMessage | undefined {
    const { party, start } = entry;
    if (!this.#contexts.delete(start)) return undefined;
    return { type: 'service.stop', sessionId: sessionOf(party, start), ...stampOf(entry) };
  }
}

function stampOf({ serial, causedBy, atMs }: LogEntry) {
  return { serial, causedBy, atMs };
}

const INIT = { type: 'xstate.init' };

function sessionOf(party: string, start: number): string {
  return `${party}:${start}`;
}
