/**
 * What the TEXTs of one origin begin with, `T:room:originHID:originUser:`. They come one after the other, so
 * the one header serves for all in a row: its fields are found once, and decoded once if somebody asks.
 *
 * Invariant: it has bytes of its own, so it holds no chunk in memory, and it never changes: whoever finds the
 * same object again may go by what it has found out of it before.
 */

import { asName } from '../names.ts';

const ROOM_OFFSET = 2; // behind `T:`
const WORD_BYTES = 4;

/** The beginning of a TEXT up to its msgID. */
export class TextHeader {
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  readonly #roomEnd: number;
  readonly #originEnd: number;
  #room: string | undefined;
  #originHid: string | undefined;
  #originUser: string | undefined;
  #shownUser: string | undefined;

  /**
   * @param bytes from the `T` to the colon behind the user, at least `T:r:h:u:`; copied.
   * @param roomEnd position of the colon behind the room.
   * @param originEnd position of the colon behind the originHID.
   */
  constructor(bytes: Uint8Array, roomEnd: number, originEnd: number) {
    this.#bytes = Buffer.from(bytes);
    this.#words = wordsOf(this.#bytes);
    this.#roomEnd = roomEnd;
    this.#originEnd = originEnd;
  }

  /** Bytes up to the msgID. */
  get length(): number {
    return this.#bytes.length;
  }

  get room(): string {
    this.#room ??= this.#bytes.toString('latin1', ROOM_OFFSET, this.#roomEnd);
    return this.#room;
  }

  get originHid(): string {
    this.#originHid ??= this.#bytes.toString('latin1', this.#roomEnd + 1, this.#originEnd);
    return this.#originHid;
  }

  get originUser(): string {
    this.#originUser ??= this.#bytes.toString('latin1', this.#originEnd + 1, this.#bytes.length - 1);
    return this.#originUser;
  }

  /** The name as people are to read it: one word, whatever was sent as a name. */
  get shownUser(): string {
    this.#shownUser ??= asName(this.originUser);
    return this.#shownUser;
  }

  /** True if a TEXT with this very header begins at `start`. */
  isAt(view: DataView, start: number): boolean {
    const words = this.#words;
    const { length } = this.#bytes;
    if (start + length > view.byteLength) return false;
    // From behind: what differs is the user's name and the HID, hardly ever the room.
    let at = start + length - WORD_BYTES;
    for (let index = 0; index < words.length; index += 1, at -= WORD_BYTES) {
      if (view.getInt32(at > start ? at : start, true) !== words[index]) return false;
    }
    return true;
  }
}

/**
 * The bytes four at a time, from behind; the last of them, the first four bytes, may overlap the one before.
 */
function wordsOf(bytes: Buffer): Int32Array {
  const words = new Int32Array(Math.ceil(bytes.length / WORD_BYTES));
  for (let index = 0; index < words.length; index += 1) {
    words[index] = bytes.readInt32LE(Math.max(0, bytes.length - WORD_BYTES * (index + 1)));
  }
  return words;
}
