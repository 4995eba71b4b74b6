/**
 * Goal: the user machine does in every state, at every event, what its chart says; events that nobody can
 * cause too.
 */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import type { AnyState } from 'xstate';
import type { UserPorts } from '../../../src/machines/user/events.ts';
import { createUserMachine } from '../../../src/machines/user/machine.ts';
import { toMember } from '../../../src/overlay/member.ts';
import { RoomServerRefusedError, TextTooLongError } from '../../../src/words/refusals.ts';
import { placeOf, type Run, type Step, type Subject, step, tour } from '../alone.ts';
import { Coverage } from '../coverage.ts';
import type { Surroundings, Word } from '../surroundings.ts';

interface Answers {
  /** Backward links that are up, and links of both directions. */
  readonly up: number;
  readonly linksUp: number;
  readonly isLinkUp: boolean;
  /** Ids of the links to us that the newest member has. */
  readonly backwardLinks: readonly string[];
}

const LIMITS = { pokesMax: 1, pokeTargetsMax: 1, backwardLinksMax: 4, pendingHandshakesMax: 2 };
const BOB = toMember({ user: 'bob', ip: '10.0.1.2', port: 5_000 });
const REMOTE = { host: BOB.ip, port: 40_000 };
const REFUSED = new RoomServerRefusedError('JOIN', 'no');
const TOO_LONG = 'x'.repeat(500);
const SESSION = 'room-session';
const SEARCH = 'forward-link';

function newestBackward(state: AnyState): string {
  return Object.keys(state.context.backward).at(-1) ?? 'backward-0';
}

/** An event of the newest backward link. */
function ofBackward(type: string, fields: object, given?: Partial<Answers>): Step<Answers> {
  return {
    name: `${type} ${JSON.stringify({ ...fields, ...given })}`,
    type,
    event: (state) => ({ type, link: newestBackward(state), ...fields }),
    from: newestBackward,
    ...(given ? { given } : {}),
  };
}

/** The next connection is accepted. */
function accepted(given?: Partial<Answers>): Step<Answers> {
  const type = 'CONNECTION_ACCEPTED';
  const serialOf = (state: AnyState) => Number(newestBackward(state).replace('backward-', '')) + 1;
  return {
    name: `${type} ${JSON.stringify(given ?? {})}`,
    type,
    event: (state) => ({ type, link: `backward-${serialOf(state)}`, remote: REMOTE }),
    from: () => 'endpoint',
    ...(given ? { given } : {}),
  };
}

const LINKED = { member: BOB };
const BROKEN = { ...LINKED, isBroken: true, end: 'reset', linkedMs: 9, reason: 'connection reset' };
/** What is left when the last link has gone. */
const LAST = 'it was the last link';

const LINK_EVENTS: readonly Step<Answers>[] = [
  ofBackward('BACKWARD_LINKED', LINKED),
  ofBackward('BACKWARD_LINKED', LINKED, { backwardLinks: ['backward-1', 'backward-2', 'backward-0'] }),
  ofBackward('BACKWARD_LOST', BROKEN, { linksUp: 1 }),
  ofBackward('BACKWARD_LOST', { ...BROKEN, reason: LAST }, { linksUp: 0 }),
  ofBackward('BACKWARD_REFUSED', { reason: 'its handshake was refused' }),
  step({ type: 'FORWARD_LINKED', ...LINKED }, { from: SEARCH }),
  step({ type: 'FORWARD_LOST', ...LINKED }, { from: SEARCH, given: { linksUp: 1 } }),
  step({ type: 'FORWARD_LOST', ...LINKED, reason: LAST }, { from: SEARCH, given: { linksUp: 0 } }),
];

const ALPHABET: readonly Step<Answers>[] = [
  ...['', 'a:b', 'alice'].map((name) => step<Answers>({ type: 'USER', name })),
  step({ type: 'LIST' }),
  ...['', 'a:b', 'room'].map((room) => step<Answers>({ type: 'JOIN', room })),
  ...['', 'hello', TOO_LONG].map((text) => step<Answers>({ type: 'SEND', text })),
  step({ type: 'SEND', text: '', more: ['one', 'two', TOO_LONG, '', 'three'] }),
  ...['', 'alice', 'nobody', 'bob'].map((name) => step<Answers>({ type: 'POKE', name })),
  step({ type: 'QUIT' }),
  step({ type: 'ROOM_JOINED' }, { from: SESSION }),
  step({ type: 'JOIN_FAILED', error: REFUSED }, { from: SESSION }),
  step(
    { type: 'LIST_CHANGED', joined: [BOB], left: [], addedAgain: [], isLatest: true },
    { from: SESSION, given: { isLinkUp: true } },
  ),
  step({ type: 'LIST_CONFIRMED', isLatest: true }, { from: SESSION }),
  step({ type: 'LIST_CONFIRMED', isLatest: false }, { from: SESSION, given: { isLinkUp: true } }),
  step({ type: 'FRESH_LIST_NEEDED' }),
  accepted(),
  accepted({ up: LIMITS.backwardLinksMax }),
  step({ type: 'ACK_RECEIVED', from: { host: BOB.ip, port: BOB.port } }, { from: 'endpoint' }),
  step({ type: 'ACK_RECEIVED', from: REMOTE }, { from: 'endpoint' }),
  step({ type: 'ACK_RECEIVED', from: { host: '10.0.1.9', port: 1 } }, { from: 'endpoint' }),
  ...LINK_EVENTS,
  step({ type: 'HEARD_AGAIN' }, { from: 'connectivity' }),
  ...[true, false].map((hasAppeared) =>
    step<Answers>({ type: 'ADDRESSES_CHANGED', hasAppeared }, { from: 'addresses' }),
  ),
  {
    name: 'POKE_ENDED',
    type: 'POKE_ENDED',
    event: ({ context }) => ({ type: 'POKE_ENDED', poke: context.pokes[0]?.id ?? 'poke-0' }),
    from: ({ context }) => context.pokes[0]?.id ?? 'poke-0',
  },
];

