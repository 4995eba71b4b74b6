/**
 * One walk around the ring in search of a forward link (PROTOCOL.md, "Choosing the forward link"): who comes
 * next, and what is to be told of those who were passed over. Pure.
 *
 * Invariants: a walk goes on, never back, so each member comes once at most; the cost of a step is that of
 * finding the place, however many members there are; what is kept does not grow with them either.
 */
import { NAMES_SHOWN_MAX } from '../../limits/program.ts';
import { type Member, memberKey } from '../member.ts';

/** How far a walk has come. */
export interface Walk {
  /** The member that it has come to; `null` at the beginning. */
  readonly at: Member | null;
  /** Members that could not be reached in this walk, or lately: how many, and the names of the first. */
  readonly failed: number;
  readonly names: readonly string[];
  /** The same for the same members, in whatever order they failed. */
  readonly mark: number;
}

/** A walk that has not begun. */
export const NEW_WALK: Walk = { at: null, failed: 0, names: [], mark: 0 };

const MARK_DIGITS = 9;
const MARK_MAX = 10 ** MARK_DIGITS;

/** The walk behind one more member that could not be reached. */
export function passedOver(walk: Walk, { user, hid }: Member): Walk {
  const names = walk.failed < NAMES_SHOWN_MAX ? [...walk.names, user] : walk.names;
  const mark = (walk.mark + Number(hid.slice(-MARK_DIGITS))) % MARK_MAX;
  return { ...walk, failed: walk.failed + 1, names, mark };
}

/**
 * Goes on to the next members that may be dialled now, at most `wanted`; those in between are passed over.
 * @param candidates in the order of the ring, see `compare`.
 */
export function walkOn(
  walk: Walk,
  wanted: number,
  candidates: readonly Member[],
  compare: (one: Member, other: Member) => number,
  mayDial: (member: Member) => boolean,
): { readonly walk: Walk; readonly chosen: readonly Member[] } {
  const chosen: Member[] = [];
  let next = walk;
  for (let place = placeBehind(walk.at, candidates, compare); place < candidates.length; place += 1) {
    if (chosen.length >= wanted) break;
    const member = candidates[place] as Member;
    if (mayDial(member)) chosen.push(member);
    else next = passedOver(next, member);
    next = { ...next, at: member };
  }
  return { walk: next, chosen };
}

/** Where the first candidate stands that comes after `member`; two may have one HID. */
function placeBehind(
  member: Member | null,
  candidates: readonly Member[],
  compare: (one: Member, other: Member) => number,
): number {
  if (member === null) return 0;
  let [low, high] = [0, candidates.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(candidates[middle] as Member, member) < 0) low = middle + 1;
    else high = middle;
  }
  const key = memberKey(member);
  for (let place = low; place < candidates.length; place += 1) {
    const candidate = candidates[place] as Member;
    if (compare(candidate, member) !== 0) break;
    if (memberKey(candidate) === key) return place + 1;
  }
  return low;
}

/**
 * How many more are dialled beside those that have been silent: one, and half as many as there are, so that a
 * ring full of silent addresses is walked through ever faster.
 */
export function dialsBeside(underWay: number, max: number): number {
  return Math.max(0, Math.min(Math.max(1, Math.floor(underWay / 2)), max - underWay));
}
