/**
 * Flooding on the wire: which bytes go to whom, and what is dropped. One real member; its room server and its
 * neighbours are bare sockets of the test.
 */
import { describe, expect, test } from 'vitest';
import type { RawConnection } from '../tools/raw.ts';
import { join, text } from '../tools/wire.ts';
import { CAROL, DORA, NOBODY, setLinkedScene } from './linked-scene.ts';

/** What came over a link behind its handshake. */
function floodedTo({ chunks }: RawConnection): string[] {
  return chunks.slice(1);
}

describe('flooding', () => {
  test('the same bytes go to every link but the one they came from and the origin', async () => {
    const { alice, bob, toBob, carols, doras } = await setLinkedScene();
    const frames = [
      text(CAROL, 1, 'from carol herself'),
      text(DORA, 5, 'of dora, through carol'),
      text(bob, 0, 'of bob, through carol'),
      text(CAROL, 2, 'a:b :: and ::\r\n in the midst::\r\n'),
      text(CAROL, 3, ''),
      text(CAROL, 4, 'end'),
    ];
    for (const frame of frames) carols.write(frame);
    await doras.waitForText(':end::\r\n');
    await toBob.waitForText(':end::\r\n');
    // A write that has waited may come together with the next: it is the bytes that count.
    expect(floodedTo(doras).join('')).toBe(frames.filter((_, index) => index !== 1).join(''));
    expect(floodedTo(toBob).join('')).toBe(frames.filter((_, index) => index !== 2).join(''));
    doras.write(text(DORA, 6, 'back'));
    await carols.waitForText(':back::\r\n');
    expect(floodedTo(carols)).toEqual([text(DORA, 6, 'back')]);
    expect(alice.messages).toEqual([
      '[msg] carol: from carol herself',
      '[msg] dora: of dora, through carol',
      '[msg] bob: of bob, through carol',
      '[msg] carol: a:b :: and ::^M^J in the midst::^M^J',
      '[msg] carol: ',
      '[msg] carol: end',
      '[msg] dora: back',
    ]);
  });

  test('frames may come byte by byte; each goes on as one write', async () => {
    const { carols, doras } = await setLinkedScene();
    const frames = [text(CAROL, 1, '::\r\n'), text(CAROL, 2, 'x'.repeat(499))];
    for (const frame of frames) {
      carols.writeBytewise(frame);
      await doras.waitForText(frame);
    }
    expect(floodedTo(doras)).toEqual(frames);
  });

  test('many frames in one segment are all shown and forwarded, in order', async () => {
    const { alice, toBob, carols } = await setLinkedScene();
    const frames = Array.from({ length: 100 }, (_, index) => text(CAROL, index + 1, `number ${index}`));
    carols.write(frames.join(''));
    await toBob.waitForText(frames.at(-1) ?? '');
    expect(floodedTo(toBob).join('')).toBe(frames.join(''));
    await alice.waitFor('[msg] carol: number 99');
    expect(alice.messages).toEqual(frames.map((_, index) => `[msg] carol: number ${index}`));
  });

  test('a duplicate and a message for another room are dropped with an error line each', async () => {
    const { alice, toBob, carols, doras } = await setLinkedScene();
    carols.write(text(CAROL, 1, 'once'));
    await toBob.waitForText(':once::\r\n');
    doras.write(text(CAROL, 1, 'once'));
    await alice.waitFor(
      '[cmd] Dropped a duplicate message: TEXT room1 carol msgID 1, 4 bytes, from dora (127.0.0.1:10).',
    );
    carols.write(text(CAROL, 2, 'elsewhere', 'room2'));
    await alice.waitFor(
      /^\[cmd\] T for room room2; ours is room1, from carol \(127\.0\.0\.1:9\)\. Bytes: "T:room2:\d+:carol:2:9:elsewhere::/,
    );
    // What is wrong is said once; each message that it costs has its error line all the same.
    carols.write(text(CAROL, 3, 'elsewhere again', 'room2'));
    await alice.waitFor(
      '[cmd] Dropped a message for another room: ' +
        'TEXT room2 carol msgID 3, 15 bytes, from carol (127.0.0.1:9).',
    );
    // It has not used up the ID in our room.
    carols.write(text(CAROL, 2, 'here'));
    await toBob.waitForText(':here::\r\n');
    expect(floodedTo(toBob).join('')).toBe(text(CAROL, 1, 'once') + text(CAROL, 2, 'here'));
    await alice.waitFor('[msg] carol: here');
    expect(alice.messages).toEqual(['[msg] carol: once', '[msg] carol: here']);
  });

  test('our own message that a cycle brings back is a duplicate', async () => {
    const { alice, toBob, carols } = await setLinkedScene();
    alice.send('round');
    await carols.waitForText(':round::\r\n');
    carols.write(text(alice.address, 1, 'round'));
    await alice.waitFor(/^\[cmd\] Dropped a duplicate message: TEXT room1 alice msgID 1/);
    alice.send('and round');
    await toBob.waitForText(':and round::\r\n');
    const sent = text(alice.address, 1, 'round') + text(alice.address, 2, 'and round');
    expect(floodedTo(toBob).join('')).toBe(sent);
    await alice.sync();
    expect(alice.messages).toEqual(['[msg] alice: round', '[msg] alice: and round']);
  });

  test('drops of one kind are gathered: one line at once, then one with the count', async () => {
    const { alice, carols } = await setLinkedScene({ limits: { droppedNoticeMs: 300 } });
    for (let index = 0; index < 6; index += 1) carols.write(text(CAROL, 1, 'again'));
    await alice.waitFor(/^\[cmd\] Dropped 4 × duplicate message, the last: TEXT room1 carol msgID 1/);
    expect(alice.count(/^\[cmd\] Dropped/)).toBe(2);
    expect(alice.messages).toEqual(['[msg] carol: again']);
  });

  test('a message of somebody unknown is shown and forwarded, and costs one J', async () => {
    const { alice, server, toBob, carols } = await setLinkedScene();
    const requests = server.requests.length;
    carols.write(text(NOBODY, 1, 'who am I?'));
    carols.write(text(NOBODY, 2, 'indeed'));
    await toBob.waitForText(text(NOBODY, 2, 'indeed'));
    await alice.waitFor('[msg] nobody: indeed');
    await server.waitForRequests(requests + 1);
    await alice.ask('/list', '[cmd] Rooms: room1.');
    expect(server.requests.slice(requests)).toEqual([join(alice.address), 'L::\r\n']);
    expect(alice.messages).toEqual(['[msg] nobody: who am I?', '[msg] nobody: indeed']);
  });

  test('a link that is cut in the midst of a frame is only lost', async () => {
    const { alice, toBob, carols, doras } = await setLinkedScene();
    carols.write(text(CAROL, 1, 'never whole').slice(0, -6));
    carols.reset();
    // With bytes before it, the system may report a reset as an end.
    await alice.waitFor(/^\[cmd\] Backward link from carol \(127\.0\.0\.1:9\) lost: /);
    doras.write(text(DORA, 1, 'whole'));
    await toBob.waitForText(':whole::\r\n');
    expect(floodedTo(toBob)).toEqual([text(DORA, 1, 'whole')]);
  });
});
