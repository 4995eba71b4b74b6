/**
 * Goal: every bound of back-pressure is where limits/ has it: a case just inside and one just outside of
 * each. The rows are [what happens, when]; the states are written down by hand from the diagram of
 * link-flow.ts.
 */
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { LinkFlow, type LinkFlowState } from '../../../src/relay/flow/link-flow.ts';

const KIB = 1_024;
const HIGH = 256 * KIB;
const LOW = 64 * KIB;
const MOST = 4 * 1_024 * KIB;

/** `wrote`, `took`: so many bytes wait afterwards. `look`: time has passed, the timer asks. */
type Happening = readonly ['wrote' | 'took', number, number] | readonly ['look', number];
/** `slow`: the last look has said that the link belongs to a slow consumer. */
type Outcome = LinkFlowState | 'slow';

function outcomeOf(happenings: readonly Happening[]): Outcome {
  const flow = new LinkFlow(PEER_LIMITS);
  let isSlow = false;
  for (const happening of happenings) {
    if (happening[0] === 'look') isSlow = flow.isSlowAt(happening[1]);
    else flow[happening[0]](happening[1], happening[2]);
  }
  return isSlow ? 'slow' : flow.state;
}

/** A link that is given something at 1,000 ms and takes nothing until 1,250 ms. */
const RELEASED: readonly Happening[] = [
  ['wrote', HIGH + 1, 1_000],
  ['look', 1_250],
];
const FULL: readonly Happening[] = [...RELEASED, ['wrote', MOST + 1, 1_300]];

/** From 1,000 ms on, every second for 30 s, a link takes `bytes` in all, while 1 MiB waits for it. */
function takingFor30s(bytes: number, untilMs: number): Happening[] {
  const steps = 30;
  const waiting = 1_024 * KIB;
  const happenings: Happening[] = [['wrote', waiting, 1_000]];
  for (let step = 1; step < steps; step += 1) {
    const taken = Math.floor(bytes / (steps - 1)) + (step === 1 ? bytes % (steps - 1) : 0);
    happenings.push(
      ['took', waiting - taken, 1_000 + step * 1_000],
      ['wrote', waiting, 1_000 + step * 1_000],
    );
  }
  return [...happenings, ['look', untilMs]];
}

