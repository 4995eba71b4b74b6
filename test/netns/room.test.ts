/**
 * Goal: what is piped into a peer, and what a peer says that is there for one line only, is shown exactly
 * once by everybody in the room.
 *
 * `P2PCHAT_NETNS=full npx vitest run test/netns` pipes as many lines as a full run of the bench.
 */
import { expect } from 'vitest';
import { lineOf, PrintedLines } from '../../bench/load/processes/printed-lines.ts';
import type { MeasuredProgram } from '../../bench/load/processes/program.ts';
import { Condition } from '../../bench/load/sockets.ts';
import { Watched } from '../e2e/tools/watched.ts';
import { IS_FULL, testInRoom } from './in-namespaces.ts';
import type { RoomInNamespaces } from './room-in-namespaces.ts';

const PIPED_LINES = IS_FULL ? 200_000 : 40_000;
const LINE_BYTES = 22;
const PIPED_MS = IS_FULL ? 180_000 : 50_000;
/** What the others may still have to print when the speaker has ended. */
const PRINTED_MS = 20_000;
const ONE_SHOTS = 13;
const ONE_SHOTS_MS = 60_000;
const SHOWN_MS = 5_000;
const PORT = 5_001;
const OTHERS = ['bob', 'cyd', 'dan', 'eve'] as const;

/** A member in line mode whose output is only counted. */
class Counted extends Watched {
  readonly #program: MeasuredProgram;
  readonly printed: PrintedLines;
  readonly others: string[] = [];
  isOver = false;

  constructor(program: MeasuredProgram) {
    super();
    this.#program = program;
    this.printed = new PrintedLines(PIPED_LINES, (line) => this.others.push(line));
    program.takeOutput().on('data', (chunk: Buffer | string) => {
      this.printed.take(Buffer.from(chunk));
      this.changed();
    });
    void program.ended().then(() => {
      this.isOver = true;
      this.changed();
    });
  }

  get program(): MeasuredProgram {
    return this.#program;
  }

  transcript(): string {
    const { count, doubled } = this.printed;
    return `${count} printed, ${doubled} doubled\n${this.others.slice(-20).join('\n')}`;
  }
}

/** Starts a member that prints text, joins it, and waits for its links where there is somebody to link to. */
async function startCounted(room: RoomInNamespaces, name: string, isFirst: boolean): Promise<Counted> {
  const host = await room.namespaces.host();
  const words = [room.serverHost.address, String(room.serverPort), String(PORT), '--name', name];
  const program = room.run(host, [...words, '--room', 'os', '--no-color']);
  await program.until(`${name} has joined`, (line) => line.startsWith('[cmd] Joined '));
  if (!isFirst)
    await program.until(`${name} has linked`, (line) => line.startsWith('[cmd] Forward link to '));
  return new Counted(program);
}

testInRoom(`${PIPED_LINES} lines piped into one of five are all printed by four`, PIPED_MS, async (room) => {
  const speaker = await startCounted(room, 'ada', true);
  const others: Counted[] = [];
  for (const name of OTHERS) others.push(await startCounted(room, name, false));
  const lines = Array.from({ length: PIPED_LINES }, (_, number) => `${lineOf(number, LINE_BYTES)}\n`);
  speaker.program.feed(lines.join(''));
  speaker.program.end();
  // As `cat lines | p2pchat …` does it: the program ends by itself when all of it has been taken.
  const code = await speaker.program.ended();
  for (const other of others) {
    const isComplete = () => other.printed.count === PIPED_LINES;
    await other.until('every line is printed', isComplete, PRINTED_MS);
    expect(other.printed.doubled).toBe(0);
    expect(other.others.filter((line) => /slow/.test(line))).toEqual([]);
  }
  expect(code).toBe(0);
});

testInRoom(
  `a line of a program that ends with it arrives, ${ONE_SHOTS} times`,
  ONE_SHOTS_MS,
  async (room) => {
    const shown: string[] = [];
    const condition = new Condition();
    const listen = (line: string) => {
      const { content = '' } = JSON.parse(line) as { content?: string };
      if (content.startsWith('hi ')) shown.push(content);
      condition.changed();
    };
    const roomServer = [room.serverHost.address, String(room.serverPort), String(PORT)];
    for (const name of ['ada', 'bob']) {
      const words = [...roomServer, '--name', name, '--room', 'os', '--json'];
      const program = room.run(await room.namespaces.host(), words, listen);
      await program.until(`${name} has joined`, (line) => line.includes('"type":"joined"'));
      if (name === 'bob') await program.until('the two are linked', (line) => line.includes('"CONNECTED"'));
    }
    const host = await room.namespaces.host();
    const codes: (number | null)[] = [];
    for (let time = 1; time <= ONE_SHOTS; time += 1) {
      const program = room.run(host, [...roomServer, '--name', 'ci', '--room', 'os']);
      // Not the same words: a restarted member that says them again under the same number is taken for a
      // replay by everybody but its neighbours (docs/ARCHITECTURE.md, "Exactly once").
      program.feed(`hi ${time}\n`);
      program.end();
      codes.push(await program.ended());
    }
    // The last one may have ended a moment before it is shown.
    await condition.until('every line is shown by both', () => shown.length >= 2 * ONE_SHOTS, SHOWN_MS);
    const each = Array.from({ length: ONE_SHOTS }, (_, index) => `hi ${index + 1}`);
    expect([...shown].sort()).toEqual([...each, ...each].sort());
    expect(codes).toEqual(codes.map(() => 0));
  },
);
