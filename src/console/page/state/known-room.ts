/** What the page knows of what has happened in a room, whichever way it was told. Pure. */
import type { ConsoleHappening, RoomMessage } from '../../feed/messages.ts';
import { appendBounded } from './bounded.ts';
import { type Keeps, type PeerViews, withMessage } from './peer-view.ts';
import { type Seats, takeSeats } from './seats.ts';

/** See above. */
export interface KnownRoom {
  readonly views: PeerViews;
  /** What else has happened to anybody, oldest first: causes and effects of what the views show. */
  readonly happenings: readonly ConsoleHappening[];
  /** Where each peer stands, or stood last: a killed one has no address of its own any more. */
  readonly seats: Seats;
}

/** What is known after some more of the log. */
export function withLogged(known: KnownRoom, messages: Iterable<RoomMessage>, keeps: Keeps): KnownRoom {
  let { views, happenings, seats } = known;
  for (const message of messages) {
    views = withMessage(views, message, keeps);
    if (message.type === 'status') seats = takeSeats(seats, views);
    if (message.type === 'happenings')
      happenings = appendBounded(happenings, message.happenings, keeps.happenings);
  }
  return { views, happenings, seats };
}
