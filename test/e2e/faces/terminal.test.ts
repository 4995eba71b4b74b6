/**
 * The program in a real terminal: one that nobody reads, one that is taken away, one that can't be drawn on.
 */
import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { startMember, startRoomServer } from '../tools/program.ts';
import { type PtyOptions, PtyProgram } from '../tools/pty.ts';
import { dial, startRawPeer, startRawRoomServer } from '../tools/raw.ts';
import { Redirected } from '../tools/redirected.ts';

const ESCAPE = '\x1b';
const QUICK = { peer: { keepaliveMs: 200 } };
/** Far more than a terminal and its kernel keep. */
const TEXTS = 1_500;

async function alice(server: number, options: PtyOptions = {}, words: readonly string[] = []) {
  const start = ['127.0.0.1', String(server), String(await freePort()), '--name', 'alice', '--room', 'room1'];
  return new PtyProgram([...start, ...words], { limits: QUICK, ...options });
}

async function room(options: PtyOptions = {}, words: readonly string[] = []) {
  const server = await startRoomServer();
  const bob = await startMember({ server: server.port, name: 'bob' });
  const peer = await alice(server.port, options, words);
  await bob.waitFor(/Backward link from alice|Forward link to alice/);
  return { server, bob, peer };
}

describe.each([
  ['the REPL', {}],
  ['a plain terminal', { env: { TERM: 'dumb' } }],
] as const)('%s that nobody reads', (_, options) => {
  test('stops neither KEEPALIVE nor pokes nor messages; what was not shown is counted', async () => {
    const { bob, peer } = await room(options);
    const text = 'x'.repeat(400);
    peer.stopReading();
    for (let count = 0; count < TEXTS; count += 1) bob.send(`${count} ${text}`);
    await bob.sync();
    await bob.ask('/poke alice', /alice answered the poke after/);
    peer.type('from a stopped terminal\r');
    await bob.waitFor('[msg] alice: from a stopped terminal');
    peer.read();
    await peer.shows(/from a stopped terminal/);
    peer.type('/quit\r');
    expect(await peer.ended()).toMatchObject({ exitCode: 0 });
  });

  test('sends J as often as before', async () => {
    const server = await startRawRoomServer();
    server.members = [{ user: 'alice', ip: '127.0.0.1', port: 5_001 }];
    const peer = await alice(server.port, options);
    await server.waitForRequests(2);
    peer.stopReading();
    // Each refused list fills the terminal.
    const line = `/nothing${'x'.repeat(200)}\r`;
    for (let count = 0; count < 500; count += 1) peer.type(line);
    const before = server.requests.length;
    await server.waitForRequests(before + 10);
    peer.signal('SIGTERM');
    await peer.until('its end', () => {
      try {
        process.kill(peer.pid, 0);
        return peer.exit !== undefined;
      } catch {
        return true;
      }
    });
  });
});

test('a terminal that was closed ends the program in good order', async () => {
  for (const options of [{}, { env: { TERM: 'dumb' } }]) {
    const { bob, peer } = await room(options);
    const since = bob.lines.length;
    peer.hangUp();
    await bob.waitFor(/link (to|from) alice .*lost: the other side closed it/, since);
    const { exitCode, signal } = await peer.ended();
    expect([exitCode, signal]).toEqual([0, 0]);
    bob.send('/quit');
    await bob.ended();
  }
});

test('a room server whose terminal was closed ends with exit code 0', async () => {
  const server = new PtyProgram(['room-server', String(await freePort()), '--host', '127.0.0.1']);
  await server.shows(/listening/);
  server.hangUp();
  expect(await server.ended()).toMatchObject({ exitCode: 0, signal: 0 });
});

test('a demo whose terminal was closed ends with exit code 0', async () => {
  const demo = new PtyProgram(['demo', '--peers', '2']);
  await demo.shows(/Another peer: p2pchat/);
  demo.hangUp();
  expect(await demo.ended()).toMatchObject({ exitCode: 0, signal: 0 });
});

test('standard error on a terminal that nobody reads stops nothing', async () => {
  const server = await startRoomServer();
  const bob = await startMember({ server: server.port, name: 'bob' });
  const port = await freePort();
  const words = `127.0.0.1 ${server.port} ${port} --name alice --room room1`;
  // The terminal is full before the program says its first word there, of output that can't be written.
  const shell = `head -c 200000 /dev/zero | tr '\\0' x >&2 & sleep 1; exec $P2PCHAT ${words} > /dev/full`;
  const peer = new PtyProgram([], { shell });
  await peer.shows(/x{100}/);
  peer.stopReading();
  await bob.waitFor(/Backward link from alice|Forward link to alice/);
  await bob.ask('/poke alice', /alice answered the poke after/);
  peer.type('from a stopped terminal\r');
  await bob.waitFor('[msg] alice: from a stopped terminal');
  peer.signal('SIGTERM');
  await bob.waitFor(/link (to|from) alice .*lost: the other side closed it/);
});

test('a room server in a terminal that nobody reads goes on', async () => {
  const port = await freePort();
  const server = new PtyProgram(['room-server', String(port), '--host', '127.0.0.1']);
  await server.shows(/listening/);
  server.stopReading();
  // Each is a line or two of the room server.
  for (let round = 0; round < 60; round += 1) {
    const clients = await Promise.all(Array.from({ length: 20 }, () => dial(port)));
    for (const client of clients) client.write('hello::\r\n');
    await Promise.all(clients.map((client) => client.waitForText('F:Unknown message')));
    for (const client of clients) client.reset();
  }
  const bob = await startMember({ server: port, name: 'bob' });
  bob.send('/quit');
  await bob.ended();
  server.read();
  await server.shows(/joined room1: bob/);
});

