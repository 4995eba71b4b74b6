/**
 * `--pcap` as its users meet it, with real processes: what went over the wires is in the file, also after a
 * kill; a bound and a full disk cost the capture only.
 */
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort } from '../e2e/tools/ports.ts';
import { Program, startMember } from '../e2e/tools/program.ts';
import { fileIn, watchedRoom } from '../e2e/tools/watched-room.ts';
import { connectionsIn, packetsIn } from './read-capture.ts';
import { hasTshark, wrongPackets } from './tshark.ts';

const packets = (path: string) => packetsIn(readFileSync(path));
const connections = (path: string) => connectionsIn(packets(path));
const said = (path: string) =>
  connections(path)
    .map(({ fromClient, fromServer }) => fromClient + fromServer)
    .join('');

test('all that went over the wires of a peer is in the file when it has quit', async () => {
  const path = fileIn('room.pcapng');
  const startedMs = Date.now();
  const { server, bob, alice } = await watchedRoom(['--pcap', path]);
  bob.send('good morning');
  await alice.waitFor('[msg] bob: good morning');
  alice.send('hello bob');
  await bob.waitFor('[msg] alice: hello bob');
  alice.send('/poke bob');
  await alice.waitFor(/bob has (got|answered)|answered/);
  alice.send('/quit');
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
  const [toServer, link, ...others] = connections(path);
  expect(others).toEqual([]);
  expect(toServer?.server).toBe(`127.0.0.1:${server.port}`);
  expect(toServer?.fromClient).toContain(`:alice:127.0.0.1:${alice.port}::\r\n`);
  expect(toServer?.fromServer).toMatch(/^M:\d+:alice:.*::\r\n$/s);
  const both = `${link?.fromClient}${link?.fromServer}`;
  expect(both).toContain(':good morning::\r\n');
  expect(both).toContain(':hello bob::\r\n');
  for (const { marks } of [toServer, link].filter((each) => each !== undefined)) {
    expect(marks.slice(0, 3)).toEqual(['c S', 's SA', 'c A']);
    expect(marks.slice(3).toSorted()).toEqual(['c FA', 's FA']);
  }
  const datagrams = packets(path).filter(({ transport }) => transport === 'UDP');
  expect(datagrams.map(({ from, to, payload }) => `${from} ${to} ${payload}`)).toEqual([
    expect.stringContaining(`127.0.0.1:${alice.port} 127.0.0.1:${bob.port} K:`),
    `127.0.0.1:${bob.port} 127.0.0.1:${alice.port} A::\r\n`,
  ]);
  for (const { timeMs } of packets(path)) {
    expect(timeMs).toBeGreaterThan(startedMs - 1_000);
    expect(timeMs).toBeLessThan(Date.now() + 1_000);
  }
  expect(statSync(path).mode & 0o077).toBe(0);
  if (hasTshark) expect(wrongPackets(path)).toEqual([]);
});

test('after a kill it can be read to its last whole packet', async () => {
  const path = fileIn('room.pcapng');
  const { bob, alice } = await watchedRoom(['--pcap', path]);
  bob.send('the last words');
  await alice.waitFor('[msg] bob: the last words');
  await expect.poll(() => said(path)).toContain('the last words');
  alice.signal('SIGKILL');
  expect(await alice.ended()).toEqual({ code: null, signal: 'SIGKILL' });
  const before = packets(path).length;
  appendFileSync(path, readFileSync(path).subarray(-30, -1));
  expect(packets(path)).toHaveLength(before);
  expect(said(path)).toContain('the last words');
});

test('at its largest size it ends, in whole packets, and says so; the chat goes on', async () => {
  const path = fileIn('room.pcapng');
  const most = 65_536;
  const { bob, alice } = await watchedRoom(['--pcap', path, '--pcap-max', '64k']);
  for (let number = 1; number <= 400; number += 1) bob.send(`message ${number} ${'x'.repeat(200)}`);
  await alice.waitFor(/^\[msg\] bob: message 400 /);
  expect(alice.errors + alice.lines.join('\n')).toMatch(
    /The capture \S+ has its largest size \(65536 bytes\)\. It goes no further/,
  );
  await expect.poll(() => packets(path).length).toBeGreaterThan(5);
  expect(statSync(path).size).toBeLessThanOrEqual(most);
});

