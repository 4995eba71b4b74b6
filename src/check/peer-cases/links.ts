/** The usual beginnings of cases: a program with a name, with a member that dials it, with links. */
import type { StrictFrame } from '../../protocol/dissect/strict-frame.ts';
import type { Neighbour } from '../stage/neighbour.ts';
import { type PeerStage, USER } from '../stage/peer-stage.ts';
import type { Subject } from '../stage/subject.ts';
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

/** Starts the program and names it; `mark` is where it has told all that there was to tell of that. */
export async function named(stage: PeerStage): Promise<{ program: Subject; mark: number }> {
  const program = stage.start();
  program.press('user', USER);
  program.press('list');
  await stage.request('LIST');
  return { program, mark: await stage.settled() };
}

/** The program has joined a room with one member, which can't be dialled and has not dialled yet. */
export async function caller(stage: PeerStage): Promise<Neighbour> {
  const bob = await stage.castOne();
  bob.stopListening();
  await stage.join();
  return bob;
}

/** The same, and the member has connected: its P comes next. */
export async function call(stage: PeerStage): Promise<{ bob: Neighbour; link: WireLink }> {
  const bob = await caller(stage);
  return { bob, link: await bob.dial(stage.port, stage.patienceMs) };
}

/** The program is linked to the only other member; `frame` is its P. */
export async function linkedWithOne(
  stage: PeerStage,
): Promise<{ bob: Neighbour; link: WireLink; frame: StrictFrame }> {
  const { members, link, frame } = await stage.linked(1);
  const [bob] = members;
  if (!bob) throw new Error('one member was cast');
  return { bob, link, frame };
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
