/**
 * Crossing dials (PROTOCOL.md): where two members have dialled each other, one link is left. So who gives its
 * own link up for the one of the other side must find that kept, for as long as the other side takes to learn
 * of it and longer.
 */

/** No two that follow the rule give up within this of each other: the one that waits waits 5 s at least. */
const BOTH_MS = 4_000;

/** Who has given up a link for whose. */
export class Crossings {
  /** By `who>whom`, when. */
  readonly #yielded = new Map<string, number>();

  /**
   * One peer gives up its link to another, because that has one to it.
   * @returns what is wrong with it, behind the first one's name; `undefined` if nothing is.
   */
  yielded(peer: string, other: string, atMs: number): string | undefined {
    this.#yielded.set(`${peer}>${other}`, atMs);
    const theirsMs = this.#yielded.get(`${other}>${peer}`);
    if (theirsMs === undefined || atMs - theirsMs > BOTH_MS) return undefined;
    return `and ${other} have both given up their link to the other, ${atMs - theirsMs} ms apart`;
  }
}
