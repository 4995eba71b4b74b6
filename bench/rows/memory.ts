/** Memory: a peer that does nothing, a link, a member, a thousand peers, and an hour of chat. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { Child } from '../children/child.ts';
import { shakeHands } from '../load/flooded-links.ts';
import { memberOf } from '../load/members.ts';
import { MeasuredProgram } from '../load/processes/program.ts';
import { ScriptedRoomServer } from '../load/scripted-room-server.ts';
import { freePort } from '../load/sockets.ts';
import {
  byTurns,
  compared,
  type Effort,
  LISTED,
  medians,
  type Row,
  type RowGroup,
  scaled,
} from '../results/row.ts';
import { slope } from '../results/statistics.ts';

const KILOBYTE = 1_024;
const MEGABYTE = 1_048_576;
const LINKS = 200;
const MEMBERS = 10_000;
const PEERS = 1_000;
const HOUR_MINUTES = 60;
const HOUR_PEERS = 20;
const HOUR_SAMPLES = 12;
/** Growth in an hour that would still be within what a garbage collector leaves now and then. */
const GROWTH_MAX_SHARE = 0.02;
const SETTLE_MS = 1_000;

function listed(name: string, figures: string): Row {
  return { name, ratio: null, spread: 0, aim: '', holds: true, figures };
}

async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * KILOBYTE;
}

async function bareNode(): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)']);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  await settled();
  const bytes = await residentBytes(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return bytes;
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

async function idlePeer(roomServerPort: number): Promise<number> {
  const words = [
    LOOPBACK,
    String(roomServerPort),
    String(await freePort()),
    '--name',
    'idle',
    '--room',
    'bench',
  ];
  const program = new MeasuredProgram(words);
  await program.until('it has joined', (line) => line.startsWith('[cmd] Joined'));
  await settled();
  const bytes = await residentBytes(program.pid);
  await program.stop();
  return bytes;
}

async function idleRow(effort: Effort): Promise<Row> {
  const server = new ScriptedRoomServer(() => []);
  const port = await server.start();
  const few = { ...effort, runs: Math.min(effort.runs, 3) };
  try {
    const pairs = await byTurns(few, () => idlePeer(port), bareNode);
    const { program, limit } = medians(pairs, (bytes) => bytes / MEGABYTE);
    const figures = `${program.toFixed(1)} against ${limit.toFixed(1)} MiB: ${(program - limit).toFixed(1)} MiB more`;
    return compared(
      'memory, resident set of an idle peer over bare node',
      LISTED,
      pairs,
      (bytes) => bytes,
      figures,
    );
  } finally {
    server.stop();
  }
}

async function withPeer<Result>(
  members: readonly MemberAddress[],
  use: (child: Child, port: number) => Promise<Result>,
): Promise<Result> {
  const server = new ScriptedRoomServer(() => members);
  const roomServerPort = await server.start();
  const settings = { name: 'weighed', roomServerPort, listens: true };
  const { child, ready } = await Child.start<{ port: number }>('programs/peer', settings);
  try {
    return await use(child, ready.port);
  } finally {
    await child.stop();
    server.stop();
  }
}

async function heapBytes(child: Child): Promise<number> {
  return (await child.ask<{ heapBytes: number }>('memory')).heapBytes;
}

async function linkRow(effort: Effort): Promise<Row> {
  const count = scaled(LINKS, effort, 20);
  const members = Array.from({ length: count }, (_, number) => ({
    ...memberOf(number),
    ip: LOOPBACK,
    port: 20_000 + number,
  }));
  const bytes = await withPeer(members, async (child, port) => {
    const before = await heapBytes(child);
    const sockets = [];
    for (const member of members) sockets.push(await shakeHands(port, member, () => {}));
    const after = await heapBytes(child);
    for (const socket of sockets) socket.destroy();
    return (after - before) / count;
  });
  return listed(`memory of a link (${count} of them)`, `${(bytes / KILOBYTE).toFixed(1)} KiB`);
}

async function memberRow(effort: Effort): Promise<Row> {
  const count = scaled(MEMBERS, effort, 100);
  const few = await withPeer([], heapBytes);
  const many = await withPeer(
    Array.from({ length: count }, (_, number) => memberOf(number)),
    heapBytes,
  );
  return listed(
    `memory of a member (${count.toLocaleString('en')} of them)`,
    `${Math.round((many - few) / count)} bytes`,
  );
}

interface Weighed {
  readonly emptyBytes: number;
  readonly idleBytes: number;
  readonly chat: readonly { readonly minute: number; readonly bytes: number }[];
  readonly missed: number;
}

async function weigh(settings: { peers: number; minutes: number; samples: number }): Promise<Weighed> {
  const { child, ready } = await Child.start<Weighed>('programs/memory', settings);
  await child.stop();
  return ready;
}

async function thousandRow(effort: Effort): Promise<Row> {
  const peers = scaled(PEERS, effort, 20);
  const { emptyBytes, idleBytes } = await weigh({ peers, minutes: 0, samples: 0 });
  const all = idleBytes - emptyBytes;
  return listed(
    `memory of ${peers.toLocaleString('en')} peers in one process`,
    `${(all / MEGABYTE).toFixed(0)} MiB, ${(all / peers / KILOBYTE).toFixed(0)} KiB a peer`,
  );
}

async function hourRow(effort: Effort): Promise<Row> {
  const minutes = scaled(HOUR_MINUTES, effort, 2);
  const { chat, missed } = await weigh({ peers: HOUR_PEERS, minutes, samples: HOUR_SAMPLES });
  // The seen-cache fills for its first minutes: what counts is what comes then.
  const later = chat.slice(Math.floor(chat.length / 2)).map(({ minute, bytes }) => ({ x: minute, y: bytes }));
  const line = slope(later);
  const weight = later[0]?.y ?? 0;
  const share = (line.slope * minutes) / weight;
  return {
    name: `memory over ${minutes} simulated minutes of chat among ${HOUR_PEERS} peers`,
    ratio: 1 + share,
    spread: 0,
    aim: 'no growth',
    holds: missed === 0 && (Math.abs(share) <= GROWTH_MAX_SHARE || Math.abs(line.slope) <= line.error),
    figures: `${(weight / MEGABYTE).toFixed(1)} MiB in the middle, then ${((line.slope * minutes) / KILOBYTE).toFixed(0)} ± ${((line.error * minutes) / KILOBYTE).toFixed(0)} KiB a ${minutes === HOUR_MINUTES ? 'hour' : 'run'}`,
  };
}

/** Memory. */
export const MEMORY: RowGroup = {
  name: 'memory',
  async *measure(effort) {
    yield await idleRow(effort);
    yield await linkRow(effort);
    yield await memberRow(effort);
    yield await thousandRow(effort);
    yield await hourRow(effort);
  },
};
