/**
 * Goal: whether a peer may be offline is told as the chart says, in every state at every event, and every
 * transition of it is tried.
 */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { createConnectivityMachine } from '../../../src/machines/connectivity/machine.ts';
import { placeOf, type Run, type Step, type Subject, step, tour } from '../alone.ts';
import { Coverage } from '../coverage.ts';

interface Answers {
  readonly unansweredMs: number;
}

/** All different, so that a timer is known by its delay. */
const LIMITS = { quietMs: 10_000, offlineMs: 15_000, proofMs: 4_000 };

const ALPHABET: readonly Step<Answers>[] = [
  step({ type: 'WROTE' }, { from: 'first-write' }),
  step({ type: 'HEARD' }, { from: 'first-sign' }),
  step({ type: 'SIGN_FOUND' }, { from: 'signs' }),
  step({ type: 'NO_SIGN' }, { from: 'signs' }),
  step({ type: 'NO_SIGN' }, { from: 'signs', given: { unansweredMs: LIMITS.offlineMs } }),
  ...[true, false].map((hasAppeared) => step<Answers>({ type: 'ADDRESSES_CHANGED', hasAppeared })),
];

/** The user is told of the two edges in turn, and the parent of the second. */
function check({ heard, state }: Run<Answers>): void {
  const told = (heard.user ?? []).map((notice) => JSON.parse(notice).type);
  for (const [at, type] of told.entries()) assert.equal(type, at % 2 ? 'online again' : 'maybe offline');
  assert.equal(told.length % 2 === 1, state.matches('OFFLINE'));
}

const SUBJECT: Subject<Answers> = {
  answers: { unansweredMs: 0 },
  alphabet: ALPHABET,
  whenDue: {
    QUIET_FOR: [{}, { unansweredMs: LIMITS.quietMs - 1 }, { unansweredMs: LIMITS.quietMs }],
    OFFLINE_AFTER: [{}, { unansweredMs: LIMITS.offlineMs - 1 }, { unansweredMs: LIMITS.offlineMs }],
  },
  build: (surroundings) =>
    createConnectivityMachine({
      limits: LIMITS,
      report: (notice) => surroundings.hear('user', notice),
      nowMs: () => 100_000,
      unansweredMs: () => surroundings.answers.unansweredMs,
      heard: () => surroundings.hear('pulse', 'heard'),
      firstWrite: surroundings.service('first-write'),
      firstSign: surroundings.service('first-sign'),
      signs: surroundings.service('signs'),
    }),
  serialize: placeOf,
  check,
};

const coverage = new Coverage();

test('in every state × at every event it does what its chart says', () => {
  tour(SUBJECT, coverage);
});

test('every transition of it was taken', () => {
  expect(coverage.missed()).toEqual([]);
});
