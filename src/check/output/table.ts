/** The results on a terminal: a line for each case as it is there, and a table at the end. */
import type { ChalkInstance } from 'chalk';
import { harmless } from '../../words/harmless.ts';
import { marksOf, stageMarks } from '../marks.ts';
import type { Result, Verdict } from '../result.ts';
import { SECTIONS, type Section } from '../sections.ts';
import { detailLines } from './details.ts';

/** A sign for each verdict. */
export const SIGNS: Readonly<Record<Verdict, string>> = {
  passed: '✓',
  failed: '✗',
  warned: '!',
  'not run': '–',
};

/** Text in the colour of a verdict. */
export function coloured(chalk: ChalkInstance, verdict: Verdict, text: string): string {
  if (verdict === 'passed') return chalk.green(text);
  if (verdict === 'failed') return chalk.red(text);
  return verdict === 'warned' ? chalk.yellow(text) : chalk.dim(text);
}

/** One case that is done; with what was found, where it did not pass. */
export function resultLines(chalk: ChalkInstance, result: Result, done: number, count: number): string[] {
  const { verdict, address, title, tookMs, finding, reason } = result;
  const counter = chalk.dim(`[${String(done).padStart(String(count).length)}/${count}]`);
  const time = chalk.dim(`${(tookMs / 1_000).toFixed(1)} s`);
  const line = `${counter} ${coloured(chalk, verdict, `${SIGNS[verdict]} ${address}`)} ${title} ${time}`;
  const why = finding?.what ?? reason;
  return why === undefined ? [line] : [line, `      ${harmless(why)}`];
}

/** What is said at the end: details of what did not pass, a table by section, marks, and the sum. */
export function summaryLines(chalk: ChalkInstance, results: readonly Result[], tookMs: number): string[] {
  const wrong = results.filter(({ verdict }) => verdict === 'failed' || verdict === 'warned');
  return [
    ...wrong.flatMap((result) => [
      '',
      coloured(
        chalk,
        result.verdict,
        `${SIGNS[result.verdict]} ${result.address} ${result.title} (${result.level})`,
      ),
      ...detailLines(result).map((line) => `  ${harmless(line)}`),
    ]),
    '',
    ...sectionTable(chalk, results),
    ...markLines(results),
    '',
    sumLine(chalk, results, tookMs),
  ];
}

function sectionTable(chalk: ChalkInstance, results: readonly Result[]): string[] {
  const sections = [...new Set(results.map(({ section }) => section))];
  const width = Math.max(...sections.map((section) => nameOf(section).length));
  const head = `${'SECTION OF docs/PROTOCOL.md'.padEnd(width)}  PASSED  FAILED  WARNED  NOT RUN`;
  return [
    chalk.bold(head),
    ...sections.map((section) => {
      const count = (wanted: Verdict) =>
        results.filter((result) => result.section === section && result.verdict === wanted).length;
      const cell = (verdict: Verdict, columns: number) => {
        const text = String(count(verdict)).padStart(columns);
        return count(verdict) === 0 ? chalk.dim(text) : coloured(chalk, verdict, text);
      };
      return `${nameOf(section).padEnd(width)}  ${cell('passed', 6)}  ${cell('failed', 6)}  ${cell('warned', 6)}  ${cell('not run', 7)}`;
    }),
  ];
}

function nameOf(section: Section): string {
  return `${section.padEnd(3)} ${SECTIONS[section].replace(/ \(.*/, '')}`;
}

/** Points without more zeros than they need. */
export function pointsText(points: number): string {
  return String(Math.round(points * 100) / 100);
}

function markLines(results: readonly Result[]): string[] {
  const marks = marksOf(results);
  if (marks.length === 0) return [];
  const stages = ([1, 2] as const).flatMap((stage) => {
    const { earned, points } = stageMarks(marks, stage);
    return points === 0 ? [] : [`stage ${stage}: ${pointsText(earned)} of ${pointsText(points)}`];
  });
  const items = marks.map(
    ({ item, earned, points, passed, count }) =>
      `  ${item.padEnd(12)} ${pointsText(earned).padStart(5)} of ${pointsText(points).padEnd(4)} (${passed} of ${count} cases)`,
  );
  return ['', `Marks of the assignment, ${stages.join(', ')}:`, ...items];
}

function sumLine(chalk: ChalkInstance, results: readonly Result[], tookMs: number): string {
  const parts = (['passed', 'failed', 'warned', 'not run'] as const).flatMap((verdict) => {
    const count = results.filter((result) => result.verdict === verdict).length;
    return count === 0 ? [] : [coloured(chalk, verdict, `${count} ${verdict}`)];
  });
  return `${parts.join(', ')} in ${(tookMs / 1_000).toFixed(1)} s.`;
}
