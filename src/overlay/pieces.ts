/**
 * The overlay as a graph: who is reached from whom, in how many pieces it is, and how far its members are
 * apart. Pure. Members are numbers from 0 on, and links count in both directions: a message goes over forward
 * and backward links alike.
 */

/** Two members that have a link. */
export type Pair = readonly [one: number, other: number];

/** For each member those that it has links with; nothing for one without links. */
type NeighbourLists = readonly (readonly number[] | undefined)[];

/** For each member its neighbours. */
export function neighbourLists(pairs: Iterable<Pair>): NeighbourLists {
  const lists: number[][] = [];
  const add = (member: number, neighbour: number) => {
    lists[member] ??= [];
    lists[member].push(neighbour);
  };
  for (const [one, other] of pairs) {
    add(one, other);
    add(other, one);
  }
  return lists;
}

/** Everybody that is reached from one member, itself first, the others in the order of the hops to them. */
export function reachedFrom(start: number, neighbours: NeighbourLists): readonly number[] {
  return walk(start, neighbours, new Int32Array(Math.max(neighbours.length, start + 1)));
}

/**
 * The pieces that these members are in, the biggest first; of two of one size the one whose member comes
 * first.
 * @param members MUST be all that have links.
 */
export function piecesOf(
  members: Iterable<number>,
  neighbours: NeighbourLists,
): readonly (readonly number[])[] {
  const placed = new Set<number>();
  const pieces: (readonly number[])[] = [];
  for (const member of members) {
    if (placed.has(member)) continue;
    const piece = reachedFrom(member, neighbours);
    for (const each of piece) placed.add(each);
    pieces.push(piece);
  }
  return pieces.sort((one, other) => other.length - one.length);
}

/**
 * Most hops that a message takes between two members of one piece. Takes members × links steps: some
 * milliseconds for 1,000 members.
 */
export function diameterOf(members: Iterable<number>, neighbours: NeighbourLists): number {
  let diameter = 0;
  const hops = new Int32Array(neighbours.length);
  for (const member of members) {
    const farthest = neighbours[member] === undefined ? undefined : walk(member, neighbours, hops).at(-1);
    if (farthest !== undefined) diameter = Math.max(diameter, hops[farthest] ?? 0);
  }
  return diameter;
}

/** As `reachedFrom`; `hops` gets how far everybody is who is reached, and -1 for all others. */
function walk(start: number, neighbours: NeighbourLists, hops: Int32Array): readonly number[] {
  hops.fill(-1);
  hops[start] = 0;
  const reached = [start];
  for (let at = 0; at < reached.length; at += 1) {
    const one = reached[at] as number;
    for (const next of neighbours[one] ?? []) {
      if (hops[next] !== -1) continue;
      hops[next] = (hops[one] ?? 0) + 1;
      reached.push(next);
    }
  }
  return reached;
}
