/**
 * Goal: what is said while a link is broken is heard after all, once and oldest first, over a link that mends
 * the break; and nothing is sent again to whom it does not concern.
 */
import { describe, expect, test } from 'vitest';
import { counter, linkedRaw, noticesOf, reset, textsIn } from '../tools/mended-links.ts';
import { linkedWith, RawMember, shown } from '../tools/raw.ts';
import { PeerWorld, type TestPeer } from '../tools/world.ts';

/** Three peers, linked and long out of the time in which a link is new. */
function roomOfThree(world = new PeerWorld()): {
  world: PeerWorld;
  one: TestPeer;
  two: TestPeer;
  three: TestPeer;
} {
  const peers = ['one', 'two', 'three'].map((name) => world.join(name));
  const [one, two, three] = peers;
  if (!one || !two || !three) throw new Error('nobody joined');
  world.clock.advance(30_000);
  return { world, one, two, three };
}

test('who has said nothing yet is told what was said while it was cut off, too, where the list shows that it is no new process', () => {
  const { world, one, two, three } = roomOfThree();
  world.cut([two.ip], [one.ip, three.ip]);
  world.clock.advance(1_000);
  world.say(one, 'while two was cut off');
  world.clock.advance(60_000);
  world.heal();
  world.clock.advance(120_000);
  for (const peer of [one, two, three]) expect(shown(peer)).toEqual({ 'one: while two was cut off': 1 });
});

