/**
 * Every write that leaves the program fails once, one at a time, while three real processes chat: whatever it
 * is, everybody who can still be heard is heard by everybody who can still show it, each message exactly
 * once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { enter, pageHeaders } from '../../console/client.ts';
import { hasRedis, RedisServer } from '../../room-server/redis/tools/redis-server.ts';
import { freePort } from '../tools/ports.ts';
import { type PeerProgram, startMember } from '../tools/program.ts';
import { PtyProgram } from '../tools/pty.ts';
import { startRawPeer } from '../tools/raw.ts';
import { Redirected, type RedirectedOptions } from '../tools/redirected.ts';
import { closeBehindTest } from '../tools/teardown.ts';
import type { Watched } from '../tools/watched.ts';
import { join as joinFrame, LOOPBACK, text } from '../tools/wire.ts';

const FULL = '/dev/full';
const STACK_TRACE = /\n {4}at /;
/** J often, so that the room server is written to all the time; searches soon. */
const QUICK = { keepaliveMs: 300, searchRetryMs: 200, stableLinkMs: 50, reconnectMinMs: 100 };
const ROUNDS = 4;
const TEXTS_A_ROUND = 10;

/** Somebody who says things, and may show what others say. */
interface Chatter {
  readonly name: string;
  say(line: string): void;
  /** What it has shown, line by line; `null` where what it shows is what fails. */
  shown(): readonly string[] | null;
  readonly watched: Watched;
}

function lineMode(name: string, program: PeerProgram): Chatter {
  return { name, say: (line) => program.send(line), shown: () => program.lines, watched: program };
}

function redirected(name: string, program: Redirected, isShown = true): Chatter {
  const shown = () => (isShown ? program.output.split('\n') : null);
  return { name, say: (line) => program.send(line), shown, watched: program };
}

/** What is alive: a room server, `bob` and `carol` in line mode, and `alice`, whatever she is. */
interface Room {
  readonly server: number;
  readonly bob: PeerProgram;
  readonly carol: PeerProgram;
}

async function startServer(words: readonly string[] = [], options: RedirectedOptions = {}) {
  const port = await freePort();
  const all = ['room-server', String(port), '--host', LOOPBACK, ...words];
  const program = new Redirected(all, options);
  if (options.stdout === undefined) await program.shows(/listening on/);
  return { port, program };
}

async function startRoom(server?: number): Promise<Room> {
  const port = server ?? (await startServer()).port;
  const bob = await startMember({ server: port, name: 'bob', limits: QUICK });
  const carol = await startMember({ server: port, name: 'carol', limits: QUICK });
  return { server: port, bob, carol };
}

async function aliceWords({ server }: Room, ...more: string[]): Promise<string[]> {
  return [LOOPBACK, String(server), String(await freePort()), '--name', 'alice', '--room', 'room1', ...more];
}

async function startAlice(room: Room, words: readonly string[] = [], options: RedirectedOptions = {}) {
  const alice = new Redirected(await aliceWords(room, ...words), { limits: { peer: QUICK }, ...options });
  await linked(room);
  return alice;
}

async function linked({ bob, carol }: Room): Promise<void> {
  const pattern = /(Backward link from|Forward link to) alice/;
  await Promise.race([bob.waitFor(pattern), carol.waitFor(pattern)]);
}

/** Everybody says something, with `fault` in the middle; everybody has shown all of it once. */
async function chatGoesOn(
  chatters: readonly Chatter[],
  fault: (round: number) => Promise<void> | void = () => {},
): Promise<void> {
  const said: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let count = 0; count < TEXTS_A_ROUND; count += 1) {
      if (count === TEXTS_A_ROUND / 2) await fault(round);
      for (const { name, say } of chatters) {
        const line = `round ${round} text ${count} of ${name}`;
        say(line);
        said.push(`[msg] ${name}: ${line}`);
      }
    }
  }
  for (const { name, watched, shown } of chatters) {
    if (shown() === null) continue;
    await watched.until(`all that was said, at ${name}`, () => said.every((line) => shown()?.includes(line)));
    const lines = (shown() ?? []).filter((line) => line.startsWith('[msg] ') && /round \d/.test(line));
    expect([...lines].sort(), `shown by ${name}`).toEqual([...said].sort());
  }
}

