/**
 * A message's way slowed down so that it can be followed: on loopback a whole flood takes a few milliseconds.
 * Pure.
 *
 * Invariants: nobody passes a message on before it has arrived there; messages arrive in the order in which
 * they did.
 */
import type { Flood, Hop } from './floods.ts';

/** A hop, and when it is shown. */
export interface TimedHop {
  readonly hop: Hop;
  /** Milliseconds from the begin of the show. */
  readonly startMs: number;
  readonly endMs: number;
}

/** How slow. */
interface Pace {
  /** What a hop takes at least. */
  readonly hopMs: number;
  /** Time between two arrivals, so that their order is seen; shorter where there are many. */
  readonly stepMs: number;
  /** All those steps together take no longer. */
  readonly stepsTotalMs: number;
}

/** The hops of a flood with their times, in the order of their arrival. */
export function scheduleFlood({ hops }: Flood, pace: Pace): readonly TimedHop[] {
  const stepMs = Math.min(pace.stepMs, pace.stepsTotalMs / Math.max(1, hops.length));
  const heldSince = new Map<string, number>();
  let lastMs = 0;
  return [...hops]
    .sort((left, right) => left.order - right.order)
    .map((hop) => {
      const startMs = heldSince.get(hop.from) ?? 0;
      const endMs = Math.max(startMs + pace.hopMs, lastMs + stepMs);
      lastMs = endMs;
      if (!heldSince.has(hop.from)) heldSince.set(hop.from, startMs);
      if (!heldSince.has(hop.to)) heldSince.set(hop.to, endMs);
      return { hop, startMs, endMs };
    });
}

/** A flood in numbers. */
interface FloodFacts {
  /** Members that got it, without the one that it came from first. */
  readonly reached: number;
  /** Links that the longest way to one of them has. */
  readonly hops: number;
  readonly duplicates: number;
  /** From the first sight of it to the last. */
  readonly tookMs: number;
}

/** Counts what a flood has done. */
export function floodFacts({ hops, firstMs, lastMs }: Flood): FloodFacts {
  const depth = new Map<string, number>();
  let duplicates = 0;
  for (const hop of [...hops].sort((left, right) => left.order - right.order)) {
    const from = depth.get(hop.from) ?? 0;
    depth.set(hop.from, from);
    if (hop.isDuplicate) duplicates += 1;
    else if (!depth.has(hop.to)) depth.set(hop.to, from + 1);
  }
  const depths = [...depth.values()];
  return {
    reached: depths.filter((hopCount) => hopCount > 0).length,
    hops: Math.max(0, ...depths),
    duplicates,
    tookMs: lastMs - firstMs,
  };
}