describe('a cut of 60 s between two of three', () => {
  function cutAndHealed() {
    const { world, one, two, three } = roomOfThree();
    for (const peer of [one, two, three]) world.say(peer, `${peer.name} before`);
    world.cut([three.ip], [one.ip, two.ip]);
    for (let second = 1; second <= 60; second += 1) {
      for (const peer of [one, three]) peer.peer.send({ type: 'SEND', text: `${peer.name} ${second}` });
      world.clock.advance(1_000);
    }
    const errorLines = () => [one, two, three].flatMap((peer) => noticesOf(peer, 'dropped')).length;
    world.clock.advance(10_000);
    const before = errorLines();
    world.heal();
    world.clock.advance(120_000);
    const errorsOfMending = errorLines() - before;
    for (const peer of [one, two, three]) world.say(peer, `${peer.name} after`);
    return { one, two, three, errorsOfMending };
  }
  const { one, two, three, errorsOfMending } = cutAndHealed();
  const said = (name: string) => [
    `${name}: ${name} before`,
    ...Array.from({ length: 60 }, (_, at) => `${name}: ${name} ${at + 1}`),
    `${name}: ${name} after`,
  ];

  test.each([
    ['one', one],
    ['two', two],
    ['three', three],
  ])('%s has everything once, in the order in which each said it', (_, peer) => {
    for (const name of ['one', 'three'])
      expect(peer.texts().filter((line) => line.startsWith(`${name}: `))).toEqual(said(name));
    expect(peer.texts().filter((line) => line.startsWith('two: '))).toEqual([
      'two: two before',
      'two: two after',
    ]);
  });

  test('what came late is marked as late, and nothing else is', () => {
    const late = noticesOf(three, 'text').flatMap((notice) =>
      notice.type === 'text' && notice.late ? [notice.content] : [],
    );
    expect(late.length).toBeGreaterThan(50);
    expect(late.every((content) => /^(one|two) \d+$/.test(content))).toBe(true);
    expect(late).not.toContain('one after');
  });

  test('no error line tells of what was sent again and known', () => {
    expect(errorsOfMending).toBe(0);
    const again = [one, two, three].map((peer) => counter(peer, 'messages sent again'));
    expect(again.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
  });

  test('nobody is left in doubt', () => {
    for (const { peer } of [one, two, three]) expect(peer.unheard).toEqual({ count: 0, last: '' });
  });
});

describe('a raw neighbour whose link was reset', () => {
  test('and that goes on counting gets what was said meanwhile, byte for byte, oldest first, before anything new', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 2);
    world.say(self, 'before');
    const [before] = textsIn(link);
    expect(before).toBe('1:before');
    world.clock.advance(30_000);
    reset(world, link);
    for (let number = 1; number <= 20; number += 1) world.say(self, `number ${number}`);
    const again = raw.link(self, 2);
    self.peer.send({ type: 'SEND', text: 'new' });
    world.clock.advance(1_000);
    const got = textsIn(again);
    const missing = Array.from({ length: 20 }, (_, at) => `${at + 2}:number ${at + 1}`);
    expect(got.slice(-21)).toEqual([...missing, '22:new']);
    // One message of before at most: the sign that we are no new process.
    expect(got.slice(0, -21)).toEqual(['1:before']);
    const bytes = [...again.received.matchAll(/T:.*?::\r\n/g)].map(([frame]) => frame);
    const hid = /T:room:(\d+):/.exec(link.received)?.[1];
    expect(bytes.at(-2)).toBe(`T:room:${hid}:self:21:9:number 20::\r\n`);
  });

  test('gets at most 201 frames where it stays silent, of 500 that were said meanwhile: the newest', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    world.say(self, 'before');
    world.clock.advance(30_000);
    reset(world, link);
    for (let number = 1; number <= 500; number += 1) {
      self.peer.send({ type: 'SEND', text: `number ${number}` });
      world.clock.advance(10);
    }
    const again = raw.link(self, 1);
    world.clock.advance(60_000);
    const got = textsIn(again);
    expect(got).toHaveLength(201);
    expect([got[0], got[1], got.at(-1)]).toEqual(['1:before', '302:number 301', '501:number 500']);
  });

  test('gets 8 frames every 5 ms, from 50 ms after its handshake on', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    world.clock.advance(30_000);
    reset(world, link);
    for (let number = 1; number <= 24; number += 1) world.say(self, `number ${number}`);
    const again = world.raw(raw.ip, self);
    again.connection.write(Buffer.from(`P:room:raw:10.0.9.1:5000:1::\r\n`));
    world.clock.advance(2);
    expect(again.received).toBe('S:24::\r\n');
    world.clock.advance(47);
    expect(textsIn(again)).toEqual([]);
    world.clock.advance(4);
    expect(textsIn(again)).toHaveLength(8);
    world.clock.advance(5);
    expect(textsIn(again)).toHaveLength(16);
    world.clock.advance(5);
    expect(textsIn(again)).toHaveLength(24);
  });

  test('gets nothing where it has said nothing: with ID 0 it may be a new process', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 0);
    world.say(self, 'before');
    reset(world, link);
    for (let number = 1; number <= 5; number += 1) world.say(self, `number ${number}`);
    const again = raw.link(self, 0);
    world.clock.advance(60_000);
    expect(again.received).toBe('S:6::\r\n');
  });

  test('gets nothing where it has been restarted, and its old messages are told to nobody again', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 5);
    const third = linkedRaw(world, self, 'third', '10.0.9.2', 1);
    world.say(self, 'before');
    world.clock.advance(30_000);
    reset(world, link);
    reset(world, third.link);
    world.say(self, 'meanwhile');
    const again = raw.link(self, 2);
    world.clock.advance(30_000);
    expect(again.received).toBe('S:2::\r\n');
    again.send(raw.text(3, 'anew'));
    const thirdAgain = third.raw.link(self, 1);
    world.clock.advance(30_000);
    expect(textsIn(thirdAgain).filter((line) => line.includes('raw'))).not.toContain('5:raw 5');
    expect(textsIn(thirdAgain)).toContain('3:anew');
    expect(textsIn(thirdAgain)).toContain('2:meanwhile');
    expect(textsIn(thirdAgain)).not.toContain('3:raw 3');
    expect(textsIn(thirdAgain)).not.toContain('4:raw 4');
  });

  test('gets nothing where it has passed on what it had had long before', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    const other = linkedRaw(world, self, 'other', '10.0.9.2', 1);
    world.clock.advance(60_000);
    // It sends its own first message once more, as who tells duplicates by the last ID only.
    link.send(raw.text(1, 'raw 1'));
    world.clock.advance(1_000);
    reset(world, link);
    reset(world, other.link);
    world.say(self, 'meanwhile');
    const again = raw.link(self, 1);
    const otherAgain = other.raw.link(self, 1);
    world.clock.advance(60_000);
    expect(textsIn(again)).toEqual([]);
    expect(textsIn(otherAgain)).toContain('1:meanwhile');
  });

  test('gets nothing where catching up is turned off, and is told of new messages as ever', () => {
    const world = new PeerWorld({ isCatchingUp: false });
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    world.say(self, 'before');
    world.clock.advance(30_000);
    reset(world, link);
    world.say(self, 'meanwhile');
    const again = raw.link(self, 1);
    world.clock.advance(60_000);
    expect(textsIn(again)).toEqual([]);
    world.say(self, 'new');
    expect(textsIn(again)).toHaveLength(1);
    expect(textsIn(again)[0]).toMatch(/:new$/);
    expect(counter(self, 'messages sent again')).toBe(0);
  });
});

