/**
 * Runs cases: long ones beside each other from the beginning, short ones in a few lanes. Each case has a
 * stage of its own, which is closed behind it. Results come as they are there; they are returned in the order
 * of the cases.
 */
import { CHECK_CASE_MAX_MS, CHECK_LONG_STAGGER_MS } from '../limits/check.ts';
import type { Case } from './case.ts';
import { CannotCheckError, CheckFailure } from './failure.ts';
import type { Result, Verdict } from './result.ts';
import type { TapeEntry } from './wire/tape.ts';

/** What a runner needs of a stage. */
export interface RunStage {
  readonly tape: {
    readonly entries: readonly TapeEntry[];
    readonly nowMs: number;
    readonly firstSignMs: number | undefined;
  };
  /** What the programs of the case have printed. */
  readonly printed: string;
  close(): Promise<void>;
}

/** How cases are run. */
interface RunOptions<Stage extends RunStage> {
  readonly cases: readonly Case<Stage>[];
  readonly open: () => Promise<Stage>;
  /** Short cases at one time. */
  readonly lanes: number;
  /** False: one case after the other, also long ones (a person presses the buttons). */
  readonly areLongBeside: boolean;
  readonly isStrict: boolean;
  /** What goes on for longer has failed; CHECK_CASE_MAX_MS unless given. */
  readonly caseMaxMs?: number;
  readonly onResult: (result: Result) => void;
  /** True once nobody wants to know any more. */
  readonly isStopped: () => boolean;
}

/** Runs all of them. @returns results of those that were run, in the order of the cases. */
export async function runCases<Stage extends RunStage>(options: RunOptions<Stage>): Promise<Result[]> {
  const { cases, areLongBeside, lanes, onResult, isStopped } = options;
  const results = new Map<Case<Stage>, Result>();
  const runOne = async (one: Case<Stage>) => {
    if (isStopped()) return;
    const result = await runCase(one, options);
    results.set(one, result);
    onResult(result);
  };
  const beside = areLongBeside ? cases.filter(({ isLong }) => isLong) : [];
  const waiting = cases.filter((one) => !beside.includes(one));
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await runOne(next);
  };
  await Promise.all([
    ...beside.map(async (one, at) => {
      await new Promise((resolve) => setTimeout(resolve, at * CHECK_LONG_STAGGER_MS));
      await runOne(one);
    }),
    ...Array.from({ length: lanes }, lane),
  ]);
  return cases.flatMap((one) => results.get(one) ?? []);
}

async function runCase<Stage extends RunStage>(
  { run, ...words }: Case<Stage>,
  { open, isStrict, caseMaxMs = CHECK_CASE_MAX_MS }: RunOptions<Stage>,
): Promise<Result> {
  let stage: Stage | undefined;
  try {
    const opened = await open();
    stage = opened;
    await withinBound(run(opened), caseMaxMs);
    return { ...words, ...seen(opened), verdict: 'passed' };
  } catch (error) {
    const what = stage ? seen(stage) : NOTHING_SEEN;
    if (error instanceof CannotCheckError)
      return { ...words, ...what, verdict: 'not run', reason: error.message };
    if (!(error instanceof CheckFailure)) throw error;
    const verdict: Verdict = words.level === 'must' || isStrict ? 'failed' : 'warned';
    return { ...words, ...what, verdict, finding: error.finding };
  } finally {
    await stage?.close();
  }
}

const NOTHING_SEEN = { tookMs: 0, tape: [], output: '' };

function seen({ tape, printed }: RunStage): Pick<Result, 'tookMs' | 'tape' | 'output'> {
  return { tookMs: tape.nowMs - (tape.firstSignMs ?? 0), tape: [...tape.entries], output: printed };
}

/** A case that waits for ever is a fault of the case, and no verdict. */
function withinBound(run: Promise<void>, maxMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CheckFailure(`No verdict after ${maxMs / 1_000} s.`)), maxMs);
  });
  return Promise.race([run, bound]).finally(() => clearTimeout(timer));
}

/** Exit codes of `p2pchat check`. */
export const CHECK_EXIT = { passed: 0, failed: 1, couldNotRun: 2 } as const;

/** The exit code for these results. */
export function exitCodeOf(results: readonly Result[]): number {
  if (results.some(({ verdict }) => verdict === 'failed')) return CHECK_EXIT.failed;
  const hasJudged = results.some(({ verdict }) => verdict !== 'not run');
  return hasJudged ? CHECK_EXIT.passed : CHECK_EXIT.couldNotRun;
}