describe('no escape code is written', () => {
  test.each([
    ['to a pipe (| tee)', '$P2PCHAT | cat', {}],
    ['where TERM is dumb', 'exec $P2PCHAT', { TERM: 'dumb' }],
  ])('%s', async (_, shell, env) => {
    const { bob, peer } = await room({ shell, env });
    bob.send('hello');
    await peer.shows(/\[msg\] bob: hello/);
    // The terminal itself edits the line.
    peer.type('goox\x7fd\r');
    await bob.waitFor('[msg] alice: good');
    peer.type('/quit\r');
    await peer.ended();
    expect(peer.output.replaceAll('\b \b', '')).not.toContain(ESCAPE);
  });

  test('to a file', async () => {
    const { bob, peer } = await room({
      shell: '$P2PCHAT > "$FILE"; cat -v "$FILE"; rm "$FILE"',
      env: { FILE: join(tmpdir(), `p2pchat-out-${process.pid}`) },
    });
    bob.send('hello');
    await bob.sync();
    peer.type('good\r');
    await bob.waitFor('[msg] alice: good');
    peer.type('/quit\r');
    await peer.ended();
    expect(peer.output).toContain('[msg] bob: hello');
    expect(peer.output).not.toMatch(/\^\[|\x1b/);
  });
});

test.runIf(process.platform === 'linux')(
  'stopped and brought back, the terminal is as the REPL needs it',
  async () => {
    const { bob, peer } = await room();
    const tty = readlinkSync(`/proc/${peer.pid}/fd/0`);
    const settings = () => execFileSync('stty', ['-F', tty, '-a']).toString();
    expect(settings()).toContain('-icanon');
    peer.signal('SIGSTOP');
    execFileSync('stty', ['-F', tty, 'sane']);
    expect(settings()).not.toContain('-icanon');
    peer.signal('SIGCONT');
    await peer.until('raw mode', () => {
      bob.send('hello');
      return settings().includes('-icanon');
    });
    peer.type('back\r');
    await bob.waitFor('[msg] alice: back');
  },
);

const CTRL_Z = '\x1a';

test('Ctrl-Z gives the terminal back to the shell, and `fg` brings the REPL back as it was', async () => {
  const { bob, peer } = await room({
    shell: 'set -m; $P2PCHAT; echo given back; read line; echo heard $line; fg >/dev/null; echo over',
  });
  peer.type('half ');
  await peer.shows(/half /);
  peer.type(CTRL_Z);
  await peer.shows(/given back/);
  peer.type('words for the shell\r');
  await peer.shows(/heard words for the shell/);
  peer.type('a word\r');
  await bob.waitFor('[msg] alice: half a word');
  peer.type('/quit\r');
  await peer.shows(/over/);
});

test('Ctrl-Z where no shell waits stops nothing', async () => {
  const { bob, peer } = await room();
  peer.type(`one ${CTRL_Z}`);
  peer.type('word\r');
  await bob.waitFor('[msg] alice: one word');
});

test('several lines that come in one read wait for one Enter, a /quit among them too', async () => {
  const { bob, peer } = await room();
  peer.type('one\r/quit\rtwo\r');
  await peer.shows(/3 pasted lines wait: Enter sends/);
  await bob.ask('/poke alice', /alice answered the poke after/);
  expect(bob.messages).toEqual([]);
  peer.type('\r');
  await bob.waitFor('[msg] alice: two');
  await peer.shows(/A pasted \/quit among other lines ends nothing/);
  expect(bob.messages).toEqual(['[msg] alice: one', '[msg] alice: two']);
  peer.type('/quit\r');
  expect(await peer.ended()).toMatchObject({ exitCode: 0 });
});

test('the prompt says what to do next, and what is waited for where it takes long', async () => {
  const server = await startRawRoomServer();
  const silent = [await startRawPeer('dave'), await startRawPeer('erin')];
  for (const peer of silent) peer.onHandshake = () => {};
  const port = await freePort();
  server.members = [{ user: 'alice', ip: '127.0.0.1', port }, ...silent];
  server.answer = () => null;
  const peer = new PtyProgram(['127.0.0.1', String(server.port), String(port)], { env: { NO_COLOR: '1' } });
  await peer.shows(/START \(\/user NAME\)> /);
  peer.type('/user alice\r');
  await peer.shows(/NAMED alice \(\/join ROOM\)> /);
  peer.type('/join room1\r');
  await peer.shows(/NAMED alice joining…> /);
  server.connection.write(server.goodAnswer(''));
  await peer.shows(/JOINED room1 alice trying (dave|erin), [12] of 2…> /);
  await peer.shows(/No forward link: /);
  peer.type('/quit\r');
  expect(await peer.ended()).toMatchObject({ exitCode: 0 });
});

test.each([20, 22, 24, 26, 28, 30])(
  'a limit of %i open files is a sentence, not a stack trace',
  async (files) => {
    const words = ['127.0.0.1', '1', String(await freePort())];
    const program = new Redirected(words, { ahead: ['sh', '-c', `ulimit -n ${files}; exec "$@"`, 'sh'] });
    expect((await program.ended()).code).toBe(1);
    expect(program.errors).toMatch(/^p2pchat: (Too few files may be open at once|.*connection refused)/);
    expect(program.errors).not.toMatch(/\n {4}at /);
  },
);
