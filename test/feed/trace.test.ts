/** What watchers see of the data plane: all frames, one event for all of a chunk and link. */
import { expect, test } from 'vitest';
import { Feed } from '../../src/feed/feed.ts';
import type { Trace } from '../../src/feed/trace.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { RawMember } from '../actors/tools/raw.ts';
import { PeerWorld, text } from '../actors/tools/world.ts';

const ADDRESS = '10.0.9.1';

test('the frames of a chunk are one event where they come in, and one for each link that they go to', () => {
  const world = new PeerWorld();
  const self = world.join('self');
  const from = new RawMember(world, 'from', ADDRESS).join().link(self);
  const others = ['left', 'right'].map((name, at) => new RawMember(world, name, `10.0.9.${at + 2}`).join());
  for (const other of others) other.link(self);
  world.clock.advance(1_000);
  const traces: Extract<Trace, { type: 'frames' }>[] = [];
  self.peer.trace.subscribe((trace) => {
    if (trace.type === 'frames') traces.push(trace);
  });
  const sent = Array.from({ length: 20 }, (_, at) => text('from', ADDRESS, at + 1, `text ${at}`));
  from.connection.write(Buffer.from(sent.join(''), 'latin1'));
  world.clock.advance(20);
  expect(traces.map(({ direction }) => direction)).toEqual(['in', 'out', 'out']);
  expect(new Set(traces.map(({ via }) => via)).size).toBe(3);
  for (const { frames } of traces) expect(frames.map(({ bytes }) => bytes.toString('latin1'))).toEqual(sent);
});

test('of what is no frame the beginning is shown, among the frames that came with it', () => {
  const feed = new Feed(new StepClock(), { ...PEER_LIMITS, droppedNoticeMs: 1_000 });
  const seen: string[] = [];
  feed.trace.subscribe((trace) => {
    if (trace.type !== 'frames') return;
    for (const { buffer, start, end } of trace.frames) seen.push(buffer.toString('latin1', start, end));
  });
  const [first, second] = [1, 2].map((msgId) => text('from', ADDRESS, msgId, 'hello'));
  const chunk = Buffer.from(`${first}S:0::\r\nT:bad header::\r\n${second}`, 'latin1');
  feed.framesIn('forward-1', { host: ADDRESS, port: 5_000 }, new FrameDecoder(8_192).push(chunk));
  expect(seen).toHaveLength(4);
  expect([seen[0], seen[1], seen[3]]).toEqual([first, 'S:0::\r\n', second]);
  expect(seen[2]).toMatch(/^T:bad header::\r\n/);
  feed.stop();
});
