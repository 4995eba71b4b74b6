/**
 * Events that a viewer or a page sends to a machine: one gets there only if sendable-events.ts has it, its
 * fields are right, and the machine takes it in its state.
 */
import type { AnyInterpreter } from 'xstate';
import { z } from 'zod';
import { type EventFields, SENDABLE_EVENTS } from './sendable-events.ts';

/** An event as a viewer has made it. */
export type SentEvent = { readonly type: string };

/**
 * Sends it, where nothing speaks against it.
 * @param service nothing where the actor has ended.
 * @param deliver sends it in another way, and says why it could not.
 * @returns why it was not sent; `undefined` where it was.
 */
export function sendEvent(
  service: AnyInterpreter | undefined,
  event: SentEvent,
  deliver?: (service: AnyInterpreter, event: SentEvent) => string | undefined,
): string | undefined {
  if (!service) return 'this actor has ended';
  const refusal = refusalOf(service, event);
  if (refusal !== undefined) return refusal;
  if (deliver) return deliver(service, event);
  service.send(event);
  return undefined;
}

/** Why an event from outside can't be sent to a machine; `undefined` if it can. */
export function refusalOf(service: AnyInterpreter, event: { readonly type: string }): string | undefined {
  const { machine } = service;
  const sendable = SCHEMAS.get(`${machine.id} ${event.type}`);
  if (!sendable) {
    return machine.events.includes(event.type)
      ? `${event.type} tells what only the machines' own actors can know`
      : `${machine.id} knows no ${event.type}`;
  }
  if (!sendable.schema.safeParse(event).success) return `${event.type} wants ${sendable.words}`;
  if (!service.getSnapshot().can(event)) return `${machine.id} does not react to it in its state`;
  return undefined;
}

interface Sendable {
  readonly schema: z.ZodType;
  /** Its fields, for whoever has got them wrong. */
  readonly words: string;
}

const FIELD = { string: z.string(), boolean: z.boolean() };

function sendable(type: string, fields: EventFields): Sendable {
  const entries = Object.entries(fields);
  const shape = Object.fromEntries(entries.map(([name, kind]) => [name, FIELD[kind]]));
  const words = entries.map(([name, kind]) => `${name} (${kind})`).join(' and ');
  return { schema: z.strictObject({ type: z.literal(type), ...shape }), words: words || 'no fields' };
}

/** By machine and type of event. */
const SCHEMAS: ReadonlyMap<string, Sendable> = new Map(
  Object.entries(SENDABLE_EVENTS).flatMap(([machine, events]) =>
    Object.entries(events).map(([type, fields]) => [`${machine} ${type}`, sendable(type, fields)] as const),
  ),
);
