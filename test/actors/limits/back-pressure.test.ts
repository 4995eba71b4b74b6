/**
 * Goal: who sends faster than the slowest takes is slowed down and loses nothing; a stop is bounded in time,
 * so that one stuck neighbour, or a ring of full queues, ends no conversation.
 */
import { describe, expect, test } from 'vitest';
import type { PeerLimits } from '../../../src/limits/peer.ts';
import { counter, linkedRaw, reset, textsIn } from '../tools/mended-links.ts';
import { linkedWith, RawMember, shown } from '../tools/raw.ts';
import { PeerWorld, type ScriptedConnection, type TestPeer } from '../tools/world.ts';

/** Small marks, so that a few hundred messages are a flood. */
const SMALL: Partial<PeerLimits> = { linkHighWaterBytes: 20_000, linkLowWaterBytes: 5_000 };
const CONTENT = '.'.repeat(400);

/** Says so many messages as a face does: as long as the peer takes them, and again when that has changed. */
function saying(world: PeerWorld, { peer, name }: TestPeer, count: number) {
  const state = { said: 0 };
  let isDue = false;
  const goOn = (): void => {
    isDue = false;
    while (state.said < count && peer.intake === 'open') {
      state.said += 1;
      peer.send({ type: 'SEND', text: `${name} ${state.said} ${CONTENT}` });
    }
  };
  // Not within the peer's own work: what is said there is executed behind it.
  const soon = (): void => {
    if (isDue) return;
    isDue = true;
    world.clock.setTimeout(goOn, 0);
  };
  peer.changes.subscribe(soon);
  soon();
  world.clock.advance(0);
  return state;
}

