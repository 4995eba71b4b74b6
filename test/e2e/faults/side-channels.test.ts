/**
 * What is written beside the chat fails, one thing at a time, over real files, devices and pipes: only that
 * one thing fails. The chat goes on, the trouble is told in a sentence, and the end is an orderly one.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { startMember, startRoomServer } from '../tools/program.ts';
import { Redirected, type RedirectedOptions } from '../tools/redirected.ts';
import { closeBehindTest } from '../tools/teardown.ts';

const FULL = '/dev/full';
const STACK_TRACE = /\n {4}at /;
const QUICK = { peer: { keepaliveMs: 300 } };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'p2pchat-side-'));
  closeBehindTest(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A room with `bob` in it, and `alice`, whose streams fail. */
async function room(words: readonly string[], options: RedirectedOptions = {}) {
  const server = await startRoomServer();
  const bob = await startMember({ server: server.port, name: 'bob' });
  const port = String(await freePort());
  const start = ['127.0.0.1', String(server.port), port, '--name', 'alice', '--room', 'room1'];
  const alice = new Redirected([...start, ...words], { limits: QUICK, ...options });
  await bob.waitFor(/Backward link from alice|Forward link to alice/);
  return { server, bob, alice };
}

async function quits(alice: Redirected): Promise<void> {
  alice.send('/quit');
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
  expect(alice.errors).not.toMatch(STACK_TRACE);
}