test('on a full disk the capture ends, and nothing else', async () => {
  const { bob, alice } = await watchedRoom(['--pcap', '/dev/full']);
  bob.send('still here?');
  await alice.waitFor('[msg] bob: still here?');
  expect(alice.errors + alice.lines.join('\n')).toMatch(/The capture \/dev\/full can't be written: ENOSPC/);
  alice.send('/quit');
  expect(await alice.ended()).toEqual({ code: 0, signal: null });
});

test('a file that cannot be made is said before anything begins', async () => {
  const program = new Program(['--pcap', '/nowhere/room.pcapng']);
  expect(await program.ended()).toEqual({ code: 1, signal: null });
  expect(program.errors).toMatch(/Cannot write the capture \/nowhere\/room\.pcapng: ENOENT/);
});

test('a peer that starts the room server itself has both ends in it, each byte once', async () => {
  const path = fileIn('room.pcapng');
  const alice = new Program(['--name', 'alice', '--room', 'tea', '--pcap', path]);
  await alice.waitFor(/^\[cmd\] Joined tea/);
  alice.send('/quit');
  expect((await alice.ended()).code).toBe(0);
  expect(said(path).match(/J:tea:alice/g)).toHaveLength(1);
});

test('a room server, a demo and one simulated world write theirs', async () => {
  const [ofServer, ofDemo, ofWorld] = [
    fileIn('room.pcapng'),
    fileIn('room.pcapng'),
    fileIn('room.pcapng'),
  ] as const;
  const port = await freePort();
  const server = new Program(['room-server', String(port), '--pcap', ofServer]);
  await server.waitFor(/^listening on /);
  const dave = await startMember({ server: port, name: 'dave' });
  dave.send('/quit');
  await dave.ended();
  server.signal('SIGINT');
  expect((await server.ended()).code).toBe(0);
  expect(said(ofServer)).toMatch(/^J:\S+:dave:127\.0\.0\.1:/);

  const demo = new Program(['demo', '--peers', '2', '--pcap', ofDemo]);
  await demo.waitFor(/^In the room demo/);
  demo.signal('SIGINT');
  expect((await demo.ended()).code).toBe(0);
  expect(said(ofDemo).match(/P:demo:bob/g)).toHaveLength(1);

  const world = new Program(['simulate', '--seed', '5', '--minutes', '0.2', '--pcap', ofWorld]);
  expect(await world.ended()).toEqual({ code: 0, signal: null });
  expect(new Set(packets(ofWorld).map(({ to }) => to.split(':')[0])).size).toBeGreaterThan(2);
  expect(packets(ofWorld)[0]?.timeMs).toBeLessThan(60_000);
  if (hasTshark) for (const path of [ofServer, ofDemo, ofWorld]) expect(wrongPackets(path)).toEqual([]);
});

test('several worlds at once are no capture', async () => {
  const program = new Program(['simulate', '--seeds', '1-2', '--pcap', fileIn('room.pcapng')]);
  expect((await program.ended()).code).toBe(2);
  expect(program.errors).toMatch(/--pcap captures one world: give --seed/);
});

test('a simulated room that runs live writes the story that is told', async () => {
  const path = fileIn('room.pcapng');
  const demo = new Program(['demo', '--simulated', '--pcap', path]);
  await demo.waitFor(/^Web console: /);
  await expect.poll(() => packets(path).length, { timeout: 20_000 }).toBeGreaterThan(10);
  demo.signal('SIGINT');
  expect((await demo.ended()).code).toBe(0);
  expect(said(path)).toContain('J:room:');
});
