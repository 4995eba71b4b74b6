/**
 * What is under way, as whoever steers it by hand has it: a frame, or a piece of one, or a segment that
 * carries no bytes.
 */
import type { Endpoint } from '../../../network.ts';

/** What travels on a TCP connection. */
export type Segment =
  /** The last part of the three-way handshake. */
  | { readonly kind: 'open' }
  /** An empty one asks a receiver that has no space left whether it has some by now. */
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'fin' }
  | { readonly kind: 'rst' };

/** One part of what is under way on a connection. */
export interface Packet {
  readonly segment: Segment;
  /** The number of the frame that it is a part of, counted in the whole network. */
  readonly frame: number;
  /** It begins its frame, and it ends it. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** When it arrives, unless it or something in front of it is held. */
  dueMs: number;
  isHeld: boolean;
}

/** One direction of a connection, as it is steered. */
export interface SteeredFlight {
  readonly ends: { readonly local: Endpoint; readonly remote: Endpoint };
  /** In the order in which they arrive. */
  readonly packets: readonly Packet[];
  /** One of them arrives at once. It MUST be the first. */
  arriveNow(packet: Packet): void;
  /** These are under way from now on, in this order. */
  replace(packets: readonly Packet[]): void;
}
