/**
 * Who gets a lifeline in the diagram of the whole room: the room server, every peer of the page in the order
 * of the ring, and others that they have met, as many as there is room for. Pure.
 *
 * Invariants: every peer of the page has one; at most `max` more than there are peers; each key has a column.
 */

import { compareHashIds } from '../../../../../protocol/hash-id.ts';
import type { ConsolePeer } from '../../../../feed/messages.ts';
import type { PeerViews } from '../../../state/peer-view.ts';
import type { Seats } from '../../../state/seats.ts';
import type { Lifeline } from '../diagram/lifelines.ts';
import { type Encounter, memberKeyOf, partyName, SERVER_KEY } from '../diagram/parties.ts';
import type { RoomPeer } from './passages.ts';

/** The peers of the page in the order of the ring; those that have never joined come last. */
export function roomPeers(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  seats: Seats,
): readonly RoomPeer[] {
  const seated = peers.map((peer) => ({ peer, member: seats.get(peer.id)?.member ?? null }));
  seated.sort((left, right) => {
    if (left.member === null || right.member === null)
      return Number(left.member === null) - Number(right.member === null);
    return compareHashIds(left.member.hid, right.member.hid);
  });
  return seated.map(({ peer: { id, label, isRunning }, member }) => ({
    id,
    key: member ? memberKeyOf(member.hid) : `peer ${id}`,
    name: views[id]?.status?.user ?? member?.user ?? label,
    address: member ? `${member.ip}:${member.port}` : null,
    isGone: !isRunning || views[id]?.status?.state === 'TERMINATED',
  }));
}

/** The lifelines from left to right. */
export function roomLifelines(
  peers: readonly RoomPeer[],
  others: ReadonlyMap<string, Encounter>,
  max: number,
): readonly Lifeline[] {
  const met = [...others.values()]
    .filter(({ key }) => key !== SERVER_KEY)
    .sort((left, right) => right.frames - left.frames || byName(left, right));
  const places = Math.max(1, max - peers.length - 1);
  const chosen = met.length <= places ? met : met.slice(0, places - 1);
  const rest = met.length - chosen.length;
  const note = `${rest} more`;
  return [
    { key: SERVER_KEY, kind: 'room server', name: 'room server', note: '', isGone: false },
    ...peers.map(({ key, name, address, isGone }) => {
      return { key, kind: 'member' as const, name, note: isGone ? 'not running' : (address ?? ''), isGone };
    }),
    ...chosen.sort(byName).map(({ key, party }) => {
      return { key, kind: 'address' as const, name: partyName(party), note: 'elsewhere', isGone: false };
    }),
    ...(rest > 0 ? [{ key: 'others', kind: 'others' as const, name: 'others', note, isGone: false }] : []),
  ];
}

function byName(left: Encounter, right: Encounter): number {
  return partyName(left.party).localeCompare(partyName(right.party)) || (left.key < right.key ? -1 : 1);
}
