/**
 * Latency of one message while many others are on their way: 10,000 lines are fed into one of five processes,
 * linked in a ring, and in the same moment another one says one line. Measured is the time until the other
 * three have printed that line; then all is waited for, and it begins anew. The same with the limit program.
 *
 * The processes go on from one message to the next, so that it is not compiling that is measured.
 */
import { ChatRoom, type ChatRoomOptions } from '../load/processes/chat-room.ts';
import { lineOf } from '../load/processes/printed-lines.ts';
import { byTurns, type Effort, type Pair, type Row, type RowGroup, scaled } from '../results/row.ts';
import { percentile } from '../results/statistics.ts';

const LINES = 10_000;
const FRAME_BYTES = 69;
const MESSAGES = 20;
const WARM_UP_MESSAGES = 5;
const TURNS = { full: 5, quick: 2, smoke: 1 } as const;
/** Two hops from the one that the lines are fed into, either way round or the other. */
const TELLER = 2;
/** What has not come by then is lost. */
const PATIENCE_MS = 20_000;

/** What a run has found: ms of each message, and whether one has not come. */
interface Run {
  readonly tookMs: readonly number[];
  readonly isLost: boolean;
}

type Open = (options: ChatRoomOptions) => Promise<ChatRoom>;

/** The five, and when the line that is looked for came. */
class Loaded {
  readonly #room: ChatRoom;
  readonly #shownMs: ReadonlyMap<number, number>;
  readonly #load: string;
  readonly #line: string;
  readonly #lines: number;

  private constructor(room: ChatRoom, shownMs: ReadonlyMap<number, number>, lines: number) {
    this.#room = room;
    this.#shownMs = shownMs;
    this.#lines = lines;
    const bytes = room.lineBytes(FRAME_BYTES);
    this.#load = Array.from({ length: lines }, (_, number) => `${lineOf(number, bytes)}\n`).join('');
    // Its number is the one behind those of the load.
    this.#line = `${lineOf(lines, bytes)}\n`;
  }

  static async open(open: Open, lines: number): Promise<Loaded> {
    const shownMs = new Map<number, number>();
    const onNumber = (place: number, number: number) => {
      if (number === lines) shownMs.set(place, performance.now());
    };
    return new Loaded(await open({ topology: 'ring', numbersMost: lines + 1, onNumber }), shownMs, lines);
  }

  /** @returns ms until the other three have printed it; `undefined` where something has not come. */
  async say(): Promise<number | undefined> {
    const { processes, speaker, condition } = this.#room;
    for (const { printed } of processes) printed.clear();
    const fromMs = performance.now();
    processes[speaker]?.feed(this.#load);
    processes[TELLER]?.feed(this.#line);
    const isDone = () => processes.every(({ printed }) => printed.count > this.#lines);
    try {
      await condition.until('everything is printed', isDone, PATIENCE_MS);
    } catch {
      return undefined;
    }
    const others = [...this.#shownMs].filter(([place]) => place !== speaker && place !== TELLER);
    return Math.max(...others.map(([, atMs]) => atMs)) - fromMs;
  }

  stop(): Promise<void> {
    return this.#room.stop();
  }
}

async function runOnce(open: Open, lines: number, messages: number, warmUp: number): Promise<Run> {
  const loaded = await Loaded.open(open, lines);
  const tookMs: number[] = [];
  try {
    for (let message = 0; message < warmUp + messages; message += 1) {
      const took = await loaded.say();
      if (took === undefined) return { tookMs, isLost: true };
      if (message >= warmUp) tookMs.push(took);
    }
    return { tookMs, isLost: false };
  } finally {
    await loaded.stop();
  }
}

function rowOf(lines: number, [word, share]: readonly [string, number], pairs: readonly Pair<Run>[]): Row {
  const all = (side: keyof Pair<Run>) => pairs.flatMap((pair) => pair[side].tookMs);
  const lost = pairs.filter(({ program }) => program.isLost).length;
  const [program, limit] = [all('program'), all('limit')];
  const isMeasured = program.length > 0 && limit.length > 0;
  const at = (values: readonly number[]) => percentile(values, share);
  const words = isMeasured ? `${at(program).toFixed(1)} against ${at(limit).toFixed(1)} ms` : 'not measured';
  return {
    name: `room, latency of a message behind ${lines.toLocaleString('en')} others, ${word}`,
    ratio: isMeasured ? at(program) / at(limit) : null,
    spread: 0,
    aim: 'none lost',
    holds: lost === 0,
    figures: `${words} (${program.length} messages)${lost > 0 ? `, ${lost} of ${pairs.length} runs LOST` : ''}`,
  };
}

/** Latency under load. */
export const ROOM_LATENCY: RowGroup = {
  name: 'room-latency',
  async *measure(effort: Effort) {
    const lines = scaled(LINES, effort.name === 'smoke' ? effort : { ...effort, scale: 1 });
    const messages = effort.name === 'smoke' ? 1 : MESSAGES;
    const warmUp = effort.name === 'smoke' ? 0 : WARM_UP_MESSAGES;
    const pairs = await byTurns(
      { ...effort, runs: TURNS[effort.name] },
      () => runOnce((options) => ChatRoom.ofPrograms(options), lines, messages, warmUp),
      () => runOnce((options) => ChatRoom.ofLimits(options), lines, messages, warmUp),
    );
    yield rowOf(lines, ['p50', 0.5], pairs);
    yield rowOf(lines, ['p99', 0.99], pairs);
  },
};
