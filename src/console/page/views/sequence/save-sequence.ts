/** Saves the shown frames as an SVG file, in the colours of the page as it looks now. */

import type { Lifeline } from './diagram/lifelines.ts';
import { type PictureColours, sequenceSvg } from './export-svg.ts';
import type { ShownFrame } from './filters.ts';

/** A download has begun long before; the file's memory is given back then. */
const RELEASE_MS = 30_000;

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
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `p2pchat-${name.replace(/[^\w-]+/g, '_')}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), RELEASE_MS);
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
