/**
 * What every network does where a connection begins: connecting, listening, and names that stand for hosts.
 */
import { expect, it } from 'vitest';
import type { Connection } from '../../../src/io/network.ts';
import { RESET_MESSAGE } from '../../../src/io/network-errors.ts';
import { LOOPBACK } from '../../../src/protocol/names.ts';
import { type Bench, CONNECT_TIMEOUT_MS, Seen, text } from './bench.ts';

export function connectingTests(the: () => Bench): void {
  it('tells both sides the same two endpoints', async () => {
    const { near, far, listener } = await the().pair();
    expect(near.remote).toEqual(listener.local);
    expect(far.local).toEqual(listener.local);
    expect(far.remote).toEqual(near.local);
    expect(near.local.host).toBe(LOOPBACK);
    expect(near.local.port).not.toBe(near.remote.port);
  });

  it('does nothing until it is subscribed', async () => {
    const listener = await the().listen();
    const accepted = the().accepted(listener);
    the().network.connect(listener.local, CONNECT_TIMEOUT_MS);
    const marker = await the().connect(listener.local);
    await the().lab.until(() => accepted.values.length > 0);
    expect(accepted.values.map(({ remote }) => remote)).toEqual([marker.local]);
  });

  it('is refused where nothing listens', async () => {
    const listener = await the().listen();
    listener.close();
    const error = await the().failure(the().network.connect(listener.local, CONNECT_TIMEOUT_MS));
    expect([error.kind, error.message]).toEqual(['refused', 'connection refused']);
  });

  it('gives up after its time where nothing answers', async () => {
    const silent = await the().lab.silentEndpoint();
    const error = await the().failure(the().network.connect(silent, 100));
    expect([error.kind, error.message]).toEqual(['timeout', 'no answer within 0.1 s']);
  });

  it('fails for a name without an address', async () => {
    const error = await the().failure(
      the().network.connect({ host: 'no-such-host.invalid', port: 1 }, CONNECT_TIMEOUT_MS),
    );
    expect([error.kind, error.message]).toEqual(['unknown host', 'unknown host "no-such-host.invalid"']);
  });

  it('is released when nobody waits for it any more', async () => {
    const listener = await the().listen();
    const accepted = the().accepted(listener);
    const pending = new Seen(the().network.connect(listener.local, CONNECT_TIMEOUT_MS));
    pending.subscription.unsubscribe();
    const marker = await the().connect(listener.local);
    const isMarker = ({ remote }: Connection) => remote.port === marker.local.port;
    await the().lab.until(() => accepted.values.some(isMarker));
    // The kernel may have established it before it was given up; then its end must come too.
    for (const connection of accepted.values.filter((one) => !isMarker(one))) {
      new Seen(connection.bytes);
      await the().reason(connection);
    }
    expect([pending.values, pending.isOver]).toEqual([[], false]);
  });
}

export function listeningTests(the: () => Bench): void {
  it('fails where the port is in use', async () => {
    const { local } = await the().listen();
    const error = await the().failure(the().network.listen(local));
    expect([error.kind, error.message]).toEqual(['in use', `port ${local.port} is in use (TCP)`]);
  });

  it('fails for an address of another host', async () => {
    const error = await the().failure(the().network.listen({ host: '192.0.2.1', port: 0 }));
    expect([error.kind, error.message]).toEqual([
      'not local',
      '192.0.2.1 is not an address of this computer',
    ]);
  });

  it('takes the connections of all addresses on 0.0.0.0', async () => {
    const listener = await the().listen('0.0.0.0');
    const accepted = the().accepted(listener);
    const near = await the().connect({ host: LOOPBACK, port: listener.local.port });
    await the().lab.until(() => accepted.values.length === 1);
    expect(accepted.values[0]?.remote).toEqual(near.local);
  });

  it('keeps connections for a late subscriber, in order', async () => {
    const listener = await the().listen();
    const first = await the().connect(listener.local);
    const second = await the().connect(listener.local);
    const accepted = the().accepted(listener);
    await the().lab.until(() => accepted.values.length === 2);
    expect(accepted.values.map(({ remote }) => remote)).toEqual([first.local, second.local]);
  });

  it('leaves accepted connections alive when it is closed, and gives its port back', async () => {
    const { near, far, listener } = await the().pair();
    listener.close();
    listener.close();
    const atFar = new Seen(far.bytes);
    near.write(Buffer.from('still here'));
    await the().lab.until(() => text(atFar) === 'still here');
    const again = await the().listen(LOOPBACK, listener.local.port);
    expect(again.local).toEqual(listener.local);
  });

  it('throws out the connections that come when its subscriber has gone', async () => {
    const listener = await the().listen();
    the().accepted(listener).subscription.unsubscribe();
    // The reset may come before or after we know that the connection is established.
    const opening = new Seen(the().network.connect(listener.local, CONNECT_TIMEOUT_MS));
    await the().lab.until(() => opening.isOver);
    const [near] = opening.values;
    if (near) expect(await the().reason(near)).toEqual({ kind: 'broken', message: RESET_MESSAGE });
    else expect(opening.error).toMatchObject({ kind: 'refused', message: RESET_MESSAGE });
  });
}

export function nameTests(the: () => Bench): void {
  it('leaves an address as it is', async () => {
    expect(await the().one(the().network.resolve('192.0.2.7'))).toEqual(['192.0.2.7']);
  });

  it('takes localhost for 127.0.0.1, everywhere', async () => {
    expect(await the().one(the().network.resolve('localhost'))).toEqual([LOOPBACK]);
    const listener = await the().listen('localhost');
    expect(listener.local.host).toBe(LOOPBACK);
    const near = await the().connect({ host: 'localhost', port: listener.local.port });
    expect(near.remote).toEqual(listener.local);
    const socket = await the().bind('localhost');
    expect(socket.local.host).toBe(LOOPBACK);
    const datagrams = new Seen(socket.datagrams);
    socket.send(Buffer.from('to a name'), { host: 'localhost', port: socket.local.port });
    await the().lab.until(() => datagrams.values.length === 1);
  });

  it('fails for a name without an address, and for none', async () => {
    const error = await the().failure(the().network.resolve('no-such-host.invalid'));
    expect([error.kind, error.message]).toEqual(['unknown host', 'unknown host "no-such-host.invalid"']);
    expect((await the().failure(the().network.resolve(''))).kind).toBe('unknown host');
  });
}
