/** A message in a sentence: in quotation marks, and cut where it is long. */

const SHOWN_CHARACTERS = 60;

/** The beginning of a content, control characters escaped. */
export function quoted(content: string): string {
  const isLong = content.length > SHOWN_CHARACTERS;
  return JSON.stringify(isLong ? `${content.slice(0, SHOWN_CHARACTERS)}…` : content);
}
