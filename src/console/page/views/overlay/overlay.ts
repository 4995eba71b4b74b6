/**
 * The overlay as a ring: who is in the room in the order of their HIDs, and which links are known. Pure.
 *
 * A peer knows its own links only; all of them are known only where all members are peers of this console
 * (demo). Invariants: members are in HID order, each once; both ends of a link are among them; a link that
 * both of its ends know is there once.
 */
import { compareHashIds } from '../../../../protocol/hash-id.ts';
import type { ConsolePeer } from '../../../feed/messages.ts';
import type { PeerViews } from '../../state/peer-view.ts';
import type { Seats } from '../../state/seats.ts';

/** A member on the ring, or the empty place of a killed one. */
export interface RingMember {
  readonly hid: string;
  readonly user: string;
  readonly address: string;
  /** The console's peer that it is; `null` for a member in another program. */
  readonly peer: string | null;
  readonly isAlive: boolean;
  readonly isSplitOff: boolean;
}

/**
 * A link, from the member that dialled (its forward link) to the one that was dialled (a backward link
 * there).
 */
export interface RingLink {
  /** Indices of members. */
  readonly from: number;
  readonly to: number;
  /** False where an end is dead or cut off, and the other has not noticed yet. */
  readonly isSound: boolean;
}

/** A peer of the console that is not on this ring. */
interface AbsentPeer {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly isRunning: boolean;
}

/** The overlay of one room. */
export interface Overlay {
  /** `null` while nobody has joined one. */
  readonly room: string | null;
  readonly members: readonly RingMember[];
  readonly links: readonly RingLink[];
  /** True where every member is a peer of this console, so that no link is unknown. */
  readonly isWhole: boolean;
  readonly absent: readonly AbsentPeer[];
}

/** What is known, put together: the room of the selected peer, or else the first that has one. */
export function buildOverlay(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  seats: Seats,
  selected: string | null,
): Overlay {
  const room = roomOf(peers, views, seats, selected);
  const members = room === null ? [] : membersOf(peers, views, seats, selected, room);
  return {
    room,
    members,
    links: linksOf(peers, views, members),
    isWhole: members.every(({ peer }) => peer !== null),
    absent: absentFrom(peers, views, members),
  };
}

/** Index of a peer's member; -1 if it is not on the ring. */
export function memberIndexOf(members: readonly RingMember[], peer: string | null): number {
  return peer === null ? -1 : members.findIndex((member) => member.peer === peer);
}

function roomOf(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  seats: Seats,
  selected: string | null,
): string | null {
  const ids = [...(selected === null ? [] : [selected]), ...peers.map(({ id }) => id)];
  for (const id of ids) {
    const isRunning = peers.some((peer) => peer.id === id && peer.isRunning);
    const room = isRunning ? (views[id]?.status?.room ?? null) : (seats.get(id)?.room ?? null);
    if (room !== null) return room;
  }
  return null;
}

/**
 * A running peer that has left its seat (it has been restarted, and has not joined again) is not on the ring.
 */
function isSeated(peer: ConsolePeer, views: PeerViews, seats: Seats, room: string): boolean {
  if (seats.get(peer.id)?.room !== room) return false;
  return !peer.isRunning || views[peer.id]?.status?.room === room;
}

function membersOf(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  seats: Seats,
  selected: string | null,
  room: string,
): readonly RingMember[] {
  const byHid = new Map<string, RingMember>();
  for (const list of listsOf(peers, views, selected, room))
    for (const { hid, user, ip, port } of list)
      byHid.set(hid, { hid, user, address: `${ip}:${port}`, peer: null, isAlive: true, isSplitOff: false });
  for (const peer of peers) {
    const seat = seats.get(peer.id);
    if (!seat || !isSeated(peer, views, seats, room)) continue;
    const { hid, user, ip, port } = seat.member;
    const { id, isRunning, isSplitOff } = peer;
    byHid.set(hid, {
      hid,
      user,
      address: `${ip}:${port}`,
      peer: id,
      isAlive: isRunning,
      isSplitOff: isRunning && isSplitOff,
    });
  }
  return [...byHid.values()].sort((left, right) => compareHashIds(left.hid, right.hid));
}

/**
 * The member lists that are worth reading: the selected peer's, and the longest of those that are in touch
 * with the room server. All others are the same but for a moment, and reading a thousand of a thousand would
 * take too long.
 */
function listsOf(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  selected: string | null,
  room: string,
): readonly PeerViews[string]['members'][] {
  const inRoom = peers.filter(({ id, isRunning }) => isRunning && views[id]?.status?.room === room);
  const lists = inRoom.filter(({ isSplitOff }) => !isSplitOff).map(({ id }) => views[id]?.members ?? []);
  const longest = lists.reduce((best, list) => (list.length > best.length ? list : best), []);
  const own = inRoom.some(({ id }) => id === selected) ? (views[selected ?? '']?.members ?? []) : [];
  return own === longest ? [own] : [own, longest];
}

function linksOf(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  members: readonly RingMember[],
): readonly RingLink[] {
  const indexOf = new Map(members.map((member, index) => [member.hid, index]));
  const indexOfPeer = new Map(members.map((member, index) => [member.peer, index]));
  const links = new Map<number, RingLink>();
  for (const { id, isRunning } of peers) {
    const own = indexOfPeer.get(id);
    if (!isRunning || own === undefined) continue;
    for (const { direction, member } of views[id]?.status?.links ?? []) {
      const other = indexOf.get(member.hid);
      if (other === undefined || other === own) continue;
      const [from, to] = direction === 'forward' ? [own, other] : [other, own];
      links.set(from * members.length + to, { from, to, isSound: isSound(members[own], members[other]) });
    }
  }
  return [...links.values()];
}

function isSound(left: RingMember | undefined, right: RingMember | undefined): boolean {
  return [left, right].every((end) => end?.isAlive === true && !end.isSplitOff);
}

function absentFrom(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  members: readonly RingMember[],
): readonly AbsentPeer[] {
  const present = new Set(members.map(({ peer }) => peer));
  return peers
    .filter(({ id }) => !present.has(id))
    .map(({ id, label, isRunning }) => {
      const status = views[id]?.status ?? null;
      const room = status?.room ?? null;
      const why = isRunning ? (room === null ? 'in no room' : `in ${room}`) : 'not running';
      return { id, name: status?.user ?? label, why, isRunning };
    });
}
