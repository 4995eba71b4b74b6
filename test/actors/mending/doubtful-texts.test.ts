/**
 * Goal: what is doubtful waits for a fresh list, not for ever and not without bound, and is decided on once.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import { type DoubtfulText, DoubtfulTexts } from '../../../src/relay/doubtful-texts.ts';
import { text } from '../../overlay/texts.ts';

const LIMITS = { doubtfulMax: 3, doubtfulMs: 5_000 };

let clock: StepClock;
/** What has been settled, with the time of it. */
let settled: { atMs: number; ids: number[] }[];
let doubtful: DoubtfulTexts;

function waiting(msgId: number): DoubtfulText {
  return { linkId: 'link-1', text: text('room', '1', msgId) };
}

function ids(texts: readonly DoubtfulText[]): number[] {
  return texts.map((entry) => entry.text.msgId);
}

beforeEach(() => {
  clock = new StepClock();
  settled = [];
  doubtful = new DoubtfulTexts(clock, LIMITS, (texts) => {
    settled.push({ atMs: clock.now(), ids: ids(texts) });
  });
});

describe('a doubtful message', () => {
  test('is decided on when the fresh list comes, in order of arrival, each once', () => {
    for (const msgId of [2, 1, 2]) expect(doubtful.add(waiting(msgId))).toBe(true);
    expect(settled).toEqual([]);
    doubtful.settle();
    doubtful.settle();
    clock.advance(1e6);
    expect(settled).toEqual([{ atMs: 0, ids: [2, 1, 2] }]);
  });

  test('is handed over as it came, with its link', () => {
    const given = waiting(7);
    let got: readonly DoubtfulText[] = [];
    const texts = new DoubtfulTexts(clock, LIMITS, (decided) => {
      got = decided;
    });
    texts.add(given);
    texts.settle();
    expect(got[0]).toBe(given);
  });

  test('is decided on without a list when the first one has waited for its time', () => {
    doubtful.add(waiting(1));
    clock.advance(LIMITS.doubtfulMs - 1);
    doubtful.add(waiting(2));
    expect(settled).toEqual([]);
    clock.advance(1);
    expect(settled).toEqual([{ atMs: LIMITS.doubtfulMs, ids: [1, 2] }]);
    expect(clock.pending).toBe(0);
  });

  test('has the whole time again after the last ones were settled', () => {
    doubtful.add(waiting(1));
    clock.advance(3_000);
    doubtful.settle();
    doubtful.add(waiting(2));
    clock.advance(LIMITS.doubtfulMs - 1);
    expect(settled).toHaveLength(1);
    clock.advance(1);
    expect(settled.at(-1)).toEqual({ atMs: 3_000 + LIMITS.doubtfulMs, ids: [2] });
  });

  test('that comes while others are being decided on waits for the next list', () => {
    const decided: number[][] = [];
    const texts = new DoubtfulTexts(clock, LIMITS, (entries) => {
      decided.push(ids(entries));
      if (decided.length === 1) texts.add(waiting(9));
    });
    texts.add(waiting(1));
    texts.settle();
    expect(decided).toEqual([[1]]);
    clock.advance(LIMITS.doubtfulMs);
    expect(decided).toEqual([[1], [9]]);
  });
});

describe('bounds', () => {
  test('no more wait than may, and there is room again when they are settled', () => {
    expect([1, 2, 3, 4].map((msgId) => doubtful.add(waiting(msgId)))).toEqual([true, true, true, false]);
    doubtful.settle();
    expect(doubtful.add(waiting(5))).toBe(true);
    doubtful.settle();
    expect(settled.map((entry) => entry.ids)).toEqual([[1, 2, 3], [5]]);
  });

  test('one timer runs while anything waits, and none otherwise', () => {
    expect(clock.pending).toBe(0);
    for (const msgId of [1, 2, 3, 4]) doubtful.add(waiting(msgId));
    expect(clock.pending).toBe(1);
    doubtful.settle();
    expect(clock.pending).toBe(0);
  });

  test('a list that nothing has waited for settles nothing', () => {
    doubtful.settle();
    expect(settled).toEqual([]);
  });
});

test('stop forgets everything', () => {
  doubtful.add(waiting(1));
  doubtful.stop();
  expect(clock.pending).toBe(0);
  doubtful.settle();
  clock.advance(1e6);
  expect(settled).toEqual([]);
});
