/**
 * Goal: the search for the forward link does in every state, at every event, what its chart says; all of it
 * is tried.
 */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import type { AnyState } from 'xstate';
import type { ForwardLinkContext, ForwardLinkPorts } from '../../../src/machines/forward-link/events.ts';
import { createForwardLinkMachine } from '../../../src/machines/forward-link/machine.ts';
import type { Ending, LinkContext } from '../../../src/machines/link/events.ts';
import { type Member, toMember } from '../../../src/overlay/member.ts';
import { placeOf, type Run, type Step, type Subject, step, tour } from '../alone.ts';
import { Coverage } from '../coverage.ts';
import type { Surroundings, Word } from '../surroundings.ts';

interface Answers {
  readonly nowMs: number;
  /** Names of those who can be dialled, in this order, and of those on the list. */
  readonly candidates: string;
  readonly listed: string;
  /** Of the candidates, those that were on the list before us. */
  readonly elders: string;
  /** Those on the list before us, candidates or not. */
  readonly olders: string;
  /** Names of those whose address may not be dialled now. */
  readonly backingOff: string;
  /** Names of those with a link to us, and of those with a lower HID than ours. */
  readonly linkedToUs: string;
  readonly below: string;
  readonly selfHid: string;
}

const LIMITS = {
  searchRetryMs: 7_000,
  dialSilenceMs: 900,
  dialsMax: 2,
  dialBurstMax: 1,
  dialBurstMs: 40,
  longLinkMs: 60_000,
  stableLinkMs: 1_000,
  probeMinMs: 5_000,
  probeMaxMs: 60_000,
  preferredMax: 2,
  absenceMs: 60_000,
  jitterRatio: 0.3,
  renewMinMs: 61_000,
  renewMaxMs: 61_000,
  crossingMs: 4_000,
  yieldedMs: 3_600_000,
};

function member(user: string, ip: string): Member {
  return toMember({ user, ip, port: 5_000 });
}

/** The best choice and the second. */
const ANN = member('ann', '10.0.1.2');
const BOB = member('bob', '10.0.1.3');
const NOBODY = 'forward-0';

type Which = 'link' | 'probe' | 'first dial' | 'last dial';

function linkOf(which: Which, { context }: AnyState) {
  const { link, probe, dials }: ForwardLinkContext = context;
  if (which === 'link') return link;
  if (which === 'probe') return probe;
  return which === 'first dial' ? dials[0] : dials[dials.length - 1];
}

/**
 * An event of the link that is dialled or up, or of the probe; a link that is long gone where there is none.
 */
function ofLink(which: Which, type: string, fields: object, given?: Partial<Answers>): Step<Answers> {
  const idOf = (state: AnyState): string => linkOf(which, state)?.id ?? NOBODY;
  return {
    name: `${type} of the ${which} ${JSON.stringify({ ...fields, ...given })}`,
    type,
    event: (state) => ({ type, link: idOf(state), member: linkOf(which, state)?.member ?? null, ...fields }),
    // A link that is up has said so before: that it says so again is nobody's word.
    from: (state) =>
      type === 'LINK_ESTABLISHED' && which === 'link' && state.matches('LINKED') ? '' : idOf(state),
    ...(given ? { given } : {}),
  };
}

const END = {
  end: 'lost',
  linkedMs: LIMITS.longLinkMs,
  reason: 'it is gone',
};
const IN_VAIN = { ...END, isBroken: false, linkedMs: 0 };

const CLOSED = { isBroken: false, end: 'closed', linkedMs: LIMITS.longLinkMs } as const;

/** A link that ann has had to us has ended. */
function backwardLost(how: Pick<Ending, 'isBroken' | 'end' | 'linkedMs'>, given?: Partial<Answers>) {
  const event = { type: 'BACKWARD_LOST', link: 'backward-1', member: ANN, reason: 'it is gone', ...how };
  return step<Answers>(event, given ? { given } : {});
}

/** What has changed is its links' business: the search looks at its candidates anew. */
const LIST_CHANGED = {
  type: 'LIST_CHANGED',
  joined: [],
  left: [],
  addedAgain: [ANN],
  isLatest: true,
} as const;