async function quits(alice: Redirected): Promise<void> {
  alice.send('/quit');
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
  expect(alice.errors).not.toMatch(STACK_TRACE);
}

describe('of a peer', () => {
  test.each<[string, readonly string[], RedirectedOptions]>([
    ['nothing', [], {}],
    ['the log', ['--log', FULL], {}],
    ['standard output', [], { stdout: FULL }],
    ['standard error', [], { stderr: FULL }],
  ])('%s fails all the time', async (_, words, options) => {
    const room = await startRoom();
    const alice = await startAlice(room, words, options);
    const { bob, carol } = room;
    const isShown = options.stdout === undefined;
    await chatGoesOn([redirected('alice', alice, isShown), lineMode('bob', bob), lineMode('carol', carol)]);
    await quits(alice);
  });

  test('the log and standard output, of all three at once', async () => {
    const room = await startRoom();
    const words = ['--log', FULL];
    const alice = await startAlice(room, words, { stdout: FULL });
    const others = [lineMode('bob', room.bob), lineMode('carol', room.carol)];
    await chatGoesOn([redirected('alice', alice, false), ...others]);
    await quits(alice);
  });

  test('the file of the history', async () => {
    const room = await startRoom();
    const env = { HOME: '/proc' };
    const alice = new PtyProgram(await aliceWords(room), { limits: { peer: QUICK }, env });
    await linked(room);
    // As somebody types: one line at a time, for several in one read are a paste.
    let typed = Promise.resolve();
    const typing: Chatter = {
      name: 'alice',
      say: (line) => {
        typed = typed.then(async () => {
          alice.type(`${line}\r`);
          await room.bob.until(line, () => room.bob.lines.includes(`[msg] alice: ${line}`));
        });
      },
      shown: () => null,
      watched: alice,
    };
    await chatGoesOn([typing, lineMode('bob', room.bob), lineMode('carol', room.carol)]);
    await typed;
    await alice.shows(/round 3 text 9 of bob/);
    alice.type('/quit\r');
    expect(await alice.ended()).toMatchObject({ exitCode: 0 });
  });

  test('the socket of a page: it is reset, again and again', async () => {
    const room = await startRoom();
    const alice = await startAlice(room, ['--web']);
    await alice.shows(/Web console: \S+/);
    const url = /Web console: (\S+)/.exec(alice.output)?.[1] ?? '';
    const entered = await enter(url);
    const address = `ws://${LOOPBACK}:${entered.port}/console`;
    const openPage = () =>
      new Promise<void>((resolve, reject) => {
        const page = new WebSocket(address, { headers: pageHeaders(entered) });
        page.once('error', reject);
        page.once('message', () => {
          page.off('error', reject);
          page.on('error', () => {});
          // It goes away without a word while it is told something.
          page.terminate();
          resolve();
        });
      });
    const all = [redirected('alice', alice), lineMode('bob', room.bob), lineMode('carol', room.carol)];
    await chatGoesOn(all, openPage);
    await quits(alice);
  });

  test('the socket of a neighbour: it is reset in the middle of what is written to it', async () => {
    const room = await startRoom();
    const alice = await startAlice(room);
    const port = Number(/Listening on port (\d+)/.exec(alice.output)?.[1]);
    const dave = await startRawPeer('dave');
    const member = connect({ host: LOOPBACK, port: room.server });
    closeBehindTest(() => {
      member.destroy();
    });
    member.on('error', () => {});
    member.write(joinFrame(dave));
    const all = [redirected('alice', alice), lineMode('bob', room.bob), lineMode('carol', room.carol)];
    await chatGoesOn(all, async (round) => {
      const link = await dave.link(port);
      link.write(text(dave, round + 1, `hello ${round}`).slice(0, -7));
      room.bob.send(`for dave ${round}`);
      await link.until('what is written to it', () => link.received.includes('T:'));
      link.reset();
    });
    await quits(alice);
  });

  test('a datagram: the system refuses to send it', async () => {
    const room = await startRoom();
    const alice = await startAlice(room);
    // Nobody may send to a broadcast address without asking for that.
    const ghost = { user: 'ghost', ip: '127.255.255.255', port: 9 };
    const member = connect({ host: LOOPBACK, port: room.server });
    closeBehindTest(() => {
      member.destroy();
    });
    member.on('error', () => {});
    member.write(joinFrame(ghost));
    await alice.shows(/ghost \(127\.255\.255\.255:9\) joined/);
    const all = [redirected('alice', alice), lineMode('bob', room.bob), lineMode('carol', room.carol)];
    await chatGoesOn(all, () => alice.send('/poke ghost'));
    await quits(alice);
  });

  test('the connection to the room server: it is killed', async () => {
    const { port, program } = await startServer();
    const room = await startRoom(port);
    const alice = await startAlice(room);
    const all = [redirected('alice', alice), lineMode('bob', room.bob), lineMode('carol', room.carol)];
    await chatGoesOn(all, (round) => {
      if (round === 1) program.child.kill('SIGKILL');
    });
    await quits(alice);
  });
});

