/**
 * What the network does to what goes from one simulated host to another: every hook is asked at the moment
 * that it is about, so a policy may change its mind at any time and may draw its answers from a seed. Hosts
 * are named by their IPv4 addresses; what stays on one host is asked for with the same address twice.
 */

/** What becomes of one SYN. */
export type SynFate = 'ok' | 'refused' | 'timeout';

/** How the network treats what goes from one host to another. */
export interface PathPolicy {
  /**
   * Time on the way of one segment or one packet of a handshake; TCP keeps its order whatever the times are.
   */
  latencyMs(from: string, to: string): number;
  /** The next segment carries at most so many bytes; asked for each, so that a write is cut in pieces. */
  segmentBytes(from: string, to: string): number;
  /**
   * True hands over all that waits at the receiver as one chunk, false segment by segment; asked per
   * hand-over.
   */
  coalesces(from: string, to: string): boolean;
  /**
   * How fast the way takes bytes, all connections of this direction together; over 0, infinite for at once.
   */
  bytesPerSecond(from: string, to: string): number;
  /**
   * How long each copy of one datagram is under way: none is a loss, two a duplicate, different ones reorder.
   */
  datagramDelaysMs(from: string, to: string): readonly number[];
  /**
   * What becomes of one SYN: 'timeout' loses it, and TCP sends another one a second later, which is asked
   * again.
   */
  connects(from: string, to: string): SynFate;
  /** True while nothing gets through in this direction: TCP retransmits with longer and longer pauses. */
  isCut(from: string, to: string): boolean;
  /** True while TCP data (and FIN behind it) waits; nothing is lost, and keepalive is answered. */
  isClogged(from: string, to: string): boolean;
}

/**
 * The policy with what it leaves open filled in by a network that is whole and has one latency everywhere.
 */
export function completePolicy(policy: Partial<PathPolicy>, latencyMs: number): PathPolicy {
  const latency = (from: string, to: string) => policy.latencyMs?.(from, to) ?? latencyMs;
  return {
    latencyMs: latency,
    segmentBytes: (from, to) => policy.segmentBytes?.(from, to) ?? Number.POSITIVE_INFINITY,
    coalesces: (from, to) => policy.coalesces?.(from, to) ?? false,
    bytesPerSecond: (from, to) => policy.bytesPerSecond?.(from, to) ?? Number.POSITIVE_INFINITY,
    datagramDelaysMs: (from, to) => policy.datagramDelaysMs?.(from, to) ?? [latency(from, to)],
    connects: (from, to) => policy.connects?.(from, to) ?? 'ok',
    isCut: (from, to) => policy.isCut?.(from, to) ?? false,
    isClogged: (from, to) => policy.isClogged?.(from, to) ?? false,
  };
}
