/**
 * A room under load: 200,000 lines go into the standard input of one of five processes until the other four
 * have printed all of them, in a star, a chain and a ring of links, against five processes of the limit
 * program that print the same lines. Processes are new in every run, and the room server is one of them.
 *
 * 69 and 500 bytes are the frames on the wire, as in the rows of the relay (with a message ID of six digits;
 * the first frames have shorter ones). A run in which something is lost has no speed: it is counted.
 */
import { ChatRoom, type ChatRoomOptions, TOPOLOGIES, type Topology } from '../load/processes/chat-room.ts';
import { lineOf } from '../load/processes/printed-lines.ts';
import { byTurns, type Effort, type Pair, type Row, type RowGroup, scaled } from '../results/row.ts';
import { median, spread } from '../results/statistics.ts';

const LINES = 200_000;
const FRAME_BYTES = [69, 500] as const;
const LEAST_RATIO = 0.8;
/** Processes start anew in each turn, which takes longer than what is measured. */
const TURNS = { full: 5, quick: 3, smoke: 1 } as const;
/** Nothing was printed for so long: what has not come is lost. */
const STALL_MS = 6_000;
const LOOK_MS = 100;
const MEGABYTE = 1_048_576;
/** An idle peer has 57 MiB; the rest is V8's young generation, queues of links and what is remembered. */
const PEAK_MAX_BYTES = 200 * MEGABYTE;

/** One run of one side. */
interface Run {
  readonly linesPerSecond: number;
  /** Copies that one of the four others has not printed. */
  readonly lost: number;
  readonly doubled: number;
  readonly dropped: number;
  /** Of all five processes: lines that were shown, but not printed, because they were not read in time. */
  readonly leftOut: number;
  readonly peakBytes: number;
}

type Open = (options: ChatRoomOptions) => Promise<ChatRoom>;

/** Resolves when everything was printed, or nothing has been for so long that nothing more will be. */
async function untilPrinted(room: ChatRoom, copies: number): Promise<void> {
  const printed = () => room.listeners.reduce((sum, { printed: { count } }) => sum + count, 0);
  let [before, atMs] = [0, performance.now()];
  let hasStalled = false;
  const looking = setInterval(() => {
    const now = printed();
    if (now > before) [before, atMs] = [now, performance.now()];
    if (performance.now() - atMs < STALL_MS) return;
    hasStalled = true;
    room.condition.changed();
  }, LOOK_MS);
  try {
    await room.condition.until('everything is printed', () => hasStalled || printed() >= copies, 600_000);
  } finally {
    clearInterval(looking);
  }
}

async function runOnce(open: Open, topology: Topology, lines: number, frameBytes: number): Promise<Run> {
  const room = await open({ topology, numbersMost: lines });
  try {
    const lineBytes = room.lineBytes(frameBytes);
    const input = Buffer.alloc(lines * (lineBytes + 1));
    for (let number = 0; number < lines; number += 1)
      input.write(`${lineOf(number, lineBytes)}\n`, number * (lineBytes + 1), 'latin1');
    const copies = lines * room.listeners.length;
    const fromMs = performance.now();
    room.processes[room.speaker]?.feed(input);
    await untilPrinted(room, copies);
    const tookMs = performance.now() - fromMs;
    const sum = (value: (printed: { count: number; doubled: number }) => number) =>
      room.listeners.reduce((total, { printed }) => total + value(printed), 0);
    return {
      linesPerSecond: (lines / tookMs) * 1_000,
      lost: copies - sum(({ count }) => count),
      doubled: sum(({ doubled }) => doubled),
      dropped: room.dropped,
      leftOut: room.leftOut,
      peakBytes: room.peakBytes(),
    };
  } finally {
    await room.stop();
  }
}

function rowOf(name: string, lines: number, pairs: readonly Pair<Run>[]): Row {
  const whole = pairs.filter(({ program, limit }) => program.lost === 0 && limit.lost === 0);
  const ratios = whole.map(({ program, limit }) => program.linesPerSecond / limit.linesPerSecond);
  const sum = (value: (run: Run) => number) =>
    pairs.reduce((total, { program }) => total + value(program), 0);
  const [lost, doubled, dropped] = [
    sum((run) => run.lost),
    sum((run) => run.doubled),
    sum((run) => run.dropped),
  ];
  const leftOut = sum((run) => run.leftOut);
  const peak = (side: keyof Pair<Run>) => Math.max(...pairs.map((pair) => pair[side].peakBytes));
  const megabytes = (bytes: number) => Math.round(bytes / MEGABYTE);
  const speed = (side: keyof Pair<Run>) =>
    Math.round(median(whole.map((pair) => pair[side].linesPerSecond))).toLocaleString('en');
  const ratio = ratios.length > 0 ? median(ratios) : null;
  const isExact = lost === 0 && doubled === 0 && dropped === 0;
  const figures = [
    ratio === null ? 'no run was whole' : `${speed('program')} of ${speed('limit')} lines/s`,
    `${lost.toLocaleString('en')} of ${(pairs.length * lines * 4).toLocaleString('en')} copies lost`,
    `${doubled} doubled`,
    `${dropped} links dropped`,
    ...(leftOut > 0 ? [`${leftOut.toLocaleString('en')} lines not read in time by the bench`] : []),
    `peak ${megabytes(peak('program'))} MiB a process, limit ${megabytes(peak('limit'))}`,
  ];
  return {
    name,
    ratio,
    spread: ratios.length > 0 ? spread(ratios) : 0,
    aim: `≥ ${LEAST_RATIO}, 0 lost, doubled or dropped, peak ≤ ${megabytes(PEAK_MAX_BYTES)} MiB`,
    holds: (ratio ?? 0) >= LEAST_RATIO && isExact && peak('program') <= PEAK_MAX_BYTES,
    figures: figures.join(', '),
  };
}

async function measure(effort: Effort, topology: Topology, frameBytes: number): Promise<Row> {
  const lines = scaled(LINES, effort);
  const pairs = await byTurns(
    { ...effort, runs: TURNS[effort.name] },
    () => runOnce((options) => ChatRoom.ofPrograms(options), topology, lines, frameBytes),
    () => runOnce((options) => ChatRoom.ofLimits(options), topology, lines, frameBytes),
  );
  const name = `room, ${lines.toLocaleString('en')} lines of ${frameBytes} bytes into one of five, ${topology}`;
  return rowOf(name, lines, pairs);
}

/** A room under load. */
export const ROOM_GROUP: RowGroup = {
  name: 'room',
  async *measure(effort) {
    // To show that it runs, one row is enough.
    const isSmoke = effort.name === 'smoke';
    const topologies = isSmoke ? TOPOLOGIES.slice(-1) : TOPOLOGIES;
    for (const frameBytes of isSmoke ? FRAME_BYTES.slice(0, 1) : FRAME_BYTES) {
      for (const topology of topologies) yield await measure(effort, topology, frameBytes);
    }
  },
};
