/** The bounds of what a peer says about faults of its neighbours, as a part of its limits. */

/** See above. */
export interface FaultLimits {
  /** A neighbour and a kind that were told are remembered: so many of members, and as many of strangers. */
  readonly faultsToldMax: number;
  /**
   * So many faults are told at once, then one in an interval: a storm of strangers under ever new names
   * leaves the window readable.
   */
  readonly faultsAtOnceMax: number;
  readonly faultIntervalMs: number;
  /**
   * Bytes on a link that are no frame are told of after this: a NUL before that shows that they are the rest
   * of an older frame.
   */
  readonly faultDoubtMs: number;
}

/** The numbers unless told otherwise. */
export const FAULT_LIMITS: FaultLimits = {
  faultsToldMax: 1_024,
  faultsAtOnceMax: 16,
  faultIntervalMs: 10_000,
  faultDoubtMs: 200,
};
