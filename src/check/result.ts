/** What came of a case: plain data, which every output reads. */
import type { Level, MarkItem } from './case.ts';
import type { Finding } from './failure.ts';
import type { Section } from './sections.ts';
import type { TapeEntry } from './wire/tape.ts';

/** `warned`: a `should` that failed; with --strict it is `failed`. `not run`: can't be tried here. */
export type Verdict = 'passed' | 'failed' | 'warned' | 'not run';

/** One case and its verdict. */
export interface Result {
  readonly address: string;
  readonly section: Section;
  readonly title: string;
  readonly contract: string;
  readonly lookFor: string;
  readonly level: Level;
  readonly isLong: boolean;
  readonly mark?: MarkItem;
  readonly verdict: Verdict;
  /** From the first sign of the program, or the start of the case, to the verdict. */
  readonly tookMs: number;
  readonly finding?: Finding;
  /** Why it was not run. */
  readonly reason?: string;
  /** What went over the wires, in order. */
  readonly tape: readonly TapeEntry[];
  /** What the program printed. */
  readonly output: string;
}
