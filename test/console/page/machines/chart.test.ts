/** Statecharts as the page reads them from the real machines' definitions. */
import { describe, expect, test } from 'vitest';
import { State, type StateValue } from 'xstate';
import {
  acceptedEvents,
  activeStates,
  valueWords,
} from '../../../../src/console/page/inspection/active-states.ts';
import { allStates, arrowWords, eventWords } from '../../../../src/console/page/inspection/chart.ts';
import { chartOf, MACHINES, machineOf } from './machines.ts';

interface Counted {
  readonly transitions: readonly unknown[];
  readonly states: Readonly<Record<string, Counted>>;
}

/** The least that a state value says to be in the state at the end of this path. */
function valueAt(path: readonly string[]): StateValue {
  const [key, ...inner] = path;
  if (key === undefined) return {};
  return inner.length === 0 ? key : { [key]: valueAt(inner) };
}

describe.each([...MACHINES.keys()])('the chart of %s', (id) => {
  test('has every state of the machine', () => {
    const ids = allStates(chartOf(id)).map((state) => state.id);
    expect(ids.toSorted()).toEqual([...machineOf(id).stateIds].toSorted());
  });

  test('has every transition, and leads nowhere else', () => {
    const states = allStates(chartOf(id));
    const ids = new Set(states.map((state) => state.id));
    const arrows = states.flatMap((state) => state.arrows);
    const count = (node: Counted): number =>
      Object.values(node.states).reduce((sum, inner) => sum + count(inner), node.transitions.length);
    expect(arrows).toHaveLength(count(machineOf(id)));
    expect(new Set(arrows.map((arrow) => arrow.id)).size).toBe(arrows.length);
    expect(
      arrows.flatMap(({ source, targets }) => [source, ...targets]).filter((to) => !ids.has(to)),
    ).toEqual([]);
  });

  test('has all that its states do on entry and on exit, and every actor that runs in them', () => {
    const states = allStates(chartOf(id));
    const own = (names: readonly string[]) => names.filter((name) => !name.startsWith('xstate.'));
    for (const stateId of machineOf(id).stateIds) {
      const node = machineOf(id).getStateNodeById(stateId);
      const state = states.find((one) => one.id === stateId);
      expect(state?.entry).toEqual(own(node.onEntry.map(({ type }) => type)));
      expect(state?.exit).toEqual(own(node.onExit.map(({ type }) => type)));
      expect(state?.runs).toEqual(node.invoke.map((invoked) => invoked.id));
    }
  });

  test('is in the same states as the machine, and accepts the same events, wherever it is', () => {
    const machine = machineOf(id);
    const chart = chartOf(id);
    for (const stateId of machine.stateIds) {
      const path = machine.getStateNodeById(stateId).path;
      const state = machine.resolveState(State.from(machine.resolve(valueAt(path)), undefined));
      const active = [...activeStates(chart, state.value)].toSorted();
      expect(active).toEqual([...new Set(state.configuration.map((node) => node.id))].toSorted());
      const accepted = new Set<string>(state.nextEvents.filter((type: string) => type !== ''));
      expect(acceptedEvents(chart, state.value)).toEqual([...accepted].toSorted());
    }
  });
});

describe('a state value in words', () => {
  test.each([
    ['START', 'START'],
    [{ NAMED: 'IDLE' }, 'NAMED.IDLE'],
    [{ a: 'X', b: { c: 'Y' } }, '(a.X, b.c.Y)'],
    [
      { OPEN: { LINKED: { listing: 'LISTED', incarnation: 'WATCHING' } } },
      'OPEN.LINKED (life.WATCHING, listing.LISTED)',
    ],
    [{}, ''],
  ])('%j', (value, words) => {
    expect(valueWords(value)).toBe(words);
  });
});

test('the link sends its P on entry of HANDSHAKING, and waits 5 s for the answer; its connection lives as long as OPEN', () => {
  const states = allStates(chartOf('link'));
  const named = (id: string) => states.find((state) => state.id === id);
  expect(named('link.OPEN.HANDSHAKING')?.entry).toEqual(['sendHandshake']);
  expect(named('link.OPEN')?.runs).toEqual(['connection']);
  expect(named('link.OPEN.HANDSHAKING')?.arrows.map(arrowWords)).toContain('after HANDSHAKE_TIMEOUT (5 s)');
  expect(named('link.OPEN.LINKED.listing.UNLISTED')?.arrows.map(arrowWords)).toContain(
    'after ABSENCE (1 min)',
  );
});

test('a timer whose time is computed anew each time says so', () => {
  const states = allStates(chartOf('roomSession'));
  const words = states.flatMap(({ arrows }) => arrows.map(arrowWords));
  expect(words).toContain('after BACK_OFF (varies)');
});

test('a timer and the end of an actor are called by their names', () => {
  expect(eventWords('done.invoke.poke-1')).toBe('poke-1 has ended');
  expect(eventWords('xstate.after(HANDSHAKE_TIMEOUT)#link.OPEN.HANDSHAKING')).toBe('after HANDSHAKE_TIMEOUT');
  expect(eventWords('OPENED')).toBe('OPENED');
});