/** True where the last that was heard of links, since the room was entered, is not that the last has gone. */
function isLinked(words: readonly Word[]): boolean {
  let linked = false;
  for (const { listener, what } of words) {
    if (listener === 'user' && what.includes('"from":"NAMED","to":"JOINED"')) linked = false;
    if (listener !== 'machine') continue;
    if (/"(FORWARD|BACKWARD)_LINKED"/.test(what)) linked = true;
    else if (what.includes(LAST)) linked = false;
  }
  return linked;
}

/** CONNECTED if and only if there is a link; whoever was spawned is known, and nobody else. */
function check({ state, service, words }: Run<Answers>): void {
  const { backward, pokes, session, connectivity, forwardLink } = state.context;
  if (state.done) return;
  if (state.matches('IN_ROOM')) assert.equal(state.matches('IN_ROOM.CONNECTED'), isLinked(words));
  assert.equal(forwardLink !== null, state.matches('IN_ROOM'));
  const spawned = [session, connectivity, forwardLink, ...pokes].flatMap((actor) =>
    actor ? [actor.id] : [],
  );
  const known = new Set(['endpoint', 'addresses', ...spawned, ...Object.keys(backward)]);
  for (const id of known) assert.ok(service.children.has(id), `${id} does not live`);
}

function build(surroundings: Surroundings<Answers>) {
  const named = <Context extends object>(name: string) =>
    surroundings.machine<Context>(() => name) as unknown;
  const byId = surroundings.machine<{ id: string }>(({ id }) => id) as unknown;
  return createUserMachine({
    limits: LIMITS,
    report: (notice) => surroundings.hear('user', notice),
    sessionMachine: named(SESSION) as UserPorts['sessionMachine'],
    forwardLinkMachine: named(SEARCH) as UserPorts['forwardLinkMachine'],
    linkMachine: byId as UserPorts['linkMachine'],
    pokeMachine: byId as UserPorts['pokeMachine'],
    connectivityMachine: named('connectivity') as UserPorts['connectivityMachine'],
    endpoint: surroundings.service('endpoint'),
    addresses: surroundings.service('addresses'),
    backwardLinksOf: () => surroundings.answers.backwardLinks,
    nowMs: () => 0,
    linksUp: () => surroundings.answers.linksUp,
    isLinkUp: () => surroundings.answers.isLinkUp,
    backwardLinksUp: () => surroundings.answers.up,
    leadsHere: () => false,
    canReach: () => true,
    membersNamed: (user) => [BOB].filter((member) => member.user === user),
    nicknames: () => ['bob'],
    refusalOf: (text) => (text === TOO_LONG ? new TextTooLongError(text.length, text.length) : undefined),
    keepsUnsent: () => false,
    flood: (texts) => {
      for (const text of texts) surroundings.hear('links', text);
    },
    tellFault: (_, { kind }) => surroundings.hear('user', kind),
    dropConnection: (link) => surroundings.hear('network', `dropped ${link}`),
  });
}

const SUBJECT: Subject<Answers> = {
  answers: { up: 0, linksUp: 1, isLinkUp: false, backwardLinks: [] },
  alphabet: ALPHABET,
  build,
  serialize: (state) => {
    const { pokes, backward } = state.context;
    const waiting = Math.min(LIMITS.pendingHandshakesMax, Object.keys(backward).length);
    return `${placeOf(state)} pokes=${pokes.length} waiting=${waiting}`;
  },
  check,
};

const coverage = new Coverage();

test('in every state × at every event the user machine does what its chart says; CONNECTED means that there is a link', () => {
  tour(SUBJECT, coverage);
});

test('every transition of the user machine was taken', () => {
  expect(coverage.missed()).toEqual([]);
});
