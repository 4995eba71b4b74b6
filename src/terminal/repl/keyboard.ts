/**
 * What comes from a terminal's keyboard, taken apart for the REPL: pasted text, runs of typed text, and keys.
 * node:readline gets only the keys, one at a time. It takes several characters in one read for keys pressed
 * one by one: at a cost that grows with the square of the line, in the wrong place when the cursor is not at
 * the end, and every pasted line end is an Enter that nobody pressed.
 *
 * A terminal that does not mark what is pasted (a plain console, a tmux that was told to paste) gives several
 * lines in one read. Nobody types so, so a read that holds text after a line end is a paste from that line
 * on, with all that comes at once after it. Whoever has typed ahead while nothing was read is asked once
 * more.
 *
 * Invariants: everything comes in the order in which it was typed; a line end that other text follows in one
 * read is never an Enter; of a paste never more than the limit is held; a paste without an end, and half a
 * key, are over after a short silence.
 */
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Clock, Timer } from '../../io/clock.ts';
import {
  KEY_MAX_CHARACTERS,
  KEY_SILENCE_MS,
  PASTE_MAX_CHARACTERS,
  PASTE_SILENCE_MS,
  UNMARKED_PASTE_SILENCE_MS,
} from '../limits.ts';

/** Asks a terminal to mark what is pasted, and takes the wish back ("bracketed paste"). */
export const ASK_FOR_PASTE_MARKS = '\x1b[?2004h';
export const NO_PASTE_MARKS = '\x1b[?2004l';

const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/**
 * One key that is not text: a control character, an escape sequence of a terminal, what readline ends a line
 * at.
 */
