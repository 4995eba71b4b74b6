/**
 * Which frame that somebody has sent a frame is that comes in: TCP keeps order, so the first that went out
 * over a connection and has not come in is it. A datagram is known by its bytes.
 *
 * Bounded: what has gone to somebody who is not logged is never taken out. Of a party that is logged alone
 * nothing is remembered.
 */

/** Frames under way that are remembered of one direction of one connection. */
const UNDER_WAY_MAX = 8_192;
/** Directions that are remembered; the longest unused is forgotten. */
const WIRES_MAX = 4_096;
/** All of it together. */
const UNDER_WAY_MAX_BYTES = 33_554_432;

interface UnderWay {
  readonly serial: number;
  readonly bytes: Buffer;
  hasArrived: boolean;
}

/** See above. */
export class Wires {
  readonly #underWay = new Map<string, UnderWay[]>();
  readonly #endings = new Map<string, number>();
  /** The last that has come in: where a frame was doubled on purpose, it comes once more. */
  readonly #arrived = new Map<string, UnderWay>();
  #bytes = 0;
  #parties = 0;

  /** One more party is logged: what one of several sends, another may get. */
  join(): void {
    this.#parties += 1;
  }

  /** A frame goes out, from one address to another. */
  sent(from: string, to: string, serial: number, bytes: Buffer): void {
    if (this.#parties < 2) return;
    const key = `${from}>${to}`;
    const wire = this.#underWay.get(key) ?? [];
    this.#underWay.delete(key);
    this.#underWay.set(key, wire);
    wire.push({ serial, bytes, hasArrived: false });
    this.#bytes += bytes.length;
    if (wire.length > UNDER_WAY_MAX) this.#took(wire.splice(0, 1));
    while (this.#underWay.size > WIRES_MAX || this.#bytes > UNDER_WAY_MAX_BYTES) this.#forgetOldest();
  }

  /** A frame has come in. @returns the serial of what was sent; `null` where that is not known. */
  arrived(from: string, to: string, bytes: Buffer): number | null {
    const key = `${from}>${to}`;
    const wire = this.#underWay.get(key);
    const at = wire?.findIndex((frame) => frame.bytes.equals(bytes)) ?? -1;
    if (!wire || at < 0) {
      const last = this.#arrived.get(key);
      return last?.bytes.equals(bytes) ? last.serial : null;
    }
    const taken = wire.splice(0, at + 1);
    this.#took(taken);
    const found = taken.at(-1);
    if (found) this.#arrived.set(key, found);
    return found?.serial ?? null;
  }

  /** The same for a datagram, which may come twice, or after a later one. */
  datagramArrived(from: string, to: string, bytes: Buffer): number | null {
    const alike = this.#underWay.get(`${from}>${to}`)?.filter((frame) => frame.bytes.equals(bytes));
    const found = alike?.find(({ hasArrived }) => !hasArrived) ?? alike?.at(-1);
    if (found) found.hasArrived = true;
    return found?.serial ?? null;
  }

  /** The one end sends FIN or RST to the other. */
  ending(from: string, to: string, serial: number): void {
    const key = `${from}>${to}`;
    this.#endings.delete(key);
    this.#endings.set(key, serial);
    const [oldest] = this.#endings.keys();
    if (this.#endings.size > WIRES_MAX && oldest !== undefined) this.#endings.delete(oldest);
  }

  /**
   * A connection is over at its end `to`: what was under way there never comes in.
   * @returns the serial of the other side's ending; `null` where it has not ended it, or is not known.
   */
  over(from: string, to: string): number | null {
    const key = `${from}>${to}`;
    const serial = this.#endings.get(key) ?? null;
    this.#took(this.#underWay.get(key) ?? []);
    this.#underWay.delete(key);
    this.#endings.delete(key);
    this.#arrived.delete(key);
    return serial;
  }

  #forgetOldest(): void {
    for (const [key, wire] of this.#underWay) {
      this.#took(wire);
      this.#underWay.delete(key);
      this.#arrived.delete(key);
      return;
    }
  }

  #took(frames: readonly UnderWay[]): void {
    for (const { bytes } of frames) this.#bytes -= bytes.length;
  }
}
