/**
 * The messages of the overlay for React: the newest one, and those told of that have just gone their ways.
 */
import { useEffect, useRef, useState } from 'react';
import { DRAWING_LIMITS } from '../../../../limits.ts';
import type { PeerViews } from '../../../state/peer-view.ts';
import type { Seats } from '../../../state/seats.ts';
import { FloodWatch } from './flood-watch.ts';
import type { Flood } from './floods.ts';

/** The newest message that has gone its way; `underway` while there is none yet, and one is under way. */
export type NewestFlood = Flood | 'underway' | null;

/** @param settled is told of the messages that are over, soon after they were sent, the newest first. */
export function useFloods(
  views: PeerViews,
  seats: Seats,
  settled: (floods: readonly Flood[]) => void,
): NewestFlood {
  const [newest, setNewest] = useState<NewestFlood>(null);
  const tell = useRef(settled);
  tell.current = settled;
  const [watch] = useState(() => {
    const made: FloodWatch = new FloodWatch(DRAWING_LIMITS, Date.now, (fresh) => {
      setNewest((known) => made.newest() ?? known);
      if (fresh.length > 0) tell.current(fresh);
    });
    return made;
  });
  useEffect(() => {
    watch.look(views, (peer) => seats.get(peer)?.member.hid);
    // What happened before this view was opened is there to be replayed.
    setNewest((known) => watch.newest() ?? known ?? (watch.isWaiting ? 'underway' : null));
  }, [watch, views, seats]);
  useEffect(() => () => watch.stop(), [watch]);
  return newest;
}
