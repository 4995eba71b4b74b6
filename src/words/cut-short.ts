/**
 * What a server says in its own words, made short enough for a sentence of ours: the protocol bounds it by a
 * reply's length only, and a screen full of it could be taken for anything.
 */
import { FOREIGN_WORDS_MAX_CHARACTERS } from '../limits/program.ts';

/** The text itself, or its beginning and `…`. */
export function cutShort(text: string, maxCharacters = FOREIGN_WORDS_MAX_CHARACTERS): string {
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
}
