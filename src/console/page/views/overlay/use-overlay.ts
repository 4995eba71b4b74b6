/** The overlay for React: built from what is known, and the same object until something in it has changed. */
import { useMemo } from 'react';
import type { ConsolePeer } from '../../../feed/messages.ts';
import type { PeerViews } from '../../state/peer-view.ts';
import type { Seats } from '../../state/seats.ts';
import { useUnchanged } from '../../state/use-unchanged.ts';
import { buildOverlay, type Overlay } from './overlay.ts';

/** @param seats where each of the console's peers stands or stood last. */
export function useOverlay(
  peers: readonly ConsolePeer[],
  views: PeerViews,
  seats: Seats,
  selected: string | null,
): Overlay {
  const built = useMemo(() => buildOverlay(peers, views, seats, selected), [peers, views, seats, selected]);
  // Views change with every frame; what is drawn changes with links and members only.
  return useUnchanged(built);
}
