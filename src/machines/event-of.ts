/** Narrowing of events inside named actions, and the words that logs and the inspector use for an event. */

/**
 * The event as the type that the action is attached to. An action on the wrong transition is a programmer's
 * error, and so it is an assertion.
 */
export function eventOf<E extends { readonly type: string }, T extends E['type']>(
  event: E,
  ...types: readonly T[]
): Extract<E, { readonly type: T }> {
  if (!types.some((type) => type === event.type)) {
    throw new TypeError(`an action for ${types.join(', ')} has run on ${event.type}`);
  }
  return event as Extract<E, { readonly type: T }>;
}

/** An event in one line: its type and its plain fields, cut where they are long. */
export function describeEvent(event: { readonly type: string }): string {
  const fields = Object.entries(event)
    // XState puts a function into events of its own (`toString` of `done.invoke.…`): no data.
    .filter(([key, value]) => key !== 'type' && value !== undefined && typeof value !== 'function')
    .map(([key, value]) => `${key}=${shortened(JSON.stringify(value))}`);
  return [event.type, ...fields].join(' ');
}

const SHOWN_CHARACTERS = 120;

function shortened(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
