/** Events that can be sent from the page: which ones a machine takes now, and what is typed for one. Pure. */
import type { StateValue } from 'xstate';
import { type EventFields, SENDABLE_EVENTS } from '../../../inspect/sendable-events.ts';
import { acceptedEvents } from '../../inspection/active-states.ts';
import type { ChartState } from '../../inspection/chart.ts';

/** An event that can be sent. */
export interface SendableEvent {
  readonly type: string;
  readonly fields: EventFields;
}

/** What was typed, as an event, or what is wrong with it. */
type Payload =
  | { readonly event: { readonly type: string }; readonly error: null }
  | { readonly event: null; readonly error: string };

const BLANK = { string: '', boolean: true };

/** Those that the machine has a transition for in its state, and that the server lets through. */
export function sendableEvents(chart: ChartState, value: StateValue): readonly SendableEvent[] {
  const known = SENDABLE_EVENTS[chart.id] ?? {};
  return acceptedEvents(chart, value).flatMap((type) => {
    const fields = Object.hasOwn(known, type) ? known[type] : undefined;
    return fields === undefined ? [] : [{ type, fields }];
  });
}

/** JSON with a blank for each field, to be filled in; empty where there are none. */
export function payloadTemplate({ fields }: SendableEvent): string {
  const entries = Object.entries(fields);
  if (entries.length === 0) return '';
  return JSON.stringify(Object.fromEntries(entries.map(([name, kind]) => [name, BLANK[kind]])), null, 2);
}

function wrong(error: string): Payload {
  return { event: null, error };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parsed(text: string): { readonly value: unknown } | { readonly error: string } {
  if (text.trim() === '') return { value: {} };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: `This is not JSON: ${reasonOf(error)}.` };
  }
}

/** What was typed for an event. */
export function readPayload({ type, fields }: SendableEvent, text: string): Payload {
  const read = parsed(text);
  if ('error' in read) return wrong(read.error);
  const { value } = read;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('The payload is an object: { … }.');
  const given: Readonly<Record<string, unknown>> = { ...value };
  for (const [name, kind] of Object.entries(fields)) {
    if (!Object.hasOwn(given, name)) return wrong(`${type} needs the field ${name} (${kind}).`);
    if (typeof given[name] !== kind) return wrong(`The field ${name} of ${type} is a ${kind}.`);
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return wrong(`${type} has no field ${unknown}.`);
  return { event: { ...given, type }, error: null };
}
