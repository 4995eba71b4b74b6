/**
 * Relaying: a real peer with four links, one that TEXTs come from and three that they go to, against the
 * limit program; and the longest stall of its event loop while 100,000 of them pass.
 */
import { Child } from '../../children/child.ts';
import { FloodedLinks, LinkDroppedError, neighbours } from '../../load/flooded-links.ts';
import { ScriptedRoomServer } from '../../load/scripted-room-server.ts';
import { FIRST_ID, ORIGIN, textsOf } from '../../load/texts.ts';
import {
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
import { median } from '../../results/statistics.ts';

interface Passed {
  readonly framesPerSecond: number;
  readonly cpuUsPerFrame: number;
  readonly stallMs: number;
}

const FRAMES = { 69: 300_000, 500: 100_000 } as const;
const STALL_FRAMES = 100_000;
const STALL_MAX_MS = 20;
const STALL_NAME = `event loop, longest stall while ${STALL_FRAMES.toLocaleString('en')} TEXTs pass`;

/** One relay under load. */
interface Loaded {
  pass(count: number, bytes: Buffer): Promise<Passed>;
  watchStalls(): Promise<void>;
  stop(): Promise<void>;
}

async function load(child: Child, links: FloodedLinks, stop: () => void): Promise<Loaded> {
  return {
    pass: async (count, bytes) => {
      await child.usage();
      const tookMs = await links.pass(bytes);
      const usage = await child.usage();
      if (usage.count !== count) throw new Error(`${usage.count} of ${count} texts were taken`);
      return {
        framesPerSecond: (count / tookMs) * 1_000,
        cpuUsPerFrame: (usage.cpuMs / count) * 1_000,
        stallMs: usage.stallMs,
      };
    },
    watchStalls: () => child.watchStalls(),
    stop: async () => {
      links.close();
      await child.stop();
      stop();
    },
  };
}

async function loadPeer(listens: boolean): Promise<Loaded> {
  const members = await neighbours();
  const server = new ScriptedRoomServer(() => [...members, ORIGIN]);
  const roomServerPort = await server.start();
  const { child, ready } = await Child.start<{ port: number }>('programs/peer', {
    listens,
    name: 'relay',
    roomServerPort,
  });
  return load(child, await FloodedLinks.dial(ready.port, members), () => server.stop());
}

async function loadLimit(): Promise<Loaded> {
  const { child, ready } = await Child.start<{ port: number }>('limits/relay', {});
  return load(child, await FloodedLinks.dial(ready.port, await neighbours()), () => {});
}

function figures(pairs: readonly Pair<Passed>[]): string {
  const speed = medians(pairs, ({ framesPerSecond }) => framesPerSecond);
  const cpu = medians(pairs, ({ cpuUsPerFrame }) => cpuUsPerFrame);
  const thousands = (value: number) => (Math.round(value / 1_000) * 1_000).toLocaleString('en');
  return (
    `${thousands(speed.program)} of ${thousands(speed.limit)} frames/s, ` +
    `${cpu.program.toFixed(2)} against ${cpu.limit.toFixed(2)} µs CPU a frame (×${(cpu.program / cpu.limit).toFixed(2)})`
  );
}

function stallRow(pairs: readonly Pair<Passed>[]): Row {
  const { program, limit } = medians(pairs, ({ stallMs }) => stallMs);
  const worst = Math.max(...pairs.map((pair) => pair.program.stallMs));
  return {
    name: STALL_NAME,
    ratio: median(pairs.map((pair) => pair.program.stallMs / pair.limit.stallMs)),
    spread: 0,
    aim: `≤ ${STALL_MAX_MS} ms`,
    holds: program <= STALL_MAX_MS,
    figures: `${program.toFixed(1)} ms (worst run ${worst.toFixed(1)}), limit ${limit.toFixed(1)} ms`,
  };
}

/**
 * A relay that is started anew when it has lost a run: what it has dropped is not dialled again by the bench.
 */
class Restarting {
  readonly #start: () => Promise<Loaded>;
  #loaded: Loaded;

  private constructor(start: () => Promise<Loaded>, loaded: Loaded) {
    this.#start = start;
    this.#loaded = loaded;
  }

  static async start(start: () => Promise<Loaded>): Promise<Restarting> {
    return new Restarting(start, await start());
  }

  /** @returns `undefined` where the run was lost, because the relay closed a link. */
  async pass(count: number, bytes: Buffer): Promise<Passed | undefined> {
    try {
      return await this.#loaded.pass(count, bytes);
    } catch (error) {
      if (!(error instanceof LinkDroppedError)) throw error;
      await this.#loaded.stop();
      this.#loaded = await this.#start();
      return undefined;
    }
  }

  stop(): Promise<void> {
    return this.#loaded.stop();
  }
}

/** Both relays pass the same TEXTs, by turns; each run has message IDs of its own. */
async function turns(
  effort: Effort,
  frames: number,
  frameBytes: number,
  { listens, watchesStalls = false }: { listens: boolean; watchesStalls?: boolean },
): Promise<Pair<Passed | undefined>[]> {
  const started = (start: () => Promise<Loaded>) =>
    Restarting.start(async () => {
      const loaded = await start();
      if (watchesStalls) await loaded.watchStalls();
      return loaded;
    });
  const [program, limit] = [await started(() => loadPeer(listens)), await started(loadLimit)];
  const count = scaled(frames, effort);
  let made: { turn: number; bytes: Buffer } = { turn: -1, bytes: Buffer.alloc(0) };
  const pass = (loaded: Restarting) => (turn: number) => {
    if (made.turn !== turn) made = { turn, bytes: textsOf(count, frameBytes, FIRST_ID + turn * count) };
    return loaded.pass(count, made.bytes);
  };
  try {
    return await byTurns(effort, pass(program), pass(limit));
  } finally {
    await program.stop();
    await limit.stop();
  }
}

/** The turns in which neither side has lost its run. */
function wholeOf(pairs: readonly Pair<Passed | undefined>[]): Pair<Passed>[] {
  return pairs.flatMap(({ program, limit }) => (program && limit ? [{ program, limit }] : []));
}

/** The row of the whole turns, which says how many were lost, and does not hold where one was. */
function withLost(
  pairs: readonly Pair<Passed | undefined>[],
  name: string,
  rowOf: (whole: readonly Pair<Passed>[]) => Row,
): Row {
  const lost = pairs.filter(({ program }) => !program).length;
  const whole = wholeOf(pairs);
  if (lost === 0) return rowOf(whole);
  const words = `${lost} of ${pairs.length} runs LOST: a healthy link was dropped`;
  if (whole.length === 0)
    return { name, ratio: null, spread: 0, aim: 'no run lost', holds: false, figures: words };
  const row = rowOf(whole);
  return { ...row, holds: false, figures: `${row.figures}, ${words}` };
}

function relayOf(frameBytes: 69 | 500, listens: boolean): RowGroup {
  return {
    name: `relay-${frameBytes}${listens ? '' : '-unheard'}`,
    async *measure(effort) {
      const pairs = await inRounds(effort, (part) =>
        turns(part, FRAMES[frameBytes], frameBytes, { listens }),
      );
      const speed = (passed: Passed) => passed.framesPerSecond;
      const name = `relay, ${frameBytes}-byte TEXTs${listens ? ', each handed to a listener as well' : ''}`;
      yield withLost(pairs, name, (whole) => compared(name, atLeast(0.8), whole, speed, figures(whole)));
    },
  };
}

const eventLoop: RowGroup = {
  name: 'event-loop',
  async *measure(effort) {
    const options = { listens: true, watchesStalls: true };
    const pairs = await inRounds(effort, (part) => turns(part, STALL_FRAMES, 69, options));
    yield withLost(pairs, STALL_NAME, stallRow);
  },
};

/** Relaying. */
export const RELAY_GROUPS: readonly RowGroup[] = [
  relayOf(69, false),
  relayOf(500, false),
  relayOf(69, true),
  relayOf(500, true),
  eventLoop,
];
