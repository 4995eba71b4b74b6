/**
 * Relaying while printing: the real program in line mode, its output into a pipe, against the limit relay that prints
 * the same lines. A run is over when every receiver and the reader of the pipe have everything.
 */
import { readFileSync } from 'node:fs';
import { Child } from '../child.ts';
import { FloodedLinks, neighbours } from '../load/flooded-links.ts';
import { Program } from '../load/program.ts';
import { ScriptedRoomServer } from '../load/scripted-room-server.ts';
import { freePort, LOOPBACK } from '../load/sockets.ts';
import { FIRST_ID, ORIGIN, ROOM, textsOf } from '../load/texts.ts';
import { atLeast, byTurns, compared, medians, type RowGroup, scaled } from '../row.ts';

const FRAMES = 200_000;
const FRAME_BYTES = 69;
const TICK_MS = 10;
const NEWLINE = 0x0a;

interface Printed {
  readonly framesPerSecond: number;
  readonly cpuUsPerFrame: number;
}

/** A relay whose output is counted. */
interface Printing {
  readonly pid: number;
  readonly links: FloodedLinks;
  readonly output: NodeJS.ReadableStream;
  stop(): Promise<void>;
}

async function startProgram(): Promise<Printing> {
  const members = await neighbours();
  const server = new ScriptedRoomServer(() => [...members, ORIGIN]);
  const [roomServerPort, port] = [await server.start(), await freePort()];
  const words = [LOOPBACK, String(roomServerPort), String(port), '--name', 'relay', '--room', ROOM];
  const program = new Program(words);
  await program.until('it has joined', (line) => line.startsWith('[cmd] Joined'));
  const links = await FloodedLinks.dial(port, members);
  await program.until('three are linked', (line) => line.startsWith('[cmd] Backward link from three'));
  const stop = async () => {
    links.close();
    await program.stop();
    server.stop();
  };
  return { pid: program.pid ?? 0, links, output: program.takeOutput(), stop };
}

async function startLimit(): Promise<Printing> {
  const { child, ready } = await Child.start<{ port: number }>('limits/relay', { prints: true }, 'pipe');
  const links = await FloodedLinks.dial(ready.port, await neighbours());
  const stop = async () => {
    links.close();
    await child.stop();
  };
  return { pid: child.pid, links, output: child.output, stop };
}

/** CPU that a process has used, user and system; 0 where the system does not say. */
function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

function passer({ pid, links, output }: Printing, count: number): (bytes: Buffer) => Promise<Printed> {
  let lines = 0;
  output.on('data', (chunk: Buffer | string) => {
    const bytes = Buffer.from(chunk);
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
    links.arrived();
  });
  links.alsoAwait(() => lines / count);
  return async (bytes) => {
    lines = 0;
    const before = cpuMs(pid);
    const tookMs = await links.pass(bytes);
    if (lines !== count) throw new Error(`${lines} of ${count} lines were printed`);
    return {
      framesPerSecond: (count / tookMs) * 1_000,
      cpuUsPerFrame: ((cpuMs(pid) - before) / count) * 1_000,
    };
  };
}

/** Relaying while printing. */
export const RELAY_PRINTS: RowGroup = {
  name: 'relay-prints',
  async *measure(effort) {
    const [program, limit] = [await startProgram(), await startLimit()];
    const count = scaled(FRAMES, effort);
    const texts = (turn: number) => textsOf(count, FRAME_BYTES, FIRST_ID + turn * count);
    const [pass, passLimit] = [passer(program, count), passer(limit, count)];
    try {
      const pairs = await byTurns(
        effort,
        (turn) => pass(texts(turn)),
        (turn) => passLimit(texts(turn)),
      );
      const speed = medians(pairs, ({ framesPerSecond }) => framesPerSecond);
      const cpu = medians(pairs, ({ cpuUsPerFrame }) => cpuUsPerFrame);
      const figures =
        `${Math.round(speed.program).toLocaleString('en')} of ${Math.round(speed.limit).toLocaleString('en')} frames/s, ` +
        `${cpu.program.toFixed(2)} against ${cpu.limit.toFixed(2)} µs CPU a frame`;
      const name = `relay that prints, ${FRAME_BYTES}-byte TEXTs`;
      yield compared(name, atLeast(0.8), pairs, ({ framesPerSecond }) => framesPerSecond, figures);
    } finally {
      await program.stop();
      await limit.stop();
    }
  },
};
