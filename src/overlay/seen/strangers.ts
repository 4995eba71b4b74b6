/**
 * The last messages of origins that no list had: a member that has just joined is heard before the list that
 * has it comes. When it comes, what it has said is remembered as any member's (seen-cache.ts).
 *
 * Invariant: at most `max` messages; the oldest are forgotten. Strangers can have nothing else forgotten by that.
 */

/** A message of an origin, with the fingerprint of its content. */
export interface StrangerMessage {
  readonly originHid: string;
  readonly msgId: number;
  readonly fingerprint: number;
}

/** The messages of strangers, in the order in which they came. */
export class Strangers {
  readonly #max: number;
  #messages: StrangerMessage[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  add(message: StrangerMessage): void {
    this.#messages.push(message);
    // Half as many as fit stay, so that a flood costs each message little.
    if (this.#messages.length > this.#max) this.#messages = this.#messages.slice(-Math.ceil(this.#max / 2));
  }

  /** Forgets the messages of those that are strangers no more, and returns them, oldest first. */
  leave(isOfMember: (originHid: string) => boolean): readonly StrangerMessage[] {
    const left = this.#messages.filter(({ originHid }) => isOfMember(originHid));
    if (left.length > 0) this.#messages = this.#messages.filter(({ originHid }) => !isOfMember(originHid));
    return left;
  }
}
