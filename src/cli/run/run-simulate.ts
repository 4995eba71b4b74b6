/**
 * `p2pchat simulate`: runs the worlds of one seed or many, on several processes where there are many, and
 * tells what was broken. Exit code 0 all held, 1 a violation or a seed without a result, 130 interrupted.
 *
 * Invariants: where it is interrupted (SIGINT, SIGTERM, a reader that has gone) what was found so far is
 * told; the path of a report is tried before the work begins.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogSink } from '../../log/log.ts';
import { drawPlan, type PlanOptions, replayLine } from '../../simulation/plan.ts';
import type { RecordedCopies, Violation } from '../../simulation/recording.ts';
import { worldSteps } from '../../simulation/world.ts';
import type { Outcome, WorldOptions } from '../../simulation/world-options.ts';
import { harmless } from '../../words/harmless.ts';
import type { SimulateArguments } from '../arguments.ts';
import { EXIT } from '../errors.ts';
import { writeError } from '../output/standard-error.ts';
import { openStandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';
import { onLastResort } from '../process/trouble.ts';
import { captureOf } from '../record/captured.ts';
import { LIMITS_VARIABLE, programLimits } from '../settings/limits-override.ts';
import { copiesTable } from '../simulate/copies-table.ts';
import type { ReportFile } from '../simulate/report-file.ts';
import type { SeedResult } from '../simulate/seed-result.ts';
import { Progress } from '../simulate/simulate-progress.ts';
import { onParentGone, Workers } from '../simulate/simulate-workers.ts';
import { openInspection } from './inspection.ts';

const tell = (sentence: string) => writeError(`${harmless(sentence)}\n`);

/** After this long a world lets the process look after signals and pipes. */
const TURN_MS = 50;

/** Runs every seed that was asked for. @returns the exit code. */
export async function runSimulate(given: SimulateArguments): Promise<number> {
  const run = new Run(given, given.report === undefined ? null : await openReport(given.report, given));
  const off = [onStopSignal(() => run.stop()), onLastResort(() => run.stop())];
  onParentGone(() => run.stop());
  try {
    return await run.toEnd();
  } finally {
    for (const each of off) each();
  }
}

class Run {
  readonly #given: SimulateArguments;
  readonly #progress: Progress;
  readonly #report: ReportFile | null;
  readonly #copies: RecordedCopies[] = [];
  readonly #workers: Workers;
  readonly #output = openStandardOutput();
  #isStopped = false;
  #hasReader = true;

  constructor(given: SimulateArguments, report: ReportFile | null) {
    this.#given = given;
    this.#report = report;
    this.#progress = new Progress(given.lastSeed - given.firstSeed + 1);
    this.#workers = new Workers({ given, take: (result) => this.#take(result) });
    this.#output.stream.on('error', () => {
      this.#hasReader = false;
      this.stop();
    });
  }

  /** Ends it soon; what was found so far is told. */
  stop(): void {
    this.#isStopped = true;
    this.#workers.stop();
  }

  async toEnd(): Promise<number> {
    const { jobs, firstSeed, lastSeed, trace, json } = this.#given;
    const isSplit = jobs > 1 && lastSeed > firstSeed && this.#report === null && !trace;
    if (isSplit) await this.#workers.run();
    else if (this.#given.record !== undefined) await this.#runRecorded(this.#given.record);
    else await this.#runHere(null);
    if (!json) {
      await this.#progress.end();
      this.#write(copiesTable(this.#copies));
    }
    this.#report?.write();
    await this.#output.finish();
    const isComplete = this.#workers.missing.length === 0;
    if (this.#progress.violations > 0 || !isComplete) return EXIT.couldNotRun;
    return this.#isStopped && this.#hasReader ? EXIT.interrupted : EXIT.quit;
  }

  #take(result: SeedResult): void {
    this.#progress.add(result);
    this.#copies.push(...result.copies);
    if (this.#given.json) this.#write(`${JSON.stringify(result)}\n`);
    else if (result.violation) this.#write(explain(result.violation, result));
  }

  #write(text: string): void {
    if (this.#hasReader) this.#output.stream.write(text);
  }

  /** One world, all of which goes into a file. */
  async #runRecorded(path: string): Promise<void> {
    const { openRecordingFile } = await import('../record/open-recording.ts');
    const replay = replayLine(drawPlan(this.#given.firstSeed, planOptions(this.#given)));
    const header = { source: 'simulate', startedMs: null, replay } as const;
    const { sink, close } = openRecordingFile(path, this.#given, header, { tell });
    try {
      await this.#runHere(sink);
    } finally {
      close();
    }
  }

  /** @param record takes the log of the worlds; `null` where nobody does. */
  async #runHere(record: LogSink | null): Promise<void> {
    const { trace } = this.#given;
    const { peer: limits, roomServer: roomServerLimits } = await programLimits(process.env);
    const onTrace = (line: string) => this.#write(`${harmless(line)}\n`);
    const capture = await captureOf(this.#given, { tell });
    const options = {
      variant: { limits, roomServerLimits },
      ...(trace ? { onTrace } : {}),
      ...(capture ? { captured: capture.tap } : {}),
    };
    try {
      await this.#runSeeds(options, record);
    } finally {
      capture?.close();
    }
  }

  async #runSeeds(options: WorldOptions, record: LogSink | null): Promise<void> {
    const { firstSeed, lastSeed } = this.#given;
    for (let seed = firstSeed; seed <= lastSeed; seed += 1) {
      const packed = this.#report?.begin(replayLine(drawPlan(seed, planOptions(this.#given))));
      const sinks = [record, packed?.sink ?? null].filter((sink) => sink !== null);
      const outcome = await this.#runLogged(seed, options, sinks);
      if (!outcome) return;
      this.#take(resultOf(outcome));
      if (packed) await this.#report?.add(outcome.recording, packed);
    }
  }

  /** Nothing is logged where nobody takes it. */
  async #runLogged(seed: number, options: WorldOptions, sinks: readonly LogSink[]) {
    if (sinks.length === 0) return this.#runWorld(seed, options);
    const { registry, release } = openInspection();
    const sink: LogSink = (entries) => {
      for (const each of sinks) each(entries);
    };
    try {
      return await this.#runWorld(seed, { ...options, logged: { registry, sink } });
    } finally {
      release();
    }
  }

  /** @returns nothing where it was stopped before its end. */
  async #runWorld(seed: number, options: WorldOptions): Promise<Outcome | undefined> {
    const steps = worldSteps(drawPlan(seed, planOptions(this.#given)), options);
    for (let turnMs = performance.now(); !this.#isStopped; ) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (performance.now() - turnMs < TURN_MS) continue;
      await nextTurn();
      turnMs = performance.now();
    }
    return undefined;
  }
}

/** @throws CannotRunError where a report could not be written there. */
async function openReport(path: string, given: SimulateArguments): Promise<ReportFile> {
  const { ReportFile } = await import('../simulate/report-file.ts');
  return new ReportFile(path, given);
}

function planOptions({ peers, minutes, faults }: SimulateArguments): PlanOptions {
  return { peers, minutes, faults };
}

function resultOf({ recording, simulatedMs, traceHash }: Outcome): SeedResult {
  const { seed, violations, copies, replay } = recording;
  return { seed, simulatedMs, traceHash, violation: violations[0] ?? null, copies, replay };
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
