import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConsoleFrame } from '../../../../src/console/feed/messages.ts';
import { EMPTY_VIEW, type PeerViews } from '../../../../src/console/page/state/peer-view.ts';
import { FloodWatch } from '../../../../src/console/page/views/overlay/floods/flood-watch.ts';
import type { Flood } from '../../../../src/console/page/views/overlay/floods/floods.ts';
import { consoleFrame, member, partyOf, text } from '../made-up.ts';

const [alice, bob] = [member('alice', 5_001), member('bob', 5_002)];
const LIMITS = {
  hopsMax: 8,
  floodRestMs: 30_000,
  floodSettleMs: 200,
  floodFreshMs: 5_000,
  floodLostMs: 3_000,
  floodLookBackEntries: 2_000,
};
const hids: Readonly<Record<string, string>> = { alice: alice.hid, bob: bob.hid };

function hop(serial: number, direction: 'in' | 'out', atMs: number, msgId = 1): ConsoleFrame {
  const [peer, party] = direction === 'out' ? ['alice', partyOf(bob)] : ['bob', partyOf(alice)];
  return consoleFrame(text(alice, msgId, 'x'), party, { serial, peer, direction, atMs, via: 'forward-1' });
}

function views(frames: readonly ConsoleFrame[]): PeerViews {
  const of = (peer: string) => ({ ...EMPTY_VIEW, frames: frames.filter((frame) => frame.peer === peer) });
  return { alice: of('alice'), bob: of('bob') };
}

describe('FloodWatch', () => {
  let told: Flood[];
  let watch: FloodWatch;

  beforeEach(() => {
    vi.useFakeTimers({ now: 100_000 });
    told = [];
    watch = new FloodWatch(LIMITS, Date.now, (floods) => told.push(...floods));
  });
  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });

  function look(...frames: readonly ConsoleFrame[]): void {
    watch.look(views(frames), (peer) => hids[peer]);
  }

  it('knows so many frames, however many other entries of the log stand between them', () => {
    const far = 1_000 * LIMITS.hopsMax;
    look(
      hop(1, 'out', 100_000),
      hop(far, 'in', 100_001),
      hop(2 * far, 'out', 100_002, 2),
      hop(3 * far, 'in', 100_003, 2),
    );
    vi.advanceTimersByTime(200);
    expect(told.map(({ hops }) => hops.length)).toEqual([1, 1]);
    expect(told.flatMap(({ hops }) => hops.map(({ receivedMs }) => receivedMs)).sort()).toEqual([
      100_001, 100_003,
    ]);
  });

  it('tells of a message once, when all its batches have come', () => {
    const [sent, received] = [hop(1, 'out', 100_000), hop(2, 'in', 100_001)];
    look(sent);
    vi.advanceTimersByTime(150);
    look(sent, received);
    vi.advanceTimersByTime(150);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(told).toHaveLength(1);
    expect(told[0]?.hops).toMatchObject([{ sentMs: 100_000, receivedMs: 100_001 }]);
    look(sent, received);
    vi.advanceTimersByTime(10_000);
    expect(told).toHaveLength(1);
  });

  it('remembers the past without telling of it', () => {
    look(hop(1, 'out', 90_000));
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([]);
    expect(watch.newest()?.msgId).toBe(1);
  });

  it('begins anew with a program that was started anew, and counts from 1 again', () => {
    look(hop(50, 'out', 100_000, 7));
    vi.advanceTimersByTime(1_000);
    look(hop(1, 'out', 101_000, 1));
    vi.advanceTimersByTime(1_000);
    expect(told.map(({ msgId }) => msgId)).toEqual([7, 1]);
  });

  it('forgets everything when the page forgets: what is sent again is not there twice', () => {
    look(hop(1, 'out', 90_000));
    look();
    expect(watch.newest()).toBeUndefined();
    look(hop(1, 'out', 90_000));
    vi.advanceTimersByTime(1_000);
    expect(watch.newest()).toMatchObject({ id: 1, hops: [{ order: 1 }] });
  });

  it('gives the newest that is over while the next is under way, and none of the past in pieces', () => {
    const past = Array.from({ length: 6 }, (_, index) => hop(index + 1, 'out', 90_000 + index, index + 1));
    for (let count = 1; count <= past.length; count += 1) {
      look(...past.slice(0, count));
      expect([watch.newest(), watch.isWaiting]).toEqual([undefined, true]);
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(1_000);
    expect([watch.newest()?.msgId, watch.isWaiting, told]).toEqual([6, false, []]);
    look(...past, hop(7, 'out', 101_000, 7));
    expect(watch.newest()?.msgId).toBe(6);
    vi.advanceTimersByTime(200);
    expect([watch.newest()?.msgId, told.map(({ msgId }) => msgId)]).toEqual([7, [7]]);
  });

  it('waits longer for what a member that is looked at was sent, and not for ever', () => {
    const [first, other] = [hop(1, 'out', 99_999, 1), hop(2, 'in', 100_000, 1)];
    look(first, other, hop(3, 'out', 100_000, 2));
    vi.advanceTimersByTime(2_500);
    expect(told.map(({ msgId }) => msgId)).toEqual([1]);
    vi.advanceTimersByTime(1_000);
    expect(told.map(({ msgId }) => msgId)).toEqual([1, 2]);
  });

  it('tells nothing any more once it is stopped', () => {
    look(hop(1, 'out', 100_000));
    watch.stop();
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([]);
  });
});

it('looks through no more than so many entries at a step back, however much has happened', () => {
  const back = 50;
  let looked = 0;
  const all = Array.from({ length: 5_000 }, (_, at): ConsoleFrame => {
    const frame = consoleFrame(text(alice, at, 'x'), partyOf(bob), { serial: at + 1, atMs: at });
    // What is looked at is asked for its message.
    return Object.defineProperty(frame, 'message', {
      get: () => {
        looked += 1;
        return { originHid: alice.hid, msgId: at };
      },
    });
  });
  const watch = new FloodWatch(
    { ...LIMITS, hopsMax: 100_000, floodLookBackEntries: back },
    () => 0,
    () => {},
  );
  const until = (serial: number) => ({ 'peer-1': { ...EMPTY_VIEW, frames: all.slice(0, serial) } });
  watch.look(until(5_000), () => alice.hid);
  for (let serial = 4_999; serial > 4_900; serial -= 1) {
    looked = 0;
    watch.look(until(serial), () => alice.hid);
    expect(looked).toBeLessThanOrEqual(4 * back);
    expect(watch.isWaiting).toBe(true);
  }
  watch.stop();
});
