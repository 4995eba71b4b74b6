/**
 * Goal: what is done by hand to a frame that is under way does what it says, and nothing else: the order of
 * TCP holds, causes are known; and each of the faults of worlds can be used by hand, on whom it is meant for.
 */
import { describe, expect, test } from 'vitest';
import { type HandActOf, handAct } from '../../../src/log/by-hand/inputs.ts';
import { FAULT_NAMES, scopeOf } from '../../../src/simulation/faults/faults.ts';
import type { LiveWorld } from '../../../src/simulation/live/live-world.ts';
import { CauseCheck } from '../../log/causes.ts';
import { copiesOf, does, QUIET, SETTLED_MS, says, shown, type Watched, withWorld } from './worlds.ts';

const LONG_MS = 3_600_000;

/** A quiet room in which alice has just said hello; causes are looked at in the end. */
function hello(run: (watched: Watched) => void): void {
  withWorld(QUIET, [], (watched) => {
    const { world, entries } = watched;
    world.advance(SETTLED_MS);
    says(world, 'alice', 'hello');
    expect(copiesOf(world, 'hello').length).toBeGreaterThan(0);
    run(watched);
    const check = new CauseCheck(() => true);
    check.take(entries);
    expect(check.wrong).toEqual([]);
  });
}

/** Everybody else has shown it so often. */
function shownByOthers(watched: Watched): readonly number[] {
  return ['bob', 'carol', 'dave'].map((peer) => shown(watched, peer, 'hello'));
}

function steerAll(world: LiveWorld, type: 'hold' | 'release' | 'drop' | 'duplicate', text = 'hello'): void {
  for (const { number } of copiesOf(world, text)) does(world, { type, frame: number });
}

