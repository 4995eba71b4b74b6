/** Goal: a console keeps the newest entries of each kind and party, in order, and says how many have gone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptLog } from '../../../src/console/feed/kept-log.ts';
import { CONSOLE_LIMITS } from '../../../src/console/limits.ts';
import type { LogEntry } from '../../../src/log/entry.ts';
import { type TextNotice, TextRun } from '../../../src/log/watch/text-run.ts';

const ALL = { entries: 1_000, characters: 1_000_000 };
const LIMITS = { ...CONSOLE_LIMITS, noticesMax: 3, othersMax: 4, noticeMaxCharacters: 10 };

let serial = 0;

function stamp(party: string) {
  serial += 1;
  return { serial, atMs: serial, party, causedBy: null };
}

function line(text: string, party = 'peer-1'): LogEntry {
  const notice = { window: 'message', notice: 'text', text, speaker: 'bob', isOwn: false } as const;
  return { ...stamp(party), type: 'notice', ...notice };
}

function timer(party = 'peer-1'): LogEntry {
  return { ...stamp(party), type: 'timer', what: 'fired', timer: 1, delayMs: 1_000 };
}

function status(): LogEntry {
  const first = { state: 'START', user: null, room: null, self: null, port: 1, isOffline: false } as const;
  const roomServer = { host: '', port: 0, state: '' };
  const rest = { roomServer, links: [], pending: [], rooms: [] };
  return { ...stamp('peer-1'), type: 'status', status: { ...first, ...rest } };
}

function text(content: string): TextNotice {
  const who = { user: 'bob', own: false, originHid: '42', msgId: 1 };
  return { window: 'message', type: 'text', content, ...who };
}

function told(entries: readonly LogEntry[]): string[] {
  return entries.map((entry) => {
    if (entry.type === 'notice') return entry.text;
    return entry.type === 'gap' ? `${entry.missing} ${entry.of}` : entry.type;
  });
}

test('the newest of each kind of each party, in order, and how many have gone', () => {
  const kept = new KeptLog(LIMITS, () => {});
  kept.take([line('a'), line('b'), line('x', 'peer-2'), line('c'), line('d'), line('e')]);
  // Timers take no place from what people say.
  for (let count = 0; count < 10; count += 1) kept.take([timer()]);
  expect(told(kept.reader().next(ALL))).toEqual([
    '2 notices',
    '6 timers',
    'x',
    'c',
    'd',
    'e',
    'timer',
    'timer',
    'timer',
    'timer',
  ]);
});

test('who reads on is told what is new, and of a gap where that has gone before it was read', () => {
  const kept = new KeptLog(LIMITS, () => {});
  kept.take([line('a')]);
  const reader = kept.reader();
  expect(told(reader.next(ALL))).toEqual(['a']);
  expect(reader.hasMore).toBe(false);
  kept.take([line('b'), line('c'), line('d'), line('e')]);
  expect(reader.hasMore).toBe(true);
  expect(told(reader.next({ entries: 2, characters: 100 }))).toEqual(['1 notices', 'c', 'd']);
  expect(told(reader.next({ entries: 2, characters: 100 }))).toEqual(['e']);
  expect(reader.hasMore).toBe(false);
});

test('what a party is stays known when it has gone', () => {
  const kept = new KeptLog({ ...LIMITS, othersMax: 2 }, () => {});
  const members: LogEntry = { ...stamp('peer-1'), type: 'members', members: [] };
  kept.take([members, status(), status(), status()]);
  expect(told(kept.reader().next(ALL))).toEqual(['2 states', 'members', 'status', 'status', 'status']);
});

test('a shelf is bounded in characters, and a long line is shortened', () => {
  const kept = new KeptLog({ ...LIMITS, shelfMaxCharacters: 25 }, () => {});
  kept.take([line('0123456789'), line('0123456789'), line('0123456789abc')]);
  expect(told(kept.reader().next(ALL))).toEqual(['1 notices', '0123456789', '012345678…']);
});

test('a run of messages is kept like so many lines, whoever reads them and when', () => {
  const lengths = fc.array(fc.record({ count: fc.integer({ min: 1, max: 9 }), isRun: fc.boolean() }));
  fc.assert(
    fc.property(lengths, fc.array(fc.nat({ max: 6 })), (parts, reads) => {
      const [runs, lines] = [new KeptLog(LIMITS, () => {}), new KeptLog(LIMITS, () => {})];
      const [ofRuns, ofLines] = [runs.reader(), lines.reader()];
      for (const [index, { count, isRun }] of parts.entries()) {
        const run = new TextRun({ serial: serial + 1, atMs: 0, party: 'peer-1', causedBy: null });
        for (let number = 0; number < count; number += 1) run.add(text(`${index}.${number}`));
        serial += count;
        runs.take(isRun ? [run] : run.entries);
        lines.take(run.entries);
        const most = { entries: reads[index] ?? 0, characters: 1_000 };
        expect(ofRuns.next(most)).toEqual(ofLines.next(most));
      }
      expect(ofRuns.next(ALL)).toEqual(ofLines.next(ALL));
      expect(runs.reader().next(ALL)).toEqual(lines.reader().next(ALL));
    }),
  );
});

test('runs of long messages are bounded in characters, too', () => {
  const shelfMaxCharacters = 100;
  const kept = new KeptLog({ ...LIMITS, noticesMax: 1_000, shelfMaxCharacters }, () => {});
  for (let count = 0; count < 50; count += 1) {
    const run = new TextRun({ ...stamp('peer-1') });
    for (let number = 0; number < 3; number += 1) run.add(text('x'.repeat(10)));
    serial += 2;
    kept.take([run]);
    const shown = kept
      .reader()
      .next(ALL)
      .filter(({ type }) => type === 'notice');
    expect(shown.length * 10).toBeLessThanOrEqual(shelfMaxCharacters);
    expect(shown.length).toBeGreaterThan(0);
  }
});
