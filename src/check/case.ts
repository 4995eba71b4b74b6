/**
 * A case of the tester: one thing that the contract says, how it is tried, and what to look for in the code
 * when it fails. Cases are data and one function; they know nothing of reports.
 */
import type { Section } from './sections.ts';

/** The items of the assignment's marking scheme that machines can judge. */
export type MarkItem = 'User' | 'List' | 'Room server' | 'Poke' | 'Quit' | 'Send' | 'Normal' | 'Leaving';

/**
 * `must`: the assignment says so, or no other program can be talked to without it. `should`: what a robust
 * program does besides; it fails the program with --strict only.
 */
export type Level = 'must' | 'should';

/** One case; `Stage` is what it is played on. */
export interface Case<Stage> {
  /** Its section and its number there: `2.2.5`. */
  readonly address: string;
  readonly section: Section;
  readonly title: string;
  /** What docs/PROTOCOL.md says, in a sentence. */
  readonly contract: string;
  /** What to look for in the code. */
  readonly lookFor: string;
  readonly level: Level;
  /** Has to wait for the protocol's own times: run beside the others. */
  readonly isLong: boolean;
  /** The item of the assignment's marks that it counts for. */
  readonly mark?: MarkItem;
  /** Passes by resolving. @throws CheckFailure, CannotCheckError */
  readonly run: (stage: Stage) => Promise<void>;
}

/** A case without what its place in the list gives it. */
export interface CaseWords<Stage> {
  readonly title: string;
  readonly contract: string;
  readonly lookFor: string;
  readonly level?: Level;
  readonly isLong?: boolean;
  readonly mark?: MarkItem;
  readonly run: (stage: Stage) => Promise<void>;
}

/** The cases of one section, numbered in order. */
export function casesOf<Stage>(section: Section, cases: readonly CaseWords<Stage>[]): Case<Stage>[] {
  return cases.map((words, at) => ({
    level: 'must',
    isLong: false,
    ...words,
    section,
    address: `${section}.${at + 1}`,
  }));
}