describe('a link that mends nothing', () => {
  test('brings a joiner no past', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const other = linkedRaw(world, self, 'other', '10.0.9.2', 3);
    for (let number = 1; number <= 5; number += 1) world.say(self, `number ${number}`);
    expect(textsIn(other.link)).toHaveLength(5);
    const joiner = new RawMember(world, 'joiner', '10.0.9.10').join();
    world.clock.advance(5_000);
    const link = joiner.link(self, 0);
    world.clock.advance(60_000);
    expect(link.received).toBe('S:5::\r\n');
  });

  test('brings a joiner that has counted already nothing of before it was on the list', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    for (let number = 1; number <= 5; number += 1) world.say(self, `number ${number}`);
    const other = linkedRaw(world, self, 'other', '10.0.9.2', 3);
    const joiner = new RawMember(world, 'joiner', '10.0.9.10').join();
    world.clock.advance(5_000);
    const link = joiner.link(self, 4);
    world.clock.advance(60_000);
    expect(textsIn(other.link)).toEqual([]);
    expect(textsIn(link)).toEqual([]);
  });

  test('brings one of ours that joins no past, whatever it is linked with', () => {
    const { world, one, two, three } = roomOfThree();
    for (const peer of [one, two, three]) world.say(peer, `${peer.name} said`);
    const joiner = world.join('joiner');
    world.clock.advance(60_000);
    expect(joiner.texts()).toEqual([]);
    world.say(one, 'welcome');
    expect(joiner.texts()).toEqual(['one: welcome']);
  });

  test('after a FIN brings nothing of what was said more than two minutes before', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    const other = linkedRaw(world, self, 'other', '10.0.9.2', 1);
    for (let number = 1; number <= 3; number += 1) {
      world.say(self, `number ${number}`);
      link.send(raw.text(1 + number, `answer ${number}`));
    }
    world.clock.advance(200_000);
    link.send(raw.text(9, 'last'));
    link.close();
    world.clock.advance(1_000);
    const again = raw.link(self, 9);
    world.clock.advance(60_000);
    expect(textsIn(again)).toEqual([]);
    expect(textsIn(other.link)).toContain('9:last');
  });

  test('after somebody has quit shows nothing twice and tells no error', () => {
    const { world, one, two, three } = roomOfThree();
    for (const peer of [one, two, three]) world.say(peer, `${peer.name} said`);
    for (const { name, peer } of [one, two, three])
      expect([name, peer.status().links.length > 0]).toEqual([name, true]);
    world.clock.advance(20_000);
    const errorLines = () => [one, three].flatMap((peer) => noticesOf(peer, 'dropped')).length;
    const before = errorLines();
    two.peer.send({ type: 'QUIT' });
    world.clock.advance(60_000);
    expect(errorLines()).toBe(before);
    for (const peer of [one, three]) {
      expect(Object.values(shown(peer)).every((count) => count === 1)).toBe(true);
    }
    expect(linkedWith(one)).toEqual(['three']);
  });
});

test('who shows that it remembers what was said is given all that it may miss, not only the newest 200', () => {
  const world = new PeerWorld();
  const self = world.join('self');
  const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
  world.say(self, 'before');
  world.clock.advance(30_000);
  reset(world, link);
  for (let number = 1; number <= 500; number += 1) {
    self.peer.send({ type: 'SEND', text: `number ${number}` });
    world.clock.advance(10);
  }
  const again = raw.link(self, 1);
  again.send(raw.text(1, 'raw 1'));
  world.clock.advance(60_000);
  const got = textsIn(again);
  expect(new Set(got).size).toBe(501);
  expect(got).toHaveLength(501);
});

test.each([30_000, 100_000, 300_000, 540_000])(
  'what is said again and known makes no error line, however long ago it was said (%i ms)',
  (ageMs) => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    for (let ms = 0; ms < ageMs; ms += 10_000) {
      world.say(self, 'chat');
      world.clock.advance(9_500);
    }
    link.send(raw.text(2, 'recent'));
    reset(world, link);
    const again = raw.link(self, 2);
    again.send(raw.text(1, 'raw 1'));
    world.clock.advance(60_000);
    expect(noticesOf(self, 'dropped')).toEqual([]);
    expect(counter(self, 'messages sent again to us')).toBe(1);
  },
);

test('nobody is given its own messages, nor, but for the sign, what came from it', () => {
  const world = new PeerWorld();
  const self = world.join('self');
  const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 5);
  const far = new RawMember(world, 'far', '10.0.9.3');
  link.send(far.text(1, 'passed on by raw'));
  link.send(far.text(2, 'this, too'));
  world.clock.advance(5_000);
  reset(world, link);
  world.say(self, 'meanwhile');
  const again = raw.link(self, 5);
  again.send(raw.text(1, 'raw 1'));
  world.clock.advance(60_000);
  expect(textsIn(again)).toEqual(['1:passed on by raw', '1:meanwhile']);
});

test('the end of a peer that catches up leaves no timer', () => {
  const world = new PeerWorld();
  const self = world.join('self');
  const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
  world.clock.advance(30_000);
  reset(world, link);
  for (let number = 1; number <= 100; number += 1) world.say(self, `number ${number}`);
  const again = raw.link(self, 1);
  world.clock.advance(45);
  self.peer.send({ type: 'QUIT' });
  world.clock.advance(2_000);
  expect(self.isOver).toBe(true);
  expect(textsIn(again).length).toBeLessThan(100);
  raw.sleep();
  world.server.stop();
  world.clock.advance(60_000);
  expect(world.clock.pending).toBe(0);
});