const ALPHABET: readonly Step<Answers>[] = [
  ...(['link', 'probe'] as const).flatMap((which) => [
    ofLink(which, 'LINK_ESTABLISHED', {}),
    ofLink(which, 'FORWARD_LOST', { ...END, isBroken: true }, { nowMs: LIMITS.stableLinkMs - 1 }),
    ofLink(which, 'FORWARD_LOST', { ...END, isBroken: true }, { nowMs: LIMITS.stableLinkMs }),
    ofLink(
      which,
      'FORWARD_LOST',
      { ...END, isBroken: false },
      { nowMs: LIMITS.stableLinkMs, candidates: '' },
    ),
    ofLink(which, 'DIAL_FAILED', { ...IN_VAIN, isBroken: true }),
    ofLink(which, 'DIAL_FAILED', { ...IN_VAIN, isBroken: true }, { olders: 'ann' }),
  ]),
  ...(['first dial', 'last dial'] as const).flatMap((which) => [
    ofLink(which, 'LINK_OPENED', {}),
    ofLink(which, 'LINK_ESTABLISHED', {}),
    ofLink(which, 'DIAL_FAILED', IN_VAIN),
    ofLink(which, 'DIAL_FAILED', IN_VAIN, { olders: 'ann' }),
  ]),
  ofLink('probe', 'LINK_OPENED', {}),
  ofLink('link', 'FORWARD_LINKED', {}),
  ofLink('link', 'FORWARD_LINKED', {}, { linkedToUs: 'ann' }),
  ofLink('link', 'FORWARD_LINKED', {}, { linkedToUs: 'ann', below: 'ann' }),
  ofLink('probe', 'LINK_ESTABLISHED', {}, { linkedToUs: 'ann', below: 'ann' }),
  ...[true, false].map((isProved) => ofLink('link', 'LINK_SUSPECT', { isProved })),
  ofLink('link', 'LINK_SUSPECT', { isProved: false }, { nowMs: LIMITS.renewMinMs }),
  ...['', 'ann', 'bob'].map((below) =>
    step<Answers>(
      { type: 'BACKWARD_LINKED', link: 'backward-1', member: ANN },
      { given: { linkedToUs: 'ann bob', below } },
    ),
  ),
  step({ type: 'BACKWARD_LINKED', link: 'backward-1', member: ANN }),
  backwardLost(CLOSED, { linkedToUs: 'ann bob' }),
  ...[true, false].map((hasAppeared) => step<Answers>({ type: 'ADDRESSES_CHANGED', hasAppeared })),
  step(LIST_CHANGED, { given: { selfHid: '8' } }),
  ofLink('link', 'FORWARD_LINKED', {}, { candidates: 'bob' }),
  step(LIST_CHANGED),
  step(LIST_CHANGED, { given: { candidates: 'bob', listed: 'bob' } }),
  step(LIST_CHANGED, { given: { candidates: '', listed: '' } }),
  step(LIST_CHANGED, { given: { elders: 'ann bob' } }),
  backwardLost(CLOSED),
  backwardLost(CLOSED, { olders: 'ann' }),
  backwardLost(CLOSED, { candidates: 'bob' }),
  backwardLost({ isBroken: true, end: 'lost', linkedMs: LIMITS.longLinkMs }),
  backwardLost({ isBroken: true, end: 'lost', linkedMs: LIMITS.longLinkMs }, { linkedToUs: 'ann bob' }),
  backwardLost({ isBroken: true, end: 'reset', linkedMs: LIMITS.longLinkMs }),
  backwardLost({ isBroken: true, end: 'lost', linkedMs: LIMITS.longLinkMs - 1 }),
  backwardLost({ isBroken: true, end: 'reset', linkedMs: 0 }, { listed: 'bob', olders: 'ann' }),
  step({ type: 'HEARD_AGAIN' }),
  step({ type: 'FRESH_LIST_NEEDED' }),
];

const ENDS = ['FORWARD_LOST', 'DIAL_FAILED'];

/** The link that these words begin: it is declared, or says that it is up. */
function begunBy({ listener, what }: Word): string | undefined {
  const event = JSON.parse(what);
  if (event.type === 'DECLARE') return listener;
  return listener === 'machine' && event.type === 'FORWARD_LINKED' ? event.link : undefined;
}

/** The link that these words end: it is told to close, or says that it has ended. */
function endedBy({ listener, what }: Word): string | undefined {
  const event = JSON.parse(what);
  if (event.type === 'CLOSE') return listener;
  return listener === 'machine' && ENDS.includes(event.type) ? event.link : undefined;
}

/**
 * One link at most is declared or up: the old one has ended, or is told to close, before; and the parent
 * hears in turn that there is a forward link, and that there is none any more.
 */
function check({ words, heard, state }: Run<Answers>): void {
  const news: string[] = (heard.parent ?? []).map((what) => JSON.parse(what).type);
  assert.deepEqual(
    news,
    news.map((_, index) => (index % 2 === 0 ? 'FORWARD_LINKED' : 'FORWARD_LOST')),
  );
  assert.equal(news.at(-1) === 'FORWARD_LINKED', state.matches('LINKED'));
  let current: string | undefined;
  for (const word of words) {
    const begun = begunBy(word);
    if (begun !== undefined) {
      assert.ok(current === undefined || current === begun, `${current} is the link, and so is ${begun}`);
      current = begun;
    }
    if (current !== undefined && endedBy(word) === current) current = undefined;
  }
  if (state.matches('LINKED')) assert.equal(current, state.context.link?.id);
}

