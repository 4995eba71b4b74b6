/**
 * Where each of the console's peers stands on the ring, or stood last: a killed peer has no address of its
 * own any more, and its place is to be seen empty. Pure: seats are never changed, only replaced.
 */
import type { Member } from '../../../overlay/member.ts';
import type { PeerViews } from './peer-view.ts';

/** A place on the ring of a room. */
interface Seat {
  readonly room: string;
  readonly member: Member;
}

/** The seats by the peers' ids. */
export type Seats = ReadonlyMap<string, Seat>;

/** The seats after the views have changed; the same object where nobody has moved. */
export function takeSeats(seats: Seats, views: PeerViews): Seats {
  const moved = new Map(seats);
  for (const [id, { status }] of Object.entries(views)) {
    if (!status?.self || status.room === null) continue;
    const seat = seats.get(id);
    if (seat?.room === status.room && seat.member.hid === status.self.hid) continue;
    moved.set(id, { room: status.room, member: status.self });
  }
  return moved.size > seats.size || [...moved].some(([id, seat]) => seats.get(id) !== seat) ? moved : seats;
}