const KEY =
  /^(?:\x1b(?:\[\[?[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|O[\x20-\x7e]|[^[O])|[\x00-\x1a\x1c-\x1f\x7f\u2028\u2029])/su;
/** The same escape sequences, or the beginning of one. */
const ESCAPES = /\x1b(?:\[\[?[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]?|O[\x20-\x7e]?|[^[O]?)/gsu;
const TEXT = /^[^\x00-\x1f\x7f\u2028\u2029]+/u;
/** Text in which a Tab is one of several characters that came together. */
const TEXT_WITH_TABS = /^[^\x00-\x08\x0a-\x1f\x7f\u2028\u2029]+/u;
const LINE_ENDS = '\r\n\u2028\u2029';
const TAB = '\t';

/** The part of a terminal's input stream that the keyboard needs; a raw mode where it is a terminal. */
export type KeyboardInput = Readable & { setRawMode?(isRaw: boolean): unknown; readonly isRaw?: boolean };

/** Who is told of what is typed. */
interface KeyboardPorts {
  readonly input: KeyboardInput;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** Text to be put in at the cursor, without control characters but Tab. */
  typed(text: string): void;
  /** @param text what was pasted, cut off behind `PASTE_MAX_CHARACTERS`; `length` is that of all of it. */
  pasted(text: string, length: number): void;
}

/** The stream of keys for node:readline, see above. */
export class Keyboard extends Readable {
  readonly isTTY = true;
  readonly #ports: KeyboardPorts;
  readonly #decoder = new StringDecoder('utf8');
  /** Half a key. */
  #held = '';
  /** What has come of the paste that is under way. */
  #paste: { text: string; length: number; tail: string; readonly isMarked: boolean } | null = null;
  #silence: Timer | undefined;

  constructor(ports: KeyboardPorts) {
    super({ read: () => {} });
    this.#ports = ports;
    const { input } = ports;
    input.on('data', this.#onData);
    input.on('end', this.#onEnd);
    input.on('error', this.#onError);
  }

  setRawMode(isRaw: boolean): this {
    this.#ports.input.setRawMode?.(isRaw);
    return this;
  }

  override pause(): this {
    this.#ports.input.pause();
    return super.pause();
  }

  override resume(): this {
    this.#ports.input.resume();
    return super.resume();
  }

  /** Reads nothing any more. */
  letGo(): void {
    const { input } = this.#ports;
    this.#stopWaiting();
    input.off('data', this.#onData);
    input.off('end', this.#onEnd);
    input.pause();
  }

  readonly #onData = (chunk: Buffer | string): void => {
    this.#stopWaiting();
    const text = this.#held + (typeof chunk === 'string' ? chunk : this.#decoder.write(chunk));
    this.#held = '';
    this.#take(text);
    const pasteSilenceMs = this.#paste?.isMarked ? PASTE_SILENCE_MS : UNMARKED_PASTE_SILENCE_MS;
    if (this.#paste) this.#wait(pasteSilenceMs, () => this.#endPaste());
    else if (this.#held !== '') this.#wait(KEY_SILENCE_MS, () => this.#giveUpHeld());
  };

  readonly #onEnd = (): void => {
    this.emit('end');
  };

  readonly #onError = (error: Error): void => {
    this.emit('error', error);
  };

  #take(text: string): void {
    let rest = text;
    let afterText: number | undefined;
    while (rest !== '') {
      if (this.#paste) {
        rest = this.#takePasted(rest);
        afterText = undefined;
      } else if (rest.startsWith(PASTE_BEGINS)) {
        this.#beginPaste(true);
        rest = rest.slice(PASTE_BEGINS.length);
      } else {
        afterText ??= charactersAfterText(rest);
        rest = this.#takeTyped(rest, afterText);
      }
    }
  }

  #beginPaste(isMarked: boolean): void {
    this.#paste = { text: '', length: 0, tail: '', isMarked };
  }

  /** @param afterText how many characters of the text follow the last that is no key. */
  #takeTyped(text: string, afterText: number): string {
    const line = TEXT_WITH_TABS.exec(text)?.[0] ?? '';
    const end = text.charAt(line.length);
    if (end !== '' && LINE_ENDS.includes(end) && text.length - line.length - 1 > afterText) {
      this.#beginPaste(false);
      return text;
    }
    const run = text.length > 1 && !text.endsWith(TAB) ? line : (TEXT.exec(text)?.[0] ?? '');
    if (run !== '') {
      this.#ports.typed(run);
      return text.slice(run.length);
    }
    const key = KEY.exec(text)?.[0];
    if (key === undefined) {
      // No key is that long: without a bound, half a one would hold all that follows.
      this.#held = text.length > KEY_MAX_CHARACTERS ? '' : text;
      return '';
    }
    // Readable's own queue would let text overtake keys.
    this.emit('data', Buffer.from(key));
    return text.slice(key.length);
  }

  /** @returns what follows the end of the paste. */
  #takePasted(text: string): string {
    const paste = this.#paste;
    if (!paste) return text;
    // One that is not marked is over after a silence only, or where one that is marked begins.
    const mark = paste.isMarked ? PASTE_ENDS : PASTE_BEGINS;
    const all = paste.tail + text;
    const end = all.indexOf(mark);
    // The mark itself may come in two reads.
    const keep = end >= 0 ? end : Math.max(0, all.length - mark.length + 1);
    paste.length += keep;
    paste.text += all.slice(0, Math.min(keep, PASTE_MAX_CHARACTERS - paste.text.length));
    paste.tail = end >= 0 ? '' : all.slice(keep);
    if (end < 0) return '';
    this.#endPaste();
    return all.slice(paste.isMarked ? end + mark.length : end);
  }

  #endPaste(): void {
    const paste = this.#paste;
    this.#paste = null;
    if (paste) this.#ports.pasted(paste.text + paste.tail, paste.length + paste.tail.length);
  }

  #giveUpHeld(): void {
    const held = this.#held;
    this.#held = '';
    if (held !== '') this.emit('data', Buffer.from(held));
  }

  #wait(afterMs: number, act: () => void): void {
    this.#silence = this.#ports.clock.setTimeout(act, afterMs);
  }

  #stopWaiting(): void {
    if (this.#silence !== undefined) this.#ports.clock.clearTimeout(this.#silence);
    this.#silence = undefined;
  }
}

/**
 * How many characters follow the last one of text that no paste's mark is ahead of; all, where there is none.
 */
function charactersAfterText(text: string): number {
  const [typed = ''] = text.split(PASTE_BEGINS, 1);
  const withoutKeys = typed.replace(ESCAPES, (key) => '\0'.repeat(key.length));
  for (let at = withoutKeys.length - 1; at >= 0; at -= 1) {
    if (TEXT.test(withoutKeys.charAt(at))) return text.length - at - 1;
  }
  return text.length;
}
