/**
 * Goal: what the lessons say is true of their world. The oracle is the recording of that world: for each
 * step the right choice is found out from its entries, and must be the one that the lesson takes for right.
 */
import { describe, expect, test } from 'vitest';
import { openInspection } from '../../src/cli/run/inspection.ts';
import { LESSON_WORDS } from '../../src/cli/run/look-arguments.ts';
import {
  LESSON_NAMES,
  LESSONS,
  type LessonName,
  type LessonStep,
} from '../../src/console/page/explain/lessons/lessons.ts';
import { TABS } from '../../src/console/page/frame/route.ts';
import type { EntryOf, LogEntry } from '../../src/log/entry.ts';
import { toMember } from '../../src/overlay/member.ts';
import { compareHashIds } from '../../src/protocol/hash-id.ts';
import { lessonPlan } from '../../src/simulation/lessons/lesson-plan.ts';
import { recordLessonWorld } from '../../src/simulation/lessons/lesson-world.ts';
import { worldSteps } from '../../src/simulation/world.ts';

function record(): readonly LogEntry[] {
  const { registry, release } = openInspection();
  try {
    return recordLessonWorld(registry);
  } finally {
    release();
  }
}

const entries = record();

interface Which {
  readonly party?: string;
  readonly from?: number;
  readonly to?: number;
}

/** Entries of a type, of a party, within a time. */
function all<Type extends LogEntry['type']>(type: Type, { party, from = 0, to = Infinity }: Which = {}) {
  return entries.filter(
    (entry): entry is EntryOf<Type> =>
      entry.type === type &&
      (party === undefined || entry.party === party) &&
      entry.atMs >= from &&
      entry.atMs <= to,
  );
}

function framesOf(which: Which = {}) {
  return all('frame', which).filter(({ party }) => party !== 'room server');
}

/** Who shows a message of somebody else within a time, in that order. */
function shownTo(text: string, which: Which): readonly string[] {
  const shown = all('notice', which).filter(
    (one) => one.notice === 'text' && !one.isOwn && one.text === text,
  );
  return shown.map(({ party }) => party);
}

function noticesOf(kind: string, which: Which) {
  return all('notice', which).filter(({ notice }) => notice === kind);
}

/** The one to whom a peer's forward link has come up within a time. */
function dialled(party: string, from: number, to: number): string | undefined {
  const [linked] = noticesOf('forward linked', { party, from, to });
  return /Forward link to (\w+)/.exec(linked?.text ?? '')?.[1];
}

/** The names of members in the order of the ring, beginning behind one of them. */
function ringBehind(name: string, among: readonly string[]): readonly string[] {
  const hidOf = (user: string) => {
    const planned = lessonPlan().peers.find((peer) => peer.name === user);
    return toMember({ user, ip: planned?.ip ?? '', port: 5_000 }).hid;
  };
  const sorted = [...among].sort((one, other) => compareHashIds(hidOf(one), hidOf(other)));
  const at = sorted.indexOf(name);
  return [...sorted.slice(at + 1), ...sorted.slice(0, at)];
}

/** The list that a peer has at a moment. */
function listOf(party: string, atMs: number): readonly string[] {
  return (all('members', { party, to: atMs }).at(-1)?.members ?? []).map(({ user }) => user);
}

function stepsOf(name: LessonName): readonly LessonStep[] {
  return LESSONS.find((lesson) => lesson.name === name)?.steps ?? [];
}

/** Time of a step. */
function spanOf(step: LessonStep | undefined): { readonly from: number; readonly to: number } {
  return { from: step?.before.atMs ?? 0, to: step?.after.atMs ?? 0 };
}

function rightOf(step: LessonStep | undefined): string {
  return step?.choices[step.right] ?? '';
}

