/** The messages of the overlay for React: the newest one, and each one told of when it has gone its way. */
import { useEffect, useRef, useState } from 'react';
import { DRAWING_LIMITS } from '../../../../limits.ts';
import type { PeerViews } from '../../../state/peer-view.ts';
import type { Seats } from '../ring/seats.ts';
import { FloodWatch } from './flood-watch.ts';
import type { Flood } from './floods.ts';

/** @param settled is told of every message that is over, soon after it was sent. */
export function useFloods(views: PeerViews, seats: Seats, settled: (flood: Flood) => void): Flood | null {
  const [newest, setNewest] = useState<Flood | null>(null);
  const tell = useRef(settled);
  tell.current = settled;
  const [watch] = useState(
    () =>
      new FloodWatch(DRAWING_LIMITS, Date.now, (flood) => {
        setNewest(flood);
        tell.current(flood);
      }),
  );
  useEffect(() => {
    watch.look(views, (peer) => seats.get(peer)?.member.hid);
    // What happened before this view was opened is there to be replayed.
    setNewest((known) => known ?? watch.newest() ?? null);
  }, [watch, views, seats]);
  useEffect(() => () => watch.stop(), [watch]);
  return newest;
}
