/**
 * Bytes to lines, for line mode: a push function, UTF-8, lines ended by `\n` or `\r\n`.
 *
 * Invariants: how the bytes are cut into chunks changes nothing; never more than the limit and one chunk is
 * held; a line that is too long or no UTF-8 costs only itself; it never throws.
 */
import { isUtf8 } from 'node:buffer';
import { RefusalError } from '../../words/refusals.ts';

/** A line that is longer than line mode takes. */
class LineTooLongError extends RefusalError {
  override readonly name = 'LineTooLongError';
  constructor(limitBytes: number) {
    super(`A line of more than ${limitBytes} bytes was ignored: send the text in parts.`);
  }
}

/** A line whose bytes are not UTF-8; sent with replacement characters it would not be what was typed. */
class NotUtf8Error extends RefusalError {
  override readonly name = 'NotUtf8Error';
  constructor() {
    super('A line that is not UTF-8 was ignored: convert the input to UTF-8.');
  }
}

/** One line, or why it can't be had. */
export type InputLine = { readonly text: string } | { readonly error: RefusalError };

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Cuts a stream of bytes into lines. */
export class InputLines {
  readonly #maxBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** True while the rest of a line that is too long is passed over. */
  #skipping = false;

  /** @param maxBytes longest line that is accepted, its end not counted. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next chunk; what it ends comes back. */
  push(chunk: Buffer): InputLine[] {
    const lines: InputLine[] = [];
    const first = chunk.indexOf(NEWLINE);
    if (first >= 0) {
      this.#hold(chunk.subarray(0, first), lines);
      this.#finish(lines);
      this.#cut(chunk.subarray(first + 1), lines);
    } else this.#hold(chunk, lines);
    return lines;
  }

  /** Whole lines, of which nothing is held, and the beginning of the next one. */
  #cut(bytes: Buffer, lines: InputLine[]): void {
    const behind = bytes.lastIndexOf(NEWLINE) + 1;
    // Looked at all at once: a line feed is no part of any other character.
    const isText = isUtf8(bytes.subarray(0, behind));
    for (let from = 0; from < behind; ) {
      const end = bytes.indexOf(NEWLINE, from);
      lines.push(this.#line(bytes, from, end, isText));
      from = end + 1;
    }
    this.#hold(bytes.subarray(behind), lines);
  }

  /** The input is over: its last line, if there was no line end behind it. */
  end(): InputLine[] {
    const lines: InputLine[] = [];
    if (this.#heldBytes > 0) this.#finish(lines);
    return lines;
  }

  #hold(bytes: Buffer, lines: InputLine[]): void {
    if (this.#skipping || bytes.length === 0) return;
    // One more than the limit: it may be the return of a `\r\n`.
    if (this.#heldBytes + bytes.length > this.#maxBytes + 1) {
      this.#release();
      this.#skipping = true;
      lines.push({ error: new LineTooLongError(this.#maxBytes) });
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  #finish(lines: InputLine[]): void {
    const bytes = Buffer.concat(this.#held);
    if (!this.#skipping) lines.push(this.#line(bytes, 0, bytes.length, isUtf8(bytes)));
    this.#release();
    this.#skipping = false;
  }

  #release(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  /** @param isText what is around it is UTF-8, so that it is, too. */
  #line(bytes: Buffer, from: number, behind: number, isText: boolean): InputLine {
    const end = behind > from && bytes[behind - 1] === RETURN ? behind - 1 : behind;
    if (end - from > this.#maxBytes) return { error: new LineTooLongError(this.#maxBytes) };
    if (isText || isUtf8(bytes.subarray(from, end))) return { text: bytes.toString('utf8', from, end) };
    return { error: new NotUtf8Error() };
  }
}
