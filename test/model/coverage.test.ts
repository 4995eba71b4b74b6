/** Goal: no transition can be forgotten: one that nobody has taken is named, whatever kind it is. */
import { expect, test } from 'vitest';
import { createMachine, interpret } from 'xstate';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import { Coverage } from './coverage.ts';

function machine() {
  return createMachine({
    id: 'toy',
    predictableActionArguments: true,
    schema: { events: {} as { type: 'GO' | 'STAY' | 'LEAP' } },
    initial: 'A',
    on: { STAY: {} },
    states: {
      A: { on: { GO: [{ target: 'B', cond: () => true }, { target: 'C' }] }, after: { 10: 'C' } },
      B: { always: [{ target: 'C', cond: () => false }, { target: 'D' }] },
      C: { on: { LEAP: 'D' } },
      D: {},
    },
  });
}

test('every alternative that was not taken is named: events, delays, `always`, and those that stay', () => {
  const coverage = new Coverage();
  interpret(coverage.watch(machine())).start().send('GO');
  expect(coverage.missed()).toEqual([
    '(everywhere) on STAY → (stays) [1 of 1]',
    'A on GO → C [2 of 2]',
    'A on xstate.after(10)#toy.A → C [1 of 1]',
    'B at once if cond → C [1 of 2]',
    'C on LEAP → D [1 of 1]',
  ]);
});

test('what several machines of one chart have taken counts together', () => {
  const coverage = new Coverage();
  const clock = new StepClock();
  interpret(coverage.watch(machine())).start().send('GO');
  const second = interpret(coverage.watch(machine()), { clock }).start();
  second.send('STAY');
  clock.advance(10);
  second.send('LEAP');
  second.stop();
  expect(coverage.missed()).toEqual(['A on GO → C [2 of 2]', 'B at once if cond → C [1 of 2]']);
});

test('without a machine there is no coverage of 100 %', () => {
  expect(() => new Coverage().missed()).toThrow('no machine');
});
