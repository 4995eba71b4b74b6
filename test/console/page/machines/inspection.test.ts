/** What the page makes of the log's entries of machines, of real ones and of made-up ones. */
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import type { MachineEntry } from '../../../../src/console/feed/messages.ts';
import { PAGE_LIMITS } from '../../../../src/console/limits.ts';
import {
  inspectionAfter,
  NO_INSPECTION,
  withMachines,
} from '../../../../src/console/page/inspection/inspection.ts';
import { MadeUpLog, machineOf } from './machines.ts';

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

describe('steps', () => {
  test('say where the machine was, where it is, and which arrow led there', () => {
    const machine = new MadeUpLog().actor(lamp);
    const messages = [
      machine.started(),
      machine.got({ type: 'SWITCH' }),
      machine.got({ type: 'LOOK', at: 7 }),
    ];
    const { steps, actors } = withMachines(NO_INSPECTION, messages);
    expect(steps.map(({ kind, event, from, to, detail }) => [kind, event, from, to, detail().taken])).toEqual(
      [
        ['started', '', null, 'OFF', []],
        ['event', 'SWITCH', 'OFF', 'ON', ['lamp.OFF>0']],
        ['event', 'LOOK', 'ON', 'ON', ['lamp.ON>1']],
      ],
    );
    expect(steps[2]?.detail().payload).toBe('{"type":"LOOK","at":7}');
    expect(actors.get('1')).toMatchObject({ name: 'user', value: 'ON', isStopped: false, depth: 0 });
  });

  test('of an event that the machine passes over have no arrow', () => {
    const machine = new MadeUpLog().actor(lamp);
    const { steps } = withMachines(NO_INSPECTION, [machine.started(), machine.got({ type: 'LOOK' })]);
    expect(steps.at(-1)).toMatchObject({ event: 'LOOK', from: 'OFF', to: 'OFF' });
    expect(steps.at(-1)?.detail().taken).toEqual([]);
  });

  test('name the arrow of the event, too, where others were taken at once behind it', () => {
    const machine = new MadeUpLog().actor(lamp);
    const { steps } = withMachines(NO_INSPECTION, [machine.started(), machine.got({ type: 'BREAK' })]);
    expect(steps.at(-1)).toMatchObject({ to: 'BROKEN' });
    expect(steps.at(-1)?.detail().taken).toEqual(['lamp.OFF>1', 'lamp.WAVERING>0']);
  });

  test('name the actor that has sent the event', () => {
    const log = new MadeUpLog();
    const parent = log.actor(lamp, 'parent');
    const child = log.actor(lamp, 'child', parent);
    const entries = [parent.started(), child.started(), parent.got({ type: 'SWITCH' })];
    const taken = [child.got({ type: 'SWITCH' }, 3), child.got({ type: 'SWITCH' })];
    // Whether it was told before or is told together.
    const before = withMachines(NO_INSPECTION, entries);
    for (const { steps } of [
      withMachines(before, taken),
      withMachines(NO_INSPECTION, [...entries, ...taken]),
    ])
      expect(steps.map(({ sender }) => sender)).toEqual(['', '', '', 'parent', '']);
  });

  test('are bounded, and it is known how many have gone', () => {
    const machine = new MadeUpLog().actor(lamp);
    let so = withMachines(NO_INSPECTION, [machine.started()]);
    const more = 25;
    const events = Array.from({ length: PAGE_LIMITS.stepsMax + more }, () => machine.got({ type: 'SWITCH' }));
    for (let at = 0; at < events.length; at += 500) so = withMachines(so, events.slice(at, at + 500));
    expect(so.steps).toHaveLength(PAGE_LIMITS.stepsMax);
    expect(so.steps[0]?.serial).toBe(more + 2);
    expect(so.steps.at(-1)?.serial).toBe(PAGE_LIMITS.stepsMax + more + 1);
    expect([...so.cut]).toEqual([['peer-1', { missing: more + 1, serial: more + 1 }]]);
  });

  test('keep the beginning of a long payload only', () => {
    const machine = new MadeUpLog().actor(lamp);
    const text = 'x'.repeat(2 * PAGE_LIMITS.payloadMaxCharacters);
    const { steps } = withMachines(NO_INSPECTION, [machine.started(), machine.got({ type: 'SWITCH', text })]);
    expect(steps.at(-1)?.detail().payload).toHaveLength(PAGE_LIMITS.payloadMaxCharacters + 1);
  });

  test('of a real poke: its time runs out, the answer comes late', () => {
    const context = { id: 'poke-1', user: 'bob', ip: '127.0.0.1', port: 5002, sentAtMs: 0 };
    const poke = new MadeUpLog().actor(machineOf('poke').withContext(context), 'poke-1');
    const { steps } = withMachines(NO_INSPECTION, [
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
  test('know their parent and depth, and share the chart of their kind', () => {
    const log = new MadeUpLog();
    const root = log.actor(lamp);
    const child = log.actor(lamp, 'forward', root);
    const grandchild = log.actor(lamp, 'forward-1', child);
    const { actors } = withMachines(NO_INSPECTION, [root.started(), child.started(), grandchild.started()]);
    expect(actors.get('3')).toMatchObject({ peer: 'peer-1', depth: 2, parent: '2' });
    expect(actors.get('3')?.chart.id).toBe('lamp');
  });

  test('of one name, one after the other, are two', () => {
    const log = new MadeUpLog();
    const [old, next] = [log.actor(lamp, 'poke-1'), log.actor(lamp, 'poke-1')];
    const { actors, steps } = withMachines(NO_INSPECTION, [
      old.started(),
      next.started(),
      old.got({ type: 'SWITCH' }),
      old.stopped(),
      next.got({ type: 'BREAK' }),
    ]);
    expect(actors.get('1')).toMatchObject({ name: 'poke-1', value: 'ON', isStopped: true });
    expect(actors.get('2')).toMatchObject({ name: 'poke-1', value: 'BROKEN', isStopped: false });
    expect(steps.map(({ session }) => session)).toEqual(['1', '2', '1', '1', '2']);
  });

  test('that have stopped are kept for a while, the last of them', () => {
    const log = new MadeUpLog();
    const many = PAGE_LIMITS.stoppedActorsMax + 3;
    const machines = Array.from({ length: many }, (_, at) => log.actor(lamp, `link-${at}`));
    const { actors } = withMachines(NO_INSPECTION, [
      ...machines.map((machine) => machine.started()),
      ...machines.map((machine) => machine.stopped()),
    ]);
    expect(actors.size).toBe(PAGE_LIMITS.stoppedActorsMax);
    expect(actors.has('3')).toBe(false);
    expect(actors.get('4')?.isStopped).toBe(true);
  });

  test('are no more than the page can hold', () => {
    const log = new MadeUpLog();
    const machines = Array.from({ length: PAGE_LIMITS.actorsMax + 1 }, () => log.actor(lamp, 'link'));
    const { actors } = withMachines(
      NO_INSPECTION,
      machines.map((machine) => machine.started()),
    );
    expect(actors.size).toBe(PAGE_LIMITS.actorsMax);
  });

  test('whose steps a bound has cut are what is found of them, and those that are not found have ended', () => {
    const log = new MadeUpLog();
    const [user, link, poke] = [log.actor(lamp), log.actor(lamp, 'forward-1'), log.actor(lamp, 'poke-1')];
    const known = withMachines(NO_INSPECTION, [user.started(), link.started(), poke.started()]);
    // These are told of by nobody.
    const unseen: MachineEntry[] = [user.got({ type: 'SWITCH' }), poke.stopped()];
    const { serial, atMs, causedBy } = unseen[1] as MachineEntry;
    const gap = { peer: 'peer-1', serial, atMs, causedBy, of: 'steps', missing: 2 } as const;
    const told = inspectionAfter(known, { type: 'gaps', gaps: [gap] });
    const found = [user, link].map((actor) => actor.found());
    const { actors, steps } = withMachines(told, found);
    expect([...actors.values()].map(({ value, isStopped }) => [value, isStopped]).sort()).toEqual(
      [
        ['OFF', false],
        ['OFF', true],
        ['ON', false],
      ].sort(),
    );
    expect(steps.at(-2)).toMatchObject({ kind: 'found', actor: 'user', from: 'OFF', to: 'ON' });
  });

  test('nobody knows of are passed over', () => {
    const machine = new MadeUpLog().actor(lamp);
    const messages = [machine.got({ type: 'SWITCH' }), machine.stopped()];
    expect(withMachines(NO_INSPECTION, messages)).toEqual(NO_INSPECTION);
  });
});
