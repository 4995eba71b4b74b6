/** The usual beginning of a case about messages: a forward link, a backward link, and their members. */
import type { Neighbour } from '../stage/neighbour.ts';
import type { PeerStage } from '../stage/peer-stage.ts';
import type { WireLink } from '../wire/wire-link.ts';

/** A program with two links. */
interface TwoLinks {
  /** The connection that the program has dialled, its handshake done. */
  readonly forward: WireLink;
  /** Who is at its other end. */
  readonly member: Neighbour;
  /** The connection that a second member has dialled. */
  readonly backward: WireLink;
  readonly other: Neighbour;
}

/** Joins, lets the program link to one member and another one link to it. */
export async function twoLinks(stage: PeerStage): Promise<TwoLinks> {
  const { members, link: forward } = await stage.linked(2);
  const member = members.find(({ user }) => user === forward.owner);
  const other = members.find(({ user }) => user !== forward.owner);
  if (!member || !other) throw new Error('two members were cast');
  const backward = await stage.backward(other);
  return { forward, member, backward, other };
}

/**
 * Sends frames with a pause after each: a program that takes one read for one frame is found by other cases.
 */
export async function apart(stage: PeerStage, link: WireLink, ...frames: readonly string[]): Promise<void> {
  for (const frame of frames) {
    link.send(frame);
    await stage.settled();
  }
}
