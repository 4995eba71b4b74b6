/** Goal: the examples do what they say, as programs of their own over real sockets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChatPeer, createPeer } from '../../src/index.ts';
import { type RoomServer, startRoomServer } from '../../src/library/room-server.ts';
import { ROOT } from '../docs/code-files.ts';

let server: RoomServer;
const peers: ChatPeer[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  server = await startRoomServer();
});

afterEach(async () => {
  await Promise.all(children.splice(0).map(ended));
  await Promise.all(peers.splice(0).map((peer) => peer.close()));
  await server.close();
});

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  await once(child, 'exit');
}

async function join(name: string, room: string): Promise<ChatPeer> {
  const peer = await createPeer({ server: server.address, name, room });
  peers.push(peer);
  return peer;
}

function start(example: string, ...words: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', `examples/${example}`, ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

/** Resolves once this member is linked with the peer. */
async function linkedTo(peer: ChatPeer, user: string): Promise<void> {
  const isLinked = () => peer.status.links.some(({ member }) => member.user === user);
  if (isLinked()) return;
  for await (const _ of peer.notices) if (isLinked()) return;
  throw new Error('the peer has ended');
}

async function nextText(peer: ChatPeer): Promise<string> {
  for await (const { user, text: said } of peer.messages) return `${user}: ${said}`;
  throw new Error('the peer has ended');
}

test('the echo bot says again what others say, and leaves at Ctrl-C', async () => {
  const ada = await join('ada', 'tea');
  const bot = start('echo-bot.ts', server.address, 'tea');
  await linkedTo(ada, 'echo');
  const heard = nextText(ada);
  await ada.send('hello');
  expect(await heard).toBe('echo: ada said: hello');
  bot.kill('SIGINT');
  const [code] = await once(bot, 'exit');
  expect(code).toBe(0);
});

test('the bridge passes on between two rooms, both ways', async () => {
  const ada = await join('ada', 'tea');
  const bob = await join('bob', 'coffee');
  start('bridge.ts', `${server.address}/tea`, `${server.address}/coffee`);
  await Promise.all([linkedTo(ada, 'bridge'), linkedTo(bob, 'bridge')]);
  const [toAda, toBob] = [nextText(ada), nextText(bob)];
  await ada.send('is there coffee?');
  expect(await toBob).toBe('bridge: ada: is there coffee?');
  await bob.send('plenty');
  expect(await toAda).toBe('bridge: bob: plenty');
});

test('the load tester finds nothing lost and nothing doubled', async () => {
  const tester = start('load-tester.ts', server.address, 'load', '4', '50', '100');
  if (!tester.stdout) throw new Error('it has no output');
  const [output, [code]] = await Promise.all([text(tester.stdout), once(tester, 'exit')]);
  expect(output).toMatch(
    /^600 copies: 0 lost, 0 doubled\nlatency: half within [\d.]+ ms, 99 of 100 within [\d.]+ ms\n$/,
  );
  expect(code).toBe(0);
});
