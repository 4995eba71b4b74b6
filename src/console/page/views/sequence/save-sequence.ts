/** Saves the shown frames as an SVG file, in the colours of the page as it looks now. */

import { saveFile } from '../../state/save-file.ts';
import type { Lifeline } from './diagram/lifelines.ts';
import { type PictureColours, sequenceSvg } from './export-svg.ts';
import type { ShownFrame } from './filters.ts';

/**
 * Offers the picture as a download.
 * @param element any of the view's own: its custom properties give the colours.
 */
export function saveSequence(
  element: Element,
  shown: readonly ShownFrame[],
  lines: readonly Lifeline[],
  name: string,
): void {
  const svg = sequenceSvg(shown, lines, coloursOf(element), `Frames of ${name}`);
  saveFile(`p2pchat-${name}.svg`, 'image/svg+xml', svg);
}

function coloursOf(element: Element): PictureColours {
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