describe('a frame that is under way', () => {
  test('left alone it reaches everybody once', () =>
    hello((watched) => {
      watched.world.advance(SETTLED_MS + 1_000);
      expect(shownByOthers(watched)).toEqual([1, 1, 1]);
    }));

  test('held, it does not come, and what is said after it over the same link waits behind it', () =>
    hello((watched) => {
      const { world } = watched;
      steerAll(world, 'hold');
      says(world, 'alice', 'after it');
      world.advance(SETTLED_MS + 20_000);
      expect(shownByOthers(watched)).toEqual([0, 0, 0]);
      expect(shown(watched, 'bob', 'after it')).toBe(0);
      expect(copiesOf(world, 'after it').every(({ isNext, dueMs }) => !isNext && dueMs === null)).toBe(true);
      const [behind] = copiesOf(world, 'after it');
      expect(world.act({ type: 'deliver', frame: behind?.number ?? 0 })).toMatch(/TCP keeps the order/);
      steerAll(world, 'release');
      world.advance(SETTLED_MS + 21_000);
      expect(shownByOthers(watched)).toEqual([1, 1, 1]);
      expect(shown(watched, 'bob', 'after it')).toBe(1);
    }));

  test('dropped, it never comes, and the connection goes on', () =>
    hello((watched) => {
      const { world } = watched;
      steerAll(world, 'drop');
      says(world, 'alice', 'after it');
      world.advance(SETTLED_MS + 20_000);
      expect(shownByOthers(watched)).toEqual([0, 0, 0]);
      expect(shown(watched, 'bob', 'after it')).toBe(1);
    }));

  test('one of its copies dropped, others bring it where there is another way', () =>
    hello((watched) => {
      const { world } = watched;
      const copies = copiesOf(world, 'hello');
      does(world, { type: 'drop', frame: copies[0]?.number ?? 0 });
      expect(copiesOf(world, 'hello')).toHaveLength(copies.length - 1);
    }));

  test('delayed, it comes so much later', () =>
    hello((watched) => {
      const { world } = watched;
      for (const { number } of copiesOf(world, 'hello'))
        does(world, { type: 'delay', frame: number, ms: 5_000 });
      world.advance(SETTLED_MS + 4_999);
      expect(shownByOthers(watched)).toEqual([0, 0, 0]);
      world.advance(SETTLED_MS + 6_000);
      expect(shownByOthers(watched)).toEqual([1, 1, 1]);
    }));

  test('doubled, it comes twice, is shown once, and the second one is dropped as a duplicate', () =>
    hello((watched) => {
      const { world, entries } = watched;
      const copies = copiesOf(world, 'hello').length;
      steerAll(world, 'duplicate');
      expect(copiesOf(world, 'hello')).toHaveLength(2 * copies);
      world.advance(SETTLED_MS + 1_000);
      expect(shownByOthers(watched)).toEqual([1, 1, 1]);
      const duplicates = entries.filter((entry) => entry.type === 'drop' && entry.reason === 'duplicate');
      expect(duplicates.length).toBeGreaterThanOrEqual(copies);
    }));

  test('chosen to come next, it comes at this moment, before all others', () =>
    hello((watched) => {
      const { world } = watched;
      const chosen = copiesOf(world, 'hello').at(-1);
      does(world, { type: 'deliver', frame: chosen?.number ?? 0 });
      expect(world.nowMs).toBe(SETTLED_MS);
      expect(shown(watched, chosen?.to ?? '', 'hello')).toBe(1);
      expect(shownByOthers(watched).reduce((sum, each) => sum + each)).toBe(1);
      world.advance(SETTLED_MS + 1_000);
      expect(shownByOthers(watched)).toEqual([1, 1, 1]);
    }));

  test('a step to the next delivery brings one of those that are due first, and nothing later', () =>
    hello((watched) => {
      const { world } = watched;
      const due = world.frames.map(({ dueMs }) => dueMs ?? 0);
      world.stepDelivery();
      expect(world.nowMs).toBe(Math.min(...due));
      expect(world.frames.length).toBeGreaterThanOrEqual(due.length - 1);
    }));

  test('a poke is a datagram: lost, it is not answered; doubled, it is shown twice', () => {
    withWorld(QUIET, [], (watched) => {
      const { world, entries } = watched;
      const poke = () =>
        does(world, { type: 'command', peer: 'alice', command: { type: 'POKE', name: 'bob' } });
      const told = (notice: string) =>
        entries.filter(
          (entry) => entry.type === 'notice' && entry.party === 'alice' && entry.notice === notice,
        );
      world.advance(SETTLED_MS);
      poke();
      for (const { number, kind } of world.frames)
        if (kind === 'POKE') does(world, { type: 'drop', frame: number });
      world.advance(SETTLED_MS + 5_000);
      expect(told('poke unanswered')).toHaveLength(1);
      poke();
      for (const { number, kind } of world.frames)
        if (kind === 'POKE') does(world, { type: 'duplicate', frame: number });
      world.advance(SETTLED_MS + 10_000);
      expect(told('poke answered').length).toBeGreaterThan(0);
      const poked = entries.filter((entry) => entry.type === 'notice' && entry.notice === 'poked');
      expect(poked.map(({ party }) => party)).toEqual(['bob', 'bob']);
    });
  });

  test('what is not there can’t be steered, and nothing happens by that', () =>
    hello(({ world }) => {
      const before = [world.traceHash, world.done.length];
      expect(world.act({ type: 'drop', frame: 999_999 })).toBe('This frame is not under way any more.');
      expect([world.traceHash, world.done.length]).toEqual(before);
    }));
});

