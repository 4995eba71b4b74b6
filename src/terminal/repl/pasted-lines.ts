/**
 * Lines that were pasted together and wait for one Enter: nothing of a paste is sent, and no command in it is
 * run, before the user has seen it and asked for it.
 */
import { RefusalError } from '../../words/refusals.ts';
import { PASTE_LINES_MAX, TYPED_LINE_MAX_CHARACTERS } from '../limits.ts';

/** A paste, or a line with it, that is far longer than any message. */
export class TextTooLongToTypeError extends RefusalError {
  override readonly name = 'TextTooLongToTypeError';
  constructor(characters: number) {
    super(
      `Not taken: a text of ${characters} characters; a line has at most ${TYPED_LINE_MAX_CHARACTERS}. ` +
        'Paste it in parts.',
    );
  }
}

/** A paste of too many lines. */
class TooManyLinesError extends RefusalError {
  override readonly name = 'TooManyLinesError';
  constructor(lines: number) {
    super(`Not taken: ${lines} lines; at most ${PASTE_LINES_MAX} can be pasted at once.`);
  }
}

/** A /quit among other lines, which may have been meant as text. */
export class PastedQuitError extends RefusalError {
  override readonly name = 'PastedQuitError';
  constructor() {
    super('A pasted /quit among other lines ends nothing: type it to quit, or //quit to send it as text.');
  }
}

/** All that readline takes for the end of a line. */
const LINE_END = /\r\n|[\r\n\u2028\u2029]/;
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;

/**
 * Cuts a paste into lines that can be put on the prompt; the last one is empty where it ended with a line
 * end.
 * @param length that of the whole paste, of which `text` may be a part.
 * @param around characters that are on the prompt's line already.
 */
export function linesOf(text: string, length: number, around: number): readonly string[] | RefusalError {
  if (length > text.length) return new TextTooLongToTypeError(length);
  const lines = text.split(LINE_END).map((line) => line.replace(CONTROLS, ''));
  const longest = Math.max(...lines.map((line) => line.length));
  if (longest + around > TYPED_LINE_MAX_CHARACTERS) return new TextTooLongToTypeError(longest + around);
  return lines.length > PASTE_LINES_MAX ? new TooManyLinesError(lines.length) : lines;
}
