/**
 * The last messages of origins that no list had: a member that has just joined is heard before the list that
 * has it comes. When it comes, what it has said is remembered as any member's (seen-cache.ts).
 *
 * Invariant: at most `max` messages; the oldest are forgotten. Strangers can have nothing else forgotten by
 * that.
 */

/** A message of an origin, with the fingerprint of its content. */
interface StrangerMessage {
  readonly originHid: string;
  readonly msgId: number;
  readonly fingerprint: number;
}

/** The messages of strangers, in the order in which they came. */
export class Strangers {
  readonly #max: number;
  #messages: StrangerMessage[] = [];
  #forgottenMs = Number.NEGATIVE_INFINITY;

  constructor(max: number) {
    this.#max = max;
  }

  /** When messages were forgotten last that nobody has been told of. */
  get forgottenMs(): number {
    return this.#forgottenMs;
  }

  /** @param nowMs the time, never smaller than in the call before. */
  add(message: StrangerMessage, nowMs: number): void {
    this.#messages.push(message);
    if (this.#messages.length <= this.#max) return;
    // Half as many as fit stay, so that a flood costs each message little.
    this.#messages = this.#messages.slice(-Math.ceil(this.#max / 2));
    this.#forgottenMs = nowMs;
  }

  /** Forgets the messages of those that are strangers no more, and returns them, oldest first. */
  leave(isOfMember: (originHid: string) => boolean): readonly StrangerMessage[] {
    const left = this.#messages.filter(({ originHid }) => isOfMember(originHid));
    if (left.length > 0) this.#messages = this.#messages.filter(({ originHid }) => !isOfMember(originHid));
    return left;
  }
}
