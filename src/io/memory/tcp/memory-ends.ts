/**
 * The connections of a simulated host, by the host at their other end, so that a fault can strike all between
 * two.
 */
import type { TcpEnd } from './memory-tcp-end.ts';

/** The ends that processes of one host have, see above. */
export class MemoryEnds {
  readonly #others = new Map<TcpEnd, string>();

  get size(): number {
    return this.#others.size;
  }

  /** @param other the address of the host at the other end. */
  add(end: TcpEnd, other: string): void {
    this.#others.set(end, other);
  }

  delete(end: TcpEnd): void {
    this.#others.delete(end);
  }

  /** Those with a host, oldest first. */
  with(other: string): TcpEnd[] {
    return [...this.#others].flatMap(([end, address]) => (address === other ? [end] : []));
  }
}
