/**
 * What every `Network` must do, as tests that run against any of them: the machines above are tested in the
 * simulation only because these say that it behaves as the real network does.
 */

import { tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection, Datagram } from '../../src/io/network.ts';
import { RESET_MESSAGE } from '../../src/io/network-errors.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { Bench, CONNECT_TIMEOUT_MS, type NetworkLab, Seen, text } from './network-bench.ts';

/** Registers the tests for one implementation. */
export function describeNetwork(name: string, createLab: () => Promise<NetworkLab>): void {
  describe(name, () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await createLab());
    });
    afterEach(() => bench.close());
    const the = (): Bench => bench;

    describe('connecting', () => connectingTests(the));
    describe('bytes', () => bytesTests(the));
    describe('back-pressure', () => backPressureTests(the));
    describe('the end of a connection', () => closingTests(the));
    describe('acknowledgements', () => acknowledgementTests(the));
    describe('the addresses of this host', () => addressTests(the));
    describe('listening', () => listeningTests(the));
    describe('datagrams', () => datagramTests(the));
    describe('names', () => nameTests(the));
  });
}

function connectingTests(the: () => Bench): void {
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

function bytesTests(the: () => Bench): void {
  it('of several pieces that are written as one keep their place among the others', async () => {
    const { near, far } = await the().pair();
    const atFar = new Seen(far.bytes);
    near.write(Buffer.from('a'));
    near.writeAll(['b', '', 'c', 'd'].map((piece) => Buffer.from(piece)));
    near.write(Buffer.from('e'));
    near.writeAll([]);
    near.writeAll([Buffer.from('f'), Buffer.from('g')]);
    near.end();
    near.writeAll([Buffer.from('behind the end')]);
    await the().reason(far);
    expect(text(atFar)).toBe('abcdefg');
  });

  it('arrive in order both ways, in whatever pieces', async () => {
    const { near, far } = await the().pair();
    const atFar = new Seen(far.bytes);
    const atNear = new Seen(near.bytes);
    const sent = Array.from({ length: 200 }, (_, index) => `${index};`.repeat(index % 40));
    for (const piece of sent) {
      near.write(Buffer.from(piece));
      far.write(Buffer.from(piece));
    }
    const whole = sent.join('');
    const isWhole = (seen: Seen<Buffer>) => text(seen).length >= whole.length;
    await the().lab.until(() => isWhole(atFar) && isWhole(atNear));
    expect(text(atFar)).toBe(whole);
    expect(text(atNear)).toBe(whole);
  });

  it('wait for a late subscriber', async () => {
    const { near, far } = await the().pair();
    near.write(Buffer.from('early'));
    far.write(Buffer.from('answer'));
    const atNear = new Seen(near.bytes);
    await the().lab.until(() => text(atNear) === 'answer');
    const late = new Seen(far.bytes);
    near.write(Buffer.from(', late'));
    await the().lab.until(() => text(late) === 'early, late');
  });

  it('are discarded once the subscriber has gone, and the end is still noticed', async () => {
    const { near, far } = await the().pair();
    const atFar = new Seen(far.bytes);
    near.write(Buffer.from('seen'));
    await the().lab.until(() => text(atFar) === 'seen');
    atFar.subscription.unsubscribe();
    near.write(Buffer.alloc(1_000_000));
    near.end();
    expect(await the().reason(far)).toEqual({ kind: 'ended' });
    expect(text(atFar)).toBe('seen');
  });

  it('have one subscriber; a second is an error of the program', async () => {
    const { far } = await the().pair();
    new Seen(far.bytes).subscription.unsubscribe();
    expect(new Seen(far.bytes).error).toBeInstanceOf(Error);
  });

  it('are complete, and nothing is queued, when the connection is over', async () => {
    const { near } = await the().pair();
    const atNear = new Seen(near.bytes);
    near.destroy();
    await the().reason(near);
    expect([atNear.isComplete, near.queuedBytes]).toEqual([true, 0]);
  });
}

/** More than a connection's kernels take while nobody reads. */
const TOO_MUCH_BYTES = 16_000_000;

/** Reading has stopped for certain: everything written fits nowhere else. */
async function writtenInto(the: () => Bench, near: Connection): Promise<Seen<void>> {
  const taken = new Seen(near.taken);
  for (let sent = 0; sent < TOO_MUCH_BYTES; sent += 100_000) near.write(Buffer.alloc(100_000, 'x'));
  let quietSince = taken.values.length;
  // The kernels take what they can: until nothing moves for a round trip over another connection.
  for (;;) {
    const other = await the().pair();
    const echo = new Seen(other.far.bytes);
    other.near.write(Buffer.from('?'));
    await the().lab.until(() => text(echo) === '?');
    if (taken.values.length === quietSince) return taken;
    quietSince = taken.values.length;
  }
}

function backPressureTests(the: () => Bench): void {
  it('pause lets nothing through until resume, and loses nothing', async () => {
    const { near, far } = await the().pair();
    const atFar = new Seen(far.bytes);
    near.write(Buffer.from('before'));
    await the().lab.until(() => text(atFar) === 'before');
    far.pause();
    near.write(Buffer.from(', meanwhile'));
    far.write(Buffer.from('the other way goes on'));
    const atNear = new Seen(near.bytes);
    await the().lab.until(() => text(atNear) === 'the other way goes on');
    expect(text(atFar)).toBe('before');
    far.resume();
    await the().lab.until(() => text(atFar) === 'before, meanwhile');
  });

  it('pause before the first subscriber counts, too; resume without pause changes nothing', async () => {
    const { near, far } = await the().pair();
    far.resume();
    far.pause();
    const atFar = new Seen(far.bytes);
    near.write(Buffer.from('hello'));
    const { near: other, far: otherFar } = await the().pair();
    const marker = new Seen(otherFar.bytes);
    other.write(Buffer.from('!'));
    await the().lab.until(() => text(marker) === '!');
    expect(text(atFar)).toBe('');
    far.resume();
    await the().lab.until(() => text(atFar) === 'hello');
  });

  it('the writer sees that a paused reader takes nothing, and each step in which it takes again', async () => {
    const { near, far } = await the().pair();
    let readBytes = 0;
    far.bytes.subscribe(({ length }) => {
      readBytes += length;
    });
    far.pause();
    const taken = await writtenInto(the, near);
    expect(near.queuedBytes).toBeGreaterThan(0);
    const before = taken.values.length;
    const queuedBytes: number[] = [near.queuedBytes];
    near.taken.subscribe(() => queuedBytes.push(near.queuedBytes));
    far.resume();
    await the().lab.until(() => readBytes === TOO_MUCH_BYTES);
    await the().lab.until(() => near.queuedBytes === 0);
    expect(taken.values.length).toBeGreaterThan(before + 10);
    expect(queuedBytes).toEqual([...queuedBytes].sort((left, right) => right - left));
    expect(queuedBytes.at(-1)).toBe(0);
  });

  it('taken is silent where nothing waits, and completes with the connection', async () => {
    const { near, far } = await the().pair();
    const atFar = new Seen(far.bytes);
    const taken = new Seen(near.taken);
    for (let count = 0; count < 20; count += 1) near.write(Buffer.from('.'));
    await the().lab.until(() => text(atFar).length === 20);
    expect(taken.values).toEqual([]);
    near.end();
    await the().reason(near);
    expect(taken.isComplete).toBe(true);
  });

  it('FIN is noticed after resume, behind all bytes', async () => {
    const { near, far } = await the().pair();
    const atFar = new Seen(far.bytes);
    far.pause();
    near.write(Buffer.from('last words'));
    near.end();
    await the().reason(near);
    expect([text(atFar), atFar.isComplete]).toEqual(['', false]);
    far.resume();
    expect(await the().reason(far)).toMatchObject({});
    expect([text(atFar), atFar.isComplete]).toEqual(['last words', true]);
  });

  it('end and destroy are not held up by pause', async () => {
    const one = await the().pair();
    new Seen(one.near.bytes);
    new Seen(one.far.bytes);
    one.far.pause();
    one.far.end();
    expect(await the().reason(one.near)).toEqual({ kind: 'ended' });
    expect(await the().reason(one.far)).toEqual({ kind: 'closed here' });
    const other = await the().pair();
    other.far.pause();
    other.far.destroy();
    expect(await the().reason(other.far)).toEqual({ kind: 'closed here' });
  });

  it('FIN from the other side is answered behind all that still waits', async () => {
    const { near, far } = await the().pair();
    const atNear = new Seen(near.bytes);
    new Seen(far.bytes);
    far.writeAll(Array.from({ length: 30 }, () => Buffer.alloc(100_000, 'y')));
    near.end();
    await the().reason(far);
    await the().lab.until(() => atNear.isComplete);
    expect(text(atNear).length).toBe(3_000_000);
  });
}

/** Far longer than any test. */
const LONG_GRACE_MS = 600_000;

function closingTests(the: () => Bench): void {
  it('is told as FIN by whom it was not ended, after all bytes', async () => {
    const { near, far } = await the().pair();
    near.write(Buffer.from('last words'));
    near.end();
    const atFar = new Seen(far.bytes);
    new Seen(near.bytes);
    expect(await the().reason(far)).toEqual({ kind: 'ended' });
    expect([text(atFar), atFar.isComplete]).toEqual(['last words', true]);
    expect(await the().reason(near)).toEqual({ kind: 'closed here' });
  });

  it('is noticed without a subscriber of the bytes, where there are none', async () => {
    const { near, far } = await the().pair();
    near.end();
    expect(await the().reason(far)).toEqual({ kind: 'ended' });
    expect(await the().reason(near)).toEqual({ kind: 'closed here' });
  });

  it('comes after what was sent to the one that ends', async () => {
    const { near, far } = await the().pair();
    const atNear = new Seen(near.bytes);
    const atFar = new Seen(far.bytes);
    far.write(Buffer.from('crossing'));
    near.end();
    await the().lab.until(() => atFar.isComplete && atNear.isComplete);
    expect(text(atNear)).toBe('crossing');
  });

  it('lets the other side send for as long as it was told, and not longer once it is told less', async () => {
    const { near, far } = await the().pair();
    const atNear = new Seen(near.bytes);
    new Seen(far.bytes);
    // Who does not read does not notice FIN.
    far.pause();
    near.write(Buffer.from('unread'));
    near.end(LONG_GRACE_MS);
    // A connection beside it has the usual grace time only.
    const other = await the().pair();
    new Seen(other.far.bytes);
    other.far.pause();
    other.near.write(Buffer.from('unread'));
    other.near.end();
    await the().reason(other.near);
    far.write(Buffer.from('after the usual time'));
    await the().lab.until(() => text(atNear) === 'after the usual time');
    near.end();
    expect(await the().reason(near)).toEqual({ kind: 'closed here' });
  });

  it('is told again to whoever asks late', async () => {
    const { near, far } = await the().pair();
    near.end();
    await the().reason(far);
    expect(await the().reason(far)).toEqual({ kind: 'ended' });
    const late = new Seen(far.bytes);
    await the().lab.until(() => late.isComplete);
  });

  it('is told as broken where the other side has torn it down', async () => {
    const { near, far } = await the().pair();
    const atFar = new Seen(far.bytes);
    near.destroy();
    expect(await the().reason(far)).toEqual({ kind: 'broken', message: RESET_MESSAGE });
    expect(atFar.isComplete).toBe(true);
    expect(await the().reason(near)).toEqual({ kind: 'closed here' });
  });

  it('leaves what had come before a reset to a late subscriber', async () => {
    const { near, far } = await the().pair();
    far.write(Buffer.from('go'));
    near.write(Buffer.from('before'));
    const atNear = new Seen(near.bytes);
    // Both directions have carried something now, so what near wrote is at far's side.
    await the().lab.until(() => text(atNear) === 'go');
    near.destroy();
    await the().reason(far);
    const late = new Seen(far.bytes);
    await the().lab.until(() => late.isComplete);
    expect(text(late)).toBe('before');
  });

  it('makes all further calls harmless', async () => {
    const { near, far } = await the().pair();
    const atFar = new Seen(far.bytes);
    // So much that some of it still waits to be sent.
    const before = 'before'.repeat(1_400_000);
    near.write(Buffer.from(before));
    near.end();
    near.write(Buffer.from('after end'));
    near.end();
    await the().reason(far);
    await the().reason(near);
    for (const connection of [near, far]) {
      connection.write(Buffer.from('after all'));
      connection.end();
      connection.destroy();
    }
    expect(text(atFar) === before).toBe(true);
    expect(await the().reason(near)).toEqual({ kind: 'closed here' });
    expect(await the().reason(far)).toEqual({ kind: 'ended' });
  });

  it('is the end of the bytes, too, where their subscriber destroys it', async () => {
    const { near, far } = await the().pair();
    const atNear = new Seen(near.bytes);
    for (const round of [1, 2]) {
      near.write(Buffer.from(`piece ${round}`));
      far.write(Buffer.from('!'));
      await the().lab.until(() => text(atNear).length === round);
    }
    const pieces = new Seen(far.bytes.pipe(tap(() => far.destroy())));
    await the().reason(far);
    expect([pieces.values.length, pieces.isComplete]).toEqual([1, true]);
  });

  it('can be made sure of by destroy after end', async () => {
    const { near, far } = await the().pair();
    far.write(Buffer.from('unread at near, so that FIN alone would not do'));
    near.end();
    near.destroy();
    expect(await the().reason(near)).toEqual({ kind: 'closed here' });
  });

  it('is enforced after the grace time where the other side does not read, so does not follow', async () => {
    const { near, far } = await the().pair();
    near.write(Buffer.from('unread'));
    near.end();
    const farClosed = new Seen(far.closed);
    expect(await the().reason(near)).toEqual({ kind: 'closed here' });
    expect(farClosed.isOver).toBe(false);
    const late = new Seen(far.bytes);
    await the().lab.until(() => farClosed.isOver && late.isComplete);
    expect(text(late)).toBe('unread');
  });
}

function acknowledgementTests(the: () => Bench): void {
  const expected = () => (the().lab.tellsAcknowledgements ? 'acknowledged' : 'unknown');

  it('are told of a connection over which nothing was written, and of one whose bytes were read', async () => {
    const { near, far } = await the().pair();
    expect(await the().one(near.acknowledgement())).toBe(expected());
    const atFar = new Seen(far.bytes);
    near.write(Buffer.from('something'));
    await the().lab.until(() => text(atFar) === 'something');
    expect(await the().one(near.acknowledgement())).toBe(expected());
    expect(await the().one(far.acknowledgement())).toBe(expected());
  });

  it('come from the host of a receiver that does not read, however much waits', async () => {
    const { near } = await the().pair();
    near.write(Buffer.alloc(16_000_000));
    await the().lab.until(() => near.queuedBytes > 0);
    for (let asked = 0; asked < 3; asked += 1)
      expect(await the().one(near.acknowledgement())).toBe(expected());
    expect(near.queuedBytes).toBeGreaterThan(0);
  });

  it('are unknown once the connection is over', async () => {
    const { near } = await the().pair();
    near.destroy();
    await the().reason(near);
    expect(await the().one(near.acknowledgement())).toBe('unknown');
  });

  it('are not told within the call, and not to somebody who has gone', async () => {
    const { near, far } = await the().pair();
    const gone = new Seen(near.acknowledgement());
    expect(gone.values).toEqual([]);
    gone.subscription.unsubscribe();
    await the().one(far.acknowledgement());
    expect([gone.values, gone.isOver]).toEqual([[], false]);
  });
}

function addressTests(the: () => Bench): void {
  it('are told soon, loopback among them, and not again while they stay as they are', async () => {
    const seen = new Seen(the().network.localAddresses);
    expect(seen.values).toEqual([]);
    await the().lab.until(() => seen.values.length > 0);
    expect(seen.values[0]).toContain(LOOPBACK);
    seen.subscription.unsubscribe();
    expect(seen.values).toHaveLength(1);
  });
}

function listeningTests(the: () => Bench): void {
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

function datagramTests(the: () => Bench): void {
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

function nameTests(the: () => Bench): void {
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
