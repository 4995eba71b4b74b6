/**
 * Goal: the room session does in every state, at every event, what its chart says, and every transition of it
 * is tried.
 */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import type { AnyState } from 'xstate';
import { createRoomSessionMachine } from '../../../src/machines/room-session/machine.ts';
import { toMember } from '../../../src/overlay/member.ts';
import type { NewList } from '../../../src/overlay/membership.ts';
import type { MemberAddress } from '../../../src/protocol/frames.ts';
import { placeOf, type Run, type Step, type Subject, step, tour } from '../alone.ts';
import { Coverage } from '../coverage.ts';

/**
 * All different, so that a timer is known by its delay; the back-off of the first attempts is 300, 600, 1,200
 * and 2,400 ms.
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
const ALICE = toMember({ user: 'alice', ip: '10.0.1.1', port: 5_000 });
const MEMBERS: readonly MemberAddress[] = [ALICE];
const REORDERED: NewList = { msid: '1', members: [ALICE], joined: [], left: [], addedAgain: [ALICE] };
const GROWN: NewList = { ...REORDERED, joined: [ALICE], addedAgain: [] };

interface Answers {
  readonly hasMoved: boolean;
  /** What an M is, held against the list that we have; `null` for the same. */
  readonly list: NewList | null;
}

const ALPHABET: readonly Step<Answers>[] = [
  step({ type: 'LIST_REQUESTED' }),
  step({ type: 'JOIN_REQUESTED' }),
  step({ type: 'FRESH_LIST_NEEDED' }),
  step({ type: 'OPENED', localAddress: '10.0.1.1' }, { from: 'connection' }),
  step({ type: 'GROUPS_RECEIVED', rooms: ['room'] }, { from: 'connection' }),
  ...[GROWN, REORDERED, null].map((list) =>
    step<Answers>(
      { type: 'MEMBERS_RECEIVED', msid: '1', members: MEMBERS },
      { from: 'connection', given: { list } },
    ),
  ),
  step({ type: 'FAIL_RECEIVED', message: 'no' }, { from: 'connection' }),
  step({ type: 'CLOSED', reason: 'connection refused' }, { from: 'connection' }),
  step({ type: 'HEARD_AGAIN' }),
  step({ type: 'ADDRESSES_CHANGED', hasAppeared: true }),
  step({ type: 'ADDRESSES_CHANGED', hasAppeared: false }, { given: { hasMoved: true } }),
];

const AWAITED = { 'connection.ONLINE.AWAITING_GROUPS': 'LIST', 'connection.ONLINE.AWAITING_MEMBERS': 'JOIN' };

/** What the session waits for, by its state. */
function outstanding(state: AnyState): string | undefined {
  return Object.entries(AWAITED).find(([place]) => state.matches(place))?.[1];
}

/** One request outstanding at most, each kind waiting once at most, and the room is never left. */
function check({ heard, state }: Run<Answers>): void {
  const { context } = state;
  const connection = heard.connection ?? [];
  const writes = connection.slice(connection.lastIndexOf('stopped') + 1);
  const awaited = outstanding(state);
  if (awaited !== undefined) assert.equal(JSON.parse(writes.at(-1) ?? '{}').frame.kind, awaited);
  assert.equal(new Set(context.waiting).size, context.waiting.length);
  const told: string[] = (heard.parent ?? []).map((event) => JSON.parse(event).type);
  const isJoined = state.matches('membership.JOINED');
  assert.equal(told.filter((type) => type === 'ROOM_JOINED').length, isJoined ? 1 : 0);
  if (isJoined) assert.ok(!state.matches('connection.CLOSED'));
  // Each list that was taken over, or confirmed, is told, and no other.
  const lists = (heard.room ?? []).filter((what) => !what.startsWith('["drop"'));
  assert.equal(told.filter((type) => type.startsWith('LIST_')).length, lists.length);
}

function serialize(state: AnyState): string {
  const { isListOwed, waiting, repeats, attempts, asked, isAskDeferred } = state.context;
  const requests = { waiting: [...waiting].sort(), asked, isAskDeferred };
  return `${placeOf(state)} ${JSON.stringify({ ...requests, isListOwed, repeats, attempts })}`;
}

const SUBJECT: Subject<Answers> = {
  answers: { hasMoved: false, list: GROWN },
  alphabet: ALPHABET,
  build: (surroundings) =>
    createRoomSessionMachine({
      limits: LIMITS,
      roomServer: { host: '10.0.0.1', port: 32_340 },
      report: (notice) => surroundings.hear('user', notice),
      connection: surroundings.service('connection'),
      random: () => 0,
      hasMovedFrom: () => surroundings.answers.hasMoved,
      identify: (ip) => ({ kind: 'JOIN', room: 'room', user: ALICE.user, ip, port: ALICE.port }),
      compareMembers: () => surroundings.answers.list ?? undefined,
      takeMembers: (...list) => surroundings.hear('room', ['take', ...list]),
      confirmMembers: (isLatest) => surroundings.hear('room', ['confirm', isLatest]),
      reportJoined: () => surroundings.hear('user', 'joined'),
      dropUnasked: (list) => surroundings.hear('room', ['drop', ...list]),
    }),
  serialize,
  // How often the server has stayed away is toured by itself; asking for fresh lists has to do with neither
  // repeats nor attempts nor LIST nor a list that is owed, and with members only.
  filter: (state) => {
    const { isListOwed, attempts, repeats, asked, waiting } = state.context;
    if (attempts > 1) return attempts <= 3 && !isListOwed && repeats + asked + waiting.length === 0;
    if (asked === 0) return true;
    const isJoined = state.matches('membership.JOINED');
    const isListing = waiting.includes('LIST') || outstanding(state) === 'LIST';
    return isJoined && !isListOwed && attempts + repeats === 0 && !isListing;
  },
  check,
};

const coverage = new Coverage();

test('in every state × at every event the session does what its chart says, with one request outstanding at most', () => {
  tour(SUBJECT, coverage);
});

test('every transition of the room session was taken', () => {
  expect(coverage.missed()).toEqual([]);
});
