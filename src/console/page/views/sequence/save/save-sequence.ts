/** Saves the shown frames as a file; a picture is in the colours of the page as it looks now. */

import { DRAWING_LIMITS } from '../../../../limits.ts';
import { saveFile } from '../../../state/file/save-file.ts';
import type { Lifeline } from '../diagram/lifelines.ts';
import type { ShownFrame } from '../filters.ts';
import { type PictureColours, sequenceSvg } from './export-svg.ts';
import { sequenceJson, sequenceMermaid } from './export-text.ts';

/** What the shown frames can be saved as. */
export const FILE_KINDS = ['SVG', 'JSON', 'Mermaid'] as const;

/** One of these. */
export type FileKind = (typeof FILE_KINDS)[number];

/** What is saved. */
interface SavedSequence {
  readonly shown: readonly ShownFrame[];
  readonly lines: readonly Lifeline[];
  /** Of the peer. */
  readonly name: string;
}

/**
 * Offers the newest of the shown frames as a download, as many as one file may have.
 * @param element any of the view's own: its custom properties give the colours.
 */
export function saveSequence(kind: FileKind, element: Element, { shown, lines, name }: SavedSequence): void {
  const rows = shown.slice(-DRAWING_LIMITS.exportRowsMax);
  const leftOut = shown.length - rows.length;
  const texts: Readonly<Record<FileKind, () => string>> = {
    SVG: () => sequenceSvg(rows, lines, coloursOf(element), `Frames of ${name}`, leftOut),
    JSON: () => sequenceJson(rows, name, leftOut),
    Mermaid: () => sequenceMermaid(rows, lines, leftOut),
  };
  saveAs(kind, name, texts[kind]());
}

const FILES: Readonly<Record<FileKind, { readonly ending: string; readonly type: string }>> = {
  SVG: { ending: 'svg', type: 'image/svg+xml' },
  JSON: { ending: 'json', type: 'application/json' },
  Mermaid: { ending: 'mmd', type: 'text/plain' },
};

/** Offers a text of that kind as a download. @param name of the peer, or `room`. */
export function saveAs(kind: FileKind, name: string, text: string): void {
  const { ending, type } = FILES[kind];
  saveFile(`p2pchat-${name}.${ending}`, type, text);
}

/** The colours that the page has now, where this element stands. */
export function coloursOf(element: Element): PictureColours {
  const style = getComputedStyle(element);
  const colour = (property: string): string => style.getPropertyValue(property).trim();
  return {
    ground: colour('--surface'),
    ink: colour('--ink'),
    faint: colour('--ink-soft'),
    line: colour('--line-strong'),
    hues: {
      server: colour('--hue-server'),
      link: colour('--hue-link'),
      text: colour('--hue-text'),
      poke: colour('--hue-poke'),
      trouble: colour('--hue-trouble'),
    },
  };
}
