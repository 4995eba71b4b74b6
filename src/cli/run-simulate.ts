/**
 * `p2pchat simulate`: runs the worlds of one seed or many, on several processes where there are many, and
 * tells what was broken. Exit code 0 all held, 1 a violation.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { harmless } from '../io/terminal/harmless.ts';
import { drawPlan, type PlanOptions } from '../simulation/plan.ts';
import type { Recording, Violation } from '../simulation/recording.ts';
import { type Outcome, runWorld } from '../simulation/world.ts';
import type { SimulateArguments } from './arguments.ts';
import { CannotRunError, EXIT } from './errors.ts';
import { LIMITS_VARIABLE, programLimits } from './limits-override.ts';

/** What one seed has given, as a worker tells it: one JSON object a line. */
interface SeedResult {
  readonly seed: number;
  readonly simulatedMs: number;
  readonly traceHash: string;
  readonly violation: Violation | null;
  readonly replay: string;
}

/** Worlds that a report shows: more than a browser draws at ease. */
const RECORDINGS_MAX = 50;

/** Runs every seed that was asked for. @returns the exit code. */
export async function runSimulate(given: SimulateArguments): Promise<number> {
  const progress = new Progress(given.lastSeed - given.firstSeed + 1);
  const recordings: Recording[] = [];
  const take = (result: SeedResult) => {
    progress.add(result);
    if (given.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else if (result.violation) process.stdout.write(explain(result.violation, result));
  };
  const isSplit =
    given.jobs > 1 && given.lastSeed > given.firstSeed && given.report === undefined && !given.trace;
  if (isSplit) await runInWorkers(given, take);
  else runHere(given, take, recordings);
  if (!given.json) progress.end();
  if (given.report !== undefined) await writeReport(given.report, recordings);
  return progress.violations === 0 ? EXIT.quit : EXIT.couldNotRun;
}

function runHere(
  given: SimulateArguments,
  take: (result: SeedResult) => void,
  recordings: Recording[],
): void {
  const options = planOptions(given);
  const { peer: limits, roomServer: roomServerLimits } = programLimits(process.env);
  const variant = { limits, roomServerLimits };
  for (let seed = given.firstSeed; seed <= given.lastSeed; seed += 1) {
    const onTrace = (line: string) => process.stdout.write(`${harmless(line)}\n`);
    const outcome = runWorld(drawPlan(seed, options), { variant, ...(given.trace ? { onTrace } : {}) });
    take(resultOf(outcome));
    const isShown = recordings.length < RECORDINGS_MAX || outcome.recording.violations.length > 0;
    if (given.report !== undefined && isShown) recordings.push(outcome.recording);
  }
}

function planOptions({ peers, minutes, faults }: SimulateArguments): PlanOptions {
  return { peers, minutes, faults };
}

function resultOf({ recording, simulatedMs, traceHash }: Outcome): SeedResult {
  const { seed, violations, replay } = recording;
  return { seed, simulatedMs, traceHash, violation: violations[0] ?? null, replay };
}

/** What a person needs of a violation: what, when, what everybody saw, and how to see it again. */
function explain({ invariant, atMs, what, peers }: Violation, { seed, replay }: SeedResult): string {
  const limits = process.env[LIMITS_VARIABLE];
  const again = limits ? `${LIMITS_VARIABLE}='${limits}' ${replay}` : replay;
  const lines = [
    `Seed ${seed}: invariant ${invariant} is broken at ${(atMs / 1_000).toFixed(3)} s of simulated time.`,
    `  ${what}`,
    ...peers.map((peer) => `  ${peer}`),
    `  Again: ${again}`,
  ];
  return `${lines.map(harmless).join('\n')}\n`;
}

/** Seeds that one worker process runs before the next one takes over. */
const CHUNK_SEEDS = 50;

/** Runs chunks of seeds in processes of this very program, as many at a time as there are jobs. */
async function runInWorkers(given: SimulateArguments, take: (result: SeedResult) => void): Promise<void> {
  let next = given.firstSeed;
  const work = async () => {
    while (next <= given.lastSeed) {
      const first = next;
      next = Math.min(given.lastSeed, first + CHUNK_SEEDS - 1) + 1;
      await runWorker(given, first, next - 1, take);
    }
  };
  await Promise.all(Array.from({ length: given.jobs }, work));
}

async function runWorker(
  { peers, minutes, faults }: SimulateArguments,
  first: number,
  last: number,
  take: (result: SeedResult) => void,
): Promise<void> {
  const [, program = ''] = process.argv;
  const words = [
    'simulate',
    '--seeds',
    `${first}-${last}`,
    '--minutes',
    String(minutes),
    '--jobs',
    '1',
    '--json',
  ];
  if (peers !== undefined) words.push('--peers', String(peers));
  if (faults !== undefined) words.push('--faults', faults.length === 0 ? 'none' : faults.join(','));
  const worker = spawn(process.execPath, [...process.execArgv, program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('close', resolve);
  });
  for await (const line of createInterface({ input: worker.stdout })) take(JSON.parse(line) as SeedResult);
  const code = await ended;
  if (code !== EXIT.quit && code !== EXIT.couldNotRun) {
    throw new CannotRunError(`The worker for the seeds ${first} to ${last} has ended with code ${code}.`);
  }
}

async function writeReport(path: string, recordings: readonly Recording[]): Promise<void> {
  const { renderReport } = await import('../simulation/report/report.ts');
  try {
    writeFileSync(path, renderReport(recordings));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CannotRunError(`Cannot write the report ${path}: ${reason}.`, { cause });
  }
}

const PROGRESS_EVERY_MS = 200;
const BAR_WIDTH = 30;

/** Seeds done, violations, simulated time per second: a bar on a terminal, one line at the end elsewhere. */
class Progress {
  readonly #total: number;
  readonly #startedMs = performance.now();
  #done = 0;
  #simulatedMs = 0;
  #drawnMs = 0;
  violations = 0;

  constructor(total: number) {
    this.#total = total;
  }

  add({ simulatedMs, violation }: SeedResult): void {
    this.#done += 1;
    this.#simulatedMs += simulatedMs;
    if (violation) this.violations += 1;
    const nowMs = performance.now();
    if (!process.stderr.isTTY || nowMs - this.#drawnMs < PROGRESS_EVERY_MS) return;
    this.#drawnMs = nowMs;
    const filled = Math.round((this.#done / this.#total) * BAR_WIDTH);
    const bar = '#'.repeat(filled).padEnd(BAR_WIDTH, '.');
    process.stderr.write(`\r\x1b[K[${bar}] ${this.#words()}`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    process.stderr.write(`${this.#words()}\n`);
  }

  #words(): string {
    const elapsedMs = Math.max(1, performance.now() - this.#startedMs);
    const speed = Math.round(this.#simulatedMs / elapsedMs);
    const perMinute = Math.round((this.#done / elapsedMs) * 60_000);
    const violations = this.violations === 1 ? '1 violation' : `${this.violations} violations`;
    return `${this.#done} of ${this.#total} seeds, ${violations}, ${speed} × real time, ${perMinute} seeds a minute`;
  }
}
