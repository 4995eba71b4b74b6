/**
 * What one process in line mode prints, read as bytes: which of the numbered lines have come, and how often.
 * Every other line of the Message window, and the Command window, goes to who asked for it.
 *
 * A numbered line's content begins with six digits (`lineOf`); only these are read, so that reading costs
 * next to nothing beside what is measured.
 */

const NEWLINE = 0x0a;
const COLON = 0x3a;
const DIGIT_ZERO = 0x30;
const DIGITS = 6;
/** `[msg] `, and `[cmd] ` is as long. */
const PREFIX_BYTES = 6;
const LETTER_M = 0x6d;
const LETTERS = 'the quick brown fox jumps over the lazy dog ';

/** More lines can not be told apart by six digits. */
const NUMBERED_MAX = 10 ** DIGITS;

/** One numbered line without its end, exactly `bytes` long (at least 6). */
export function lineOf(number: number, bytes: number): string {
  return String(number)
    .padStart(DIGITS, '0')
    .padEnd(DIGITS + 1)
    .padEnd(bytes, LETTERS)
    .slice(0, bytes);
}

/** See above. */
export class PrintedLines {
  /** Numbered lines that have come at least once. */
  count = 0;
  /** Copies beyond the first. */
  doubled = 0;
  readonly #hasCome: Uint8Array;
  readonly #other: (line: string) => void;
  readonly #numbers: (number: number) => void;
  #rest: Buffer = Buffer.alloc(0);

  /**
   * @param most numbers lie below this.
   * @param other gets every line that is not numbered, with its prefix.
   * @param numbers gets the number of each numbered line when it comes for the first time.
   */
  constructor(most: number, other: (line: string) => void, numbers: (number: number) => void = () => {}) {
    if (most > NUMBERED_MAX) throw new RangeError(`${most} lines are more than can be numbered`);
    this.#hasCome = new Uint8Array(most);
    this.#other = other;
    this.#numbers = numbers;
  }

  /** Forgets what has come. */
  clear(): void {
    this.#hasCome.fill(0);
    this.count = 0;
    this.doubled = 0;
  }

  /** The next bytes of the output; a chunk may cut a line. */
  take(chunk: Buffer): void {
    let start = 0;
    let end = chunk.indexOf(NEWLINE);
    if (this.#rest.length > 0) {
      if (end < 0) {
        this.#rest = Buffer.concat([this.#rest, chunk]);
        return;
      }
      const whole = Buffer.concat([this.#rest, chunk.subarray(0, end)]);
      this.#line(whole, 0, whole.length);
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    for (; end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#line(chunk, start, end);
      start = end + 1;
    }
    this.#rest = Buffer.from(chunk.subarray(start));
  }

  #line(bytes: Buffer, start: number, end: number): void {
    const number = bytes[start + 1] === LETTER_M ? numberIn(bytes, start + PREFIX_BYTES, end) : -1;
    if (number < 0 || number >= this.#hasCome.length) {
      this.#other(bytes.toString('utf8', start, end));
      return;
    }
    if (this.#hasCome[number] === 1) {
      this.doubled += 1;
      return;
    }
    this.#hasCome[number] = 1;
    this.count += 1;
    this.#numbers(number);
  }
}

/** The number behind `user: `; −1 where there is none. */
function numberIn(bytes: Buffer, start: number, end: number): number {
  const colon = bytes.indexOf(COLON, start);
  if (colon < 0 || colon + 2 + DIGITS > end) return -1;
  let number = 0;
  for (let at = colon + 2; at < colon + 2 + DIGITS; at += 1) {
    const digit = (bytes[at] as number) - DIGIT_ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
