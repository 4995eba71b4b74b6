/** Stepping back and forth through what has happened, and what the table of steps shows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import type { Actor, Step } from '../../../../src/console/page/inspection/actor.ts';
import { NO_INSPECTION, withMachines } from '../../../../src/console/page/inspection/inspection.ts';
import { hasMoved, moveWords } from '../../../../src/console/page/inspection/move-words.ts';
import {
  actorTree,
  filtered,
  momentAt,
  type SortColumn,
  sorted,
  stepBy,
  stepsOf,
} from '../../../../src/console/page/views/machines/steps/moment.ts';
import { MadeUpLog } from './machines.ts';

const lamp = createMachine({
  id: 'lamp',
  predictableActionArguments: true,
  initial: 'OFF',
  states: { OFF: { on: { SWITCH: 'ON' } }, ON: { on: { SWITCH: 'OFF' } } },
});

/** Serials of their starts. */
const [USER, LINK] = ['1', '4'];
const NO_FILTER = { search: '', isChangesOnly: false };

/** A user machine, a link below it that comes and goes, and another peer's machine. */
function told() {
  const log = new MadeUpLog();
  const user = log.actor(lamp);
  const link = log.actor(lamp, 'forward-1', user);
  const other = log.actor(lamp, 'user', undefined, 'peer-2');
  return withMachines(NO_INSPECTION, [
    user.started(), // 1
    other.started(), // 2
    user.got({ type: 'SWITCH' }), // 3
    link.started(), // 4
    link.got({ type: 'SWITCH' }), // 5
    link.got({ type: 'NONSENSE' }), // 6
    user.got({ type: 'SWITCH' }), // 7
    link.stopped(), // 8
  ]);
}

function own() {
  const { steps, actors } = told();
  return { steps: stepsOf(steps, 'peer-1'), actors: actorTree(actors.values(), 'peer-1') };
}

function step(serial: number, more: Partial<Step> = {}): Step {
  return {
    serial,
    causedBy: null,
    atMs: serial,
    kind: 'event',
    peer: 'peer-1',
    session: USER,
    actor: 'user',
    event: 'SWITCH',
    sender: '',
    from: 'OFF',
    to: 'ON',
    detail: () => ({ taken: [], payload: '', context: '', changes: [] }),
    ...more,
  };
}

describe('a moment', () => {
  const at = (position: number | null) => {
    const { steps, actors } = own();
    const moments = momentAt(actors, steps, position);
    const words = (session: string) => {
      const moment = moments.get(session);
      if (!moment?.isThere) return 'not there';
      return moment.isStopped ? `ended in ${moment.value}` : moment.value;
    };
    return { user: words(USER), link: words(LINK), last: moments.get(LINK)?.last?.serial };
  };

  test.each([
    [1, 'OFF', 'not there'],
    [3, 'ON', 'not there'],
    [4, 'ON', 'OFF'],
    [5, 'ON', 'ON'],
    [7, 'OFF', 'ON'],
    [8, 'OFF', 'ended in ON'],
    [null, 'OFF', 'ended in ON'],
  ])('after step %s the user is in %s and the link in %s', (position, user, link) => {
    expect(at(position)).toMatchObject({ user, link });
  });

  test('knows the last step of each actor, whose arrows are traced', () => {
    expect(at(7).last).toBe(6);
    expect(at(8).last, 'before it has ended').toBe(6);
    expect(at(3).last).toBeUndefined();
  });

  test('whose steps are forgotten is read from the next one that is known', () => {
    const { actors } = own();
    const moments = momentAt(actors, [step(7, { from: 'ON', to: 'OFF' })], 6);
    expect(moments.get(USER)).toMatchObject({ value: 'ON', last: null, isThere: true });
  });

  test('of an actor without any step is where it is now', () => {
    const { actors } = own();
    expect(momentAt(actors, [], 3).get(LINK)).toMatchObject({ value: 'ON', isStopped: true, isThere: true });
  });
});

describe('the tree', () => {
  test('is that of one peer, those that run before those that have ended', () => {
    const actor = (session: string, parent: string | null, isStopped = false): Actor => {
      const chart = told().actors.get(USER)?.chart;
      if (chart === undefined) throw new Error('no chart');
      return {
        session,
        name: session,
        peer: session === 'x:9' ? 'peer-2' : 'peer-1',
        parent,
        depth: 0,
        last: 0,
        chart,
        value: 'ON',
        isStopped,
        contextNow: null,
      };
    };
    const actors = [
      actor('x:0', null),
      actor('x:1', 'x:0', true),
      actor('x:9', null),
      actor('x:2', 'x:0'),
      actor('x:3', 'x:1', true),
      actor('x:4', 'x:2'),
    ];
    const names = actorTree(actors, 'peer-1').map(({ session }) => session);
    expect(names).toEqual(['x:0', 'x:2', 'x:4', 'x:1', 'x:3']);
  });

  test('shows whose parent is forgotten at its top', () => {
    const { actors } = told();
    const link = actors.get(LINK);
    expect(link && actorTree([link], 'peer-1')).toEqual([link]);
  });
});

