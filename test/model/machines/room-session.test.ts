/**
 * Goal: the room session does in every state, at every event, what its chart says, and every transition of it
 * is tried.
 */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import type { AnyState } from 'xstate';
import { createRoomSessionMachine } from '../../../src/machines/room-session/machine.ts';
import { placeOf, type Run, type Step, type Subject, step, tour } from '../alone.ts';
import { Coverage } from '../coverage.ts';

/**
 * All different, so that a timer is known by its delay; the back-off of the first attempts is 300 and 600 ms.
 */
const LIMITS = {
  keepaliveMs: 20_000,
  replyTimeoutMs: 10_000,
  reconnectMinMs: 300,
  reconnectMaxMs: 30_000,
  jitterRatio: 0.3,
  repeatDelayMs: 1_000,
  repeatsMax: 1,
  freshListsMax: 2,
  freshListMs: 2_000,
};
const MEMBERS = [{ user: 'alice', ip: '10.0.1.1', port: 5_000 }];

interface Answers {
  readonly hasMoved: boolean;
}

const ALPHABET: readonly Step<Answers>[] = [
  step({ type: 'LIST_REQUESTED' }),
  step({ type: 'JOIN_REQUESTED', room: 'room', user: 'alice' }),
  step({ type: 'FRESH_LIST_NEEDED' }),
  step({ type: 'OPENED', localAddress: '10.0.1.1' }, { from: 'connection' }),
  step({ type: 'GROUPS_RECEIVED', rooms: ['room'] }, { from: 'connection' }),
  step({ type: 'MEMBERS_RECEIVED', msid: '1', members: MEMBERS }, { from: 'connection' }),
  step({ type: 'FAIL_RECEIVED', message: 'no' }, { from: 'connection' }),
  step({ type: 'CLOSED', reason: 'connection refused' }, { from: 'connection' }),
  step({ type: 'HEARD_AGAIN' }),
  step({ type: 'ADDRESSES_CHANGED', hasAppeared: true }),
  step({ type: 'ADDRESSES_CHANGED', hasAppeared: false }, { given: { hasMoved: true } }),
];

/** One request outstanding at most, each kind waiting once at most, and the room is never left. */
function check({ heard, state }: Run<Answers>): void {
  const { context } = state;
  const connection = heard.connection ?? [];
  const writes = connection.slice(connection.lastIndexOf('stopped') + 1);
  const isAwaiting = state.matches('connection.ONLINE.AWAITING_REPLY');
  assert.equal(context.outstanding !== null, isAwaiting);
  if (isAwaiting) assert.equal(JSON.parse(writes.at(-1) ?? '{}').frame.kind, context.outstanding);
  assert.equal(new Set(context.waiting).size, context.waiting.length);
  const joined = (heard.parent ?? []).filter((event) => event.includes('ROOM_JOINED'));
  assert.equal(joined.length, context.isJoined ? 1 : 0);
  if (context.isJoined) assert.ok(!state.matches('connection.CLOSED'));
}

function serialize(state: AnyState): string {
  const { isJoined, isListOwed, outstanding, waiting, repeats, attempts, asked, isAskDeferred } =
    state.context;
  const requests = { outstanding, waiting: [...waiting].sort(), asked, isAskDeferred };
  return `${placeOf(state)} ${JSON.stringify({ ...requests, isJoined, isListOwed, repeats, hasFailed: attempts > 0 })}`;
}

const SUBJECT: Subject<Answers> = {
  answers: { hasMoved: false },
  alphabet: ALPHABET,
  build: (surroundings) =>
    createRoomSessionMachine({
      limits: LIMITS,
      roomServer: { host: '10.0.0.1', port: 32_340 },
      report: (notice) => surroundings.hear('user', notice),
      connection: surroundings.service('connection'),
      random: () => 0,
      hasMovedFrom: () => surroundings.answers.hasMoved,
      identify: ({ room, user, localAddress }) => ({
        kind: 'JOIN',
        room,
        user,
        ip: localAddress,
        port: 5_000,
      }),
      enterRoom: (...list) => surroundings.hear('room', ['enter', ...list]),
      dropUnasked: (...list) => surroundings.hear('room', ['drop', ...list]),
      replaceMembers: (...list) => surroundings.hear('room', ['replace', ...list]),
    }),
  serialize,
  // Asking for fresh lists has to do with neither repeats nor attempts nor LIST nor a list that is owed, and
  // with members only.
  filter: ({ context: { isJoined, isListOwed, attempts, repeats, asked, waiting, outstanding } }) =>
    attempts <= 1 &&
    (asked === 0 ||
      (isJoined && !isListOwed && attempts + repeats === 0 && ![...waiting, outstanding].includes('LIST'))),
  check,
};

const coverage = new Coverage();

test('in every state × at every event the session does what its chart says, with one request outstanding at most', () => {
  tour(SUBJECT, coverage);
});

test('every transition of the room session was taken', () => {
  expect(coverage.missed()).toEqual([]);
});
