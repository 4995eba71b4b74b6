/** What other implementations write beside the protocol, byte for byte, and rooms with each of them. */
import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { toMember } from '../../src/overlay/member.ts';
import type { HandshakeFrame } from '../../src/protocol/frames.ts';
import {
  HABIT_NAMES,
  type HabitName,
  isReadByUs,
  wholeHabit,
} from '../../src/simulation/others/wire-habits.ts';
import { drawPlan, type Plan } from '../../src/simulation/plan.ts';
import { runWorld } from '../../src/simulation/world.ts';

const FRAME = 'T:room:123:bob:1:5:hello::\r\n';
const GREETING: HandshakeFrame = {
  ...{ kind: 'HANDSHAKE', room: 'room', user: 'bob' },
  ...{ ip: '10.0.1.2', port: 5_000, msgId: 7 },
};
const SEEDS = Array.from({ length: 2 }, (_, at) => 50_001 + at);

function written(habit: HabitName, frame = FRAME): string {
  return wholeHabit(habit).text(Buffer.from(frame, 'utf8'), 'bob').toString('utf8');
}

test('the bytes of a TEXT', () => {
  expect(written('none')).toBe(FRAME);
  expect(written('nul')).toBe(`${FRAME}\0`);
  expect(written('stale')).toBe(`${FRAME}ello::\r\n\0`);
  expect(written('garbage')).toBe(`Q:bob:1${FRAME}`);
  expect(written('one more field')).toBe('T:room:123:bob:1:5:hello:more::\r\n');
  expect(written('characters', 'T:room:123:bob:1:6:grüß::\r\n')).toBe('T:room:123:bob:1:4:grüß::\r\n');
});

test('the bytes of a handshake, and of its answer', () => {
  const said = (habit: HabitName) => wholeHabit(habit).greeting(GREETING).toString('latin1');
  expect(said('none')).toBe('P:room:bob:10.0.1.2:5000:7::\r\n');
  expect(said('no msgID')).toBe('P:room:bob:10.0.1.2:5000::\r\n');
  const answered = (habit: HabitName) => wholeHabit(habit).welcome(GREETING, 3).toString('latin1');
  expect(answered('none')).toBe('S:3::\r\n');
  expect(answered('nul')).toBe('S:3::\r\n\0');
  expect(answered('repeats msgID')).toBe('S:7::\r\n');
});

test('whom it dials that sorts Hash IDs as words', () => {
  const ring = ['9', '10', '95'].map((hid, at) => ({
    ...toMember({ user: hid, ip: `10.0.1.${at + 1}`, port: 5_000 }),
    hid,
  }));
  const [nine] = ring;
  assert(nine);
  const dialled = (habit: HabitName) =>
    wholeHabit(habit)
      .candidates(ring, nine)
      .map(({ hid }) => hid);
  expect(dialled('none')).toEqual(['10', '95']);
  expect(dialled('strings')).toEqual(['95', '10']);
});

/** A drawn world in which every third peer is another implementation with this habit. */
function planWith(habit: HabitName, seed: number): Plan {
  const plan = drawPlan(seed, { minutes: 1 });
  const peers = plan.peers.map((peer, index) =>
    index >= 2 && index % 3 === 0
      ? { ...peer, kind: 'other' as const, duplicates: 'exact' as const, habit }
      : { ...peer, kind: 'ours' as const, duplicates: null, habit: null },
  );
  return { ...plan, peers };
}

describe.each(HABIT_NAMES)('rooms with peers whose habit is %s', (habit) => {
  test('keep every invariant, and what those peers say is shown', () => {
    const shown: number[] = [];
    for (const seed of SEEDS) {
      const plan = planWith(habit, seed);
      const { violations, messages } = runWorld(plan).recording;
      expect(violations).toEqual([]);
      const ofThem = messages.filter(({ from }) => plan.peers[from]?.kind === 'other');
      shown.push(...ofThem.map(({ deliveries }) => deliveries.filter(({ via }) => via !== null).length));
    }
    const count = shown.reduce((sum, each) => sum + each, 0);
    if (isReadByUs(habit)) expect(count).toBeGreaterThan(0);
    else expect(count).toBe(0);
  });
});

test('plans have every habit, and others only', () => {
  const plans = Array.from({ length: 400 }, (_, seed) => drawPlan(seed, { minutes: 1 }));
  const peers = plans.flatMap((plan) => plan.peers);
  expect(new Set(peers.flatMap(({ habit }) => habit ?? []))).toEqual(new Set(HABIT_NAMES));
  for (const { kind, habit } of peers) expect(habit === null).toBe(kind === 'ours');
});
