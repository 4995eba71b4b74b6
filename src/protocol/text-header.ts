/**
 * What the TEXTs of one origin begin with, `T:room:originHID:originUser:`. They come one after the other, so the one
 * header serves for all in a row: its fields are found once, and decoded once if somebody asks.
 *
 * Invariant: it has bytes of its own, so it holds no chunk in memory, and it never changes: whoever finds the same
 * object again may go by what it has found out of it before.
 */

const ROOM_OFFSET = 2; // behind `T:`

/** The beginning of a TEXT up to its msgID. */
export class TextHeader {
  readonly #bytes: Buffer;
  readonly #roomEnd: number;
  readonly #originEnd: number;
  #room: string | undefined;
  #originHid: string | undefined;
  #originUser: string | undefined;

  /**
   * @param bytes from the `T` to the colon behind the user; copied.
   * @param roomEnd position of the colon behind the room.
   * @param originEnd position of the colon behind the originHID.
   */
  constructor(bytes: Uint8Array, roomEnd: number, originEnd: number) {
    this.#bytes = Buffer.from(bytes);
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

  /** True if a TEXT with this very header begins at `start`. */
  isAt(buffer: Uint8Array, start: number): boolean {
    const bytes = this.#bytes;
    const { length } = bytes;
    if (start + length > buffer.length) return false;
    // From behind: what differs is the user's name and the HID, hardly ever the room.
    for (let index = length - 1; index >= 0; index -= 1) {
      if (buffer[start + index] !== bytes[index]) return false;
    }
    return true;
  }
}
