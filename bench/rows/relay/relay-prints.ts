/**
 * Relaying while printing: the real program in line mode, its output into a pipe, against the limit relay
 * that prints the same lines. A run is over when every receiver and the reader of the pipe have everything.
 */

import { readFileSync } from 'node:fs';
import { LOOPBACK } from '../../../src/protocol/names.ts';
import { Child } from '../../children/child.ts';
import { FloodedLinks, neighbours } from '../../load/flooded-links.ts';
import { Page } from '../../load/page.ts';
import { MeasuredProgram } from '../../load/processes/program.ts';
import { ScriptedRoomServer } from '../../load/scripted-room-server.ts';
import { freePort } from '../../load/sockets.ts';
import { FIRST_ID, ORIGIN, ROOM, textsOf } from '../../load/texts.ts';
import {
  type Aim,
  atLeast,
  byTurns,
  compared,
  type Effort,
  inRounds,
  medians,
  type Pair,
  type Row,
  type RowGroup,
  scaled,
} from '../../results/row.ts';

const FRAMES = 200_000;
const FRAME_BYTES = 69;
const TICK_MS = 10;
const NEWLINE = 0x0a;
/** Lines of the Message window begin with `[msg]`. */
const LETTER_M = 0x6d;
const URL_SHOWN = /http:\/\/\S+token=[\w-]+/;

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

/** Who looks on: nobody, a console without a page, a page that is open. */
type Looks = 'nobody' | 'console' | 'page';

async function startProgram(looks: Looks = 'nobody'): Promise<Printing> {
  const members = await neighbours();
  const server = new ScriptedRoomServer(() => [...members, ORIGIN]);
  const [roomServerPort, port] = [await server.start(), await freePort()];
  const words = [
    LOOPBACK,
    String(roomServerPort),
    String(port),
    '--name',
    'relay',
    '--room',
    ROOM,
    ...(looks === 'nobody' ? [] : ['--web']),
  ];
  const program = new MeasuredProgram(words);
  await program.until('it has joined', (line) => line.startsWith('[cmd] Joined'));
  const page = looks === 'page' ? await openPage(program) : undefined;
  const links = await FloodedLinks.dial(port, members);
  await program.until('three are linked', (line) => line.startsWith('[cmd] Backward link from three'));
  const stop = async () => {
    links.close();
    page?.close();
    await program.stop();
    server.stop();
  };
  return { pid: program.pid ?? 0, links, output: program.takeOutput(), stop };
}

/** The page of the console that this program has opened. */
async function openPage(program: MeasuredProgram): Promise<Page> {
  const line = await program.until('its console is open', (shown) => URL_SHOWN.test(shown));
  return Page.open(URL_SHOWN.exec(line)?.[0] ?? '');
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

/** Counts the lines of the Message window; a chunk may cut one. */
class MessageLines {
  count = 0;
  #rest = Buffer.alloc(0);

  take(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      if (bytes[start + 1] === LETTER_M) this.count += 1;
      start = end + 1;
    }
    this.#rest = Buffer.from(bytes.subarray(start));
  }
}

function passer({ pid, links, output }: Printing, count: number): (bytes: Buffer) => Promise<Printed> {
  const lines = new MessageLines();
  output.on('data', (chunk: Buffer | string) => {
    lines.take(Buffer.from(chunk));
    links.arrived();
  });
  links.alsoAwait(() => lines.count / count);
  return async (bytes) => {
    lines.count = 0;
    const before = cpuMs(pid);
    const tookMs = await links.pass(bytes);
    if (lines.count !== count) throw new Error(`${lines.count} of ${count} messages were printed`);
    return {
      framesPerSecond: (count / tookMs) * 1_000,
      cpuUsPerFrame: ((cpuMs(pid) - before) / count) * 1_000,
    };
  };
}

/** Starts one side. */
type Start = () => Promise<Printing>;

async function turns(effort: Effort, startProgram: Start, startLimit: Start): Promise<Pair<Printed>[]> {
  const [program, limit] = [await startProgram(), await startLimit()];
  const count = scaled(FRAMES, effort);
  const texts = (turn: number) => textsOf(count, FRAME_BYTES, FIRST_ID + turn * count);
  const [pass, passLimit] = [passer(program, count), passer(limit, count)];
  try {
    return await byTurns(
      effort,
      (turn) => pass(texts(turn)),
      (turn) => passLimit(texts(turn)),
    );
  } finally {
    await program.stop();
    await limit.stop();
  }
}

async function compare(
  effort: Effort,
  name: string,
  aim: Aim,
  startOne: Start,
  startOther: Start,
): Promise<Row> {
  const pairs = await inRounds(effort, (part) => turns(part, startOne, startOther));
  const speed = medians(pairs, ({ framesPerSecond }) => framesPerSecond);
  const cpu = medians(pairs, ({ cpuUsPerFrame }) => cpuUsPerFrame);
  const figures =
    `${Math.round(speed.program).toLocaleString('en')} of ${Math.round(speed.limit).toLocaleString('en')} frames/s, ` +
    `${cpu.program.toFixed(2)} against ${cpu.limit.toFixed(2)} µs CPU a frame`;
  return compared(name, aim, pairs, ({ framesPerSecond }) => framesPerSecond, figures);
}

/** Relaying while printing. */
export const RELAY_PRINTS: RowGroup = {
  name: 'relay-prints',
  async *measure(effort) {
    const name = `relay that prints, ${FRAME_BYTES}-byte TEXTs`;
    yield await compare(effort, name, atLeast(0.8), () => startProgram(), startLimit);
  },
};

/**
 * Relaying while a page of the console and an inspector are open, against the same program without a console.
 */
export const RELAY_WATCHED: RowGroup = {
  name: 'relay-watched',
  async *measure(effort) {
    const name = 'relay that prints, inspector page open, against none';
    yield await compare(
      effort,
      name,
      atLeast(0.5),
      () => startProgram('page'),
      () => startProgram(),
    );
    yield await compare(
      effort,
      'relay that prints, console without a page, against none',
      atLeast(0.91),
      () => startProgram('console'),
      () => startProgram(),
    );
  },
};
