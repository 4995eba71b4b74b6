/**
 * Goal: a world that runs live does what is done to it by hand, and seed and inputs decide everything: the
 * same of both give the same trace, whatever steps the time was given in; a rewind comes to the same moment,
 * and a fork differs only after its fork.
 */
import { describe, expect, test } from 'vitest';
import type { HandAct, WorldOrigin } from '../../../src/log/by-hand/inputs.ts';
import type { LiveWorld } from '../../../src/simulation/live/live-world.ts';
import { does, QUIET, SETTLED_MS, says, withWorld } from './worlds.ts';

const DRAWN: WorldOrigin = { seed: 11, kind: 'drawn', peers: 5, minutes: 1 };
const END_MS = 60_000;

const SPLIT: HandAct = {
  ...{ type: 'fault', fault: 'split', peers: ['alice', 'bob'], lastsMs: 20_000 },
  ...{ server: 'both', comesBack: true, shiftMs: 0 },
};

/** Somebody who does many things, most of them in the middle of a moment. */
function busyHand(world: LiveWorld): void {
  world.advance(SETTLED_MS);
  says(world, 'alice', 'hello');
  world.stepDelivery();
  says(world, 'carol', 'in the middle of a step');
  const [first, second] = world.frames.filter(({ kind }) => kind === 'TEXT');
  if (first) does(world, { type: 'drop', frame: first.number });
  if (second) does(world, { type: 'hold', frame: second.number });
  world.stepTimer();
  world.stepTimer();
  does(world, SPLIT);
  world.advance(SETTLED_MS + 5_001);
  if (second && world.frames.some(({ number }) => number === second.number))
    does(world, { type: 'release', frame: second.number });
  does(world, { type: 'command', peer: 'dave', command: { type: 'POKE', name: 'carol' } });
  world.advance(SETTLED_MS + 7_000);
  does(world, { type: 'event', peer: 'dave', actor: 'user', event: { type: 'LIST' } });
  world.advance(END_MS);
}

describe('seed and inputs decide everything', () => {
  const first = withWorld(QUIET, [], ({ world, entries, trace }) => {
    busyHand(world);
    return { inputs: world.done, hash: world.traceHash, entries, trace };
  });

  test('the same seed and inputs give the same trace, in one step or in many', () => {
    expect(first.inputs.length).toBeGreaterThan(6);
    for (const stepMs of [END_MS, 250, 7])
      withWorld(QUIET, first.inputs, ({ world, trace }) => {
        for (let atMs = 0; atMs < END_MS; atMs += stepMs) world.advance(Math.min(atMs + stepMs, END_MS));
        expect(world.toCome).toEqual([]);
        expect(trace).toEqual(first.trace);
        expect(world.traceHash).toBe(first.hash);
      });
  });

  test('what was done stands in the log as entries of the world, and causes what comes of it', () => {
    const acts = first.entries.flatMap((entry) => (entry.type === 'input' ? [entry] : []));
    expect(acts.map(({ atMs, step, act }) => ({ atMs, step, act }))).toEqual(first.inputs);
    expect(acts.every(({ party }) => party === 'world')).toBe(true);
    const split = acts.find(({ act }) => act.type === 'fault');
    const fault = first.entries.find((entry) => entry.type === 'fault' && !entry.isOver);
    expect(fault?.causedBy).toBe(split?.serial);
  });

  test.each([0, 12_345, SETTLED_MS + 5_001, 40_000])(
    'rewound to %i ms, and forward again: the same',
    (toMs) => {
      const once = withWorld(QUIET, [], ({ world, trace }) => {
        busyHand(world);
        return trace.filter((line) => Number.parseInt(line, 10) <= toMs);
      });
      withWorld(QUIET, first.inputs, ({ world, trace }) => {
        world.advance(toMs);
        expect(trace).toEqual(once);
        world.advance(END_MS);
        expect(world.traceHash).toBe(first.hash);
      });
    },
  );

  test('a fork differs only after its fork', () => {
    const forkMs = SETTLED_MS + 6_000;
    withWorld(QUIET, first.inputs, ({ world, entries }) => {
      world.advance(forkMs);
      says(world, 'bob', 'what if');
      expect(world.toCome).toEqual([]);
      world.advance(END_MS);
      expect(world.traceHash).not.toBe(first.hash);
      const upTo = (list: typeof entries) => list.filter(({ atMs }) => atMs <= forkMs);
      const before = entries.findIndex((entry) => entry.type === 'input' && entry.atMs === forkMs);
      expect(before).toBeGreaterThan(100);
      expect(entries.slice(0, before)).toEqual(upTo(first.entries).slice(0, before));
    });
  });

  test('inputs of another world are refused with a sentence', () => {
    withWorld({ ...QUIET, seed: 8 }, first.inputs, ({ world }) => {
      expect(() => world.advance(END_MS)).toThrow(/does not fit to this world/);
    });
  });

  test('a world with chat and faults of its own can be played with as well', () => {
    const hand = (world: LiveWorld) => {
      world.advance(30_000);
      world.stepDelivery();
      const [frame] = world.frames.filter(({ isNext }) => isNext);
      if (frame) does(world, { type: 'deliver', frame: frame.number });
      world.advance(70_000);
    };
    const [inputs, hash] = withWorld(DRAWN, [], ({ world }) => {
      hand(world);
      return [world.done, world.traceHash] as const;
    });
    withWorld(DRAWN, inputs, ({ world }) => {
      world.advance(70_000);
      expect(world.traceHash).toBe(hash);
    });
  });
});
