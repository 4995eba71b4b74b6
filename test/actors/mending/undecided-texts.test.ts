/**
 * Goal: what is undecided waits for a fresh list, not for ever and not without bound, and is decided on once.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import { type UndecidedText, UndecidedTexts } from '../../../src/relay/undecided-texts.ts';
import { text } from '../../overlay/tools/texts.ts';

const LIMITS = { undecidedMax: 3, undecidedMs: 5_000 };

let clock: StepClock;
/** What has been settled, with the time of it. */
let settled: { atMs: number; ids: number[] }[];
let undecided: UndecidedTexts;

function waiting(msgId: number): UndecidedText {
  return { linkId: 'link-1', text: text('room', '1', msgId) };
}

function ids(texts: readonly UndecidedText[]): number[] {
  return texts.map((entry) => entry.text.msgId);
}

beforeEach(() => {
  clock = new StepClock();
  settled = [];
  undecided = new UndecidedTexts(clock, LIMITS, (texts) => {
    settled.push({ atMs: clock.now(), ids: ids(texts) });
  });
});

describe('an undecided message', () => {
  test('is decided on when the fresh list comes, in order of arrival, each once', () => {
    for (const msgId of [2, 1, 2]) expect(undecided.add(waiting(msgId))).toBe(true);
    expect(settled).toEqual([]);
    undecided.settle();
    undecided.settle();
    clock.advance(1e6);
    expect(settled).toEqual([{ atMs: 0, ids: [2, 1, 2] }]);
  });

  test('is handed over as it came, with its link', () => {
    const given = waiting(7);
    let got: readonly UndecidedText[] = [];
    const texts = new UndecidedTexts(clock, LIMITS, (decided) => {
      got = decided;
    });
    texts.add(given);
    texts.settle();
    expect(got[0]).toBe(given);
  });

  test('is decided on without a list when the first one has waited for its time', () => {
    undecided.add(waiting(1));
    clock.advance(LIMITS.undecidedMs - 1);
    undecided.add(waiting(2));
    expect(settled).toEqual([]);
    clock.advance(1);
    expect(settled).toEqual([{ atMs: LIMITS.undecidedMs, ids: [1, 2] }]);
    expect(clock.pending).toBe(0);
  });

  test('has the whole time again after the last ones were settled', () => {
    undecided.add(waiting(1));
    clock.advance(3_000);
    undecided.settle();
    undecided.add(waiting(2));
    clock.advance(LIMITS.undecidedMs - 1);
    expect(settled).toHaveLength(1);
    clock.advance(1);
    expect(settled.at(-1)).toEqual({ atMs: 3_000 + LIMITS.undecidedMs, ids: [2] });
  });

  test('that comes while others are being decided on waits for the next list', () => {
    const decided: number[][] = [];
    const texts = new UndecidedTexts(clock, LIMITS, (entries) => {
      decided.push(ids(entries));
      if (decided.length === 1) texts.add(waiting(9));
    });
    texts.add(waiting(1));
    texts.settle();
    expect(decided).toEqual([[1]]);
    clock.advance(LIMITS.undecidedMs);
    expect(decided).toEqual([[1], [9]]);
  });
});

describe('bounds', () => {
  test('no more wait than may, and there is room again when they are settled', () => {
    expect([1, 2, 3, 4].map((msgId) => undecided.add(waiting(msgId)))).toEqual([true, true, true, false]);
    undecided.settle();
    expect(undecided.add(waiting(5))).toBe(true);
    undecided.settle();
    expect(settled.map((entry) => entry.ids)).toEqual([[1, 2, 3], [5]]);
  });

  test('one timer runs while anything waits, and none otherwise', () => {
    expect(clock.pending).toBe(0);
    for (const msgId of [1, 2, 3, 4]) undecided.add(waiting(msgId));
    expect(clock.pending).toBe(1);
    undecided.settle();
    expect(clock.pending).toBe(0);
  });

  test('a list that nothing has waited for settles nothing', () => {
    undecided.settle();
    expect(settled).toEqual([]);
  });
});

test('stop forgets everything', () => {
  undecided.add(waiting(1));
  undecided.stop();
  expect(clock.pending).toBe(0);
  undecided.settle();
  clock.advance(1e6);
  expect(settled).toEqual([]);
});
