/** How other implementations tell duplicates (PROTOCOL.md, "Other implementations on the wire"). */
import { describe, expect, test } from 'vitest';
import {
  OTHER_KIND_NAMES,
  OTHER_KINDS,
  type OtherKind,
  passesAllOn,
} from '../../src/simulation/others/other-duplicates.ts';
import { drawPlan } from '../../src/simulation/plan.ts';

/** IDs of one origin, and those of them that are shown, as a person has worked it out for each kind. */
const COMES = [1, 2, 2, 1, 3, 5, 4, 1];
const SHOWN: Readonly<Record<OtherKind, readonly number[]>> = {
  exact: [1, 2, 3, 5, 4],
  greater: [1, 2, 3, 5],
  counter: [1, 2, 3, 5],
  next: [1, 2, 3, 4],
  'not-below': [1, 2, 2, 3, 5],
  'not-last': [1, 2, 1, 3, 5, 4, 1],
  none: COMES,
};

describe.each(OTHER_KIND_NAMES)('a peer of the kind %s', (kind) => {
  test('shows what it takes for new', () => {
    const check = OTHER_KINDS[kind].create();
    expect(COMES.filter((msgId) => check.isNew('1', msgId))).toEqual(SHOWN[kind]);
  });

  test('shows a message twice only if it is known for that', () => {
    const shown = SHOWN[kind];
    expect(new Set(shown).size < shown.length).toBe(OTHER_KINDS[kind].showsAgain);
  });

  test('begins with whatever ID an origin has when it is first heard of', () => {
    expect(OTHER_KINDS[kind].create().isNew('1', 17)).toBe(true);
  });
});

test.each([
  ['exact', [true, true, true]],
  ['counter', [true, false, true]],
  ['next', [true, true, true]],
] as const)('%s: what one origin says and another, with lower IDs', (kind, shown) => {
  const check = OTHER_KINDS[kind].create();
  const comes = [
    ['1', 8],
    ['2', 3],
    ['1', 9],
  ] as const;
  expect(comes.map(([hid, msgId]) => check.isNew(hid, msgId))).toEqual(shown);
});

test('who passes everything on, and who only as long as nobody restarts', () => {
  const without = OTHER_KIND_NAMES.filter((kind) => passesAllOn(kind, false));
  const after = OTHER_KIND_NAMES.filter((kind) => passesAllOn(kind, true));
  expect([without, after]).toEqual([['exact', 'not-last', 'none'], ['none']]);
});

test('plans have every kind, and one at most that shows messages again', () => {
  const plans = Array.from({ length: 400 }, (_, seed) => drawPlan(seed, { minutes: 1 }));
  const kinds = plans.map(({ peers }) => peers.flatMap(({ duplicates }) => duplicates ?? []));
  expect(new Set(kinds.flat())).toEqual(new Set(OTHER_KIND_NAMES));
  const again = kinds.map((all) => all.filter((kind) => OTHER_KINDS[kind].showsAgain).length);
  expect(Math.max(...again)).toBe(1);
  for (const { peers } of plans)
    for (const { kind, duplicates } of peers) expect(duplicates === null).toBe(kind === 'ours');
});
