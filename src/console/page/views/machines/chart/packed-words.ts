/** Words packed into lines, so that a state's box stays about as wide as its name. Pure. */

/** How wide a text is drawn, in pixels. */
export type TextWidth = (text: string) => number;

/** Fills lines up to `most` pixels, in order; a word that is wider has its own. */
export function packedWords(
  words: readonly string[],
  most: number,
  gap: number,
  width: TextWidth,
): string[][] {
  const lines: string[][] = [];
  let free = 0;
  for (const word of words) {
    const wide = width(word);
    const line = lines.at(-1);
    if (line !== undefined && gap + wide <= free) {
      line.push(word);
      free -= gap + wide;
    } else {
      lines.push([word]);
      free = most - wide;
    }
  }
  return lines;
}
