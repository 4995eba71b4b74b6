/**
 * Goal: an author is told when what it has said may have reached nobody, until that is mended; what is sent
 * again to us and known is no error.
 */
import { describe, expect, test } from 'vitest';
import { counter, linkedRaw, noticesOf, reset, textsIn } from '../tools/mended-links.ts';
import { linkedWith, shown } from '../tools/raw.ts';
import { PeerWorld } from '../tools/world.ts';

describe('own messages', () => {
  test('before the first link are shown here only, and are never sent', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    world.say(self, 'to nobody');
    expect(self.peer.unheard).toEqual({ count: 1, last: 'to nobody' });
    expect(self.lines().at(-1)).toBe('Nobody is linked to you yet: the message was shown here only.');
    const { link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    world.clock.advance(60_000);
    expect(textsIn(link)).toEqual([]);
  });

  test('said while no link is up wait for the next one, and their author is told both', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    world.say(self, 'before');
    link.send(raw.text(2, 'heard you'));
    reset(world, link);
    expect(self.peer.unheard).toEqual({ count: 0, last: '' });
    world.say(self, 'first');
    world.say(self, 'second');
    expect(self.lines().at(-1)).toBe(
      'Nobody is linked to you now: the message is sent if a link comes up within 10 minutes.',
    );
    expect(self.peer.unheard).toEqual({ count: 2, last: 'second' });
    const again = raw.link(self, 2);
    world.clock.advance(1_000);
    expect(textsIn(again).slice(-2)).toEqual(['2:first', '3:second']);
    expect(self.lines()).toContain(
      'Your last 2 messages, up to "second", were sent again, to raw (10.0.9.1:5000).',
    );
    expect(self.peer.unheard).toEqual({ count: 0, last: '' });
    expect(self.texts().filter((line) => line.startsWith('self: '))).toEqual([
      'self: before',
      'self: first',
      'self: second',
    ]);
  });

  test('written to a link that proves dead are in doubt until they are sent again', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 1);
    world.clock.advance(30_000);
    world.cut([self.ip], [raw.ip]);
    world.say(self, 'into the void');
    expect(self.peer.unheard).toEqual({ count: 0, last: '' });
    world.clock.advance(60_000);
    expect(linkedWith(self)).toEqual([]);
    expect(self.lines()).toContain(
      'Your message "into the void" may not have arrived: every link that took it is dead. It is sent again if a link comes up within 10 minutes.',
    );
    expect(self.peer.unheard).toEqual({ count: 1, last: 'into the void' });
    world.heal();
    link.connection.destroy();
    world.clock.advance(1_000);
    const again = raw.link(self, 1);
    world.clock.advance(1_000);
    expect(textsIn(again)).toContain('1:into the void');
    expect(noticesOf(self, 'messages sent again')).toHaveLength(1);
    expect(self.peer.unheard).toEqual({ count: 0, last: '' });
  });
});

describe('what is sent again to us', () => {
  test('and known makes no error line in the first 10 s of a link, and does later', () => {
    const world = new PeerWorld();
    const self = world.join('self');
    const { raw, link } = linkedRaw(world, self, 'raw', '10.0.9.1', 3);
    world.clock.advance(20_000);
    reset(world, link);
    const again = raw.link(self, 3);
    again.send(raw.text(2, 'raw 2') + raw.text(3, 'raw 3') + raw.text(4, 'new'));
    world.clock.advance(9_000);
    expect(noticesOf(self, 'dropped')).toEqual([]);
    expect(counter(self, 'messages sent again to us')).toBe(2);
    world.clock.advance(2_000);
    again.send(raw.text(3, 'raw 3'));
    world.clock.advance(20_000);
    expect(noticesOf(self, 'dropped')).toHaveLength(1);
    expect(Object.values(shown(self)).every((count) => count === 1)).toBe(true);
  });
});