describe('faults by hand', () => {
  const act = (fault: string, peers: readonly string[], more: object = {}): HandActOf<'fault'> => {
    const plain = { lastsMs: 10_000, server: 'both', comesBack: true, shiftMs: LONG_MS };
    return handAct.parse({ type: 'fault', fault, peers, ...plain, ...more }) as HandActOf<'fault'>;
  };

  test.each(FAULT_NAMES)(
    '%s: it begins, it is over after its time, and the same again is the same',
    (fault) => {
      const peers = scopeOf(fault) === 'everywhere' ? [] : ['bob', 'carol'];
      const run = (inputs: LiveWorld['done']) =>
        withWorld(QUIET, inputs, ({ world, entries }) => {
          world.advance(SETTLED_MS);
          if (inputs.length === 0) {
            does(world, act(fault, peers));
            expect(world.faults).toMatchObject([{ number: 1, fault, untilMs: SETTLED_MS + 10_000 }]);
          }
          world.advance(SETTLED_MS + 60_000);
          expect(world.faults).toEqual([]);
          const told = entries.flatMap((entry) => (entry.type === 'fault' ? [entry] : []));
          expect(told.some(({ what, isOver }) => what.startsWith(fault) && !isOver)).toBe(true);
          expect(told.filter(({ isOver }) => isOver)).toHaveLength(told.length / 2);
          expect(world.peers.every(({ isAlive }) => isAlive)).toBe(true);
          return [world.done, world.traceHash] as const;
        });
      const [inputs, hash] = run([]);
      expect(run(inputs)).toEqual([inputs, hash]);
    },
  );

  test('mended by hand it is over at once', () => {
    withWorld(QUIET, [], ({ world, entries }) => {
      world.advance(SETTLED_MS);
      does(world, act('split', ['alice'], { lastsMs: LONG_MS }));
      world.advance(SETTLED_MS + 30_000);
      const linksOf = () =>
        entries.flatMap((entry) =>
          entry.type === 'status' && entry.party === 'alice' ? [entry.status] : [],
        );
      expect(linksOf().at(-1)?.links).toEqual([]);
      does(world, { type: 'mend', fault: 1 });
      world.advance(SETTLED_MS + 120_000);
      expect(linksOf().at(-1)?.links).not.toEqual([]);
      expect(world.act({ type: 'mend', fault: 1 })).toBe('This fault is over.');
    });
  });

  test('killed, started again, quit and started again', () => {
    withWorld(QUIET, [], ({ world, entries }) => {
      world.advance(SETTLED_MS);
      does(world, act('kill', ['bob'], { lastsMs: 0, comesBack: false }));
      world.advance(SETTLED_MS + 1_000);
      expect(world.act({ type: 'command', peer: 'bob', command: { type: 'LIST' } })).toBe(
        'bob is not running.',
      );
      expect(world.act(act('pause', ['bob']))).toBe('bob is not running.');
      does(world, { type: 'start', peer: 'bob' });
      expect(world.act({ type: 'start', peer: 'bob' })).toBe('bob is running.');
      world.advance(SETTLED_MS + 10_000);
      does(world, { type: 'command', peer: 'bob', command: { type: 'QUIT' } });
      world.advance(SETTLED_MS + 20_000);
      does(world, { type: 'start', peer: 'bob' });
      world.advance(SETTLED_MS + 40_000);
      const lives = entries.flatMap((entry) =>
        entry.type === 'life' && entry.party === 'bob' ? [entry] : [],
      );
      expect(lives.map(({ what }) => what)).toEqual(['started', 'ended', 'started', 'ended', 'started']);
      const last = entries.findLast((entry) => entry.type === 'status' && entry.party === 'bob');
      expect(last).toMatchObject({ status: { state: 'CONNECTED' } });
    });
  });

  test.each([
    ['gravity', ['bob'], /There is no fault gravity/],
    ['toString', ['bob'], /There is no fault toString/],
    ['kill', [], /Choose whom/],
    ['kill', ['nobody'], /There is no peer nobody/],
    ['latency', ['bob'], /hits the whole room/],
    ['split', ['alice', 'bob', 'carol', 'dave'], /Nobody is left/],
  ])('%s on %j is refused', (fault, peers, reason) => {
    withWorld(QUIET, [], ({ world }) => {
      world.advance(SETTLED_MS);
      expect(world.act(act(fault, peers))).toMatch(reason);
      expect(world.done).toEqual([]);
    });
  });
});
