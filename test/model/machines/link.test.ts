/**
 * Goal: a link does in every state, at every event, what its chart says, and every transition of it is tried.
 */
import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { type LinkContext, newLink } from '../../../src/machines/link/events.ts';
import { createLinkMachine } from '../../../src/machines/link/machine.ts';
import { toMember } from '../../../src/overlay/member.ts';
import type { HandshakeFrame } from '../../../src/protocol/frames.ts';
import { placeOf, type Run, type Step, type Subject, step, tour } from '../alone.ts';
import { Coverage } from '../coverage.ts';

interface Answers {
  readonly isListed: boolean;
  readonly hasRoom: boolean;
  readonly silentMs: number;
  readonly hasLostAddress: boolean;
  readonly hasAddress: boolean;
}

/** All different, so that a timer is known by its delay. */
const LIMITS = {
  handshakeTimeoutMs: 5_000,
  refusalMs: 300,
  refusalPairMs: 50,
  absenceMs: 60_000,
  watchMs: 4_000,
  silenceMs: 20_000,
  proofMs: 3_000,
};
const BOB = toMember({ user: 'bob', ip: '10.0.1.2', port: 5_000 });
const HANDSHAKE: HandshakeFrame = {
  kind: 'HANDSHAKE',
  room: 'room',
  user: 'bob',
  ip: BOB.ip,
  port: BOB.port,
  msgId: 7,
};
const OWN: HandshakeFrame = { ...HANDSHAKE, user: 'alice', ip: '10.0.1.1', msgId: 3 };

const CAROL = toMember({ user: 'carol', ip: '10.0.1.3', port: 5_000 });
const NOTHING = { joined: [], left: [], addedAgain: [], isLatest: true };

/** A list that was asked for has come, and bob is on it, or not. */
function listCame(news: object, isListed: boolean): Step<Answers> {
  return step({ type: 'LIST_CHANGED', ...NOTHING, ...news }, { given: { isListed } });
}

const ALPHABET: readonly Step<Answers>[] = [
  step({ type: 'OPENED' }, { from: 'connection' }),
  ...(['member', 'unknown', 'refused'] as const).map((admission) =>
    step<Answers>({ type: 'HANDSHAKE_RECEIVED', handshake: HANDSHAKE, admission }, { from: 'connection' }),
  ),
  step({ type: 'HANDSHAKE_OK_RECEIVED', msgId: 9 }, { from: 'connection' }),
  step({ type: 'HANDSHAKE_REFUSED', message: 'who are you?' }, { from: 'connection' }),
  step({ type: 'CLOSED', reason: 'the other side closed it', isBroken: false }, { from: 'connection' }),
  step({ type: 'CLOSED', reason: 'connection reset', isBroken: true }, { from: 'connection' }),
  ...['ACKNOWLEDGED', 'UNACKNOWLEDGED', 'UNPROVABLE'].map((type) =>
    step<Answers>({ type }, { from: 'acknowledgement' }),
  ),
  ...[true, false].flatMap((hasAppeared) => [
    step<Answers>({ type: 'ADDRESSES_CHANGED', hasAppeared }),
    step<Answers>({ type: 'ADDRESSES_CHANGED', hasAppeared }, { given: { silentMs: 1 } }),
  ]),
  step({ type: 'ADDRESSES_CHANGED', hasAppeared: true }, { given: { hasLostAddress: true } }),
  step(
    { type: 'ADDRESSES_CHANGED', hasAppeared: false },
    { given: { hasLostAddress: true, hasAddress: false } },
  ),
  step({ type: 'SPARE' }),
  step({ type: 'CONDEMN' }),
  step({ type: 'CONDEMN' }, { given: { silentMs: 1 } }),
  listCame({ joined: [CAROL, BOB] }, true),
  listCame({ left: [CAROL, BOB] }, false),
  listCame({ joined: [CAROL] }, true),
  step({ type: 'LIST_CHANGED', ...NOTHING, joined: [CAROL] }, { given: { isListed: true, hasRoom: false } }),
  listCame({ left: [CAROL] }, false),
  listCame({ left: [CAROL], isLatest: false }, false),
  ...[true, false].flatMap((isLatest) =>
    [true, false].map((isListed) =>
      step<Answers>({ type: 'LIST_CONFIRMED', isLatest }, { given: { isListed } }),
    ),
  ),
  step({ type: 'GREET' }),
  step({ type: 'DECLARE' }),
  step({ type: 'DECLARE' }, { given: { isListed: false } }),
  step({ type: 'LIST_CONFIRMED', isLatest: true }, { given: { isListed: true, hasRoom: false } }),
  step({ type: 'REPLACED' }),
  step({ type: 'CLOSE', reason: 'carol has taken its place' }),
];

