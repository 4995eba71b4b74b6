/** Goal: the caption of a moment is the last thing that happened up to it, in a sentence. */
import { expect, test } from 'vitest';
import type { ConsolePeer } from '../../../../src/console/feed/messages.ts';
import { EMPTY_VIEW, type PeerViews } from '../../../../src/console/page/state/peer-view.ts';
import { captionAt } from '../../../../src/console/page/timeline/captions.ts';
import { consoleFrame, member, partyOf, ROOM_SERVER, text } from '../made-up.ts';
import { notice } from '../notices.ts';

const alice = member('alice', 5_001);
const bob = member('bob', 5_002);
const peers = ['alice', 'bob'].map((label, index): ConsolePeer => {
  return { id: `peer-${index + 1}`, label, isRunning: true, isSplitOff: false };
});
const said = notice(300, { peer: 'peer-2', text: 'hello', atMs: 300, speaker: 'alice' });
const views: PeerViews = {
  'peer-1': {
    ...EMPTY_VIEW,
    frames: [
      consoleFrame({ kind: 'JOIN', room: 'tea', ...alice }, ROOM_SERVER, { serial: 100, atMs: 100 }),
      consoleFrame(text(alice, 1, 'hello'), partyOf(bob), { serial: 250, atMs: 250 }),
    ],
    notices: [notice(240, { text: 'hello', atMs: 240, speaker: 'alice', isOwn: true })],
  },
  'peer-2': {
    ...EMPTY_VIEW,
    frames: [
      consoleFrame(text(alice, 1, 'hello'), partyOf(alice), {
        peer: 'peer-2',
        direction: 'in',
        serial: 300,
        atMs: 300,
      }),
    ],
    notices: [
      said,
      notice(400, { peer: 'peer-2', text: 'Forward link to \u202ealice.', atMs: 400, speaker: null }),
    ],
  },
};

test.each([
  [99, null],
  [100, 'alice sends JOIN tea to the room server.'],
  [245, 'alice says “hello”.'],
  [299, 'alice sends TEXT alice #1 to bob.'],
  [300, 'bob gets from alice: “hello”.'],
])('at %i it is: %s', (moment, words) => {
  expect(captionAt(views, peers, moment)).toBe(words);
});

test('foreign words can reorder nothing in it', () => {
  expect(captionAt(views, peers, 1_000)).toBe('bob: Forward link to \\u{202e}alice.');
});
