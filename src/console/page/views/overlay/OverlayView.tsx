/**
 * The view Overlay: the room's members on a ring, the links that are known, and messages that travel over
 * them. It is given everything; what it remembers is the newest message.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { ConsolePeer } from '../../../feed/messages.ts';
import { DRAWING_LIMITS } from '../../../limits.ts';
import { WhyLinks } from '../../explain/causes/WhyLinks.tsx';
import { useIsDemo } from '../../state/page-store.ts';
import type { PeerViews } from '../../state/peer-view.ts';
import type { Seats } from '../../state/seats.ts';
import { ActionButtons } from './ActionButtons.tsx';
import { describeOverlay } from './descriptions.ts';
import { CourierStage } from './floods/courier-stage.ts';
import { scheduleFlood } from './floods/flood-schedule.ts';
import type { Flood } from './floods/floods.ts';
import { HopWays } from './floods/hop-ways.ts';
import { LastMessage } from './floods/LastMessage.tsx';
import { useFloods } from './floods/use-floods.ts';
import { MemberTable } from './MemberTable.tsx';
import { memberIndexOf, type Overlay } from './overlay.ts';
import { Legend } from './ring/Legend.tsx';
import { Ring } from './ring/Ring.tsx';
import { useReducedMotion } from './ring/use-reduced-motion.ts';
import { useOverlay } from './use-overlay.ts';
import './overlay.css';

export interface OverlayProps {
  readonly peers: readonly ConsolePeer[];
  readonly selected: string | null;
  readonly views: PeerViews;
  readonly seats: Seats;
}

const PACE = {
  hopMs: DRAWING_LIMITS.hopShownMs,
  stepMs: DRAWING_LIMITS.arrivalStepMs,
  stepsTotalMs: DRAWING_LIMITS.arrivalsTotalMs,
};

export function OverlayView({ peers, selected, views, seats }: OverlayProps) {
  const isDemo = useIsDemo();
  const overlay = useOverlay(peers, views, seats, selected);
  const { layer, lit, show } = useShow(overlay);
  const newest = useFloods(views, seats, show);
  const own = memberIndexOf(overlay.members, selected);
  return (
    <section className="overlay" aria-label="The overlay">
      {overlay.members.length > 0 ? (
        <Ring overlay={overlay} own={own} lit={lit} layer={layer} />
      ) : (
        <p className="nothing">Nobody has joined a room yet.</p>
      )}
      <div className="overlay-side">
        <h2>{overlay.room === null ? 'No room' : `Room ${harmlessOnPage(overlay.room)}`}</h2>
        <p className="pieces" role="status">
          {useMemo(() => describeOverlay(overlay, own), [overlay, own])}
        </p>
        {selected === null ? null : <WhyLinks peer={selected} name={labelOf(peers, selected)} />}
        <LastMessage flood={newest} overlay={overlay} replay={(flood) => show([flood])} />
        <Legend isDemo={isDemo} />
        {isDemo && overlay.absent.length > 0 && (
          <ul className="absent" aria-label="Peers that are not in this room">
            {overlay.absent.map(({ id, name, why, isRunning }) => (
              <li key={id}>
                <span>
                  {harmlessOnPage(name)} <small>{why}</small>
                </span>
                <ActionButtons
                  peer={id}
                  name={harmlessOnPage(name)}
                  isAlive={isRunning}
                  isSplitOff={peers.some((peer) => peer.id === id && peer.isSplitOff)}
                />
              </li>
            ))}
          </ul>
        )}
        <MemberTable overlay={overlay} own={own} />
      </div>
    </section>
  );
}

function labelOf(peers: readonly ConsolePeer[], id: string): string {
  return harmlessOnPage(peers.find((peer) => peer.id === id)?.label ?? id);
}

/** Shows messages travelling or, where nothing may move, lights their links for a while. */
function useShow(overlay: Overlay) {
  const layer = useRef<SVGGElement>(null);
  const ways = useMemo(() => new HopWays(overlay), [overlay]);
  const current = useRef(ways);
  current.current = ways;
  const isStill = useReducedMotion();
  const [litFlood, setLitFlood] = useState<Flood | null>(null);
  const [couriers] = useState(
    () =>
      new CourierStage(
        () => (layer.current ? { layer: layer.current, ways: current.current } : null),
        DRAWING_LIMITS.couriersMax,
      ),
  );
  useEffect(() => () => couriers.stop(), [couriers]);
  useEffect(() => {
    if (!litFlood) return;
    const timer = setTimeout(() => setLitFlood(null), DRAWING_LIMITS.litMs);
    return () => clearTimeout(timer);
  }, [litFlood]);
  const show = useCallback(
    (floods: readonly Flood[]) => {
      if (isStill) setLitFlood(floods[0] ?? null);
      else for (const flood of floods) couriers.play(scheduleFlood(flood, PACE));
    },
    [couriers, isStill],
  );
  const lit = useMemo(() => (litFlood ? ways.curvesOf(litFlood) : []), [litFlood, ways]);
  return { layer, lit, show };
}
