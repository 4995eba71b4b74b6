/**
 * The results as one HTML file without scripts: a case opens to what was found, to its frames as the
 * console's sequence view draws them, and to each frame's fields. Names and bytes come from the program that
 * is tested: everything is escaped.
 */
import {
  escaped,
  type PictureColours,
  sequenceSvg,
} from '../../console/page/views/sequence/save/export-svg.ts';
import { CHECK_HTML_FRAMES_MAX } from '../../limits/check.ts';
import { faultWords } from '../../protocol/dissect/strict-frame.ts';
import { quoted } from '../../words/quoted.ts';
import { marksOf, stageMarks } from '../marks.ts';
import type { Result, Verdict } from '../result.ts';
import { SECTIONS } from '../sections.ts';
import type { Report } from './files.ts';
import { framesOf, type TapedFrame } from './frames-of.ts';
import { HTML_STYLE } from './html-style.ts';
import { pointed } from './pointed.ts';
import { rowsOf } from './sequence-rows.ts';
import { pointsText, SIGNS } from './table.ts';

const CLASSES: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  failed: 'failed',
  warned: 'warned',
  'not run': 'left',
};

/** Colours of the page: light or dark as the reader has it. */
const COLOURS: PictureColours = {
  ground: 'var(--card)',
  ink: 'var(--ink)',
  faint: 'var(--soft)',
  line: 'var(--line)',
  hues: {
    server: 'var(--server)',
    link: 'var(--link)',
    text: 'var(--text)',
    poke: 'var(--poke)',
    trouble: 'var(--bad)',
  },
};

/** The whole page. */
export function htmlReport(report: Report): string {
  const { subject, program, results, tookMs } = report;
  const sections = [...new Set(results.map(({ section }) => section))];
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const sums = (['passed', 'failed', 'warned', 'not run'] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `<span class="${CLASSES[verdict]}">${count(verdict)} ${verdict}</span>`);
  const body = sections.map((section) => {
    const own = results.filter((result) => result.section === section);
    return `<section><h2>${section} ${escaped(SECTIONS[section])}</h2>\n${own.map(caseHtml).join('\n')}</section>`;
  });
  const title = `${subject}: ${program}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>p2pchat check: ${escaped(title)}</title>`,
    `<style>${HTML_STYLE}</style></head><body><main>`,
    `<h1>${escaped(title)}</h1>`,
    `<p class="sums">${sums.join(' · ')} <span class="soft">in ${(tookMs / 1_000).toFixed(1)} s</span></p>`,
    marksHtml(results),
    ...body,
    '</main></body></html>',
    '',
  ].join('\n');
}

function marksHtml(results: readonly Result[]): string {
  const marks = marksOf(results);
  if (marks.length === 0) return '';
  const rows = marks.map(
    ({ stage, words, earned, points, passed, count }) =>
      `<tr><td>${stage}</td><td>${escaped(words)}</td><td>${pointsText(earned)} of ${points}</td><td>${passed} of ${count} cases</td></tr>`,
  );
  const sums = ([1, 2] as const).map((stage) => {
    const { earned, points } = stageMarks(marks, stage);
    return points === 0 ? '' : `stage ${stage}: ${pointsText(earned)} of ${points}`;
  });
  const caption = `Marks of the assignment: ${sums.filter((sum) => sum !== '').join(', ')}`;
  return `<table class="marks"><caption>${caption}</caption><tbody>${rows.join('')}</tbody></table>`;
}

function caseHtml(result: Result): string {
  const { verdict, address, title, tookMs, level, contract, lookFor, finding, reason, tape, output } = result;
  const frames = framesOf(tape);
  const isOpen = verdict === 'failed' ? ' open' : '';
  const why = finding?.what ?? reason;
  return [
    `<details class="${CLASSES[verdict]}" id="case-${address}"${isOpen}>`,
    `<summary><b>${SIGNS[verdict]} ${address}</b> ${escaped(title)} <span class="soft">${level}, ${(tookMs / 1_000).toFixed(1)} s</span></summary>`,
    ...(why === undefined ? [] : [`<p class="found">${escaped(why)}</p>`]),
    ...(finding?.frame && finding.field
      ? [`<pre>${lines(pointed(finding.frame, finding.field).join('\n'))}</pre>`]
      : []),
    `<dl><dt>The contract</dt><dd>${escaped(contract)}</dd><dt>Look for</dt><dd>${escaped(lookFor)}</dd></dl>`,
    ...(frames.length > 0 ? [picture(frames, title), frameList(frames)] : []),
    ...(output.trim() === '' ? [] : [`<h3>Printed</h3><pre>${lines(output)}</pre>`]),
    '</details>',
  ].join('\n');
}

function lines(text: string): string {
  return text.trimEnd().split('\n').map(escaped).join('\n');
}

function picture(frames: readonly TapedFrame[], title: string): string {
  const shown = frames.slice(-CHECK_HTML_FRAMES_MAX);
  const { rows, lifelines } = rowsOf(shown);
  return `<div class="sequence">${sequenceSvg(rows, lifelines, COLOURS, title, frames.length - shown.length)}</div>`;
}

function frameList(frames: readonly TapedFrame[]): string {
  const rows = frames.slice(-CHECK_HTML_FRAMES_MAX).map(({ entry, frame }) => {
    const wrong = frame.faults.map((fault) => faultWords(frame.kind, fault)).map(escaped);
    const fields = frame.fields.map(
      ({ name, value }) =>
        `<tr><th>${escaped(name)}</th><td><code>${escaped(quoted(value))}</code></td></tr>`,
    );
    const head = `+${(entry.atMs / 1_000).toFixed(3)} s · ${entry.from} → ${entry.to} · ${frame.kind}`;
    return [
      `<details class="frame"><summary>${escaped(head)}${wrong.length > 0 ? ' <b class="failed">✗</b>' : ''}`,
      ` <code>${escaped(quoted(frame.bytes).slice(0, 120))}</code></summary>`,
      `<table>${fields.join('')}</table>`,
      ...wrong.map((words) => `<p class="found">${words}</p>`),
      `<code class="hex">${frame.bytes.toString('hex').replace(/(..)/g, '$1 ').trim()}</code></details>`,
    ].join('');
  });
  return `<h3>Frames</h3>\n${rows.join('\n')}`;
}
