/**
 * Goal: the room waits for a slow pipe, so that its reader misses nothing, and never for ever; whom it has
 * stopped waiting for it waits for again once that has taken what it was given.
 */
import { describe, expect, test } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { FlowControl } from '../../../src/relay/flow/flow-control.ts';
import { OutputFlow } from '../../../src/relay/flow/output-flow.ts';

const KIB = 1_024;
const OVER_HIGH = 257 * KIB;
const OVER_BOUND = 4_097 * KIB;

/** One link that is read from, and an output whose queue is a number. */
function stage() {
  const clock = new StepClock();
  const state = { isLinkPaused: false, queued: 0, linkQueued: 0 };
  const flow = new FlowControl({ clock, limits: PEER_LIMITS, busyChanged: () => {} });
  const link = {
    pause: () => {
      state.isLinkPaused = true;
    },
    resume: () => {
      state.isLinkPaused = false;
    },
  };
  flow.add(
    'link',
    link,
    () => state.linkQueued,
    () => {},
  );
  const output = new OutputFlow(flow, PEER_LIMITS, () => state.queued);
  const wait = (queued: number) => {
    state.queued = queued;
    output.wrote();
  };
  const take = (left: number) => {
    state.queued = left;
    output.took();
  };
  const now = () => [state.isLinkPaused, flow.isBusy];
  return { clock, state, flow, wait, take, now };
}

describe('an output that is behind', () => {
  test('stops the reading of every link and own input from 256 KiB on, until 64 KiB are left', () => {
    const { wait, take, now } = stage();
    wait(256 * KIB);
    expect(now()).toEqual([false, false]);
    wait(OVER_HIGH);
    expect(now()).toEqual([true, true]);
    take(65 * KIB);
    expect(now()).toEqual([true, true]);
    take(64 * KIB);
    expect(now()).toEqual([false, false]);
  });

  test('is waited for as long as it takes something, and the links are read at its speed', () => {
    const { clock, wait, take, now } = stage();
    wait(OVER_BOUND);
    for (let second = 0; second < 100; second += 1) {
      clock.advance(1_000);
      expect(now()).toEqual([true, true]);
      take(OVER_BOUND - 64 * KIB);
      expect(now()).toEqual([true, true]);
      take(OVER_BOUND - 65 * KIB);
      expect(now()).toEqual([false, true]);
      wait(OVER_BOUND);
    }
  });

  test('that takes nothing stops nobody after 250 ms, up to 4 MiB, and from 5 s on with more too', () => {
    const { clock, wait, now } = stage();
    wait(OVER_HIGH);
    clock.advance(250);
    expect(now()).toEqual([false, true]);
    wait(OVER_BOUND);
    expect(now()).toEqual([true, true]);
    clock.advance(4_749);
    expect(now()).toEqual([true, true]);
    clock.advance(1);
    expect(now()).toEqual([false, false]);
    wait(2 * OVER_BOUND);
    clock.advance(60_000);
    expect(now()).toEqual([false, false]);
  });

  test('and was given up is waited for again once it has taken nearly everything', () => {
    const { clock, wait, take, now } = stage();
    wait(OVER_BOUND);
    clock.advance(5_000);
    take(65 * KIB);
    wait(OVER_HIGH);
    expect(now()).toEqual([false, false]);
    take(64 * KIB);
    wait(OVER_HIGH);
    expect(now()).toEqual([true, true]);
  });

  test('holds nothing back and starts no timer once the peer is over', () => {
    const { clock, flow, wait, take, now } = stage();
    wait(OVER_BOUND);
    clock.advance(5_000);
    flow.stop();
    take(0);
    wait(OVER_BOUND);
    expect(now()).toEqual([false, false]);
    expect(clock.pending).toBe(0);
  });
});
