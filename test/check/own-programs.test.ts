/**
 * Goal: the tester passes this program's own peer and its own room server, in memory and on Redis, long cases
 * and all. One test, because all of them wait for the times of the protocol.
 */
import { onTestFinished, test } from 'vitest';
import { freePort } from '../e2e/tools/ports.ts';
import { Program } from '../e2e/tools/program.ts';
import { hasRedis, RedisServer } from '../room-server/redis/tools/redis-server.ts';

/** Tests share two processors with others. */
const PATIENT = ['--patience', '10', '--lanes', '2', '--strict', '--no-color'];
const OWN = [process.execPath, 'dist/cli.js'];
const DEADLINE_MS = 500_000;

/** What has not passed, in words; empty where all has. */
async function problemsOf(words: readonly string[], least: number): Promise<string[]> {
  const program = new Program(['check', ...words]);
  const { code } = await program.ended(DEADLINE_MS);
  const passed = program.count(/ ✓ /);
  if (code === 0 && passed >= least) return [];
  return [
    `exit code ${code}, ${passed} passed`,
    program.errors,
    ...program.lines.filter((line) => !/ ✓ /.test(line)),
  ];
}

async function onRedis(): Promise<string[]> {
  if (!hasRedis) return [];
  const redis = await RedisServer.start();
  onTestFinished(() => redis.kill());
  const port = await freePort();
  const server = new Program(['room-server', String(port), '--host', '127.0.0.1', '--store', redis.url]);
  await server.waitFor(`listening on 127.0.0.1:${port}`);
  // Without G:: and the two signals, which need a server of their own.
  return problemsOf(['room-server', ...PATIENT, `127.0.0.1:${port}`], 28);
}

test(
  'the own peer and the own room servers pass all cases, also those that only good programs pass',
  async ({ expect }) => {
    const problems = await Promise.all([
      problemsOf(['peer', ...PATIENT, '--', ...OWN, '{addr}', '{port}', '{myport}'], 127),
      problemsOf(['room-server', ...PATIENT, '--', ...OWN, 'room-server', '{port}'], 31),
      onRedis(),
    ]);
    expect(problems).toEqual([[], [], []]);
  },
  DEADLINE_MS,
);