describe('a link', () => {
  test('is OPEN at first, and nothing is to be asked of it', () => {
    const flow = new LinkFlow(PEER_LIMITS);
    expect([flow.state, flow.isHolding, flow.queuedBytes, flow.dueMs]).toEqual(['OPEN', false, 0, undefined]);
  });

  const table: [string, readonly Happening[], Outcome][] = [
    ['256 KiB wait: not over the high-water mark', [['wrote', HIGH, 1_000]], 'OPEN'],
    ['one byte more', [['wrote', HIGH + 1, 1_000]], 'HOLDING'],
    [
      '64 KiB are left: no more than the low-water mark',
      [
        ['wrote', HIGH + 1, 1_000],
        ['took', LOW, 1_100],
      ],
      'OPEN',
    ],
    [
      'one byte more is left',
      [
        ['wrote', HIGH + 1, 1_000],
        ['took', LOW + 1, 1_100],
      ],
      'HOLDING',
    ],
    [
      'what was under the low-water mark may fill up again',
      [
        ['wrote', HIGH + 1, 1_000],
        ['took', LOW, 1_100],
        ['wrote', HIGH, 1_200],
      ],
      'OPEN',
    ],
    [
      'nothing is taken for 249 ms',
      [
        ['wrote', HIGH + 1, 1_000],
        ['look', 1_249],
      ],
      'HOLDING',
    ],
    [
      'nothing is taken for 250 ms',
      [
        ['wrote', HIGH + 1, 1_000],
        ['look', 1_250],
      ],
      'RELEASED',
    ],
    [
      'a byte is taken after 200 ms: 250 ms begin anew',
      [
        ['wrote', HIGH + 1, 1_000],
        ['took', HIGH, 1_200],
        ['look', 1_449],
      ],
      'HOLDING',
    ],
    [
      'and end 250 ms after it',
      [
        ['wrote', HIGH + 1, 1_000],
        ['took', HIGH, 1_200],
        ['look', 1_450],
      ],
      'RELEASED',
    ],
    [
      'writing is no progress',
      [
        ['wrote', HIGH + 1, 1_000],
        ['wrote', HIGH + 2, 1_200],
        ['look', 1_250],
      ],
      'RELEASED',
    ],
    ['released, 4 MiB wait', [...RELEASED, ['wrote', MOST, 1_300]], 'RELEASED'],
    ['released, one byte more', [...RELEASED, ['wrote', MOST + 1, 1_300]], 'FULL'],
    [
      'holding, 4 MiB wait',
      [
        ['wrote', HIGH + 1, 1_000],
        ['wrote', MOST, 1_100],
      ],
      'HOLDING',
    ],
    [
      'holding, one byte more',
      [
        ['wrote', HIGH + 1, 1_000],
        ['wrote', MOST + 1, 1_100],
      ],
      'FULL',
    ],
    ['so much at once', [['wrote', MOST + 1, 1_000]], 'FULL'],
    ['released, it takes something', [...RELEASED, ['took', HIGH, 1_300]], 'RELEASED'],
    ['released, 64 KiB are left', [...RELEASED, ['took', LOW, 1_300]], 'OPEN'],
    ['full, 64 KiB less but a byte wait', [...FULL, ['took', MOST - LOW + 1, 1_400]], 'FULL'],
    ['full, 64 KiB less wait', [...FULL, ['took', MOST - LOW, 1_400]], 'RELEASED'],
    ['full, one byte over 64 KiB is left', [...FULL, ['took', LOW + 1, 1_400]], 'RELEASED'],
    ['full, 64 KiB are left', [...FULL, ['took', LOW, 1_400]], 'OPEN'],
    ['full, and nothing taken for 250 ms: that releases it no more', [...FULL, ['look', 1_600]], 'FULL'],
    ['nothing is taken for 4,999 ms', [...RELEASED, ['look', 5_999]], 'RELEASED'],
    ['nothing is taken for 5 s', [...RELEASED, ['look', 6_000]], 'slow'],
    ['full, nothing is taken for 4,999 ms', [...FULL, ['look', 5_999]], 'FULL'],
    ['full, nothing is taken for 5 s', [...FULL, ['look', 6_000]], 'slow'],
    [
      'nobody has looked for 5 s',
      [
        ['wrote', HIGH + 1, 1_000],
        ['look', 6_000],
      ],
      'slow',
    ],
    ['a byte in 4,999 ms', [...RELEASED, ['took', HIGH, 5_999], ['look', 10_998]], 'RELEASED'],
    ['and nothing for 5 s behind it', [...RELEASED, ['took', HIGH, 5_999], ['look', 10_999]], 'slow'],
    [
      'under the high-water mark nothing is taken for an hour',
      [
        ['wrote', HIGH, 0],
        ['look', 3_600_000],
      ],
      'OPEN',
    ],
    ['16 KiB/s over 30 s', takingFor30s(30 * 16 * KIB, 31_000), 'RELEASED'],
    ['one byte less over 30 s', takingFor30s(30 * 16 * KIB - 1, 31_000), 'slow'],
    [
      'one byte less, a millisecond before 30 s are over',
      takingFor30s(30 * 16 * KIB - 1, 30_999),
      'RELEASED',
    ],
    [
      'a link that was quick for 30 s and takes a byte every 200 ms from then on',
      [...takingFor30s(30 * 16 * KIB, 31_000), ...slowly(31_000, 60_999)],
      'RELEASED',
    ],
    ['is slow 30 s later', [...takingFor30s(30 * 16 * KIB, 31_000), ...slowly(31_000, 61_000)], 'slow'],
  ];

  /** A byte every 200 ms. */
  function slowly(fromMs: number, untilMs: number): Happening[] {
    const happenings: Happening[] = [];
    for (let atMs = fromMs + 200; atMs < untilMs; atMs += 200)
      happenings.push(['took', 1_024 * KIB - (atMs - fromMs) / 200, atMs]);
    return [...happenings, ['look', untilMs]];
  }

  test.each(table)('%s', (_, happenings, outcome) => {
    expect(outcomeOf(happenings)).toBe(outcome);
  });

  test.each([
    ['OPEN', [], false],
    ['HOLDING', [['wrote', HIGH + 1, 1_000]], true],
    ['RELEASED', RELEASED, false],
    ['FULL', FULL, true],
  ] as [LinkFlowState, Happening[], boolean][])(
    '%s stops the reading of the others: %#',
    (state, happenings, isHolding) => {
      const flow = new LinkFlow(PEER_LIMITS);
      for (const happening of happenings) {
        if (happening[0] === 'look') flow.isSlowAt(happening[1]);
        else flow[happening[0]](happening[1], happening[2]);
      }
      expect([flow.state, flow.isHolding]).toEqual([state, isHolding]);
    },
  );

  test('is to be asked again when its next bound may be reached', () => {
    const flow = new LinkFlow(PEER_LIMITS);
    flow.wrote(HIGH + 1, 1_000);
    expect(flow.dueMs).toBe(1_250);
    flow.took(HIGH, 1_100);
    expect(flow.dueMs).toBe(1_350);
    flow.isSlowAt(1_350);
    expect([flow.state, flow.dueMs]).toEqual(['RELEASED', 6_100]);
    for (let atMs = 5_000; atMs <= 30_000; atMs += 5_000) flow.took(HIGH, atMs);
    expect(flow.dueMs).toBe(31_000);
    flow.took(LOW, 30_500);
    expect(flow.dueMs).toBeUndefined();
  });

  describe('that is given what it had missed, while new messages wait behind that', () => {
    function catchingUp(bytesPerSecond: number): LinkFlow {
      const flow = new LinkFlow(PEER_LIMITS);
      flow.wrote(HIGH + 1, 1_000);
      for (let atMs = 1_001; atMs <= 30_001; atMs += 1_000) flow.caughtUp(bytesPerSecond, atMs);
      return flow;
    }

    test('stops nobody from the first of it on', () => {
      const flow = new LinkFlow(PEER_LIMITS);
      flow.wrote(HIGH + 1, 1_000);
      flow.caughtUp(1, 1_001);
      expect([flow.state, flow.isHolding]).toEqual(['RELEASED', false]);
      flow.wrote(MOST + 1, 1_002);
      flow.caughtUp(1, 1_003);
      expect(flow.state).toBe('FULL');
    });

    test('is slow 5 s after the last of it, not before', () => {
      const flow = new LinkFlow(PEER_LIMITS);
      flow.wrote(HIGH + 1, 1_000);
      flow.caughtUp(1, 4_000);
      expect([flow.dueMs, flow.isSlowAt(8_999)]).toEqual([9_000, false]);
      expect(flow.isSlowAt(9_000)).toBe(true);
    });

    test('is slow where that is less than the floor', () => {
      expect(catchingUp(16 * KIB).isSlowAt(31_000)).toBe(false);
      expect(catchingUp(15 * KIB).isSlowAt(31_000)).toBe(true);
    });

    test('has nothing to be asked while it is OPEN', () => {
      const flow = new LinkFlow(PEER_LIMITS);
      flow.caughtUp(1_000_000, 1_000);
      expect([flow.state, flow.dueMs]).toEqual(['OPEN', undefined]);
    });
  });

  test('that has caught up begins its 30 s anew when it holds again', () => {
    const flow = new LinkFlow(PEER_LIMITS);
    flow.wrote(HIGH + 1, 1_000);
    flow.took(0, 1_100);
    flow.wrote(HIGH + 1, 100_000);
    flow.took(HIGH, 100_100);
    expect(flow.isSlowAt(100_200)).toBe(false);
    expect(flow.dueMs).toBe(100_350);
  });
});
