/**
 * Which kinds of errors a store answers with at present, so that each is told when it begins and when it
 * ends, however many questions it concerns.
 *
 * Invariant: a kind ends when all that it was the answer to has been answered well again: a store that is
 * full still answers who only reads.
 */

/** The kinds that are going on. */
export class Refusals {
  readonly #kinds = new Map<string, Set<string>>();

  /** Whether every kind has ended. */
  get isEmpty(): boolean {
    return this.#kinds.size === 0;
  }

  /**
   * A question was answered with an error.
   * @returns whether this is the first of its kind.
   */
  refused(kind: string, question: string): boolean {
    const questions = this.#kinds.get(kind);
    if (questions) questions.add(question);
    else this.#kinds.set(kind, new Set([question]));
    return !questions;
  }

  /**
   * Questions were answered well.
   * @returns the kinds that have ended with this.
   */
  accepted(...answered: readonly string[]): readonly string[] {
    const ended: string[] = [];
    for (const [kind, questions] of this.#kinds) {
      for (const question of answered) questions.delete(question);
      if (questions.size > 0) continue;
      this.#kinds.delete(kind);
      ended.push(kind);
    }
    return ended;
  }
}

/** The kind of an error of Redis: its first word, such as OOM, READONLY or ERR. */
export function kindOf(message: string): string {
  return /^[A-Z]+/.exec(message)?.[0] ?? 'ERR';
}