describe('the lessons', () => {
  test('there are six, and the command line knows them', () => {
    expect(LESSONS.map(({ name }) => name)).toEqual(LESSON_NAMES);
    expect(Object.keys(LESSON_WORDS)).toEqual(LESSON_NAMES);
  });

  test('each step is of this world: its peer, its views, its moments, one right choice of several', () => {
    const parties = new Set(entries.map(({ party }) => party));
    const lastMs = entries.at(-1)?.atMs ?? 0;
    for (const { before, after, choices, right } of LESSONS.flatMap(({ steps }) => steps)) {
      for (const { tab, peer, atMs } of [before, after]) {
        expect(TABS).toContain(tab);
        expect(parties).toContain(peer);
        expect(atMs).toBeLessThanOrEqual(lastMs);
      }
      expect(after.atMs).toBeGreaterThanOrEqual(before.atMs);
      expect(new Set(choices).size).toBe(choices.length);
      expect(choices[right]).toBeDefined();
    }
  });

  test('their world is the same each time, and breaks no invariant', () => {
    expect(record().map(({ serial, atMs, type, party }) => [serial, atMs, type, party])).toEqual(
      entries.map(({ serial, atMs, type, party }) => [serial, atMs, type, party]),
    );
    const steps = worldSteps(lessonPlan(), {});
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    expect(step.value.recording.violations).toEqual([]);
  });

  test('joining', () => {
    const [first, second, third] = stepsOf('joining');
    const bob = framesOf({ party: 'bob', ...spanOf(first) });
    expect(bob.map(({ direction, kind, via }) => `${direction} ${kind} ${via}`)).toEqual([
      'out JOIN room server',
      'in MEMBERS room server',
    ]);
    expect(rightOf(first)).toBe('With the room server');
    expect(listOf('bob', second?.before.atMs ?? 0)).toEqual(expect.arrayContaining(['alice', 'bob']));
    const links = framesOf({ party: 'bob', ...spanOf(second) });
    expect(links.map(({ direction, kind }) => `${direction} ${kind}`)).toEqual([
      'out HANDSHAKE',
      'in HANDSHAKE OK',
    ]);
    expect(dialled('bob', spanOf(second).from, spanOf(second).to)).toBe('alice');
    expect(rightOf(second)).toMatch(/connection to alice and sends HANDSHAKE/);
    expect(listOf('alice', third?.before.atMs ?? 0)).not.toContain('bob');
    const asked = framesOf({ party: 'alice', from: 7_200, to: third?.after.atMs ?? 0 });
    expect(asked.map(({ direction, kind }) => `${direction} ${kind}`)).toEqual([
      'in HANDSHAKE',
      'out JOIN',
      'in MEMBERS',
      'out HANDSHAKE OK',
    ]);
    expect(rightOf(third)).toMatch(/sends JOIN to the room server again/);
    const toServer = framesOf().filter(({ via, kind }) => via === 'room server' && kind === 'TEXT');
    expect(toServer).toEqual([]);
  });

  test('the forward link', () => {
    for (const step of stepsOf('forward-link')) {
      const { peer } = step.before;
      const { from, to } = spanOf(step);
      const links = noticesOf('forward linked', { party: peer, from, to });
      expect(links).toHaveLength(1);
      const [next] = ringBehind(peer, listOf(peer, to));
      expect(dialled(peer, from, to)).toBe(next);
      expect(rightOf(step)).toMatch(new RegExp(`^${next}`));
    }
    const order = ['carol', ...ringBehind('carol', ['alice', 'bob', 'carol', 'dave', 'erin'])];
    expect(stepsOf('forward-link')[1]?.words).toContain(order.join(', '));
    const bobs = all('members', { party: 'bob', to: 22_500 }).at(-1)?.members ?? [];
    expect(bobs.filter(({ links }) => links.includes('backward')).length).toBeGreaterThan(1);
  });

  test('flooding and duplicates', () => {
    const [first, second, third] = stepsOf('flooding');
    const texts = framesOf(spanOf(first)).filter(
      ({ kind, direction }) => kind === 'TEXT' && direction === 'out',
    );
    expect(rightOf(first)).toBe(String(texts.length));
    const status = all('status', { to: 29_900 });
    const links = ['alice', 'bob', 'carol', 'dave', 'erin'].flatMap((party) => {
      const last = status.findLast((one) => one.party === party);
      const forward = last?.status.links.find(({ direction }) => direction === 'forward');
      return forward ? [[party, forward.member.user].sort().join('–')] : [];
    });
    expect(links.sort()).toEqual(['alice–bob', 'alice–dave', 'bob–carol', 'bob–erin', 'carol–dave']);
    expect(shownTo('Hello everybody', spanOf(first))).toHaveLength(4);
    const drops = all('drop', spanOf(first)).filter(({ reason }) => reason === 'duplicate');
    expect(drops).toHaveLength(texts.length - 4);
    const atCarol = framesOf({ party: 'carol', to: second?.before.atMs ?? 0 }).filter(
      ({ kind }) => kind === 'TEXT',
    );
    expect(atCarol.filter(({ direction }) => direction === 'in')).toHaveLength(1);
    expect(all('drop', { party: 'carol', ...spanOf(second) })).toHaveLength(1);
    expect(rightOf(second)).toBe('She drops it');
    const hello = framesOf({ party: 'alice', ...spanOf(third) });
    const came = hello.find(({ kind, direction }) => kind === 'TEXT' && direction === 'in');
    const sender = entries.find(({ serial }) => serial === came?.causedBy)?.party;
    expect(sender).toBe('bob');
    const bobsFirst = framesOf({ party: 'bob', ...spanOf(third) }).find(({ kind }) => kind === 'TEXT');
    expect(entries.find(({ serial }) => serial === bobsFirst?.causedBy)?.party).toBe('erin');
    expect(rightOf(third)).toBe('2');
  });

  test('KEEPALIVE', () => {
    const [first, second, third] = stepsOf('keepalive');
    const quiet = framesOf(spanOf(first));
    expect(new Set(quiet.map(({ kind }) => kind))).toEqual(new Set(['JOIN', 'MEMBERS']));
    expect(new Set(quiet.map(({ party }) => party)).size).toBe(5);
    expect(rightOf(first)).toMatch(/^Each peer sends JOIN/);
    const joins = framesOf({ party: 'bob', ...spanOf(second) }).filter(({ kind }) => kind === 'JOIN');
    expect(joins.length).toBeGreaterThanOrEqual(2);
    const pauses = joins.slice(1).map(({ atMs }, index) => atMs - (joins[index]?.atMs ?? 0));
    expect(pauses.map((pause) => Math.round(pause / 1_000))).toEqual(pauses.map(() => 20));
    expect(rightOf(second)).toBe('20 seconds');
    const { from, to } = spanOf(third);
    expect(listOf('carol', from)).toHaveLength(4);
    expect([listOf('carol', from).includes('erin'), listOf('carol', to).includes('erin')]).toEqual([
      false,
      true,
    ]);
    expect(framesOf({ party: 'carol', from, to }).map(({ kind }) => kind)).toEqual(['JOIN', 'MEMBERS']);
    expect(rightOf(third)).toMatch(/next KEEPALIVE/);
  });

  test('a crash', () => {
    const [first, second, third, fourth] = stepsOf('crash');
    const told = ['forward lost', 'backward lost', 'members changed'].flatMap((kind) =>
      noticesOf(kind, spanOf(first)),
    );
    expect(told).toEqual([]);
    const closes = all('connection', spanOf(first)).filter(
      ({ what, party }) => ['closed', 'reset', 'broken'].includes(what) && party !== 'carol',
    );
    expect(closes).toEqual([]);
    expect(rightOf(first)).toBe('Nobody');
    expect([...shownTo('Is carol still there?', spanOf(second))].sort()).toEqual(['alice', 'dave', 'erin']);
    expect(rightOf(second)).toBe('Everybody but carol');
    const { from, to } = spanOf(third);
    expect(noticesOf('forward lost', { party: 'dave', from, to })).toHaveLength(1);
    expect(listOf('dave', from)).not.toContain('carol');
    const [next] = ringBehind('dave', ['dave', ...listOf('dave', from).filter((name) => name !== 'dave')]);
    expect(dialled('dave', from, to)).toBe(next);
    expect(rightOf(third)).toBe(next);
    const [back] = noticesOf('forward failback', { party: 'dave', ...spanOf(fourth) });
    expect(back?.text).toMatch(/back to carol .* the one to erin .* is closed/);
    const erinsLoss = noticesOf('backward lost', { party: 'erin', ...spanOf(fourth) });
    expect(
      erinsLoss.filter(({ text }) => text.includes('dave')).map(({ atMs }) => atMs > (back?.atMs ?? 0)),
    ).toEqual([true]);
    expect(rightOf(fourth)).toMatch(/back to carol, and then closes/);
  });

  test('a split and its healing', () => {
    const [first, second, third] = stepsOf('split');
    expect(shownTo('We are cut off', spanOf(first))).toEqual(['erin']);
    expect(rightOf(first)).toBe('Only erin');
    const linked = noticesOf('forward linked', { party: 'erin', ...spanOf(first) });
    expect(linked.map(({ text }) => text)).toEqual([expect.stringMatching(/^Forward link to dave/)]);
    const seen = noticesOf('text', { party: 'dave', ...spanOf(second) });
    expect(seen.map(({ text }) => text)).toContain('Where are the others?');
    expect(shownTo('Where are the others?', { party: 'dave', to: spanOf(second).from })).toEqual([]);
    expect(rightOf(second)).toMatch(/^Yes/);
    expect([...shownTo('Here we are again', spanOf(third))].sort()).toEqual([
      'alice',
      'carol',
      'dave',
      'erin',
    ]);
    expect(rightOf(third)).toMatch(/^Four/);
  });
});
