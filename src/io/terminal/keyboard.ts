/**
 * What comes from a terminal's keyboard, taken apart for the REPL: pasted text, runs of typed text, and keys.
 * node:readline gets only the keys, one at a time. It takes several characters in one read for keys pressed
 * one by one: at a cost that grows with the square of the line, in the wrong place when the cursor is not at
 * the end, and every pasted line end is an Enter that nobody pressed.
 *
 * Invariants: everything comes in the order in which it was typed; of a paste never more than the limit is
 * held; a paste without an end, and half a key, are over after a short silence.
 */
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Clock, Timer } from '../clock.ts';
import { KEY_MAX_CHARACTERS, KEY_SILENCE_MS, PASTE_MAX_CHARACTERS, PASTE_SILENCE_MS } from './limits.ts';

/** Asks a terminal to mark what is pasted, and takes the wish back ("bracketed paste"). */
export const ASK_FOR_PASTE_MARKS = '\x1b[?2004h';
export const NO_PASTE_MARKS = '\x1b[?2004l';

const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/** One key that is not text: a control character, or an escape sequence of a terminal. */
const KEY =
  /^(?:\x1b(?:\[\[?[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|O[\x20-\x7e]|[^[O])|[\x00-\x1a\x1c-\x1f\x7f])/su;
const TEXT = /^[^\x00-\x1f\x7f]+/u;
/** Text in which a Tab is one of several characters that came together. */
const TEXT_WITH_TABS = /^[^\x00-\x08\x0a-\x1f\x7f]+/u;
const TAB = '\t';

/** The part of a terminal's input stream that the keyboard needs; a raw mode where it is a terminal. */
export type KeyboardInput = Readable & { setRawMode?(isRaw: boolean): unknown; readonly isRaw?: boolean };

/** Who is told of what is typed. */
export interface KeyboardPorts {
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
  #paste: { text: string; length: number; tail: string } | null = null;
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
    if (this.#paste) this.#wait(PASTE_SILENCE_MS, () => this.#endPaste());
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
    while (rest !== '') {
      if (this.#paste) rest = this.#takePasted(rest);
      else if (rest.startsWith(PASTE_BEGINS)) {
        this.#paste = { text: '', length: 0, tail: '' };
        rest = rest.slice(PASTE_BEGINS.length);
      } else rest = this.#takeTyped(rest);
    }
  }

  #takeTyped(text: string): string {
    const run = (text.length > 1 && !text.endsWith(TAB) ? TEXT_WITH_TABS : TEXT).exec(text)?.[0] ?? '';
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
    const all = paste.tail + text;
    const end = all.indexOf(PASTE_ENDS);
    // The end's mark itself may come in two reads.
    const keep = end >= 0 ? end : Math.max(0, all.length - PASTE_ENDS.length + 1);
    paste.length += keep;
    paste.text += all.slice(0, Math.min(keep, PASTE_MAX_CHARACTERS - paste.text.length));
    paste.tail = end >= 0 ? '' : all.slice(keep);
    if (end < 0) return '';
    this.#endPaste();
    return all.slice(end + PASTE_ENDS.length);
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
