/**
 * A frame that goes out at one peer and comes in at another one is one frame that is told of twice. This
 * finds the other half of each; it is the one place where the page does so. Where the log names the frame
 * that was sent as the cause of the one that came, that is it; else link, bytes and order tell.
 *
 * Invariants: a half belongs to one frame at most; two halves are of the same bytes, from and to the same
 * members; once a pair has shown which links of two members are one connection, other pairs keep to it.
 */
import type { ConsoleFrame } from '../../feed/messages.ts';
import { DRAWING_LIMITS } from '../../limits.ts';

/** Both ends of a frame's way, as HIDs or other keys of the parties. */
interface Way {
  readonly from: string;
  readonly to: string;
}

/** What is needed to know of one half. */
type Half = Pick<ConsoleFrame, 'serial' | 'causedBy' | 'via' | 'bytes' | 'direction' | 'kind' | 'atMs'>;

interface Waiting<Item> extends Pick<Half, 'serial' | 'causedBy' | 'via' | 'atMs'> {
  readonly item: Item;
}

/** One end of a link: this end's name for it in full, and what stands before the other end's. */
interface LinkEnd {
  readonly link: string;
  readonly otherEnd: string;
}

/** The halves that have been told of, each with what its owner keeps of it. */
export class FramePairs<Item> {
  /** Halves without another one, oldest first, by bytes, and by direction and way. */
  readonly #waiting = new Map<string, Map<string, Waiting<Item>[]>>();
  /** The same connection as the other end calls it, by how this end does. */
  readonly #joined = new Map<string, string>();

  /**
   * Takes a half. The halves of each peer come in their order; those of two peers in any order.
   * @returns what is kept of the other half; `undefined`: this one waits for it now.
   */
  meet(half: Half, { from, to }: Way, item: Item): Item | undefined {
    const isOut = half.direction === 'out';
    const [own, other] = isOut ? [from, to] : [to, from];
    const end = { link: `${own} ${other} ${half.via}`, otherEnd: `${other} ${own} ` };
    // A link's name is used again after a restart, and begins with a handshake.
    if (half.kind === 'HANDSHAKE') this.#part(end);
    const alike = this.#waiting.get(half.bytes) ?? new Map<string, Waiting<Item>[]>();
    const opposite = alike.get(`${isOut ? 'in' : 'out'} ${from} ${to}`) ?? [];
    const index = this.#indexIn(opposite, half, end);
    const [found] = index < 0 ? [] : opposite.splice(index, 1);
    if (found) {
      if (half.via !== 'datagram') this.#join(half.via, found.via, end);
      return found.item;
    }
    const place = `${half.direction} ${from} ${to}`;
    const waiting = alike.get(place) ?? [];
    const { serial, causedBy, via, atMs } = half;
    waiting.push({ serial, causedBy, via, atMs, item });
    this.#waiting.set(half.bytes, alike.set(place, waiting));
    return undefined;
  }

  #join(via: string, otherVia: string, { link, otherEnd }: LinkEnd): void {
    this.#joined.set(link, otherVia);
    this.#joined.set(otherEnd + otherVia, via);
  }

  #part({ link, otherEnd }: LinkEnd): void {
    const via = this.#joined.get(link);
    this.#joined.delete(link);
    if (via !== undefined) this.#joined.delete(otherEnd + via);
  }

  /** Where the other half is among those of the same way and bytes; -1 if it is not there. */
  #indexIn(waiting: readonly Waiting<Item>[], half: Half, end: LinkEnd): number {
    const { direction, serial, causedBy } = half;
    if (direction === 'in' && causedBy !== null) return waiting.findIndex((each) => each.serial === causedBy);
    const caused = waiting.findIndex((each) => each.causedBy === serial);
    if (caused >= 0) return caused;
    return this.#indexByLink(waiting, half, end);
  }

  /** The same where the log does not say it. */
  #indexByLink(
    waiting: readonly Waiting<Item>[],
    { via, atMs, direction }: Half,
    { link, otherEnd }: LinkEnd,
  ): number {
    const isOpen = (each: Waiting<Item>) => direction === 'in' || each.causedBy === null;
    if (via === 'datagram') {
      const { datagramAwaitedMs } = DRAWING_LIMITS;
      return waiting.findIndex(
        (each) => isOpen(each) && each.via === via && Math.abs(atMs - each.atMs) <= datagramAwaitedMs,
      );
    }
    const joined = this.#joined.get(link);
    if (joined !== undefined) return waiting.findIndex((each) => isOpen(each) && each.via === joined);
    // What was sent over a link that broke never came: the last that waits is the one of this link.
    return waiting.findLastIndex(
      (each) => isOpen(each) && each.via !== 'datagram' && !this.#joined.has(otherEnd + each.via),
    );
  }
}
