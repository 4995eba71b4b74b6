/** Goal: what strangers and members send never reaches the terminal or the log as it is. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { PeerProgram } from '../tools/program.ts';
import { startRawRoomServer } from '../tools/raw.ts';
import { closeBehindTest } from '../tools/teardown.ts';
import { handshake, poke, text } from '../tools/wire.ts';
import { CAROL, dialAndSend, setLinkedScene } from './linked-scene.ts';

describe('hostile bytes from the network', () => {
  // ESC, BEL, NUL, C1 (as a byte and in UTF-8), DEL, a bidi override, a forged line.
  const override = Buffer.from('\u202e').toString('latin1');
  const hostile = `\x1b[31m\x07\x00\x9b2J\xc2\x9b1m\x7f${override}\r\n[msg] boss: hi\n`;
  const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  async function attack(words: readonly string[]) {
    const scene = await setLinkedScene({ words, limits: { repeatsMax: 0 } });
    const { alice, server, carols } = scene;
    carols.write(text(CAROL, 1, hostile));
    carols.write(text({ ...CAROL, user: 'e\x1bvil' }, 2, 'under a hostile name'));
    carols.write(text(CAROL, 3, 'elsewhere', 'r\x1b[2J'));
    carols.write(`${hostile}::\r\n`);
    await dialAndSend(alice.port, `P:room1:${hostile}:127.0.0.1:9:0::\r\n`);
    const { udp } = scene.bob;
    udp.send(`K:room1:${hostile}::\r\n`, alice.port);
    udp.send(poke('bob'), alice.port);
    server.answer = () => `F:${hostile}::\r\n`;
    alice.send('/list');
    carols.write(text(CAROL, 9, 'the last one'));
    return scene;
  }

  test('never reach the terminal or the log as they are', async () => {
    const directory = await mkdtemp(joinPath(tmpdir(), 'p2pchat-e2e-'));
    closeBehindTest(() => rm(directory, { recursive: true }));
    const path = joinPath(directory, 'log');
    const { alice } = await attack(['--log', path]);
    await alice.waitFor('[msg] carol: the last one');
    await alice.waitFor('[msg] bob pokes you!');
    await alice.waitFor(/^\[cmd\] The room server refused the LIST: \^\[\[31m/);
    alice.end();
    expect(await alice.ended()).toEqual({ code: 1, signal: null });
    const written = alice.output.toString('utf8');
    expect(written.split('\n').filter((line) => dangerous.test(line))).toEqual([]);
    expect(alice.lines.filter((line) => !/^\[(msg|cmd)\] /.test(line))).toEqual([]);
    expect(alice.messages.filter((line) => line.startsWith('[msg] boss'))).toEqual([]);
    expect(alice.messages[0]).toMatch(
      /^\[msg\] carol: \^\[\[31m\^G\^@.*\\u\{202e\}\^M\^J\[msg\] boss: hi\^J$/,
    );

    const log = await readFile(path, 'utf8');
    expect(log.split('\n').filter((line) => dangerous.test(line))).toEqual([]);
    const entries = log
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(entries).toContainEqual(
      expect.objectContaining({ direction: 'out', bytes: expect.stringContaining('J:room1:alice:') }),
    );
  });

  test('--json: every line is an object with window, type and time; strings read back exactly', async () => {
    const { alice } = await attackAsJson();
    const notices = alice.lines.map((line): Record<string, unknown> => JSON.parse(line));
    for (const notice of notices) {
      expect(notice).toMatchObject({
        window: expect.stringMatching(/^(message|command)$/),
        type: expect.any(String),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
    }
    expect(notices[0]).toMatchObject({ window: 'command', type: 'listening', port: alice.port });
    expect(notices).toContainEqual(
      expect.objectContaining({
        window: 'message',
        type: 'text',
        user: 'carol',
        content: Buffer.from(hostile, 'latin1').toString('utf8'),
        own: false,
        msgId: 1,
      }),
    );
    expect(alice.lines.filter((line) => dangerous.test(line))).toEqual([]);
  });

  async function attackAsJson() {
    const server = await startRawRoomServer();
    const port = await freePort();
    server.members = [{ user: 'alice', ip: '127.0.0.1', port }, CAROL];
    const alice = new PeerProgram(port, {
      server: server.port,
      name: 'alice',
      room: 'room1',
      words: ['--json'],
    });
    await alice.waitFor(/"type":"joined"/);
    const link = await dialAndSend(port, handshake(CAROL) + text(CAROL, 1, hostile) + text(CAROL, 2, 'last'));
    await alice.waitFor(/"content":"last"/);
    link.close();
    alice.end();
    await alice.ended();
    return { alice };
  }
});