function serialize(state: AnyState): string {
  const { link, probe, preferred, walk, dials, chosen, burst, renewal, yielded }: ForwardLinkContext =
    state.context;
  const names = (members: readonly Member[]) => members.map(({ user }) => user).join('+');
  const preferredNames = names(preferred.map((each) => each.member));
  const dialled = dials.map((dial) => `${dial.member.user}:${dial.stage}@${dial.sinceMs}`).join('+');
  const walked = `${walk.at?.user}/${walk.names.join('+')} dials=${dialled} chosen=${names(chosen)} ${burst.count > 0}@${burst.sinceMs}`;
  const who = (dialled: ForwardLinkContext['link']) => `${dialled?.member.user} as ${dialled?.selfHid}`;
  const links = `link=${who(link)} probe=${who(probe)}`;
  const due = renewal === null ? '' : `${renewal.hid} ${renewal.dueMs > LIMITS.renewMinMs}`;
  return `${placeOf(state)} ${links} walk=${walked} preferred=${preferredNames} renewed=${due} yielded=${yielded?.hid}`;
}

/**
 * What is remembered of crossing, of renewals, of another identity and of later dials is toured by itself,
 * and so are dials: all combinations with who is preferred and who was tried would be some ten thousand
 * states.
 */
function isToured(state: AnyState): boolean {
  const { link, probe, yielded, renewal, preferred, walk, dials, burst }: ForwardLinkContext = state.context;
  const isCrossed = state.matches('LINKED.crossing.CROSSED');
  const isOther = [link, probe].some((each) => each && each.selfHid !== UNCROSSED.selfHid);
  const isLater = burst.sinceMs > 0;
  const memories = [yielded !== null, renewal !== null, isOther, isCrossed, isLater].filter(
    (is) => is,
  ).length;
  if (dials.length > 0 && memories + preferred.length > 0) return false;
  return memories === 0 || (memories === 1 && preferred.length + walk.failed === 0);
}

function build(surroundings: Surroundings<Answers>) {
  const known = (names: string) => [ANN, BOB].filter(({ user }) => names.split(' ').includes(user));
  const isBackingOff = (ip: string) =>
    known(surroundings.answers.backingOff).some((member) => member.ip === ip);
  const links = surroundings.machine<LinkContext>(({ id }) => id);
  return createForwardLinkMachine({
    limits: LIMITS,
    linkMachine: links as unknown as ForwardLinkPorts['linkMachine'],
    report: (notice) => surroundings.hear('user', notice),
    nowMs: () => surroundings.answers.nowMs,
    random: () => 0,
    candidates: () => known(surroundings.answers.candidates),
    compareChoices: (one, other) => one.user.localeCompare(other.user),
    isCandidate: ({ user }) => surroundings.answers.candidates.split(' ').includes(user),
    elders: () => known(surroundings.answers.elders),
    isElder: ({ user }) => surroundings.answers.olders.split(' ').includes(user),
    allowance: {
      dueMs: ({ ip }) => (isBackingOff(ip) ? Number.POSITIVE_INFINITY : 0),
      dialled: () => {},
      failed: ({ ip }, _, wasSilent) => surroundings.hear('allowance', ['failed', ip, wasSilent]),
      answered: ({ ip }) => surroundings.hear('allowance', ['answered', ip]),
      released: ({ ip }) => surroundings.hear('allowance', ['released', ip]),
      giveSecondChance: () => surroundings.hear('allowance', ['second chance']),
      forgive: () => surroundings.hear('allowance', ['forgive']),
    },
    isListed: ({ user }) => surroundings.answers.listed.split(' ').includes(user),
    isLinkedToUs: ({ user }) => surroundings.answers.linkedToUs.split(' ').includes(user),
    isBelowUs: ({ user }) => surroundings.answers.below.split(' ').includes(user),
    selfHid: () => surroundings.answers.selfHid,
    tellFault: (_, { kind }) => surroundings.hear('user', kind),
  });
}

const UNCROSSED = { linkedToUs: '', below: '', selfHid: '7' };

const SUBJECT: Subject<Answers> = {
  answers: {
    nowMs: 0,
    candidates: 'ann bob',
    listed: 'ann bob',
    elders: '',
    olders: '',
    backingOff: '',
    ...UNCROSSED,
  },
  alphabet: ALPHABET,
  whenDue: {
    PROBE: [{}, { candidates: 'bob' }],
    RETRY: [{}, { candidates: '' }, { backingOff: 'ann' }],
    SILENCE: [{}, { candidates: '' }],
    BURST: [{}],
    PATIENCE: [{}, { linkedToUs: 'ann bob' }],
  },
  build,
  serialize,
  filter: isToured,
  check,
};

const coverage = new Coverage();

/** The largest of the tours: some 20 s alone on a slow processor. */
const TOUR_MS = 120_000;

test('in every state × at every event the search does what its chart says', { timeout: TOUR_MS }, () => {
  tour(SUBJECT, coverage);
});

test('every transition of the search was taken', () => {
  expect(coverage.missed()).toEqual([]);
});
