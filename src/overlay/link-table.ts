/** The links that are up, of either direction, with the member at the other end. */
import type { Member } from './member.ts';

/** `forward`: we connected. `backward`: the other side did (PROTOCOL.md, "Choosing the forward link"). */
export type LinkDirection = 'forward' | 'backward';

/** How a link, or an attempt at one, has ended. */
export type LinkEnd =
  /** One of the two sides closed it, or nobody is there any more. */
  | 'closed'
  /** Reset by the other host, which is there. */
  | 'reset'
  /** Nothing came any more, nothing was taken any more, or it could not be reached. */
  | 'lost';

/** One link whose handshake is done. */
export interface Link {
  /** Unique within one peer's incarnation. */
  readonly id: string;
  readonly direction: LinkDirection;
  readonly member: Member;
}

/** All links of one peer that are up. */
export class LinkTable {
  readonly #links = new Map<string, Link>();

  /** Every link, oldest first. */
  all(): readonly Link[] {
    return [...this.#links.values()];
  }

  get size(): number {
    return this.#links.size;
  }

  /** Links of one direction. */
  count(direction: LinkDirection): number {
    return this.all().filter((link) => link.direction === direction).length;
  }

  get(id: string): Link | undefined {
    return this.#links.get(id);
  }

  add(link: Link): void {
    if (this.#links.has(link.id)) throw new Error(`link ${link.id} is in the table already`);
    this.#links.set(link.id, link);
  }

  remove(id: string): void {
    this.#links.delete(id);
  }

  /** Ids of the links that one member has to us, the oldest first. */
  backwardFrom(hid: string): readonly string[] {
    return this.all()
      .filter(({ direction, member }) => direction === 'backward' && member.hid === hid)
      .map(({ id }) => id);
  }

  /** Backward links of everybody but one member, which may be about to replace its own. */
  backwardOfOthers(hid: string): readonly Link[] {
    return this.all().filter(({ direction, member }) => direction === 'backward' && member.hid !== hid);
  }

  /** Directions of the links to one member; empty if there is none. */
  directionsTo(hid: string): readonly LinkDirection[] {
    return this.all()
      .filter((link) => link.member.hid === hid)
      .map((link) => link.direction);
  }
}
