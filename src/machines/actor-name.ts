/**
 * Names for spawned actors, from a bounded set. XState keeps an entry for every type of event that a machine
 * has ever been sent, and the end of an actor is a type of its own (`done.invoke.<name>`): a new name for
 * each connection would be kept for every connection that ever came in. Names go round, because an actor's
 * end takes its name off the parent's list a moment after the parent has heard of it: who took the name at
 * once would be taken off with it.
 */

/** Names of one prefix: far more than actors of one kind live at one time. */
const NAMES_MAX = 1_024;

/** The name for the actor of what has this id, or the next one behind it that none of these actors has. */
export function freeName(id: string, actors: readonly { readonly id: string }[]): string {
  const taken = new Set(actors.map((actor) => actor.id));
  const end = id.lastIndexOf('-') + 1;
  const prefix = id.slice(0, end);
  let number = Number(id.slice(end));
  while (taken.has(`${prefix}${number % NAMES_MAX}`)) number += 1;
  return `${prefix}${number % NAMES_MAX}`;
}
