/**
 * A program's own actor in the place of a user of a simulated world: it hears what its peer shows, and says
 * what it likes. Nothing in a world is a promise: an actor subscribes, and uses the clock that it is given.
 */
import type { Observable } from 'rxjs';
import type { Clock } from '../io/clock.ts';
import type { Random } from '../io/random.ts';
import type { PeerStatus } from '../peer/peer-api.ts';
import type { Notice } from '../words/notices.ts';

/** What an actor is given for each process of its peer: after a crash there is another one. */
export interface WorldActor {
  /** Nickname of its peer. */
  readonly name: string;
  /** Which process of its peer: 1 for the first. */
  readonly incarnation: number;
  /** Everything that its windows show, its own messages included. */
  readonly notices: Observable<Notice>;
  /** Timers that are set on it end with the process. */
  readonly clock: Clock;
  /** Drawn from the seed of the world. */
  readonly random: Random;
  status(): PeerStatus | null;
  /**
   * Says something to the room.
   * @param text must be unlike all others of the world, for that is how the invariants know a message.
   * @returns false where it can't be said: the peer is in no room or stands still, or it was said before.
   */
  say(text: string): boolean;
  poke(name: string): void;
}
