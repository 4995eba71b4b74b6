/** What a terminal, JUnit and Gradescope show of a case that did not pass: lines of plain text. */
import { CHECK_SHOWN_FRAMES_MAX } from '../../limits/check.ts';
import { quoted } from '../../words/quoted.ts';
import type { Result } from '../result.ts';
import { SECTIONS } from '../sections.ts';
import type { TapeEntry } from '../wire/tape.ts';
import { pointed } from './pointed.ts';

const SHOWN_BYTES = 160;
const OUTPUT_LINES = 12;

/** One thing on the wire, in a line. */
function wireLine({ atMs, from, to, transport, connection, event, bytes }: TapeEntry): string {
  const time = `+${(atMs / 1_000).toFixed(3)} s`;
  const wire = transport === 'UDP' ? 'UDP' : `TCP ${connection}`;
  const cut = bytes.length > SHOWN_BYTES ? `… (${bytes.length} bytes)` : '';
  const what = event === 'data' ? quoted(bytes.subarray(0, SHOWN_BYTES)) + cut : event;
  return `${time.padStart(10)}  ${from} → ${to}  ${wire}  ${what}`;
}

/** What was found, what the contract says, what to look for, and what went over the wires. */
export function detailLines(result: Result): string[] {
  const { finding, contract, lookFor, section, tape, output } = result;
  const lines = [
    `found:     ${finding?.what ?? result.reason ?? ''}`,
    `contract:  docs/PROTOCOL.md, ${section} ${SECTIONS[section]}: ${contract}`,
    `look for:  ${lookFor}`,
  ];
  if (finding?.frame && finding.field) {
    const { name, start, wants } = finding.field;
    lines.push(`field:     ${name}, at byte ${start}; wanted: ${wants}`);
    lines.push(...pointed(finding.frame, finding.field).map((line) => `           ${line}`));
  }
  const shown = tape.slice(-CHECK_SHOWN_FRAMES_MAX);
  const left = tape.length - shown.length;
  if (shown.length > 0) lines.push(`wires${left > 0 ? ` (${left} earlier ones are left out)` : ''}:`);
  lines.push(...shown.map((entry) => `  ${wireLine(entry)}`));
  const printed = output.trimEnd().split('\n').slice(-OUTPUT_LINES);
  if (output.trim() !== '') lines.push('printed, the last lines:', ...printed.map((line) => `  ${line}`));
  return lines;
}
