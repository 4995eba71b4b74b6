/** What the page knows of what has happened in a room, whichever way it was told. Pure. */
import type { ConsoleHappening, RoomMessage } from '../../feed/messages.ts';
import { ALL_OF_IT, type Inspection, inspectionAfter, LIVE_BOUNDS } from '../inspection/inspection.ts';
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
  readonly inspection: Inspection;
}

/**
 * What is known after some more of the log.
 * @param isWhole true where all steps of machines are kept: of a recording.
 */
export function withLogged(
  known: KnownRoom,
  messages: Iterable<RoomMessage>,
  keeps: Keeps,
  isWhole = false,
): KnownRoom {
  let { views, happenings, seats, inspection } = known;
  const bounds = isWhole ? ALL_OF_IT : LIVE_BOUNDS;
  for (const message of messages) {
    views = withMessage(views, message, keeps);
    inspection = inspectionAfter(inspection, message, bounds);
    if (message.type === 'status') seats = takeSeats(seats, views);
    if (message.type === 'happenings')
      happenings = appendBounded(happenings, message.happenings, keeps.happenings);
  }
  return { views, happenings, seats, inspection };
}
