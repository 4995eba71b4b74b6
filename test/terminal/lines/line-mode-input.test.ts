import { describe, expect, test } from 'vitest';
import { INPUT_LINE_MAX_BYTES } from '../../../src/terminal/limits.ts';
import { START } from '../fake-peer.ts';
import { commandsFor, linesAtEnd, QUIT, start, turns } from './line-mode-face.ts';

describe('input', () => {
  const typed = Buffer.from('/user alice\r\nGrüße \r\n\n/send  x\n//y\n/list', 'utf8');
  const expected = [
    { type: 'USER', name: 'alice' },
    { type: 'SEND', text: 'Grüße ' },
    { type: 'SEND', text: ' x' },
    { type: 'SEND', text: '/y' },
    { type: 'LIST' },
    QUIT,
  ];

  test('one command a line, with both kinds of line end and a last line without one', async () => {
    expect(await commandsFor(typed)).toEqual(expected);
  });

  test('how the bytes are cut changes nothing', async () => {
    expect(await commandsFor(...Array.from(typed, (byte) => Buffer.from([byte])))).toEqual(expected);
    for (let at = 1; at < typed.length; at += 1) {
      expect(await commandsFor(typed.subarray(0, at), typed.subarray(at))).toEqual(expected);
    }
  });

  test('a line of exactly the limit is taken, a longer one is refused and only itself is lost', async () => {
    const longest = 'x'.repeat(INPUT_LINE_MAX_BYTES);
    expect(
      await commandsFor(`${longest}\r\n`, `${longest}y\n`, `${longest}`, `${longest}\n`, 'after\n'),
    ).toEqual([{ type: 'SEND', text: longest }, { type: 'SEND', text: 'after' }, QUIT]);
    const face = start();
    face.input.write(`${longest}${longest}\n${longest}y\nafter\n`);
    const lines = await linesAtEnd(face);
    expect(lines.slice(0, 2)).toEqual(
      Array(2).fill('[cmd] A line of more than 65536 bytes was ignored: send the text in parts.'),
    );
  });

  test('bytes that are not UTF-8 are refused, not sent as something else', async () => {
    const face = start();
    face.input.write(Buffer.from([0x61, 0xff, 0x0a]));
    expect(await linesAtEnd(face)).toEqual([
      '[cmd] A line that is not UTF-8 was ignored: convert the input to UTF-8.',
      '[cmd] 1 message may have reached nobody.',
      '[cmd] Goodbye.',
    ]);
    expect(face.peer.commands).toEqual([QUIT]);
  });

  test('nothing is read after /quit, and QUIT is sent once', async () => {
    expect(await commandsFor('/quit\n/list\n/quit\nhello')).toEqual([QUIT]);
  });

  test('the end of the input waits for answers that are still to come', async () => {
    const face = start({ status: { ...START, pending: ['LIST'] } });
    face.input.end('/list\n');
    face.peer.notices.next({ window: 'command', type: 'named', user: 'alice' });
    await turns();
    expect(face.peer.commands).toEqual([{ type: 'LIST' }]);
    face.peer.become(START);
    await face.ended;
    expect(face.peer.commands).toEqual([{ type: 'LIST' }, QUIT]);
  });

  test('what follows a Join waits for its answer, in order, and the end of the input after it', async () => {
    const face = start({ status: { ...START, pending: ['JOIN'] } });
    face.input.write('hello\n/list\n');
    face.input.end('bye');
    face.peer.notices.next({ window: 'command', type: 'named', user: 'alice' });
    await turns();
    expect(face.peer.commands).toEqual([]);
    face.peer.become(START);
    await face.ended;
    expect(face.peer.commands).toEqual([
      { type: 'SEND', text: 'hello' },
      { type: 'LIST' },
      { type: 'SEND', text: 'bye' },
      QUIT,
    ]);
  });

  test('/quit waits for what was asked for before it, and takes nothing after it', async () => {
    const face = start({ status: { ...START, pending: ['JOIN'] } });
    face.input.write('hello\n/quit\nafter\n');
    await turns();
    expect(face.peer.commands).toEqual([]);
    face.peer.become(START);
    await face.ended;
    expect(face.peer.commands).toEqual([{ type: 'SEND', text: 'hello' }, QUIT]);
  });

  test('/quit waits only so long, and an output that has gone for nothing', async () => {
    const face = start({ status: { ...START, pending: ['JOIN'] } });
    face.input.write('hello\n/quit\n');
    await turns();
    face.clock.fireTimers();
    await face.ended;
    expect(face.peer.commands).toEqual([QUIT]);
    const other = start({ status: { ...START, pending: ['JOIN'] } });
    other.output.destroy();
    await other.ended;
    expect(other.peer.commands).toEqual([QUIT]);
  });

  test('an input that breaks is an input that ends', async () => {
    const face = start();
    face.input.write('cut off');
    face.input.destroy(new Error('EIO'));
    await face.ended;
    expect(face.peer.commands.at(-1)).toEqual(QUIT);
  });

  test('a peer that terminates by itself ends it while the input is still open', async () => {
    const face = start();
    face.peer.terminate();
    await face.ended;
    expect(face.peer.commands).toEqual([]);
    expect(face.input.isPaused()).toBe(true);
  });
});
