/**
 * Names for spawned actors, from a bounded set. XState keeps an entry for every type of event that a machine
 * has ever been sent, and the end of an actor is a type of its own (`done.invoke.<name>`): a new name for
 * each connection would be kept for every connection that ever came in. Names go round, because an actor's
 * end takes its name off the parent's list a moment after the parent has heard of it: who took the name at
 * once would be taken off with it.
 */

/** Names of one prefix: far more than actors of one kind live at one time. */
const NAMES_MAX = 1_024;

/** The next name behind `serial` that none of these actors has. */
export function freeName(prefix: string, serial: number, actors: readonly { readonly id: string }[]): string {
  const taken = new Set(actors.map(({ id }) => id));
  let number = serial;
  while (taken.has(`${prefix}-${number % NAMES_MAX}`)) number += 1;
  return `${prefix}-${number % NAMES_MAX}`;
}
