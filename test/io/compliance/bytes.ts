/**
 * What every network does with the bytes of a connection: their order, back-pressure, and what is
 * acknowledged of them.
 */
import { expect, it } from 'vitest';
import type { Connection } from '../../../src/io/network.ts';
import { type Bench, Seen, text } from './bench.ts';

export function bytesTests(the: () => Bench): void {
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

export function backPressureTests(the: () => Bench): void {
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

export function acknowledgementTests(the: () => Bench): void {
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