/** The numbers of what somebody has been told by this author, in order. */
function numbersFrom(author: TestPeer, reader: TestPeer): number[] {
  return reader
    .texts()
    .filter((line) => line.startsWith(`${author.name}: `))
    .map((line) => Number(line.split(' ')[2]));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

/**
 * A raw neighbour that floods a peer; as TCP has it, what it sends waits at its end while the peer reads
 * nothing.
 */
function flood(link: ScriptedConnection, raw: RawMember, from: number, count: number): void {
  for (let id = from; id < from + count; id += 1)
    link.connection.write(Buffer.from(raw.text(id, `flood ${id} ${CONTENT}`)));
}

describe('a source that is faster than a reader', () => {
  test('waits at its own end while the reader stands still for a moment, and nothing is lost', () => {
    const world = new PeerWorld({ limits: SMALL });
    const self = world.join('self');
    const source = linkedRaw(world, self, 'source', '10.0.9.1', 0);
    const reader = linkedRaw(world, self, 'reader', '10.0.9.2', 0);
    reader.link.connection.pause();
    flood(source.link, source.raw, 1, 500);
    world.clock.advance(200);
    // A window of 64 KiB that is not read, the mark, and one chunk: the rest has not been read.
    const shownBefore = self.texts().length;
    expect(shownBefore).toBeLessThan(400);
    expect(source.link.connection.queuedBytes).toBeGreaterThan(20_000);
    expect(self.peer.intake).toBe('busy');
    reader.link.connection.resume();
    world.clock.advance(2_000);
    expect(textsIn(reader.link).map((line) => Number(line.split(' ')[1]))).toEqual(upTo(500));
    expect([self.peer.intake, source.link.connection.queuedBytes]).toEqual(['open', 0]);
    expect(linkedWith(self)).toEqual(['source', 'reader']);
  });

  test('goes on after 250 ms where the reader takes nothing at all; the reader is kept for 5 s', () => {
    const world = new PeerWorld({ limits: SMALL });
    const self = world.join('self');
    const source = linkedRaw(world, self, 'source', '10.0.9.1', 0);
    const reader = linkedRaw(world, self, 'reader', '10.0.9.2', 0);
    const third = linkedRaw(world, self, 'third', '10.0.9.3', 0);
    reader.link.connection.pause();
    flood(source.link, source.raw, 1, 500);
    world.clock.advance(1_000);
    expect(textsIn(third.link)).toHaveLength(500);
    world.clock.advance(3_500);
    expect(linkedWith(self)).toContain('reader');
    reader.link.connection.resume();
    world.clock.advance(2_000);
    expect(textsIn(reader.link)).toHaveLength(500);
    expect(counter(self, 'slow consumers dropped')).toBe(0);
  });

  test('loses the reader that takes nothing for 5 s, and nobody else misses a message', () => {
    const world = new PeerWorld({ limits: SMALL });
    const self = world.join('self');
    const source = linkedRaw(world, self, 'source', '10.0.9.1', 0);
    const reader = linkedRaw(world, self, 'reader', '10.0.9.2', 0);
    const third = linkedRaw(world, self, 'third', '10.0.9.3', 0);
    reader.link.connection.pause();
    flood(source.link, source.raw, 1, 500);
    world.clock.advance(6_000);
    expect(linkedWith(self)).toEqual(['source', 'third']);
    flood(source.link, source.raw, 501, 500);
    world.clock.advance(1_000);
    expect(textsIn(third.link).map((line) => Number(line.split(' ')[1]))).toEqual(upTo(1_000));
    expect(self.lines().join('\n')).toMatch(
      /reader .* lost: it does not read fast enough \(\d+ bytes were waiting\)/,
    );
  });
});

describe('own input', () => {
  test('waits while a link is full, and goes on when it has been taken: the intake tells', () => {
    const world = new PeerWorld({ limits: SMALL });
    const self = world.join('self');
    const reader = linkedRaw(world, self, 'reader', '10.0.9.2', 0);
    reader.link.connection.pause();
    const state = saying(world, self, 500);
    expect(state.said).toBeLessThan(300);
    expect([self.peer.intake, self.peer.isDelivered]).toEqual(['busy', false]);
    reader.link.connection.resume();
    world.clock.advance(2_000);
    expect(textsIn(reader.link).map((line) => Number(line.split(' ')[1]))).toEqual(upTo(500));
    expect([self.peer.intake, self.peer.isDelivered]).toEqual(['open', true]);
  });

  test('is told to wait while the first search goes on, and not after it', () => {
    const world = new PeerWorld();
    world.cut(['10.0.1.2'], ['10.0.1.1']);
    const other = world.join('other');
    const self = world.join('self');
    expect(other.peer.intake).toBe('open');
    expect(self.peer.intake).toBe('searching');
    world.clock.advance(10_000);
    expect(self.lines().some((line) => line.includes('could not be reached'))).toBe(true);
    expect(self.peer.intake).toBe('open');
  });

  test('is told to wait by nothing where it is alone in its room', () => {
    const world = new PeerWorld();
    const self = world.start('self');
    expect(self.peer.intake).toBe('open');
    self.peer.send({ type: 'JOIN', room: 'room' });
    world.clock.advance(100);
    expect([self.peer.intake, self.peer.isDelivered]).toEqual(['open', true]);
  });

  test('that does not wait is refused over the bound, told so, and taken again afterwards', () => {
    const world = new PeerWorld({ limits: { ...SMALL, linkQueueMaxBytes: 100_000 } });
    const self = world.join('self');
    const reader = linkedRaw(world, self, 'reader', '10.0.9.2', 0);
    reader.link.connection.pause();
    for (let number = 1; number <= 1_000; number += 1)
      self.peer.send({ type: 'SEND', text: `self ${number} ${CONTENT}` });
    const refused = self.notices.filter(({ type }) => type === 'refused').length;
    const said = self.texts().length;
    expect(refused + said).toBe(1_000);
    // A window of 64 KiB is on its way, 100,000 bytes and one message wait.
    expect(said * 450).toBeLessThan(65_536 + 100_000 + 2_000);
    reader.link.connection.resume();
    world.clock.advance(1_000);
    world.say(self, 'afterwards');
    expect(textsIn(reader.link)).toHaveLength(said + 1);
  });
});

describe('several peers', () => {
  /** Peers in this order, each linked with the next one only. */
  function chainOf(world: PeerWorld, count: number): TestPeer[] {
    const ips = Array.from({ length: count }, (_, at) => `10.0.1.${at + 1}`);
    for (const [at, ip] of ips.entries()) world.cut([ip], ips.slice(at + 2));
    const peers = world.joinAll(count);
    world.clock.advance(60_000);
    const neighbours = peers.map(
      ({ peer }) => new Set(peer.status().links.map(({ member }) => member.user)).size,
    );
    expect(neighbours).toEqual(peers.map((_, at) => (at === 0 || at === count - 1 ? 1 : 2)));
    return peers;
  }

  /** What a process that stands still does: its kernel takes a window full, it reads nothing. */
  function setReading(world: PeerWorld, peer: TestPeer, isReading: boolean): void {
    for (const connection of world.connections(peer)) {
      if (isReading) connection.resume();
      else connection.pause();
    }
  }

  test('in a chain whose last one stands still for 3 s: the first is slowed down, all have all', () => {
    const world = new PeerWorld({ limits: { ...SMALL, linkPauseMs: 60_000, linkHoldMs: 60_000 } });
    const [first, second, last] = chainOf(world, 3);
    if (!first || !second || !last) throw new Error('nobody joined');
    setReading(world, last, false);
    const state = saying(world, first, 2_000);
    world.clock.advance(3_000);
    expect(state.said).toBeLessThan(1_000);
    expect(first.peer.intake).toBe('busy');
    setReading(world, last, true);
    world.clock.advance(10_000);
    expect(state.said).toBe(2_000);
    for (const peer of [first, second, last]) expect(numbersFrom(first, peer)).toEqual(upTo(2_000));
    for (const peer of [first, second]) expect(counter(peer, 'slow consumers dropped')).toBe(0);
  });

  test('in a ring whose queues are all full get going again, and all have all in order', () => {
    const world = new PeerWorld({ limits: SMALL });
    const peers = world.joinAll(4);
    world.clock.advance(60_000);
    for (const peer of peers) setReading(world, peer, false);
    const states = peers.map((peer) => saying(world, peer, 500));
    world.clock.advance(200);
    expect(peers.map(({ peer }) => peer.intake)).toEqual(Array(4).fill('busy'));
    for (const peer of peers) setReading(world, peer, true);
    world.clock.advance(20_000);
    expect(states.map(({ said }) => said)).toEqual(Array(4).fill(500));
    for (const reader of peers) {
      for (const author of peers) expect(numbersFrom(author, reader)).toEqual(upTo(500));
      expect(counter(reader, 'slow consumers dropped')).toBe(0);
      expect(reader.peer.intake).toBe('open');
    }
  });

  test('that all flood at once, for longer than every queue is long, lose and double nothing', () => {
    const world = new PeerWorld({ limits: { ...SMALL, linkQueueMaxBytes: 40_000 } });
    const peers = world.joinAll(5);
    world.clock.advance(60_000);
    for (const peer of peers) saying(world, peer, 400);
    world.clock.advance(60_000);
    for (const reader of peers) {
      expect(Object.values(shown(reader)).filter((count) => count !== 1)).toEqual([]);
      expect(reader.texts()).toHaveLength(5 * 400);
      expect(linkedWith(reader).length).toBeGreaterThan(0);
    }
  });
});

describe('a link that catches up', () => {
  /** 1,000 messages within a minute. */
  function sayMissing(world: PeerWorld, { peer }: TestPeer): void {
    for (let number = 1; number <= 1_000; number += 1) {
      peer.send({ type: 'SEND', text: `missing ${number}` });
      world.clock.advance(50);
    }
  }

  test('is no slow consumer for what waits behind it, however long that takes', () => {
    const world = new PeerWorld({ limits: { ...SMALL, catchUpStepMs: 100 } });
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    world.clock.advance(30_000);
    reset(world, link);
    sayMissing(world, self);
    const again = raw.link(self, 1);
    // It shows that it remembers what was said: it is given all.
    again.send(raw.text(1, 'raw 1'));
    const state = saying(world, self, 300);
    world.clock.advance(8_000);
    expect(linkedWith(self)).toEqual(['raw']);
    world.clock.advance(60_000);
    expect(counter(self, 'slow consumers dropped')).toBe(0);
    expect(state.said).toBe(300);
    const got = textsIn(again).map((line) => line.split(' ').slice(0, 2).join(' ').replace(/^\d+:/, ''));
    // First what it probably missed, the newest 200, then the rest, and only then what is new.
    const numbers = got.map((line) => Number(line.split(' ')[1]));
    expect(numbers.slice(0, 201)).toEqual([1, ...upTo(1_000).slice(800)]);
    expect(numbers.slice(201, 1_000)).toEqual(upTo(800).slice(1));
    expect(got.slice(1_000)).toEqual(upTo(300).map((number) => `self ${number}`));
  });

  test('stops the reading of others for no longer than any other', () => {
    const world = new PeerWorld({ limits: { ...SMALL, catchUpStepMs: 100 } });
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    const source = linkedRaw(world, self, 'source', '10.0.9.2', 0);
    world.clock.advance(30_000);
    reset(world, link);
    sayMissing(world, self);
    raw.link(self, 1).send(raw.text(1, 'raw 1'));
    flood(source.link, source.raw, 1, 300);
    world.clock.advance(3_000);
    expect(self.texts().filter((line) => line.startsWith('source: '))).toHaveLength(300);
  });
});

test('quitting while links hold leaves nothing behind', () => {
  const world = new PeerWorld({ limits: SMALL });
  const self = world.join('self');
  const source = linkedRaw(world, self, 'source', '10.0.9.1', 0);
  const reader = linkedRaw(world, self, 'reader', '10.0.9.2', 0);
  reader.link.connection.pause();
  flood(source.link, source.raw, 1, 500);
  world.clock.advance(100);
  expect(self.peer.intake).toBe('busy');
  self.peer.send({ type: 'QUIT' });
  world.clock.advance(5_000);
  expect(self.isOver).toBe(true);
  for (const { raw } of [source, reader]) raw.sleep();
  world.server.stop();
  for (const { link } of [source, reader]) link.connection.destroy();
  world.clock.advance(60_000);
  expect(world.clock.pending).toBe(0);
});

test('a raw joiner that floods while nobody else is linked is read without a stop', () => {
  const world = new PeerWorld({ limits: SMALL });
  const self = world.join('self');
  const raw = new RawMember(world, 'raw', '10.0.9.1').join();
  const link = raw.link(self);
  flood(link, raw, 1, 2_000);
  world.clock.advance(1_000);
  expect(self.texts()).toHaveLength(2_000);
  expect(self.peer.intake).toBe('open');
});
