/**
 * Who gets a lifeline, and in which order: the room server, this peer, the members that it talked to or is
 * linked to in ring order (the next one to the right is the first candidate for a forward link), addresses
 * that never said who they are, and `others` for what is beyond the bound.
 *
 * Invariants: at most `max` lifelines, and every frame has one; the order of members does not depend on the
 * frames, so nothing jumps when old frames are forgotten.
 */

import type { Member } from '../../../../../overlay/member.ts';
import type { PeerStatus } from '../../../../../peer/peer-api.ts';
import { compareHashIds } from '../../../../../protocol/hash-id.ts';
import { type Encounter, type Encounters, memberKeyOf, partyName, SERVER_KEY } from './parties.ts';

/** One vertical line of the diagram. */
export interface Lifeline {
  readonly key: string;
  readonly kind: 'room server' | 'self' | 'member' | 'address' | 'others';
  readonly name: string;
  /** A second line of its head: an address, or what it is. */
  readonly note: string;
  /** A member that is not in the member list any more, or this peer when it runs no more. */
  readonly isGone: boolean;
}

/** Where the diagram stands: whose it is, and who is in the room. */
export interface Standpoint {
  readonly self: Member | null;
  /** What this peer is called before it has a nickname. */
  readonly label: string;
  readonly isRunning: boolean;
  readonly members: PeerStatus['members'];
}

type MemberStatus = PeerStatus['members'][number];

const SELF_KEY = 'self';
const OTHERS_KEY = 'others';
const SERVER: Lifeline = {
  key: SERVER_KEY,
  kind: 'room server',
  name: 'room server',
  note: '',
  isGone: false,
};

/** Index of this peer's own lifeline. */
export const SELF_COLUMN = 1;

/**
 * Chooses the lifelines. Who is linked comes before who is in the room, and that before who was; among equals
 * those with the most frames.
 * @param max the most of them, at least 4: room server, this peer, one member, others.
 */
export function chooseLifelines(
  { byKey }: Encounters,
  { self, label, isRunning, members }: Standpoint,
  max: number,
): readonly Lifeline[] {
  const listed = new Map(members.map((member) => [memberKeyOf(member.hid), member]));
  const met = [...candidates(byKey, listed).values()].sort(
    (left, right) => rank(listed.get(right.key)) - rank(listed.get(left.key)) || right.frames - left.frames,
  );
  const places = max - 2;
  const chosen = met.length <= places ? met : met.slice(0, places - 1);
  const origin = self?.hid ?? '0';
  const lines = chosen
    .sort((left, right) => compareEncounters(left, right, origin))
    .map((encounter) => lifelineOf(encounter, listed));
  const gathered = met.length - chosen.length;
  const others = gathered > 0 ? [othersLine(gathered)] : [];
  return [SERVER, ownLine(self, label, isRunning), ...lines, ...others];
}

/** Each key's column; what has none of its own is in the last one, `others`. */
export function columnFinder(lines: readonly Lifeline[]): (key: string) => number {
  const columns = new Map(lines.map((line, index) => [line.key, index]));
  return (key) => columns.get(key) ?? lines.length - 1;
}

/** Everybody who was met, and the linked who have not said anything yet; without the room server. */
function candidates(
  byKey: Encounters['byKey'],
  listed: ReadonlyMap<string, MemberStatus>,
): ReadonlyMap<string, Encounter> {
  const all = new Map(byKey);
  all.delete(SERVER_KEY);
  for (const [key, { hid, user, links, isSelf }] of listed) {
    if (links.length === 0 || isSelf || all.has(key)) continue;
    all.set(key, { key, party: { kind: 'member', hid, user }, frames: 0, firstAt: Number.MAX_SAFE_INTEGER });
  }
  return all;
}

function rank(member: MemberStatus | undefined): number {
  if (!member) return 0;
  return member.links.length > 0 ? 2 : 1;
}

function compareEncounters(left: Encounter, right: Encounter, origin: string): number {
  if (left.party.kind === 'member' && right.party.kind === 'member')
    return compareOnRing(left.party.hid, right.party.hid, origin);
  if (left.party.kind === 'member') return -1;
  return right.party.kind === 'member' ? 1 : left.firstAt - right.firstAt;
}

/** Compares two HIDs by how far behind `origin` they come on the ring. */
function compareOnRing(left: string, right: string, origin: string): number {
  const isLeftAhead = compareHashIds(left, origin) > 0;
  const isRightAhead = compareHashIds(right, origin) > 0;
  if (isLeftAhead !== isRightAhead) return isLeftAhead ? -1 : 1;
  return compareHashIds(left, right);
}

function ownLine(self: Member | null, label: string, isRunning: boolean): Lifeline {
  const address = self ? `${self.ip}:${self.port}` : 'this peer';
  const note = isRunning ? address : 'not running';
  return { key: SELF_KEY, kind: 'self', name: self?.user ?? label, note, isGone: !isRunning };
}

function lifelineOf({ key, party }: Encounter, listed: ReadonlyMap<string, MemberStatus>): Lifeline {
  const name = partyName(party);
  if (party.kind !== 'member') return { key, kind: 'address', name, note: 'an address', isGone: false };
  const member = listed.get(key);
  const note = member ? `${member.ip}:${member.port}` : 'not in the room';
  // Before the first list nobody can be missing from it.
  return { key, kind: 'member', name, note, isGone: listed.size > 0 && !member };
}

function othersLine(count: number): Lifeline {
  return { key: OTHERS_KEY, kind: 'others', name: 'others', note: `${count} more`, isGone: false };
}
