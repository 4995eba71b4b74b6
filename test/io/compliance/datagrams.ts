/** What every network does with datagrams, and which addresses it says that this host has. */
import { expect, it } from 'vitest';
import type { Datagram } from '../../../src/io/network.ts';
import { LOOPBACK } from '../../../src/protocol/names.ts';
import { type Bench, Seen } from './bench.ts';

export function addressTests(the: () => Bench): void {
  it('are told soon, loopback among them, and not again while they stay as they are', async () => {
    const seen = new Seen(the().network.localAddresses);
    expect(seen.values).toEqual([]);
    await the().lab.until(() => seen.values.length > 0);
    expect(seen.values[0]).toContain(LOOPBACK);
    seen.subscription.unsubscribe();
    expect(seen.values).toHaveLength(1);
  });
}

export function datagramTests(the: () => Bench): void {
  it('go both ways, whole, with their sender', async () => {
    const left = await the().bind();
    const right = await the().bind();
    const atRight = new Seen(right.datagrams);
    const atLeft = new Seen(left.datagrams);
    left.send(Buffer.from('one'), right.local);
    left.send(Buffer.from('two'), right.local);
    await the().lab.until(() => atRight.values.length === 2);
    expect(atRight.values.map(({ bytes }) => bytes.toString())).toEqual(['one', 'two']);
    expect(atRight.values[0]?.from).toEqual(left.local);
    right.send(Buffer.from('back'), (atRight.values[0] as Datagram).from);
    await the().lab.until(() => atLeft.values.length === 1);
    expect(atLeft.values[0]?.bytes.toString()).toBe('back');
  });

  it('wait for a late subscriber', async () => {
    const left = await the().bind();
    const right = await the().bind();
    const atLeft = new Seen(left.datagrams);
    left.send(Buffer.from('early'), right.local);
    left.send(Buffer.from('to myself'), left.local);
    await the().lab.until(() => atLeft.values.length === 1);
    const late = new Seen(right.datagrams);
    await the().lab.until(() => late.values.length === 1);
    expect(late.values[0]?.bytes.toString()).toBe('early');
  });

  it('leave although the socket is closed right after', async () => {
    const left = await the().bind();
    const right = await the().bind();
    const atRight = new Seen(right.datagrams);
    left.send(Buffer.from('last'), right.local);
    left.close();
    await the().lab.until(() => atRight.values.length === 1);
  });

  it('are lost without a word where they can not be sent', async () => {
    const left = await the().bind();
    const right = await the().bind();
    const atRight = new Seen(right.datagrams);
    const closed = await the().bind();
    closed.close();
    closed.close();
    closed.send(Buffer.from('from a closed socket'), right.local);
    left.send(Buffer.from('to a closed socket'), closed.local);
    left.send(Buffer.from('to no port'), { ...right.local, port: 0 });
    left.send(Buffer.alloc(70_000), right.local);
    left.send(Buffer.from('to nobody'), { host: 'no-such-host.invalid', port: 1 });
    left.send(Buffer.from('marker'), right.local);
    await the().lab.until(() => atRight.values.length > 0);
    expect(atRight.values.map(({ bytes }) => bytes.toString('latin1', 0, 20))).toEqual(['marker']);
  });

  it('end when the socket is closed', async () => {
    const socket = await the().bind();
    const datagrams = new Seen(socket.datagrams);
    socket.close();
    expect(datagrams.isComplete).toBe(true);
  });

  it('can not be bound to a port in use, but to the same port as TCP', async () => {
    const { local } = await the().bind();
    const error = await the().failure(the().network.bind(local));
    expect([error.kind, error.message]).toEqual(['in use', `port ${local.port} is in use (UDP)`]);
    const listener = await the().listen(LOOPBACK, local.port);
    expect(listener.local).toEqual(local);
  });

  it('can not be bound to an address of another host', async () => {
    const error = await the().failure(the().network.bind({ host: '192.0.2.1', port: 0 }));
    expect(error.kind).toBe('not local');
  });
}
