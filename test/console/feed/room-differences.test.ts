/**
 * Goal: of a simulated room a page is told what has become something else, and knows at each moment all of
 * what the room is: also a page that is slow, or comes later.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptLog } from '../../../src/console/feed/kept-log.ts';
import type { ServerMessage } from '../../../src/console/feed/messages.ts';
import type { RoomState } from '../../../src/console/feed/steering.ts';
import { CONSOLE_LIMITS } from '../../../src/console/limits.ts';
import { createConsoleStore } from '../../../src/console/page/state/store.ts';
import { PageConnection } from '../../../src/console/web/page-connection.ts';
import type { Viewer } from '../../../src/console/web/viewer.ts';
import { hello } from '../page/notices.ts';

const FIRST: RoomState = {
  ...{ nowMs: 0, isPaused: false, speed: 1, isRewinding: false, toCome: 0, frames: [], frameCount: 0 },
  ...{ done: [], faults: [], kinds: [], peers: ['alice'], stories: [], story: 1, refusal: null },
};

/** A page over a room that the test changes, and how much it was told of it. */
function openPage(of: { room: RoomState }) {
  const told: Partial<RoomState>[] = [];
  const viewer = { queuedBytes: 0 };
  const store = createConsoleStore({ toConsole: () => true, leave: () => undefined }, null);
  store.getState().received(hello(['peer-1']));
  const send = (text: string) => {
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === 'room') told.push(message.room);
    store.getState().received(message);
  };
  const sources = {
    ...{ clock: { now: () => 0 }, limits: CONSOLE_LIMITS, peers: new Map(), peersVersion: () => 0 },
    log: new KeptLog(CONSOLE_LIMITS, () => undefined),
    room: () => new Map(Object.entries(of.room).map(([field, value]) => [field, JSON.stringify(value)])),
  };
  const connection = new PageConnection(Object.assign(viewer, { send }) as unknown as Viewer, sources);
  return { viewer, told, tell: () => connection.tell(), shown: () => store.getState().room };
}

test('the first time it is told all of it, then what has changed, and nothing where nothing has', () => {
  const of = { room: FIRST };
  const page = openPage(of);
  page.tell();
  page.tell();
  of.room = { ...FIRST, nowMs: 50, frames: [] };
  page.tell();
  of.room = { ...of.room, refusal: 'no', isPaused: true };
  page.tell();
  expect(page.told).toEqual([FIRST, { nowMs: 50 }, { refusal: 'no', isPaused: true }]);
});

test('a page that takes nothing for a while is told then of all that has changed meanwhile', () => {
  const of = { room: FIRST };
  const page = openPage(of);
  page.tell();
  page.viewer.queuedBytes = 1;
  for (const nowMs of [1, 2, 3]) {
    of.room = { ...of.room, nowMs, peers: [...of.room.peers, `peer ${nowMs}`] };
    page.tell();
  }
  expect(page.told).toHaveLength(1);
  page.viewer.queuedBytes = 0;
  page.tell();
  expect(page.told.at(-1)).toEqual({ nowMs: 3, peers: of.room.peers });
});

test('after any changes the page knows the room as it is, whenever it was opened', () => {
  const change = fc.record(
    {
      nowMs: fc.nat(3),
      isPaused: fc.boolean(),
      story: fc.nat(2),
      refusal: fc.constantFrom(null, 'no', '</script>'),
      peers: fc.array(fc.constantFrom('alice', 'bob')),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(change, fc.boolean())), fc.nat(5), (changes, comesAt) => {
      const of = { room: FIRST };
      const pages = [openPage(of)];
      changes.forEach(([fields, isTold], index) => {
        if (index === comesAt) pages.push(openPage(of));
        of.room = { ...of.room, ...fields };
        if (isTold) for (const page of pages) page.tell();
      });
      for (const page of pages) {
        page.tell();
        expect(page.shown()).toEqual(of.room);
      }
    }),
  );
});
