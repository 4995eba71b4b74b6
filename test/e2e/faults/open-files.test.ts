/**
 * Too few files while the program runs: told once, nothing else fails, and it is over when files are closed.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { startMember, startRoomServer } from '../tools/program.ts';
import { dial, type RawConnection } from '../tools/raw.ts';
import { Redirected } from '../tools/redirected.ts';
import { LOOPBACK } from '../tools/wire.ts';

const STACK_TRACE = /\n {4}at /;
const FULL = /Too many files are open: new connections fail until some are closed/g;
/** Some 20 of them are Node's own. */
const FILES = 40;
const CONNECTIONS = 100;
const TICKS_A_SECOND = 100;

/** Words that start the program with few files. */
const FEW = ['sh', '-c', `ulimit -n ${FILES}; exec "$@"`, 'sh'];

async function knock(port: number): Promise<RawConnection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => dial(port)));
}

/** Seconds of processor time that a process has used. */
function processorSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

test.runIf(process.platform === 'linux')('a room server', async () => {
  const port = await freePort();
  const server = new Redirected(['room-server', String(port), '--host', LOOPBACK], { ahead: FEW });
  await server.shows(/listening/);
  const flood = await knock(port);
  await server.shows(FULL);
  const before = processorSeconds(server.child.pid);
  // Who is connected is served; it takes as long as it takes, and costs nearly nothing.
  const served = flood.filter(({ end }) => end === undefined);
  expect(served.length).toBeGreaterThan(0);
  const first = await Promise.any(
    served.map(async (connection) => {
      connection.write('L::\r\n');
      await connection.waitForText('G::\r\n');
      return connection;
    }),
  );
  expect(first.end).toBeUndefined();
  expect(processorSeconds(server.child.pid) - before).toBeLessThan(1);
  for (const connection of flood) connection.reset();
  await server.shows(/Files can be opened again/);
  const bob = await startMember({ server: port, name: 'bob' });
  bob.send('/quit');
  await bob.ended();
  expect(server.output.match(FULL)).toHaveLength(1);
  server.child.kill('SIGTERM');
  expect(await server.ended()).toEqual({ code: 0, signal: null });
  expect(server.errors).not.toMatch(STACK_TRACE);
});

test.runIf(process.platform === 'linux')('a peer, whose chat and addresses go on', async () => {
  const server = await startRoomServer();
  const bob = await startMember({ server: server.port, name: 'bob' });
  const port = await freePort();
  const words = [LOOPBACK, String(server.port), String(port), '--name', 'alice', '--room', 'room1'];
  const alice = new Redirected(words, {
    ahead: FEW,
    limits: { peer: { reconnectMinMs: 100, reconnectMaxMs: 500, keepaliveMs: 300 } },
  });
  await bob.waitFor(/Backward link from alice|Forward link to alice/);
  const flood = await knock(port);
  await alice.shows(FULL);
  bob.send('without files');
  await alice.shows(/\[msg\] bob: without files/);
  alice.send('heard all the same');
  await bob.waitFor('[msg] alice: heard all the same');
  // A connect fails for want of files; afterwards the room server is found again.
  server.signal('SIGKILL');
  await alice.shows(/Connection to the room server lost/);
  await server.ended();
  for (const connection of flood) connection.reset();
  await startRoomServer({}, server.port);
  await alice.shows(/Connected to the room server .* again/);
  expect(alice.output.match(FULL)).toHaveLength(1);
  alice.send('/quit');
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
  expect(alice.errors).not.toMatch(STACK_TRACE);
});

test.runIf(process.platform === 'linux')('a demo', async () => {
  const demo = new Redirected(['demo', '--peers', '2'], {
    ahead: ['sh', '-c', 'ulimit -n 60; exec "$@"', 'sh'],
  });
  await demo.shows(/Another peer: p2pchat/);
  const port = Number(/Room server on \S+:(\d+)/.exec(demo.output)?.[1]);
  const flood = await knock(port);
  await demo.shows(FULL);
  for (const connection of flood) connection.reset();
  await demo.shows(/Files can be opened again/);
  demo.child.kill('SIGTERM');
  expect(await demo.ended()).toEqual({ code: 0, signal: null });
  expect(demo.errors).not.toMatch(STACK_TRACE);
});