describe('the table', () => {
  test('has the steps of one peer only', () => {
    expect(own().steps.map(({ serial }) => serial)).toEqual([1, 3, 4, 5, 6, 7, 8]);
  });

  test('is filtered by parts of names, in any case, and by whether something changed', () => {
    const { steps } = own();
    const serials = (filter: Partial<typeof NO_FILTER>) =>
      filtered(steps, { ...NO_FILTER, ...filter }).map(({ serial }) => serial);
    expect(serials({})).toHaveLength(steps.length);
    expect(serials({ search: 'link:FORWARD' })).toEqual([4, 5, 6, 8]);
    expect(serials({ search: 'event:switch' })).toEqual([3, 5, 7]);
    expect(serials({ isChangesOnly: true })).toEqual([1, 3, 4, 5, 7, 8]);
    expect(serials({ search: 'forward event:nonsense' })).toEqual([6]);
  });

  test('is sorted by each column both ways, and loses nothing', () => {
    const names = fc.constantFrom('user', 'forward-2', 'forward-10', 'poke-1');
    const steps = fc
      .array(fc.record({ actor: names, event: names, to: names }))
      .map((list) => list.map((more, at) => step(at + 1, more)));
    const columns = fc.constantFrom<SortColumn>('time', 'actor', 'event', 'move');
    fc.assert(
      fc.property(steps, columns, (list, column) => {
        const up = sorted(list, { column, isDescending: false });
        const down = sorted(list, { column, isDescending: true });
        expect(up.toSorted((one, other) => one.serial - other.serial)).toEqual(list);
        expect(new Set(down)).toEqual(new Set(list));
        if (column === 'time') expect(down).toEqual(up.toReversed());
      }),
    );
  });

  test('puts forward-2 before forward-10, and equals in the order of time', () => {
    const steps = [
      step(1, { actor: 'forward-10' }),
      step(2, { actor: 'forward-2' }),
      step(3, { actor: 'forward-2' }),
    ];
    const serials = (isDescending: boolean) =>
      sorted(steps, { column: 'actor', isDescending }).map(({ serial }) => serial);
    expect(serials(false)).toEqual([2, 3, 1]);
    expect(serials(true)).toEqual([1, 2, 3]);
  });

  test.each([
    [step(1), 'OFF → ON', true],
    [step(1, { to: 'OFF' }), 'OFF', false],
    [step(1, { kind: 'started', from: null }), 'starts in ON', true],
    [step(1, { kind: 'found', from: null }), 'is in ON', true],
    [step(1, { kind: 'stopped', from: 'ON' }), 'ends in ON', true],
    [step(1, { from: { a: 'X', b: 'Y' }, to: { b: 'Z', a: 'X' } }), 'b.Y → b.Z', true],
    [step(1, { from: { a: 'X', b: 'Y' }, to: { b: 'Y', a: 'X' } }), '(a.X, b.Y)', false],
  ])('says of a move what has changed: %#', (one, words, moved) => {
    expect(moveWords(one)).toBe(words);
    expect(hasMoved(one)).toBe(moved);
  });
});

describe('stepping', () => {
  const steps = [step(3), step(5), step(9)];

  test('back from now shows the last step but one, and stops at the oldest', () => {
    expect(stepBy(steps, null, -1)).toBe(5);
    expect(stepBy(steps, 5, -1)).toBe(3);
    expect(stepBy(steps, 3, -1)).toBe(3);
  });

  test('forth goes on to now behind the newest', () => {
    expect(stepBy(steps, 3, 1)).toBe(5);
    expect(stepBy(steps, 9, 1)).toBeNull();
    expect(stepBy(steps, null, 1)).toBeNull();
  });

  test('from a step that is not shown goes to its neighbours that are', () => {
    expect(stepBy(steps, 7, 1)).toBe(9);
    expect(stepBy(steps, 7, -1)).toBe(5);
  });

  test('through nothing stays with now', () => {
    expect(stepBy([], null, -1)).toBeNull();
    expect(stepBy([], 4, 1)).toBeNull();
  });

  test('back and forth again comes back', () => {
    const lists = fc
      .uniqueArray(fc.nat({ max: 100 }), { minLength: 2 })
      .map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(lists, fc.nat(), (serials, at) => {
        const some = serials.map((serial) => step(serial));
        const from = serials[1 + (at % (serials.length - 1))] ?? 0;
        expect(stepBy(some, stepBy(some, from, -1), 1)).toBe(from);
      }),
    );
  });
});
