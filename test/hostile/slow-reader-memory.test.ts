/**
 * What waits for a slow reader must weigh what it is counted as: a received frame is a view on its whole
 * chunk.
 */
import { NEVER, of } from 'rxjs';
import { expect, test } from 'vitest';
import { Feed } from '../../src/feed/feed.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import type { Connection } from '../../src/io/network.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { toMember } from '../../src/overlay/member.ts';
import { Batch } from '../../src/protocol/batch.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { TextSlice } from '../../src/protocol/text/text-slice.ts';
import { AttachedLink } from '../../src/relay/attached-link.ts';

const CHUNK_BYTES = 65_536;
const FRAMES = 100;

/** A connection whose other end does not read: it keeps what it is given, as a socket does. */
class StuckConnection implements Connection {
  readonly local = { host: '10.0.0.1', port: 1 };
  readonly remote = { host: '10.0.0.2', port: 2 };
  readonly bytes = NEVER;
  readonly closed = NEVER;
  readonly taken = NEVER;
  readonly kept: Uint8Array[] = [];

  get queuedBytes(): number {
    return this.kept.reduce((sum, { length }) => sum + length, 0);
  }

  /** Memory that can't be freed as long as the queue is kept. */
  get heldBytes(): number {
    const buffers = new Set(this.kept.map(({ buffer }) => buffer));
    return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  acknowledgement() {
    return of('acknowledged' as const);
  }

  write(bytes: Uint8Array): void {
    this.kept.push(bytes);
  }

  writeAll(pieces: readonly Uint8Array[]): void {
    this.kept.push(...pieces);
  }

  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

/** The TEXTs of a chunk. */
function received(chunk: Buffer): TextSlice[] {
  return new FrameDecoder(PEER_LIMITS.frameMaxBytes).push(chunk).filter((raw) => raw instanceof TextSlice);
}

test('a queue of small frames, each out of a chunk of 64 KiB, holds no more than one of the chunks', () => {
  const clock = new StepClock();
  const connection = new StuckConnection();
  const member = toMember({ user: 'slow', ip: '10.0.0.2', port: 5_000 });
  const feed = new Feed(clock, PEER_LIMITS);
  const end = { connection, fail: () => {}, isOfNewIncarnation: false, msgId: 0, sinceAwakeMs: 0 };
  const link = new AttachedLink(
    {
      clock,
      limits: PEER_LIMITS,
      feed,
      room: { name: 'room' },
      flow: { wrote: () => {}, took: () => {}, caughtUp: () => {} },
    },
    { id: 'backward-1', direction: 'backward', member },
    end,
  );
  const frame = Buffer.from('T:room:1:x:1:5:hello::\r\n');
  for (let count = 0; count < FRAMES; count += 1) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    frame.copy(chunk);
    link.write(new Batch(received(chunk)).share(() => true));
  }
  expect(connection.kept.map((bytes) => Buffer.from(bytes).toString())).toEqual(
    Array(FRAMES).fill(String(frame)),
  );
  expect(connection.heldBytes).toBeLessThanOrEqual(CHUNK_BYTES + connection.queuedBytes);
});
