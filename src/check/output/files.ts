/** Results for other programs: JSON, JUnit's XML, Gradescope's results.json. */
import junit from 'junit-report-builder';
import { marksOf, stageMarks } from '../marks.ts';
import type { Result } from '../result.ts';
import { SECTIONS } from '../sections.ts';
import { detailLines } from './details.ts';
import { framesOf } from './frames-of.ts';
import { pointsText } from './table.ts';

/** What was tested, for the heads of reports. */
export interface Report {
  /** `peer` or `room-server`. */
  readonly subject: string;
  /** The command, or the address. */
  readonly program: string;
  readonly results: readonly Result[];
  readonly tookMs: number;
}

/** Everything, frames included. */
export function jsonReport({ subject, program, results, tookMs }: Report): string {
  const marks = marksOf(results);
  return JSON.stringify(
    {
      subject,
      program,
      tookMs: Math.round(tookMs),
      marks: { items: marks, stage1: stageMarks(marks, 1), stage2: stageMarks(marks, 2) },
      results: results.map(({ tape, finding, ...result }) => ({
        ...result,
        sectionName: SECTIONS[result.section],
        ...(finding ? { finding: { what: finding.what, field: finding.field ?? null } } : {}),
        frames: framesOf(tape).map(({ entry, frame }) => ({
          atMs: Math.round(entry.atMs * 1_000) / 1_000,
          from: entry.from,
          to: entry.to,
          transport: entry.transport,
          connection: entry.connection,
          kind: frame.kind,
          hex: frame.bytes.toString('hex'),
          fields: frame.fields,
          faults: frame.faults,
        })),
        wires: tape.map(({ bytes, ...entry }) => ({ ...entry, hex: bytes.toString('hex') })),
      })),
    },
    null,
    2,
  );
}

/** JUnit's XML, one suite a section. A warning is a passed case with its words in system-out. */
export function junitReport({ subject, results }: Report): string {
  const builder = junit.newBuilder();
  for (const section of new Set(results.map((result) => result.section))) {
    const suite = builder.testSuite().name(`${subject} ${section} ${SECTIONS[section]}`);
    for (const result of results.filter((one) => one.section === section)) {
      const testCase = suite
        .testCase()
        .className(`${subject}.${result.section}`)
        .name(`${result.address} ${result.title}`)
        .time(result.tookMs / 1_000);
      const details = detailLines(result).join('\n');
      if (result.verdict === 'failed') testCase.failure(result.finding?.what ?? '').standardError(details);
      if (result.verdict === 'not run') testCase.skipped();
      if (result.verdict === 'warned') testCase.standardOutput(details);
    }
  }
  return builder.build();
}

/**
 * Gradescope's results.json. An item's points are spread evenly over its cases; other cases are worth
 * nothing, and shown.
 */
export function gradescopeReport({ results, tookMs }: Report): string {
  const marks = marksOf(results);
  const pointsEach = new Map(marks.map(({ item, points, count }) => [item, points / count]));
  const tests = results
    .filter(({ verdict }) => verdict !== 'not run')
    .map((result) => {
      const points = result.mark === undefined ? 0 : (pointsEach.get(result.mark) ?? 0);
      const hasPassed = result.verdict === 'passed';
      return {
        name: `${result.address} ${result.title}`,
        number: result.address,
        score: hasPassed ? points : 0,
        max_score: points,
        status: result.verdict === 'failed' ? 'failed' : 'passed',
        output: hasPassed ? '' : detailLines(result).join('\n'),
        tags: [result.level, ...(result.mark === undefined ? [] : [result.mark])],
        visibility: 'visible',
      };
    });
  const words = ([1, 2] as const).map((stage) => {
    const { earned, points } = stageMarks(marks, stage);
    return `Stage ${stage}: ${pointsText(earned)} of ${pointsText(points)}.`;
  });
  const score = tests.reduce((sum, test) => sum + test.score, 0);
  return JSON.stringify(
    { score, execution_time: Math.round(tookMs / 1_000), output: words.join(' '), tests },
    null,
    2,
  );
}
