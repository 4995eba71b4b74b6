/**
 * What the actors of a log are, followed from entry to entry: where a bound cuts entries, this stands for
 * them (`found`). Bounded by the actors that run.
 */
import type { EntryOf, LogEntry, Plain } from './entry.ts';

type Found = EntryOf<'actor'>;

/** See above. */
export class ActorsSoFar {
  /** By the serials of their starts. */
  readonly #actors = new Map<number, Found>();

  /** Those that run, each as an entry `found` with the serial of the last that it stands for; by serial. */
  get all(): readonly Found[] {
    return [...this.#actors.values()].sort((one, other) => one.serial - other.serial);
  }

  /** Takes the next entry; only those of machines change anything. */
  take(entry: LogEntry): void {
    if (entry.type === 'actor') {
      if (entry.what === 'stopped') this.#actors.delete(entry.start);
      else this.#actors.set(entry.start, { ...entry, what: 'found' });
    }
    if (entry.type !== 'transition') return;
    const actor = this.#actors.get(entry.start);
    if (!actor) return;
    const { serial, atMs, causedBy, to: state, changes } = entry;
    const context = contextAfter(actor.context, changes);
    this.#actors.set(entry.start, { ...actor, serial, atMs, causedBy, state, context });
  }
}

/** The context that these changes make of another. */
export function contextAfter(before: Plain, changes: EntryOf<'transition'>['changes']): Plain {
  const fields = Object.entries(changes);
  if (fields.length === 0) return before;
  const known = typeof before === 'object' && before !== null && !Array.isArray(before) ? before : {};
  return { ...known, ...Object.fromEntries(fields.map(([field, { after }]) => [field, after])) };
}
