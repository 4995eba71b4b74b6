/** Several programs beside each other: a row for each case, a column for each program. */
import type { ChalkInstance } from 'chalk';
import { marksOf, stageMarks } from '../marks.ts';
import type { Verdict } from '../result.ts';
import type { Report } from './files.ts';
import { coloured, pointsText, SIGNS } from './table.ts';

const COLUMN = 6;
const FIRST_LETTER = 65;

/** The table, with who is who above it and the sums below. */
export function matrixLines(chalk: ChalkInstance, reports: readonly Report[]): string[] {
  const letters = reports.map((_, at) => String.fromCharCode(FIRST_LETTER + at));
  const cases = reports[0]?.results ?? [];
  const width = Math.max(20, ...cases.map(({ address, title }) => `${address} ${title}`.length));
  const row = (name: string, cells: readonly string[]) => `${name.padEnd(width)}${cells.join('')}`;
  const sum = (verdict: Verdict) =>
    reports.map(({ results }) => {
      const count = results.filter((result) => result.verdict === verdict).length;
      return String(count).padStart(COLUMN);
    });
  const stage = (which: 1 | 2) =>
    reports.map(({ results }) => pointsText(stageMarks(marksOf(results), which).earned).padStart(COLUMN));
  const isMarked = stageMarks(marksOf(cases), 1).points + stageMarks(marksOf(cases), 2).points > 0;
  return [
    '',
    ...reports.map(({ program }, at) => `${letters[at]}  ${program}`),
    '',
    chalk.bold(
      row(
        '',
        letters.map((letter) => letter.padStart(COLUMN)),
      ),
    ),
    ...cases.map(({ address, title }) =>
      row(
        `${address} ${title}`,
        reports.map(({ results }) => cell(chalk, results.find((one) => one.address === address)?.verdict)),
      ),
    ),
    '',
    ...(['passed', 'failed', 'warned', 'not run'] as const).map((verdict) => row(verdict, sum(verdict))),
    ...(isMarked ? [row('marks of stage 1', stage(1)), row('marks of stage 2', stage(2))] : []),
  ];
}

function cell(chalk: ChalkInstance, verdict: Verdict | undefined): string {
  if (verdict === undefined) return ' '.repeat(COLUMN);
  return ' '.repeat(COLUMN - 1) + coloured(chalk, verdict, SIGNS[verdict]);
}