describe('the log of a peer', () => {
  test('on a full disk: told once, and the chat goes on', async () => {
    const { bob, alice } = await room(['--log', FULL]);
    alice.send('one');
    await bob.waitFor('[msg] alice: one');
    bob.send('two');
    await alice.shows(/\[msg\] bob: two/);
    expect(alice.output.match(/The log \/dev\/full can't be written: ENOSPC/g)).toHaveLength(1);
    await quits(alice);
  });

  test('in a folder that is deleted and comes back: told, and it goes on in the new file', async () => {
    const path = join(folder(), 'logs');
    mkdirSync(path);
    const { bob, alice } = await room(['--log', join(path, 'log')]);
    rmSync(path, { recursive: true });
    await alice.shows(/The log \S+ can't be written: ENOENT/);
    alice.send('while it is away');
    await bob.waitFor('[msg] alice: while it is away');
    mkdirSync(path);
    await alice.shows(/can be written again; \d+ lines were lost/);
    await quits(alice);
    const [first = ''] = readFileSync(join(path, 'log'), 'utf8').split('\n');
    expect(JSON.parse(first)).toMatchObject({ level: 'warn', msg: 'lines could not be written here' });
  });

  test('renamed by rotation: opened anew under its name', async () => {
    const path = join(folder(), 'log');
    const { alice } = await room(['--log', path]);
    renameSync(path, `${path}.1`);
    await alice.until('the new file', () => {
      alice.send('/status');
      try {
        return readFileSync(path, 'utf8').includes('"level"');
      } catch {
        return false;
      }
    });
    await quits(alice);
  });

  // A file system of its own needs the right to mount.
  test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'on a file system that fills and is cleared: whole lines only',
    async () => {
      const path = folder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', path]);
      try {
        const { alice } = await room(['--log', join(path, 'log')]);
        await alice.until('the full disk', () => {
          alice.send('/list');
          return /can't be written: ENOSPC/.test(alice.output);
        });
        execFileSync('truncate', ['-s', '0', join(path, 'log')]);
        await alice.until('its end', () => {
          alice.send('/list');
          return /can be written again/.test(alice.output);
        });
        const lines = readFileSync(join(path, 'log'), 'utf8').trimEnd().split('\n');
        expect(lines.filter((line) => line !== '').map((line) => typeof JSON.parse(line))).not.toContain(
          'string',
        );
        await quits(alice);
      } finally {
        execFileSync('umount', ['-l', path]);
      }
    },
  );
});

describe('the output of a peer', () => {
  test('on a full disk: told once on standard error, and the chat goes on', async () => {
    const { bob, alice } = await room([], { stdout: FULL });
    await alice.says(/The output can't be written \(ENOSPC/);
    for (const text of ['one', 'two']) {
      alice.send(text);
      await bob.waitFor(`[msg] alice: ${text}`);
    }
    expect(alice.errors.match(/can't be written/g)).toHaveLength(1);
    await quits(alice);
  });

  test('and standard error with it: the chat goes on', async () => {
    const { bob, alice } = await room(['--log', FULL], { stdout: FULL, stderr: FULL });
    alice.send('one');
    await bob.waitFor('[msg] alice: one');
    await quits(alice);
  });

  test('whose reader goes away ends the peer quietly', async () => {
    const { bob, alice } = await room([]);
    alice.child.stdout?.destroy();
    bob.send('hello');
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    expect(alice.errors).toBe('');
  });
});

describe('the room server', () => {
  async function serves(words: readonly string[], options: RedirectedOptions = {}) {
    const port = await freePort();
    const server = new Redirected(['room-server', String(port), '--host', '127.0.0.1', ...words], options);
    return { server, port };
  }

  async function isJoined(port: number): Promise<void> {
    const peer = await startMember({ server: port, name: 'bob' });
    peer.send('/quit');
    expect(await peer.ended()).toEqual({ code: 0, signal: null });
  }

  async function stops(server: Redirected): Promise<void> {
    server.child.kill('SIGTERM');
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    expect(server.errors).not.toMatch(STACK_TRACE);
  }

  test('goes on without a reader of its output (| head -1)', async () => {
    const { server, port } = await serves([]);
    await server.shows(/listening/);
    server.child.stdout?.destroy();
    await isJoined(port);
    await isJoined(port);
    await server.says(/Nobody reads the output any more/);
    await stops(server);
  });

  test('goes on with its log and its output on a full disk', async () => {
    const { server, port } = await serves(['--log', FULL], { stdout: FULL });
    await server.says(/The output can't be written/);
    await isJoined(port);
    await stops(server);
  });

  test('says on its output that the log can not be written', async () => {
    const { server, port } = await serves(['--log', FULL]);
    await server.shows(/The log \/dev\/full can't be written/);
    await isJoined(port);
    await stops(server);
  });

  test('goes on when a reader of its metrics breaks off', async () => {
    const metrics = await freePort();
    const { server, port } = await serves(['--metrics', String(metrics)]);
    await server.shows(/listening/);
    const request = get(`http://127.0.0.1:${metrics}/metrics`).on('error', () => {});
    request.on('socket', (socket) => socket.once('connect', () => socket.resetAndDestroy()));
    await isJoined(port);
    await stops(server);
  });
});

test('the demo goes on without a reader of its output', async () => {
  const demo = new Redirected(['demo', '--peers', '2']);
  await demo.shows(/Room server on/);
  demo.child.stdout?.destroy();
  await demo.says(/Nobody reads the output any more/);
  demo.child.kill('SIGTERM');
  expect(await demo.ended()).toEqual({ code: 0, signal: null });
  expect(demo.errors).not.toMatch(STACK_TRACE);
});

describe.each([['--help'], ['simulate', '--help'], ['--version']])('%s %s', (...words) => {
  test('to a full disk is a sentence and exit code 1', async () => {
    const program = new Redirected(words.filter(Boolean), { stdout: FULL });
    expect((await program.ended()).code).toBe(1);
    expect(program.errors).toMatch(/^p2pchat: The output can't be written \(ENOSPC.*\)\.\n$/);
  });

  test('to a reader that has gone ends quietly', async () => {
    const program = new Redirected(words.filter(Boolean));
    program.child.stdout?.destroy();
    expect((await program.ended()).code).toBe(0);
    expect(program.errors).toBe('');
  });
});

describe('simulate', () => {
  test.each([['--json'], ['--trace']])('%s to a reader that has gone ends soon, quietly', async (how) => {
    const program = new Redirected(['simulate', '--seeds', '1-5000', '--minutes', '1', '--jobs', '2', how]);
    await program.shows(/\n/);
    program.child.stdout?.destroy();
    expect((await program.ended()).code).toBe(0);
    expect(program.errors).not.toMatch(/Error|\n {4}at /);
  });

  test('--json to a full disk is told once, and the worlds are run', async () => {
    const program = new Redirected(
      ['simulate', '--seeds', '1-3', '--minutes', '0.05', '--peers', '3', '--faults', 'none', '--json'],
      {
        stdout: FULL,
      },
    );
    expect((await program.ended()).code).toBe(0);
    expect(program.errors.match(/can't be written/g)).toHaveLength(1);
  });
});

describe('an exception that nobody caught', () => {
  /** Throws out of a timer, a moment after the program has begun. */
  const BUG = 'data:text/javascript,setTimeout(()=>{throw new TypeError("planted")},2500)';

  test('is a sentence, stands in the log, closes the links, and makes the exit code 1', async () => {
    const path = join(folder(), 'log');
    const { bob, alice } = await room(['--log', path], { node: ['--import', BUG] });
    expect((await alice.ended()).code).toBe(1);
    await bob.waitFor(/link (to|from) alice .*lost: the other side closed it/);
    expect(alice.errors).toMatch(
      /^p2pchat: This must not happen, please report it: TypeError: planted at .*\n$/,
    );
    const entries = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.find(({ level }) => level === 'fatal')).toMatchObject({
      msg: 'planted',
      name: 'TypeError',
    });
    expect(entries.at(-1)).toMatchObject({ msg: 'terminated' });
  });
});

test.each([['nohup'], ['env']])('SIGHUP does not end what has no terminal (%s)', async (ahead) => {
  const port = await freePort();
  const server = new Redirected(['room-server', String(port), '--host', '127.0.0.1'], { ahead: [ahead] });
  await server.shows(/listening/);
  server.child.kill('SIGHUP');
  const bob = await startMember({ server: port, name: 'bob' });
  bob.send('/quit');
  await bob.ended();
  expect(server.exit).toBeUndefined();
  server.child.kill('SIGTERM');
  expect((await server.ended()).code).toBe(0);
});
