/** What the page makes of the words of `/inspect`, told by real machines and by made-up ones. */
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { viewerEvent, viewerMessage } from '../../../../src/console/inspect/inspect-messages.ts';
import { PAGE_LIMITS } from '../../../../src/console/limits.ts';
import {
  eventMessage,
  NO_INSPECTION,
  START_INSPECTING,
  withInspected,
} from '../../../../src/console/page/inspection/inspection.ts';
import { machineOf, ToldMachine } from './machines.ts';

const lamp = createMachine({
  id: 'lamp',
  predictableActionArguments: true,
  initial: 'OFF',
  states: {
    OFF: { on: { SWITCH: 'ON', BREAK: 'WAVERING' } },
    ON: { on: { SWITCH: 'OFF', LOOK: { actions: 'look' } } },
    WAVERING: { always: 'BROKEN' },
    BROKEN: { type: 'final' },
  },
});

function told(name = 'lamp', session = 'x:1', parent?: string): ToldMachine {
  return new ToldMachine(lamp, session, name, parent);
}

describe('steps', () => {
  test('say where the machine was, where it is, and which arrow led there', () => {
    const machine = told();
    const messages = [
      machine.started(),
      machine.got({ type: 'SWITCH' }),
      machine.got({ type: 'LOOK', at: 7 }),
    ];
    const { steps, actors } = withInspected(NO_INSPECTION, messages);
    expect(steps.map(({ kind, event, from, to, detail }) => [kind, event, from, to, detail().taken])).toEqual(
      [
        ['started', '', null, 'OFF', []],
        ['event', 'SWITCH', 'OFF', 'ON', ['lamp.OFF>0']],
        ['event', 'LOOK', 'ON', 'ON', ['lamp.ON>1']],
      ],
    );
    expect(steps[2]?.detail().payload).toBe('{"type":"LOOK","at":7}');
    expect(actors.get('x:1')).toMatchObject({ name: 'lamp', value: 'ON', isStopped: false, depth: 0 });
  });

  test('of an event that the machine passes over have no arrow', () => {
    const machine = told();
    const { steps } = withInspected(NO_INSPECTION, [machine.started(), machine.got({ type: 'LOOK' })]);
    expect(steps.at(-1)).toMatchObject({ event: 'LOOK', from: 'OFF', to: 'OFF' });
    expect(steps.at(-1)?.detail().taken).toEqual([]);
  });

  test('name the arrow of the event, too, where others were taken at once behind it', () => {
    const machine = told();
    const { steps } = withInspected(NO_INSPECTION, [machine.started(), machine.got({ type: 'BREAK' })]);
    expect(steps.at(-1)).toMatchObject({ to: 'BROKEN' });
    expect(steps.at(-1)?.detail().taken).toEqual(['lamp.OFF>1', 'lamp.WAVERING>0']);
  });

  test('name the actor that has sent the event', () => {
    const parent = told('parent', 'x:1');
    const child = told('child', 'x:2', 'x:1');
    const { steps } = withInspected(NO_INSPECTION, [
      parent.started(),
      child.started(),
      child.got({ type: 'SWITCH' }, 'x:1'),
      child.got({ type: 'SWITCH' }),
    ]);
    expect(steps.map(({ sender }) => sender)).toEqual(['', '', 'parent', '']);
  });

  test('are bounded, and count on', () => {
    const machine = told();
    let so = withInspected(NO_INSPECTION, [machine.started()]);
    const more = 25;
    const events = Array.from({ length: PAGE_LIMITS.stepsMax + more }, () => machine.got({ type: 'SWITCH' }));
    for (let at = 0; at < events.length; at += 500) so = withInspected(so, events.slice(at, at + 500));
    expect(so.steps).toHaveLength(PAGE_LIMITS.stepsMax);
    expect(so.steps[0]?.serial).toBe(more + 2);
    expect(so.steps.at(-1)?.serial).toBe(PAGE_LIMITS.stepsMax + more + 1);
  });

  test('keep the beginning of a long payload only', () => {
    const machine = told();
    const text = 'x'.repeat(2 * PAGE_LIMITS.payloadMaxCharacters);
    const { steps } = withInspected(NO_INSPECTION, [
      machine.started(),
      machine.got({ type: 'SWITCH', text }),
    ]);
    expect(steps.at(-1)?.detail().payload).toHaveLength(PAGE_LIMITS.payloadMaxCharacters + 1);
  });

  test('of a real poke: its time runs out, the answer comes late', () => {
    const context = { id: 'poke-1', user: 'bob', ip: '127.0.0.1', port: 5002, sentAtMs: 0 };
    const poke = new ToldMachine(machineOf('poke').withContext(context), 'x:0', 'poke-1');
    const { steps } = withInspected(NO_INSPECTION, [
      poke.started(),
      poke.got({ type: 'xstate.after(ANSWER_TIMEOUT)#poke.WAITING' }),
      poke.got({ type: 'ACK_RECEIVED' }),
      poke.stopped(),
    ]);
    expect(steps.map(({ to }) => to)).toEqual(['WAITING', 'OVERDUE', 'ANSWERED', 'ANSWERED']);
    expect(steps.slice(1, 3).map(({ detail }) => detail().taken.length)).toEqual([1, 1]);
  });
});

