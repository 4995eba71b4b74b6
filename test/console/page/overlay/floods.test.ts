import { describe, expect, it } from 'vitest';
import type { ConsoleFrame, ConsoleGap } from '../../../../src/console/feed/messages.ts';
import {
  floodFacts,
  scheduleFlood,
} from '../../../../src/console/page/views/overlay/floods/flood-schedule.ts';
import { type Flood, FloodBook } from '../../../../src/console/page/views/overlay/floods/floods.ts';
import { HopWays } from '../../../../src/console/page/views/overlay/floods/hop-ways.ts';
import type { Member } from '../../../../src/overlay/member.ts';
import { consoleFrame, member, partyOf, text } from '../made-up.ts';
import { wholeOverlay } from './made-up-overlay.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((user, index) => member(user, 5_001 + index)) as [
  Member,
  Member,
  Member,
  Member,
];
const own = new Map([a, b, c, d].map((one) => [one.user, one.hid]));
const hidOf = (peer: string): string | undefined => own.get(peer);
const LIMITS = { hopsMax: 8, floodRestMs: 30_000, floodSettleMs: 200 };
const PACE = { hopMs: 100, stepMs: 10, stepsTotalMs: 1_000 };

function out(
  from: Member,
  to: Member,
  origin = a,
  msgId = 1,
  rest: Partial<ConsoleFrame> = {},
): ConsoleFrame {
  const direction = 'out' as const;
  return consoleFrame(text(origin, msgId, 'x'), partyOf(to), {
    peer: from.user,
    direction,
    via: `to-${to.user}`,
    ...rest,
  });
}

function come(
  at: Member,
  from: Member,
  origin = a,
  msgId = 1,
  rest: Partial<ConsoleFrame> = {},
): ConsoleFrame {
  const direction = 'in' as const;
  return consoleFrame(text(origin, msgId, 'x'), partyOf(from), {
    peer: at.user,
    direction,
    via: `from-${from.user}`,
    ...rest,
  });
}

function recorded(...frames: readonly ConsoleFrame[]): FloodBook {
  const book = new FloodBook(LIMITS);
  book.add(frames, hidOf);
  return book;
}

function newest(...frames: readonly ConsoleFrame[]): Flood {
  const flood = recorded(...frames).newest();
  if (!flood) throw new Error('no flood was recorded');
  return flood;
}

const nameOf = (hid: string): string => [a, b, c, d].find((one) => one.hid === hid)?.user ?? '?';
const ways = ({ hops }: Flood): readonly string[] =>
  hops.map(({ from, to, isDuplicate }) => `${nameOf(from)}${nameOf(to)}${isDuplicate ? ' again' : ''}`);

/** a → b, a → c; b → c and c → b are duplicates; c → d. */
function triangle(): readonly ConsoleFrame[] {
  return [
    out(a, b),
    out(a, c),
    come(b, a),
    out(b, c),
    come(c, a),
    out(c, b),
    out(c, d),
    come(c, b),
    come(b, c),
    come(d, c),
  ];
}

