/**
 * Goal: a peer that nobody sits at (systemd, docker, nohup) stays when its input has ended, joins once its
 * room server is there, and says by its exit code when that was in vain.
 */
import { expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { Program, startMember, startRoomServer } from '../tools/program.ts';
import { PtyProgram } from '../tools/pty.ts';

const NOW = { peer: { reconnectMinMs: 100, reconnectMaxMs: 200 } };

async function words(server: number): Promise<string[]> {
  return ['127.0.0.1', String(server), String(await freePort()), '--name', 'alice', '--room', 'room1'];
}

test('--stay goes on when the input has ended, with what was said at its end, until SIGTERM', async () => {
  const server = await startRoomServer();
  const bob = await startMember({ server: server.port, name: 'bob' });
  const alice = new Program([...(await words(server.port)), '--stay']);
  alice.send('the last line');
  alice.end();
  await bob.waitFor('[msg] alice: the last line');
  bob.send('are you still there?');
  await alice.waitFor('[msg] bob: are you still there?');
  await bob.ask('/poke alice', /alice answered the poke after/);
  alice.signal('SIGTERM');
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
});

test('--stay lives on without its terminal, also where it has one', async () => {
  const server = await startRoomServer();
  const bob = await startMember({ server: server.port, name: 'bob' });
  const given = [...(await words(server.port)), '--stay'];
  const alice = new PtyProgram(given, { shell: 'exec $P2PCHAT </dev/null >/dev/null' });
  await bob.waitFor(/alice .* joined the room/);
  alice.signal('SIGHUP');
  await bob.ask('/poke alice', /alice answered the poke after/);
  alice.signal('SIGTERM');
  expect(await alice.ended()).toMatchObject({ exitCode: 0 });
});

test('--retry joins once the room server is there, and what was read waits for that', async () => {
  const port = await freePort();
  const alice = new Program([...(await words(port)), '--retry', '--stay'], NOW);
  alice.send('/members');
  await alice.waitFor(/Cannot reach the room server/);
  await alice.waitFor('[cmd] Joining room1 again: attempt 3.');
  const server = await startRoomServer({}, port);
  await alice.waitFor(/^\[cmd\] Joined room1 as alice/);
  await alice.waitFor(/^\[cmd\] 1 member of room1/);
  const bob = await startMember({ server: server.port, name: 'bob' });
  bob.send('good morning');
  await alice.waitFor('[msg] bob: good morning');
  expect(alice.count(/You are in no room/)).toBe(0);
  alice.signal('SIGTERM');
  expect((await alice.ended()).code).toBe(0);
});

test('--retry without --stay: attempts in vain are no failure once one was not', async () => {
  const port = await freePort();
  const alice = new Program([...(await words(port)), '--retry'], NOW);
  alice.end();
  await alice.waitFor('[cmd] Joining room1 again: attempt 2.');
  await startRoomServer({}, port);
  await alice.waitFor(/^\[cmd\] Joined room1 as alice/);
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
});

test('/quit ends the trying at once', async () => {
  const alice = new Program([...(await words(await freePort())), '--retry']);
  await alice.waitFor(/Cannot reach the room server/);
  alice.send('/quit');
  expect(await alice.ended(2_000)).toEqual({ code: 0, signal: null });
});

test.each([
  ['a room server that is not there', []],
  ['the same, where it is to stay: nobody can give another command', ['--stay']],
  ['a name that is missing', ['--retry']],
])('exit code 1 for --room and %s', async (_, more) => {
  const given = await words(await freePort());
  const isNameless = more.includes('--retry');
  const alice = new Program([
    ...(isNameless ? given.filter((word) => !/^(--name|alice)$/.test(word)) : given),
    ...more,
  ]);
  alice.end();
  expect(await alice.ended()).toEqual({ code: 1, signal: null });
  expect(alice.lines.join()).toMatch(isNameless ? /Choose a name first/ : /Cannot reach the room server/);
});

test('--retry wants a room', async () => {
  const alice = new Program(['--retry']);
  expect((await alice.ended()).code).toBe(2);
  expect(alice.errors).toMatch(/--retry goes with --room/);
});