describe('actors', () => {
  test('know their root and depth, and share the chart of their kind', () => {
    const root = told('user', 'x:0');
    const child = told('forward', 'x:1', 'x:0');
    const grandchild = told('forward-1', 'x:2', 'x:1');
    const { actors } = withInspected(NO_INSPECTION, [root.started(), child.started(), grandchild.started()]);
    expect(actors.get('x:2')).toMatchObject({ root: 'x:0', depth: 2, parent: 'x:1' });
    expect(actors.get('x:2')?.chart).toBe(actors.get('x:0')?.chart);
  });

  test('that have stopped are kept for a while, the last of them', () => {
    const many = PAGE_LIMITS.stoppedActorsMax + 3;
    const machines = Array.from({ length: many }, (_, at) => told(`link-${at}`, `x:${at}`));
    const { actors } = withInspected(NO_INSPECTION, [
      ...machines.map((machine) => machine.started()),
      ...machines.map((machine) => machine.stopped()),
    ]);
    expect(actors.size).toBe(PAGE_LIMITS.stoppedActorsMax);
    expect(actors.has('x:2')).toBe(false);
    expect(actors.get('x:3')?.isStopped).toBe(true);
  });

  test('are no more than the page can hold', () => {
    const machines = Array.from({ length: PAGE_LIMITS.actorsMax + 1 }, (_, at) => told('link', `x:${at}`));
    const { actors } = withInspected(
      NO_INSPECTION,
      machines.map((machine) => machine.started()),
    );
    expect(actors.size).toBe(PAGE_LIMITS.actorsMax);
  });

  test('nobody knows of are passed over', () => {
    const machine = told();
    const messages = [machine.got({ type: 'SWITCH' }), machine.stopped()];
    expect(withInspected(NO_INSPECTION, messages)).toEqual(NO_INSPECTION);
  });
});

describe('what the page says', () => {
  test('is what the server takes', () => {
    expect(viewerMessage.parse(JSON.parse(START_INSPECTING))).toEqual({ type: 'xstate.inspecting' });
    const said = viewerMessage.parse(JSON.parse(eventMessage('x:7', { type: 'SWITCH' })));
    const event = said.type === 'xstate.event' ? viewerEvent.parse(JSON.parse(said.event)) : undefined;
    expect(event).toMatchObject({ origin: 'x:7', data: { type: 'SWITCH' } });
  });

  test('and a refusal of it is remembered', () => {
    const refusal = { sessionId: 'x:1', event: 'SWITCH', reason: 'not now', atMs: 5 };
    const so = withInspected(NO_INSPECTION, [{ type: 'service.refused', ...refusal }]);
    expect(so.refusal).toEqual({ session: 'x:1', event: 'SWITCH', reason: 'not now', atMs: 5 });
  });
});
