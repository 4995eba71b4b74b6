/** Goal: each fault of a peer fails the cases that it should, and no other one. */
import { expect, test } from 'vitest';
import type { Case } from '../../src/check/case.ts';
import { PEER_CASES } from '../../src/check/peer-cases/peer-cases.ts';
import type { Result, Verdict } from '../../src/check/result.ts';
import { runCases } from '../../src/check/run.ts';
import { PeerStage } from '../../src/check/stage/peer-stage.ts';
import { EXPECTED, EXPECTED_LONG, NOT_DONE } from './small/expected.ts';
import { FAULTS, type Fault } from './small/faults.ts';
import { startSmall } from './small/small-subject.ts';

/** Far more than a loopback needs, on a machine that does much else. */
const PATIENCE_MS = 4_000;

function run(cases: readonly Case<PeerStage>[], fault?: Fault): Promise<Result[]> {
  return runCases({
    cases,
    open: () => PeerStage.open({ patienceMs: PATIENCE_MS, draw: null, start: startSmall(fault) }),
    lanes: 12,
    areLongBeside: true,
    isStrict: false,
    isStopped: () => false,
    onResult: () => {},
  });
}

function addresses(results: readonly Result[], wanted: Verdict): string[] {
  return results.filter(({ verdict }) => verdict === wanted).map(({ address }) => address);
}

const SHORT = PEER_CASES.filter(({ isLong }) => !isLong);
/** Those with one program each: five small peers in a room have their own test. */
const LONG = PEER_CASES.filter(({ isLong, title }) => isLong && !/five|terminated/.test(title));

test('without a fault nothing fails, and it warns of what the small peer does not do', async () => {
  const results = await run(SHORT);
  expect(addresses(results, 'failed')).toEqual([]);
  expect(addresses(results, 'warned')).toEqual(NOT_DONE);
  expect(addresses(results, 'passed')).toHaveLength(SHORT.length - NOT_DONE.length);
});

test.concurrent.each(Object.entries(EXPECTED))('%s', async (fault, { failed, warned = [], passed = [] }) => {
  const results = await run(
    SHORT,
    FAULTS.find((name) => name === fault),
  );
  const found = results
    .flatMap(({ address, finding }) => (finding ? `${address} ${finding.what}` : []))
    .join('\n');
  expect(new Set(addresses(results, 'failed')), found).toEqual(new Set(failed));
  expect(new Set(addresses(results, 'warned')), found).toEqual(
    new Set([...warned, ...NOT_DONE.filter((address) => !passed.includes(address))]),
  );
});

test.concurrent.each(Object.entries(EXPECTED_LONG))('%s, seen by long cases', async (fault, wanted) => {
  const results = await run(
    LONG,
    FAULTS.find((name) => name === fault),
  );
  const wrong = [...addresses(results, 'failed'), ...addresses(results, 'warned')];
  expect(new Set(wrong)).toEqual(new Set(wanted));
});

test('the long cases, five peers in a room included, pass without a fault', async () => {
  const results = await run(PEER_CASES.filter(({ isLong }) => isLong));
  expect(results.filter(({ verdict }) => verdict !== 'passed').map(({ finding }) => finding?.what)).toEqual(
    [],
  );
});

test('every fault has its cases', () => {
  expect(new Set([...Object.keys(EXPECTED), ...Object.keys(EXPECTED_LONG)])).toEqual(new Set(FAULTS));
  expect(FAULTS.length).toBeGreaterThan(50);
});