/** What a parent is told of a link, in this order; nothing of both where it lives on. */
const LIFE = {
  forward: { up: 'FORWARD_LINKED', lost: 'FORWARD_LOST', failed: 'DIAL_FAILED' },
  backward: { up: 'BACKWARD_LINKED', lost: 'BACKWARD_LOST', failed: 'BACKWARD_REFUSED' },
};

/** Told up once at most; told its end once and last, which is another one where it was up. */
function checkAnnouncements({ heard, state, isOver }: Run<Answers>): void {
  const types: string[] = (heard.parent ?? []).map((event) => JSON.parse(event).type);
  const { up, lost, failed } = LIFE[(state.context as LinkContext).direction];
  const news = types.filter((type) => /LINKED|LOST|REFUSED|FAILED/.test(type));
  const wasUp = news[0] === up;
  assert.deepEqual(news, [...(wasUp ? [up] : []), ...(isOver ? [wasUp ? lost : failed] : [])]);
  if (isOver) assert.equal(types.at(-1), news.at(-1));
  else assert.equal(state.matches('OPEN.LINKED'), wasUp);
  assert.equal(heard.connection?.includes('stopped') ?? false, isOver);
}

function subject(start: LinkContext): Subject<Answers> {
  return {
    answers: {
      isListed: true,
      hasRoom: true,
      silentMs: 0,
      hasLostAddress: false,
      hasAddress: true,
    },
    alphabet: ALPHABET,
    whenDue: {
      WATCH: [{ silentMs: LIMITS.silenceMs - 1 }, { silentMs: LIMITS.silenceMs }],
      PROOF: [{}, { silentMs: 1 }, { hasLostAddress: true }],
    },
    build: (surroundings) =>
      createLinkMachine({
        limits: LIMITS,
        nowMs: () => 0,
        connection: surroundings.service('connection'),
        acknowledgement: surroundings.service('acknowledgement'),
        hasLostAddress: () => surroundings.answers.hasLostAddress,
        hasAddress: () => surroundings.answers.hasAddress,
        ownHandshake: () => OWN,
        lastMsgId: () => OWN.msgId,
        hasRoomForBackward: () => surroundings.answers.hasRoom,
        isListed: () => surroundings.answers.isListed,
        membersNamed: () => [],
        tellFault: (_, { kind }) => surroundings.hear('user', kind),
        silentMs: () => surroundings.answers.silentMs,
        ended: () => {},
        answered: (id) => surroundings.hear('relay', id),
      }).withContext(start),
    serialize: placeOf,
    check: checkAnnouncements,
  };
}

const REMOTE = { host: BOB.ip, port: BOB.port };
const FORWARD = newLink({
  id: 'forward-1',
  direction: 'forward',
  remote: REMOTE,
  member: BOB,
});
const BACKWARD = newLink({
  id: 'backward-1',
  direction: 'backward',
  remote: REMOTE,
  member: null,
});

const coverage = new Coverage();

describe('in every state × at every event a link does what its chart says, and its parent hears of its end once', () => {
  test('dialled by us', () => {
    tour(subject(FORWARD), coverage);
  });

  test('that has come in', () => {
    tour(subject(BACKWARD), coverage);
  });
});

test('every transition of the link was taken', () => {
  expect(coverage.missed()).toEqual([]);
});
