/**
 * Events that can be sent from the page: offered where the machine takes them, and checked before they go.
 */
import { describe, expect, test } from 'vitest';
import type { StateValue } from 'xstate';
import { SENDABLE_EVENTS } from '../../../../src/console/inspect/sendable-events.ts';
import { allStates } from '../../../../src/console/page/inspection/chart.ts';
import {
  payloadTemplate,
  readPayload,
  sendableEvents,
} from '../../../../src/console/page/views/machines/event-payload.ts';
import { chartOf, MACHINES } from './machines.ts';

const CLOSED = { type: 'CLOSED', fields: { reason: 'string', isBroken: 'boolean' } } as const;

describe('the events offered', () => {
  const types = (state: StateValue) => sendableEvents(chartOf('user'), state).map(({ type }) => type);

  test('of the user machine are those of its state', () => {
    expect(types('START')).toEqual(['JOIN', 'LIST', 'POKE', 'QUIT', 'SEND', 'USER']);
    expect(types({ IN_ROOM: 'CONNECTED' })).toContain('FRESH_LIST_NEEDED');
  });

  test('leave out what only its own actors can know, and timers', () => {
    expect(types({ IN_ROOM: 'CONNECTED' })).not.toContain('BACKWARD_LINKED');
    const link = sendableEvents(chartOf('link'), { OPEN: 'HANDSHAKING' }).map(({ type }) => type);
    expect(link).toEqual(['CLOSE', 'CLOSED']);
  });

  test('of a machine that nobody may send to are none', () => {
    expect(sendableEvents({ ...chartOf('poke'), id: 'toString' }, 'WAITING')).toEqual([]);
  });

  test.each([...MACHINES.keys()])('every sendable event of %s is one that its chart knows', (id) => {
    const known = new Set(allStates(chartOf(id)).flatMap(({ arrows }) => arrows.map(({ event }) => event)));
    const sendable = Object.keys(SENDABLE_EVENTS[id] ?? {});
    expect(sendable.length).toBeGreaterThan(0);
    expect(sendable.filter((type) => !known.has(type))).toEqual([]);
  });
});

describe('a payload', () => {
  test('begins with a blank for each field, which is taken as it is', () => {
    const template = payloadTemplate(CLOSED);
    expect(JSON.parse(template)).toEqual({ reason: '', isBroken: true });
    expect(readPayload(CLOSED, template).event).toEqual({ type: 'CLOSED', reason: '', isBroken: true });
  });

  test('may be empty where there are no fields', () => {
    const list = { type: 'LIST', fields: {} };
    expect(payloadTemplate(list)).toBe('');
    expect(readPayload(list, '  ')).toEqual({ event: { type: 'LIST' }, error: null });
  });

  test.each([
    ['{"reason":', /^This is not JSON: /],
    ['[]', /is an object/],
    ['null', /is an object/],
    ['"text"', /is an object/],
    ['', /needs the field reason \(string\)/],
    ['{"reason":"x"}', /needs the field isBroken \(boolean\)/],
    ['{"reason":1,"isBroken":true}', /field reason of CLOSED is a string/],
    ['{"reason":"x","isBroken":true,"more":1}', /has no field more/],
    ['{"reason":"x","isBroken":true,"type":"QUIT"}', /has no field type/],
    ['{"reason":"x","isBroken":true,"__proto__":{"a":1}}', /has no field __proto__/],
  ])('%j is refused', (text, reason) => {
    const { event, error } = readPayload(CLOSED, text);
    expect(event).toBeNull();
    expect(error).toMatch(reason);
  });
});
