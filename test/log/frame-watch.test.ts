/**
 * Goal: what a frame is caused by, where IDs begin anew; and nothing is kept of a party that names no links.
 */
import { expect, test } from 'vitest';
import type { LogEntry } from '../../src/log/entry.ts';
import { Log } from '../../src/log/log.ts';
import { FrameWatch } from '../../src/log/watch/frame-watch.ts';
import { Wires } from '../../src/log/watch/wires.ts';
import { encode } from '../../src/protocol/encode.ts';

const PLACE = { connection: 1, local: '10.0.0.1:5000', remote: '10.0.0.2:5000' };

function text(msgId: number, content: string): Buffer {
  const origin = { room: 'tea', originHid: '42', originUser: 'bob' };
  return encode({ kind: 'TEXT', ...origin, msgId, content: new TextEncoder().encode(content) });
}

function watched() {
  const entries: LogEntry[] = [];
  const log = new Log(
    () => 0,
    (more) => entries.push(...more),
  );
  const frames = new FrameWatch({ log, party: 'alice', wires: new Wires() });
  const reading = frames.of({ ...PLACE, via: null });
  const writing = frames.of({ ...PLACE, connection: 2, remote: '10.0.0.3:5000', via: null });
  /** A chunk comes in, and its TEXT goes on over the other link. */
  const floods = (bytes: Buffer) =>
    log.within(null, () => {
      reading.read(bytes);
      writing.written([bytes]);
    });
  const causes = () => entries.map(({ causedBy }) => causedBy);
  return { frames, entries, floods, causes };
}

test('a TEXT that goes out is caused by the one that brought it, and not by an older one of the same ID', () => {
  const { floods, causes, frames } = watched();
  floods(text(1, 'before the restart'));
  floods(text(1, 'after the restart'));
  expect(causes()).toEqual([null, 1, null, 3]);
  expect(frames.texts.of('42', 1)).toBe(3);
});

test('a link is named where its frames of that moment are, and only there', () => {
  const { floods, frames, entries } = watched();
  floods(text(1, 'of somebody who names no links'));
  frames.named('forward-1', PLACE.remote);
  expect(entries.map((entry) => entry.type === 'frame' && entry.via)).toEqual([null, null]);
});
