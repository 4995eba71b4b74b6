/**
 * Goal: a poke does in every state, at every event, what its chart says, and every transition of it is tried.
 */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { createPokeMachine } from '../../../src/machines/poke/machine.ts';
import { type Subject, step, tour } from '../alone.ts';
import { Coverage } from '../coverage.ts';

const LIMITS = { pokeAnswerMs: 2_000, pokeLateAnswerMs: 10_000 };
const POKE = { id: 'poke-1', user: 'bob', ip: '10.0.1.2', port: 5_000, sentAtMs: 100 };

const SUBJECT: Subject<{ nowMs: number }> = {
  answers: { nowMs: 150 },
  alphabet: [step({ type: 'ACK_RECEIVED' }), step({ type: 'ACK_RECEIVED' }, { given: { nowMs: 6_100 } })],
  build: (surroundings) =>
    createPokeMachine({
      limits: LIMITS,
      clock: { now: () => surroundings.answers.nowMs },
      report: (notice) => surroundings.hear('user', notice),
      sendPoke: (to) => surroundings.hear('network', to),
    }).withContext(POKE),
  serialize: ({ value }) => String(value),
  check: ({ heard, isOver }) => {
    assert.deepEqual(heard.network, [JSON.stringify({ ip: POKE.ip, port: POKE.port })]);
    const end = JSON.stringify({ type: 'POKE_ENDED', poke: POKE.id });
    assert.deepEqual(heard.parent ?? [], isOver ? [end] : []);
  },
};

const coverage = new Coverage();

test('in every state × at every event a poke does what its chart says; K is sent once, its end told once', () => {
  tour(SUBJECT, coverage);
});

test('every transition of the poke was taken', () => {
  expect(coverage.missed()).toEqual([]);
});
