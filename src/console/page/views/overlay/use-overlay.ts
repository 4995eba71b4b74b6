/** The overlay for React: built from what is known, and the same object until something in it has changed. */
import { useMemo, useState } from 'react';
import type { ConsolePeer } from '../../../feed/messages.ts';
import type { PeerViews } from '../../state/peer-view.ts';
import { useUnchanged } from '../../state/use-unchanged.ts';
import { buildOverlay, type Overlay } from './overlay.ts';
import { type Seats, takeSeats } from './ring/seats.ts';

/** @returns the overlay, and where each of the console's peers stands. */
export function useOverlay(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  selected: string | null,
): { readonly overlay: Overlay; readonly seats: Seats } {
  const [taken, setTaken] = useState<Seats>(new Map());
  const seats = takeSeats(taken, views);
  if (seats !== taken) setTaken(seats);
  const built = useMemo(() => buildOverlay(peers, views, seats, selected), [peers, views, seats, selected]);
  // Views change with every frame; what is drawn changes with links and members only.
  return { overlay: useUnchanged(built), seats };
}
