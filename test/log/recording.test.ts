/**
 * Goal: what was written can be read again, entry by entry; a recording is foreign input, of which one bad
 * line costs itself only, whatever it holds; what people say stays out where that is asked for.
 */
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../src/log/entry.ts';
import { lineOf, type RecordingHeader, withoutText } from '../../src/log/file/recording-format.ts';
import { RecordingReader } from '../../src/log/file/recording-reader.ts';
import { drawPlan } from '../../src/simulation/plan.ts';
import { runLogged } from './logged-world.ts';

const HEADER: RecordingHeader = {
  ...{ p2pchat: 'recording', version: 1, program: '1.2.3' },
  ...{ source: 'peer', startedMs: 5, hasTexts: true },
};

function life(serial: number, causedBy: number | null = null): LogEntry {
  return { serial, atMs: serial, party: 'alice', causedBy, type: 'life', what: 'started' };
}

/** What a reader makes of a text that comes in pieces of so many characters. */
function readOf(text: string, piece = text.length || 1) {
  const entries: LogEntry[] = [];
  const reader = new RecordingReader((entry) => entries.push(entry));
  for (let at = 0; at < text.length; at += piece) reader.push(text.slice(at, at + piece));
  reader.end();
  const { header, problems, badLines } = reader;
  return { header, entries, problems, badLines };
}

const SECRET = 'the cat is in the garden';

/** All that happens in a calm world in which everybody says the same. */
function world(): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  const plan = drawPlan(3, { minutes: 0.1, peers: 3, faults: [] });
  const actions = plan.actions.map((action) =>
    action.type === 'send' ? { ...action, text: SECRET } : action,
  );
  runLogged({ ...plan, actions }, (more) => entries.push(...more));
  return entries;
}

describe('reading', () => {
  const text = [HEADER, life(1), life(2, 1), life(3)].map(lineOf).join('');

  test.each([1, 2, 7, 10_000])('gives what was written, in pieces of %i characters', (piece) => {
    const { header, entries, problems } = readOf(text, piece);
    expect(header).toEqual(HEADER);
    expect(entries).toEqual([life(1), life(2, 1), life(3)]);
    expect(problems).toEqual([]);
  });

  test('a whole world comes back as it was', () => {
    const entries = world();
    const read = readOf([HEADER, ...entries].map(lineOf).join(''));
    expect(read.problems).toEqual([]);
    expect(read.entries).toEqual(JSON.parse(JSON.stringify(entries)));
  });

  test('after a kill all whole lines are there, and the last one is named', () => {
    const { entries, problems } = readOf(text.slice(0, -5));
    expect(entries).toEqual([life(1), life(2, 1)]);
    expect(problems).toEqual([{ line: 4, reason: 'it is cut off in the middle' }]);
  });

  test('what was cut is a gap with its size', () => {
    const { entries } = readOf([HEADER, life(1), life(5)].map(lineOf).join(''));
    expect(entries.map(({ serial, type }) => [serial, type])).toEqual([
      [1, 'life'],
      [4, 'gap'],
      [5, 'life'],
    ]);
    expect(entries[1]).toMatchObject({ missing: 3 });
  });

  test.each([
    ['no JSON', '{"serial":2,', 'it is not JSON'],
    ['a kind that nobody knows', '{"serial":2,"type":"spell"}', /it is no entry: type: /],
    ['a field of another type', lineOf(life(2)).replace('"alice"', '7'), /it is no entry: party: /],
    ['a field too many', lineOf(life(2)).replace('{', '{"more":1,'), /it is no entry: .*more/],
    ['an own prototype', lineOf(life(2)).replace('{', '{"__proto__":{"serial":9},'), /it is no entry/],
    ['a serial that comes again', lineOf(life(1)), 'its serial 1 does not follow 1'],
    ['a cause that comes later', lineOf(life(2, 2)), 'its cause comes after it'],
  ])('%s: that line is named and passed over', (_what, line, reason) => {
    const { entries, problems, badLines } = readOf(
      `${lineOf(HEADER)}${lineOf(life(1))}${line.trimEnd()}\n${lineOf(life(3))}`,
    );
    expect(entries.filter(({ type }) => type !== 'gap')).toEqual([life(1), life(3)]);
    expect(badLines).toBe(1);
    expect(problems[0]?.line).toBe(3);
    expect(problems[0]?.reason).toMatch(reason);
  });

  test('a line that is far too long is named, whole, in pieces and at the end', () => {
    const long = 'x'.repeat(9_000_000);
    const reason = 'it is longer than 8388608 characters';
    for (const piece of [10_000_000, 1_000_000]) {
      const { entries, problems } = readOf(`${lineOf(HEADER)}${long}\n${lineOf(life(3))}${long}`, piece);
      expect(entries.filter(({ type }) => type !== 'gap')).toEqual([life(3)]);
      expect(problems).toEqual([
        { line: 2, reason },
        { line: 4, reason },
      ]);
    }
  });

  test('what is no recording has no header', () => {
    expect(readOf('hello\n{"p2pchat":"recording","version":2}\n')).toMatchObject({
      header: undefined,
      entries: [],
      badLines: 2,
    });
  });
});

describe('without texts', () => {
  test('nothing that anybody has said is in it, and who has spoken when still is', () => {
    const entries = world();
    const whole = entries.map(lineOf).join('');
    const inBase64 = (text: string) => Buffer.from(text).toString('base64').slice(4, -4);
    expect(whole).toContain(SECRET);
    const left = entries.map(withoutText);
    const bare = left.map(lineOf).join('');
    expect(bare).not.toContain(SECRET);
    for (const shift of ['', ' ', '  ']) expect(bare).not.toContain(inBase64(`${shift}${SECRET}`));
    const spoken = (list: readonly LogEntry[]) =>
      list.flatMap((entry) =>
        entry.type === 'notice' && entry.notice === 'text' ? [`${entry.speaker} ${entry.atMs}`] : [],
      );
    expect(spoken(left)).toEqual(spoken(entries));
    expect(spoken(left).length).toBeGreaterThan(0);
    expect(readOf([HEADER, ...left].map(lineOf).join('')).problems).toEqual([]);
  });
});
