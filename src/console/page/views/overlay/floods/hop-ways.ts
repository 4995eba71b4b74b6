/** Where messages travel on a ring as it is now: every hop's curve, found once. Pure. */

import type { Overlay } from '../overlay.ts';
import { type Curve, curveOf, dotRadius, type Point, placeOf, reversed } from '../ring/ring-layout.ts';
import type { Flood, Hop } from './floods.ts';

/** The ways over one overlay. */
export class HopWays {
  readonly #overlay: Overlay;
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #dialled: ReadonlySet<string>;
  readonly #curves = new Map<string, Curve | undefined>();

  constructor(overlay: Overlay) {
    this.#overlay = overlay;
    this.#indexOf = new Map(overlay.members.map(({ hid }, index) => [hid, index]));
    this.#dialled = new Set(overlay.links.map(({ from, to }) => `${from} ${to}`));
  }

  /** Radius of the members' dots. */
  get dotRadius(): number {
    return dotRadius(this.#overlay.members.length);
  }

  /**
   * Along the hop's link, against it where the receiver had dialled; undefined if an end is not on the ring.
   */
  curveOf({ from, to }: Pick<Hop, 'from' | 'to'>): Curve | undefined {
    const key = `${from} ${to}`;
    if (!this.#curves.has(key))
      this.#curves.set(key, this.#find(this.#indexOf.get(from), this.#indexOf.get(to)));
    return this.#curves.get(key);
  }

  /** All hops of a flood. */
  curvesOf({ hops }: Flood): readonly Curve[] {
    return hops.flatMap((hop) => this.curveOf(hop) ?? []);
  }

  /** The place of a member that is on the ring. */
  placeOf(hid: string): Point {
    return placeOf(this.#indexOf.get(hid) ?? 0, this.#overlay.members.length);
  }

  /** True if what arrives there is reported: the member is one of the console's peers. */
  isObserved(hid: string): boolean {
    const member = this.#overlay.members[this.#indexOf.get(hid) ?? -1];
    return member !== undefined && member.peer !== null;
  }

  #find(from: number | undefined, to: number | undefined): Curve | undefined {
    if (from === undefined || to === undefined) return undefined;
    const count = this.#overlay.members.length;
    const isAgainst = this.#dialled.has(`${to} ${from}`) && !this.#dialled.has(`${from} ${to}`);
    return isAgainst ? reversed(curveOf(to, from, count)) : curveOf(from, to, count);
  }
}