describe('of the room server', () => {
  /** A store that has lost its memory gets it back with the next KEEPALIVEs. */
  async function isServed(peer: PeerProgram): Promise<void> {
    let answer = '';
    while (!answer.includes('Rooms: room1.')) {
      answer = await peer.ask('/list', /Rooms: |There are no rooms yet|LIST|room server/);
    }
  }

  async function goesOn(port: number, program: Redirected, fault: () => Promise<void> | void = () => {}) {
    const room = await startRoom(port);
    const alice = await startAlice(room);
    const all = [redirected('alice', alice), lineMode('bob', room.bob), lineMode('carol', room.carol)];
    await chatGoesOn(all, fault);
    // It still takes members, or has taken them again.
    await Promise.all([room.bob, room.carol].map(isServed));
    await quits(alice);
    program.child.kill('SIGTERM');
    expect(await program.ended()).toEqual({ code: 0, signal: null });
    expect(program.errors).not.toMatch(STACK_TRACE);
  }

  test('its log', async () => {
    const { port, program } = await startServer(['--log', FULL]);
    await goesOn(port, program);
  });

  test('its output', async () => {
    const { port, program } = await startServer([], { stdout: FULL });
    await program.says(/The output can't be written/);
    await goesOn(port, program);
  });

  test('its standard error', async () => {
    const { port, program } = await startServer([], { stderr: FULL });
    await goesOn(port, program);
  });

  test('the reader of its output has gone', async () => {
    const { port, program } = await startServer();
    program.child.stdout?.destroy();
    await goesOn(port, program);
  });

  test('the reader of its metrics: it resets in the middle of the answer', async () => {
    const metrics = await freePort();
    const { port, program } = await startServer(['--metrics', String(metrics)]);
    await goesOn(
      port,
      program,
      () =>
        new Promise<void>((resolve, reject) => {
          const reader = connect({ host: LOOPBACK, port: metrics });
          reader.once('error', reject);
          reader.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20));
          reader.once('data', () => {
            reader.resetAndDestroy();
            resolve();
          });
        }),
    );
  });

  test('a client that is reset in the middle of its requests', async () => {
    const { port, program } = await startServer();
    await goesOn(
      port,
      program,
      () =>
        new Promise<void>((resolve, reject) => {
          const client = connect({ host: LOOPBACK, port });
          client.once('error', reject);
          client.write('L::\r\n'.repeat(500));
          client.once('data', () => {
            client.resetAndDestroy();
            resolve();
          });
        }),
    );
  });

  test.skipIf(!hasRedis)('its store: killed and started again, empty', async () => {
    const redis = await RedisServer.start();
    closeBehindTest(() => redis.close());
    const { port, program } = await startServer(['--store', redis.url]);
    let round = 0;
    await goesOn(port, program, async () => {
      round += 1;
      if (round === 1) await redis.kill();
      if (round === 3) await redis.start();
    });
  });

  test.skipIf(!hasRedis)('its store: it stands still for a while', async () => {
    const redis = await RedisServer.start();
    closeBehindTest(() => redis.close());
    const { port, program } = await startServer(['--store', redis.url]);
    let round = 0;
    await goesOn(port, program, () => {
      round += 1;
      if (round === 1) redis.pause();
      if (round === 3) redis.resume();
    });
  });
});

test('a log in a folder that was removed fails, and the rest of the program does not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-each-'));
  const room = await startRoom();
  const alice = await startAlice(room, ['--log', join(folder, 'log')]);
  const all = [redirected('alice', alice), lineMode('bob', room.bob), lineMode('carol', room.carol)];
  await chatGoesOn(all, () => rmSync(folder, { recursive: true, force: true }));
  await quits(alice);
});
