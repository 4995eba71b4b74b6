/**
 * Bytes to lines, for line mode: a push function, UTF-8, lines ended by `\n` or `\r\n`.
 *
 * Invariants: how the bytes are cut into chunks changes nothing; never more than the limit and one chunk is
 * held; a line that is too long or no UTF-8 costs only itself; it never throws.
 */
import { RefusalError } from '../../machines/refusals.ts';

/** A line that is longer than line mode takes. */
export class LineTooLongError extends RefusalError {
  override readonly name = 'LineTooLongError';
  constructor(limitBytes: number) {
    super(`A line of more than ${limitBytes} bytes was ignored: send the text in parts.`);
  }
}

/** A line whose bytes are not UTF-8; sent with replacement characters it would not be what was typed. */
export class NotUtf8Error extends RefusalError {
  override readonly name = 'NotUtf8Error';
  constructor() {
    super('A line that is not UTF-8 was ignored: convert the input to UTF-8.');
  }
}

/** One line, or why it can't be had. */
export type InputLine = { readonly text: string } | { readonly error: RefusalError };

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, end), lines);
      this.#finish(lines);
      from = end + 1;
    }
    this.#hold(chunk.subarray(from), lines);
    return lines;
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
    if (!this.#skipping) lines.push(this.#line(Buffer.concat(this.#held)));
    this.#release();
    this.#skipping = false;
  }

  #release(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  #line(bytes: Buffer): InputLine {
    const line = bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
    if (line.length > this.#maxBytes) return { error: new LineTooLongError(this.#maxBytes) };
    try {
      return { text: UTF8.decode(line) };
    } catch {
      return { error: new NotUtf8Error() };
    }
  }
}