describe('FloodBook', () => {
  it('joins what goes out at one and comes in at the next to one hop, and marks what had been there', () => {
    const flood = newest(...triangle());
    expect(ways(flood)).toEqual(['ab', 'ac', 'bc again', 'cb again', 'cd']);
    expect(flood.hops.every(({ sentMs, receivedMs }) => sentMs !== null && receivedMs !== null)).toBe(true);
  });

  it('takes both ends of a hop in any order', () => {
    const flood = newest(come(b, a), out(a, b));
    expect(ways(flood)).toEqual(['ab']);
    expect(flood.hops[0]?.sentMs).not.toBeNull();
  });

  it('calls it a duplicate when a message comes back to its origin', () => {
    expect(ways(newest(out(a, b), come(b, a), come(a, b)))).toEqual(['ab', 'ba again']);
  });

  it('has of a single peer its own hops, with the far ends left open', () => {
    const book = new FloodBook(LIMITS);
    book.add([come(b, a), out(b, c)], (peer) => (peer === 'b' ? b.hid : undefined));
    expect(
      book.newest()?.hops.map(({ sentMs, receivedMs }) => [sentMs === null, receivedMs === null]),
    ).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('keeps messages apart, by origin and number', () => {
    const book = recorded(out(a, b, a, 1), out(a, b, a, 2), out(c, b, c, 1));
    expect([1, 2, 3].map((id) => book.get(id)?.hops.length)).toEqual([1, 1, 1]);
  });

  it('takes what is sent again over one link, where it is caught up, for the message that it is', () => {
    const again = recorded(out(a, b), come(b, a), out(a, c), out(a, b), come(b, a));
    expect(again.newest()).toMatchObject({ id: 1, msgId: 1 });
    expect(ways(newest(out(a, b), come(b, a), out(a, b), come(b, a)))).toEqual(['ab']);
  });

  it('takes a number that is used again for another message: other words over one link, or long after', () => {
    const { bytes } = consoleFrame(text(a, 1, 'y'), partyOf(b));
    const again = recorded(out(a, b), come(b, a), out(a, b, a, 1, { bytes }));
    expect(again.newest()).toMatchObject({ id: 2, msgId: 1 });
    expect(again.newest()?.hops).toHaveLength(1);
    const late = recorded(out(a, b, a, 1, { atMs: 1_000 }), out(a, c, a, 1, { atMs: 31_000 }));
    expect(late.newest()?.hops).toHaveLength(1);
    const soon = recorded(out(a, b, a, 1, { atMs: 1_000 }), out(a, c, a, 1, { atMs: 30_999 }));
    expect(soon.newest()?.hops).toHaveLength(2);
  });

  it('sees two links between the same two members as two hops', () => {
    const frames = [out(a, b, a, 1, { via: 'forward-1' }), out(a, b, a, 1, { via: 'backward-1' })];
    expect(
      newest(...frames, come(b, a, a, 1, { via: 'x' }), come(b, a, a, 1, { via: 'y' })).hops,
    ).toHaveLength(2);
  });

  it('passes over frames without a message, of strangers, and of peers that it does not know', () => {
    const join = consoleFrame({ kind: 'ACK' }, partyOf(b), { peer: 'a' });
    const stranger = consoleFrame(
      text(a, 1, 'x'),
      { kind: 'address', address: '127.0.0.1:9' },
      { peer: 'a' },
    );
    expect(recorded(join, stranger, { ...out(a, b), peer: 'nobody' }).newest()).toBeUndefined();
  });

  it('keeps whole messages of a burst, in which each link takes all of them before the next does', () => {
    const burst = Array.from({ length: 300 }, (_, index) => index + 1);
    const book = new FloodBook({ ...LIMITS, hopsMax: 2_000 });
    book.add(
      [
        ...burst.map((msgId) => out(a, b, a, msgId)),
        ...burst.map((msgId) => come(b, a, a, msgId)),
        ...burst.map((msgId) => out(b, c, a, msgId)),
        ...burst.map((msgId) => come(c, b, a, msgId)),
      ],
      hidOf,
    );
    const flood = book.newest() as Flood;
    expect(flood).toMatchObject({ msgId: 300, isPartial: false });
    expect(floodFacts(flood)).toMatchObject({ reached: 2, hops: 2, duplicates: 0 });
  });

  it('knows in part what was under way when frames were missed, and what begins without its origin', () => {
    const [sent, received] = [out(a, b, a, 1), come(b, a, a, 1)];
    const { serial, causedBy, atMs, peer } = sent;
    const gap: ConsoleGap = { serial, causedBy, atMs, peer, of: 'frames', missing: 7 };
    const bookOf = (...told: readonly (ConsoleFrame | ConsoleGap)[]) => {
      const book = new FloodBook(LIMITS);
      book.add(told, hidOf);
      return book;
    };
    expect(bookOf(sent, received).newest()).toMatchObject({ isPartial: false });
    expect(bookOf(sent, gap, received).newest()).toMatchObject({ isPartial: true });
    // Nobody tells what b sends, until b does.
    const unseen = come(c, b, a, 2);
    expect(recorded(unseen).newest()).toMatchObject({ isPartial: false });
    expect(recorded(unseen, out(b, c, a, 1)).get(1)).toMatchObject({ msgId: 2, isPartial: true });
  });

  it('forgets the oldest beyond its bound', () => {
    const book = new FloodBook({ ...LIMITS, hopsMax: 2 });
    book.add(
      [1, 2, 3].map((msgId) => out(a, b, a, msgId)),
      hidOf,
    );
    expect([1, 2, 3].map((id) => book.get(id) !== undefined)).toEqual([false, true, true]);
  });
});

describe('scheduleFlood', () => {
  it('lets nobody pass on what has not arrived, and keeps the order of the arrivals', () => {
    const timed = scheduleFlood(newest(...triangle()), PACE);
    expect(timed.map(({ hop }) => nameOf(hop.from) + nameOf(hop.to))).toEqual(['ab', 'ac', 'bc', 'cb', 'cd']);
    const arrivals = timed.map(({ endMs }) => endMs);
    expect(arrivals).toEqual([...arrivals].sort((left, right) => left - right));
    const startOf = (way: string): number | undefined =>
      timed.find(({ hop }) => nameOf(hop.from) + nameOf(hop.to) === way)?.startMs;
    expect([startOf('ab'), startOf('bc'), startOf('cd')]).toEqual([0, arrivals[0], arrivals[1]]);
    expect(timed.every(({ startMs, endMs }) => endMs - startMs >= PACE.hopMs)).toBe(true);
  });

  it('shortens the steps where there are many', () => {
    const hops = Array.from({ length: 1_000 }, (_, index) => ({
      from: 'a',
      to: String(index),
      order: index,
      sentMs: 0,
      receivedMs: 0,
      isDuplicate: false,
    }));
    const timed = scheduleFlood(
      { id: 1, originHid: 'a', msgId: 1, firstMs: 0, lastMs: 0, hops, frames: 1, isPartial: false },
      PACE,
    );
    expect(timed.at(-1)?.endMs).toBeLessThanOrEqual(PACE.hopMs + PACE.stepsTotalMs);
  });
});

describe('floodFacts', () => {
  it('counts whom it reached, over how many hops, and what was dropped', () => {
    expect(floodFacts(newest(...triangle()))).toMatchObject({ reached: 3, hops: 2, duplicates: 2 });
  });
});

describe('HopWays', () => {
  it('runs along the link, and against it where the receiver had dialled', () => {
    const overlay = new HopWays(wholeOverlay(4, [0, 1], [2, 1]));
    const along = overlay.curveOf({ from: '0', to: '1' });
    expect(along && overlay.placeOf('0').y).toBeLessThan(0);
    const [there, back] = [overlay.curveOf({ from: '2', to: '1' }), overlay.curveOf({ from: '1', to: '2' })];
    expect(back).toEqual({ start: there?.end, bend: there?.bend, end: there?.start });
    expect(overlay.curveOf({ from: '0', to: 'gone' })).toBeUndefined();
  });
});
