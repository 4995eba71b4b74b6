/** What every network does where a connection ends: FIN, reset, and what was still under way. */
import { tap } from 'rxjs';
import { expect, it } from 'vitest';
import { RESET_MESSAGE } from '../../../src/io/network-errors.ts';
import { type Bench, Seen, text } from './bench.ts';

/** Far longer than any test. */
const LONG_GRACE_MS = 600_000;

export function closingTests(the: () => Bench): void {
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
