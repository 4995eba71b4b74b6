/**
 * Goal: a simulated connection tells of its acknowledgements, and a host of its addresses, what a real one
 * would.
 */
import { describe, expect, test } from 'vitest';
import { A, B, TwoHosts } from './two-hosts.ts';

/** Two hosts between which the ways in `cuts`, as `from>to`, are cut. */
function hostsWithCuts() {
  const cuts = new Set<string>();
  const hosts = new TwoHosts({ isCut: (from, to) => cuts.has(`${from}>${to}`) });
  return { hosts, cuts, ...hosts.connected() };
}

describe('what was written is unacknowledged', () => {
  test.each([`${A}>${B}`, `${B}>${A}`])(
    'while %s is cut, and acknowledged when it is not any more',
    (way) => {
      const { hosts, cuts, near } = hostsWithCuts();
      cuts.add(way);
      expect(hosts.now(near.acknowledgement())).toBe('acknowledged');
      near.write(Buffer.from('hello'));
      hosts.clock.advance(5_000);
      expect(hosts.now(near.acknowledgement())).toBe('unacknowledged');
      cuts.clear();
      hosts.clock.advance(10_000);
      expect(hosts.now(near.acknowledgement())).toBe('acknowledged');
    },
  );

  test('when the host of the receiver has no power', () => {
    const { hosts, near } = hostsWithCuts();
    hosts.processB.crash();
    near.write(Buffer.from('hello'));
    hosts.clock.advance(5_000);
    expect(hosts.now(near.acknowledgement())).toBe('unacknowledged');
  });

  test('when a receiver that did not read has gone without a word', () => {
    const cuts = new Set<string>();
    const hosts = new TwoHosts({ isCut: (from, to) => cuts.has(`${from}>${to}`) });
    const { near } = hosts.pair();
    near.write(Buffer.alloc(1_000_000));
    hosts.clock.advance(60_000);
    expect(hosts.now(near.acknowledgement())).toBe('acknowledged');
    cuts.add(`${B}>${A}`);
    expect(hosts.now(near.acknowledgement())).toBe('unacknowledged');
  });
});

test('a paused process is there: its host acknowledges', () => {
  const { hosts, near } = hostsWithCuts();
  hosts.processB.pause();
  near.write(Buffer.from('hello'));
  hosts.clock.advance(60_000);
  expect(hosts.now(near.acknowledgement())).toBe('acknowledged');
});

test('an unplugged host has loopback only, hears nothing, and goes on as before when it is plugged in again', () => {
  const { hosts, near } = hostsWithCuts();
  const told: string[] = [];
  hosts.a.localAddresses.subscribe((addresses) => told.push(addresses.join(' ')));
  hosts.clock.advance(0);
  hosts.world.unplug(A);
  near.write(Buffer.from('hello'));
  hosts.clock.advance(5_000);
  expect(hosts.news()).toEqual([]);
  hosts.world.plugIn(A);
  hosts.clock.advance(10_000);
  expect(hosts.news().map((event) => event.replace(/^\d+ /, ''))).toEqual(['far got hello']);
  expect(told).toEqual([`${A} 127.0.0.1`, '127.0.0.1', `${A} 127.0.0.1`]);
});

test('a host that gets another address is reached there; its old connections hear nothing any more', () => {
  const { hosts, near, far } = hostsWithCuts();
  hosts.world.plugIn(A, '10.0.0.9');
  far.write(Buffer.from('to the old address'));
  near.write(Buffer.from('from the old address'));
  hosts.clock.advance(60_000);
  expect(hosts.news()).toEqual([]);
  expect(hosts.now(near.acknowledgement())).toBe('unacknowledged');
  const listener = hosts.now(hosts.a.listen({ host: '0.0.0.0', port: 6_000 }));
  hosts.note(listener.connections, ({ remote }) => `accepted ${remote.host}`);
  hosts.note(hosts.b.connect({ host: '10.0.0.9', port: 6_000 }, 1_000), ({ remote }) => `to ${remote.host}`);
  hosts.note(hosts.b.connect({ host: A, port: 6_000 }, 1_000), () => 'to nobody');
  hosts.clock.advance(2_000);
  expect(hosts.news().map((event) => event.replace(/^\d+ /, ''))).toEqual([
    'to 10.0.0.9',
    `accepted ${B}`,
    'no answer within 1 s',
  ]);
});
