/**
 * The room server's command line: where the rooms are kept, and the metrics. What a store does is tested with
 * one.
 */
import { describe, expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { Program } from '../tools/program.ts';
import { dial } from '../tools/raw.ts';
import { closeBehindTest } from '../tools/teardown.ts';

const SECRET = 'sesame';

/** Runs the room server with these words and waits until it listens. */
async function startServer(words: readonly string[]): Promise<Program & { port: number }> {
  const port = await freePort();
  const server = new Program(['room-server', String(port), '--host', '127.0.0.1', ...words]);
  await server.waitFor(`listening on 127.0.0.1:${port}`);
  return Object.assign(server, { port });
}

/** With a value of P2PCHAT_STORE for the programs that a test starts. */
function setStore(url: string): void {
  const before = process.env.P2PCHAT_STORE;
  process.env.P2PCHAT_STORE = url;
  closeBehindTest(() => {
    if (before === undefined) delete process.env.P2PCHAT_STORE;
    else process.env.P2PCHAT_STORE = before;
  });
}

describe('--metrics', () => {
  test('shows Prometheus text on 127.0.0.1, at one path, and ends with the server', async () => {
    const metricsPort = await freePort();
    const server = await startServer(['--metrics', String(metricsPort)]);
    const member = await dial(server.port);
    member.write('J:room:alice:127.0.0.1:5001::\r\n');
    await member.waitForText('M:4184148821156573415:alice:127.0.0.1:5001::\r\n');
    const url = `http://127.0.0.1:${metricsPort}`;
    expect(server.lines).toContain(`metrics at ${url}/metrics`);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toContain('p2pchat_requests_total{kind="join",outcome="added"} 1\n');
    expect(text).toContain('p2pchat_members 1\n');
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
    server.signal('SIGTERM');
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    await expect(fetch(`${url}/metrics`)).rejects.toThrow();
  });

  test('on a port in use: exit code 1 and the reason, and nothing is left running', async () => {
    const first = await startServer([]);
    const second = new Program(['room-server', '1', '--metrics', String(first.port)]);
    expect(await second.ended()).toEqual({ code: 1, signal: null });
    expect(second.errors).toMatch(/^p2pchat: Cannot show metrics on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
  });
});

describe('--store', () => {
  test.each(['postgres://h', 'redis:', `redis://u:${SECRET}@`, 'redis://h/x', 'redis://h/0?a=b', 'disk', ''])(
    '%j is no store: exit code 2, and what was given is not repeated',
    async (store) => {
      const server = new Program(['room-server', '--store', store]);
      expect(await server.ended()).toEqual({ code: 2, signal: null });
      expect(server.errors).toMatch(/^error: --store wants memory, redis:/);
      expect(server.errors).not.toContain(SECRET);
    },
  );

  test.each([
    'redis://:pa%ss@host',
    'redis://user:50%@host',
    'redis+sentinel://us%er:pass@host/rooms',
    'rediss://:%@h',
  ])(
    '%j holds a percent sign alone: a sentence says what to write, on the command line or not',
    async (store) => {
      const onCommandLine = new Program(['room-server', '--store', store]);
      setStore(store);
      const inEnvironment = new Program(['room-server']);
      for (const server of [onCommandLine, inEnvironment]) {
        expect(await server.ended()).toEqual({ code: 2, signal: null });
        expect(server.errors).toMatch(/^error: --store wants .* write %25 for it/);
        expect(server.errors).not.toMatch(/\n {4}at |pa%ss|50%|us%er|:%@/);
      }
    },
  );

  test('is taken from the environment; a store that is away is told without the password, and to who asks', async () => {
    const redisPort = await freePort();
    setStore(`redis://user:${SECRET}@127.0.0.1:${redisPort}/2`);
    const server = await startServer([]);
    await server.waitFor(new RegExp(`^store redis://127.0.0.1:${redisPort}/2 lost: .*ECONNREFUSED`));
    const client = await dial(server.port);
    client.write('L::\r\n');
    await client.waitForText('F:LIST message - The store of the rooms is away, try again later!!::\r\n');
    server.signal('SIGINT');
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    expect(server.output.toString() + server.errors).not.toContain(SECRET);
  });

  test.each([
    ['redis://127.0.0.1:1', ['--store', 'memory']],
    ['', []],
  ])('memory goes before %j in the environment with the words %j', async (url, words) => {
    setStore(url);
    const server = await startServer(words);
    const client = await dial(server.port);
    client.write('L::\r\n');
    await client.waitForText('G::\r\n');
    expect(server.count(/store/)).toBe(0);
  });
});
