/**
 * The lower edge of the REPL's screen: the prompt with what is being typed, and the lines that are printed
 * above it.
 *
 * Lines wait until the end of the event loop's turn (setImmediate) and are then printed at once: the prompt
 * is wiped away, the lines take its place, and readline draws prompt, text and cursor anew below them.
 *
 * A terminal that nobody reads (a stopped tmux) gets no more once enough waits for it; lines are counted
 * then.
 *
 * Invariants: what is typed and the cursor in it are never changed by a line that is printed; between two
 * turns the prompt is always on the screen until `leave`; after `leave` lines are simply written.
 */
import { clearScreenDown, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { SCREEN_QUEUE_MAX_BYTES } from '../limits.ts';

/** A terminal's output stream; `columns` as in tty.WriteStream. */
export type ScreenOutput = Writable & { readonly columns?: number | undefined };

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Prints above a readline prompt. */
export class PromptScreen {
  readonly #readline: Interface;
  readonly #output: ScreenOutput;
  readonly #beforeFlush: () => void;
  #lines: string[] = [];
  /** Lines that were not printed because nobody read the others. */
  #leftOut = 0;
  #prompt = '';
  #scheduled = false;
  /** False between a line's end being typed and the next prompt. */
  #shown = false;
  #closed = false;
  #left = false;

  /** @param beforeFlush called before each drawing: the place to call `setPrompt`. */
  constructor(readline: Interface, output: ScreenOutput, beforeFlush: () => void) {
    this.#readline = readline;
    this.#output = output;
    this.#beforeFlush = beforeFlush;
    readline.on('line', () => {
      this.#shown = false;
    });
    readline.on('close', () => {
      this.#closed = true;
    });
    output.on('drain', () => this.schedule());
  }

  /** Prints a line above the prompt soon. */
  print(line: string): void {
    if (this.#isFull) this.#leftOut += 1;
    else this.#lines.push(line);
    this.schedule();
  }

  /** Draws again soon. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Draws the prompt and what is typed anew: the screen may show anything by now. */
  redraw(): void {
    if (!this.#left) this.#readline.prompt(true);
  }

  /** The prompt from the next drawing on. */
  setPrompt(prompt: string): void {
    this.#prompt = prompt;
  }

  /** The first prompt, and the next one on the fresh line below one that was entered. */
  prompt(): void {
    if (this.#left) return;
    this.#beforeFlush();
    this.#readline.setPrompt(this.#prompt);
    this.#readline.prompt();
    this.#shown = true;
  }

  /** Takes the prompt with a line that was just entered off the screen: its message shows what was sent. */
  eraseEntered(line: string): void {
    const columns = this.#output.columns ?? 0;
    if (columns === 0 || !PRINTABLE_ASCII.test(line)) return;
    const width = stripVTControlCharacters(this.#readline.getPrompt()).length + line.length;
    this.#wipe(Math.floor(width / columns) + 1);
  }

  /** Prints what waits, now. */
  flush(): void {
    if (this.#isFull) return;
    if (this.#leftOut > 0) this.#lines.push(`${this.#leftOut} lines were left out here: nobody read them.`);
    this.#leftOut = 0;
    const text = this.#lines.map((line) => `${line}\n`).join('');
    this.#lines = [];
    if (this.#left) {
      if (text !== '') this.#output.write(text);
      return;
    }
    this.#beforeFlush();
    if (text !== '' || this.#prompt !== this.#readline.getPrompt()) this.#draw(text);
  }

  /** The user is done typing: the empty prompt vanishes, a text that was not sent stays to be read. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    if (!this.#shown) return;
    if (this.#readline.line !== '') {
      // A readline that is closed would begin to read again.
      if (!this.#closed) this.#readline.write(null, { ctrl: true, name: 'e' });
      this.#output.write('\n');
    } else {
      this.#wipe(this.#readline.getCursorPos().rows);
    }
  }

  get #isFull(): boolean {
    return this.#output.writableLength > SCREEN_QUEUE_MAX_BYTES;
  }

  #draw(text: string): void {
    const { rows } = this.#readline.getCursorPos();
    this.#wipe(rows);
    // readline believes the cursor to be this many rows below the prompt's first, and moves up by them.
    this.#output.write(text + '\n'.repeat(rows));
    this.#readline.setPrompt(this.#prompt);
    this.#readline.prompt(true);
  }

  #wipe(rowsUp: number): void {
    moveCursor(this.#output, 0, -rowsUp);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
  }
}
