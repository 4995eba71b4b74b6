/**
 * Goal: in a whole recorded world, with a crash and a split in it, each frame that came in is drawn from the
 * frame that was sent. The oracle is the log, which knows; the page is tried with what the log says, and
 * without it, by link, bytes and order alone.
 */
import { describe, expect, test } from 'vitest';
import { openInspection } from '../../../../../src/cli/run/inspection.ts';
import type { ConsoleFrame } from '../../../../../src/console/feed/messages.ts';
import { newestFrames } from '../../../../../src/console/page/crossings/newest-frames.ts';
import { RecordedRoom } from '../../../../../src/console/page/state/file/recorded-room.ts';
import { roomFrames } from '../../../../../src/console/page/views/sequence/room/passages.ts';
import { roomPeers } from '../../../../../src/console/page/views/sequence/room/room-lifelines.ts';
import { recordLessonWorld } from '../../../../../src/simulation/lessons/lesson-world.ts';

/** What a page knows when all of it has been told. */
function page() {
  const { registry, release } = openInspection();
  const entries = recordLessonWorld(registry);
  release();
  const room = new RecordedRoom();
  for (let at = 0; at < entries.length; at += 100) room.take(entries.slice(at, at + 100));
  const { peers, views, seats } = room.shown('1.2.3');
  return { frames: newestFrames(views, entries.length), peers: roomPeers(peers, views, seats) };
}

const { frames, peers } = page();

/** Every passage that both ends tell of, as the serials of its two frames. */
function pairsOf(told: readonly ConsoleFrame[]): readonly string[] {
  const bySerial = new Map(told.map((frame) => [frame.serial, frame]));
  return roomFrames(told, peers)
    .passages.flatMap(({ sent, received }) =>
      sent && received ? [`${bySerial.get(sent.order)?.serial} ${bySerial.get(received.order)?.serial}`] : [],
    )
    .sort();
}

describe('the frames of a recorded world', () => {
  const sent = new Set(frames.filter(({ direction }) => direction === 'out').map(({ serial }) => serial));
  const oracle = frames
    .filter(({ direction, causedBy }) => direction === 'in' && sent.has(causedBy ?? 0))
    .map(({ serial, causedBy }) => `${causedBy} ${serial}`)
    .sort();

  test('are drawn from the one that was sent', () => {
    expect(oracle.length).toBeGreaterThan(50);
    expect(pairsOf(frames)).toEqual(oracle);
  });

  test('also where no log says which it was', () => {
    expect(pairsOf(frames.map((frame) => ({ ...frame, causedBy: null })))).toEqual(oracle);
  });

  test('what the crash and the split have swallowed is missing, and nothing else', () => {
    const missing = roomFrames(frames, peers).passages.filter(({ isMissing }) => isMissing);
    expect(missing.length).toBeGreaterThan(0);
    for (const { sent: point } of missing) expect(point?.atMs).toBeGreaterThanOrEqual(90_000);
  });
});
