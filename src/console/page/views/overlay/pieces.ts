/**
 * In how many pieces an overlay is, and how far apart its members are. Pure. Links count in both directions:
 * a message goes over forward and backward links alike.
 */
import type { RingLink, RingMember } from './overlay.ts';

/** The connected parts of the living members. */
export interface Pieces {
  /** Sizes, the biggest first. */
  readonly sizes: readonly number[];
  /** Most hops that a message takes between two members of one piece. */
  readonly diameter: number;
}

/** Finds the pieces. Takes members × links steps: some milliseconds for 1,000 members. */
export function findPieces(members: readonly RingMember[], links: readonly RingLink[]): Pieces {
  const neighbours = neighboursOf(members.length, links);
  const pieceOf = new Int32Array(members.length).fill(-1);
  const sizes: number[] = [];
  let diameter = 0;
  const distances = new Int32Array(members.length);
  members.forEach((member, index) => {
    if (!member.isAlive) return;
    const reached = walk(index, neighbours, distances);
    diameter = Math.max(diameter, distances[reached.at(-1) ?? index] ?? 0);
    if (pieceOf[index] !== -1) return;
    for (const one of reached) pieceOf[one] = sizes.length;
    sizes.push(reached.length);
  });
  return { sizes: sizes.sort((left, right) => right - left), diameter };
}

/** Everybody who is reached from `start`, the nearest first; `distances` gets how far they are. */
function walk(
  start: number,
  neighbours: readonly (readonly number[])[],
  distances: Int32Array,
): readonly number[] {
  distances.fill(-1);
  distances[start] = 0;
  const reached = [start];
  for (let at = 0; at < reached.length; at += 1) {
    const one = reached[at] as number;
    for (const next of neighbours[one] ?? []) {
      if (distances[next] !== -1) continue;
      distances[next] = (distances[one] ?? 0) + 1;
      reached.push(next);
    }
  }
  return reached;
}

function neighboursOf(count: number, links: readonly RingLink[]): readonly (readonly number[])[] {
  const neighbours = Array.from({ length: count }, (): number[] => []);
  for (const { from, to, isSound } of links) {
    if (!isSound) continue;
    neighbours[from]?.push(to);
    neighbours[to]?.push(from);
  }
  return neighbours;
}
