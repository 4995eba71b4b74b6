/**
 * The shown frames as JSON, for programs, and as a sequence diagram of Mermaid, for documents. Names and
 * texts come from the network: nothing in them can be taken for a word of Mermaid's. Pure.
 */
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import { rowLabel } from '../diagram/frame-label.ts';
import { columnFinder, type Lifeline, SELF_COLUMN } from '../diagram/lifelines.ts';
import type { ShownFrame } from '../filters.ts';

const LABEL_CHARACTERS = 80;

/** One object with a list of frames, with the bytes that the page has, in base64. */
export function sequenceJson(shown: readonly ShownFrame[], name: string, leftOut: number): string {
  const frames = shown.map(({ frame, partyName, isDuplicate, keepalives }) => ({
    ...frame,
    partyName,
    isDuplicate,
    ...(keepalives > 0 ? { keepalives } : {}),
  }));
  return JSON.stringify({ format: 'p2pchat frames', version: 1, peer: name, leftOut, frames }, null, 1);
}

/** Mermaid reads `#…;` as a character; letters, digits and blanks need not be written so. */
export function mermaidText(text: string): string {
  const plain = harmlessOnPage(text).replace(
    /[^\p{L}\p{N}\p{M} .,_-]/gu,
    (sign) => `#${sign.codePointAt(0)};`,
  );
  return plain.trim() || '-';
}

/** The diagram's source. */
export function sequenceMermaid(
  shown: readonly ShownFrame[],
  lines: readonly Lifeline[],
  leftOut: number,
): string {
  const columnOf = columnFinder(lines);
  const rows = shown.map((one) => {
    const { frame, partyKey, partyName, isDuplicate } = one;
    const column = columnOf(partyKey);
    const other = lines[column]?.kind === 'others' ? partyName : null;
    const [from, to] = frame.direction === 'out' ? [SELF_COLUMN, column] : [column, SELF_COLUMN];
    // A cross at its end for what is dropped, dashes for UDP.
    const arrow = `${frame.via === 'datagram' ? '--' : '-'}${isDuplicate ? 'x' : '>>'}`;
    const { head, tail } = rowLabel(one, other, LABEL_CHARACTERS);
    return `  p${from}${arrow}p${to}: ${mermaidText(`${head} ${tail}`)}`;
  });
  return [
    'sequenceDiagram',
    ...lines.map(({ name }, index) => `  participant p${index} as ${mermaidText(name)}`),
    ...(leftOut > 0 ? [`  Note over p${SELF_COLUMN}: ${leftOut} older frames are left out`] : []),
    ...rows,
    '',
  ].join('\n');
}
