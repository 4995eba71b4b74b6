/**
 * The ring that can be used: the drawing, a button on each member (while members are few enough to be hit),
 * the menu of the picked one, and the messages that travel. Arrow keys go around, Enter picks, Escape lets
 * go.
 */
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import { DRAWING_LIMITS } from '../../../../limits.ts';
import { useSize } from '../../../frame/use-size.ts';
import { useSelection } from '../../../state/kept.ts';
import { usePage } from '../../../state/page-store.ts';
import type { Overlay } from '../overlay.ts';
import { PeerMenu } from '../PeerMenu.tsx';
import { dotKinds, neighboursOf } from './link-kinds.ts';
import { RingDrawing, ringPath } from './RingDrawing.tsx';
import { type Curve, DRAWING, dotRadius, labelSize, memberAt, type Point, placeOf } from './ring-layout.ts';

interface RingProps {
  readonly overlay: Overlay;
  readonly own: number;
  readonly lit: readonly Curve[];
  readonly layer: React.Ref<SVGGElement>;
}

/** A click this near to the ring is meant for a member. */
const REACH = 40;
const BUTTON_MIN = 12;

export const Ring = memo(function Ring({ overlay, own, lit, layer }: RingProps) {
  const { members, links } = overlay;
  const count = members.length;
  /** HIDs, because indices change when somebody joins. */
  const [picked, setPicked] = useSelection('overlay', null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [stop, setStop] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const pathPeers = usePage((page) => page.pathPeers);
  const path = useMemo(() => ringPath(overlay, pathPeers), [overlay, pathPeers]);
  const size = labelSize(useSize(frame).widthPx);
  useEffect(() => {
    // Only with another path: nothing moves under the reader's hand.
    if (pathPeers.length > 0) frame.current?.scrollIntoView({ block: 'nearest' });
  }, [pathPeers]);
  const pickedAt = members.findIndex(({ hid }) => hid === picked);
  const stopAt = Math.max(
    0,
    members.findIndex(({ hid }) => hid === stop),
  );
  const named = useMemo(() => {
    const { forward, backward } = neighboursOf(links, own);
    const special = [picked, hovered].map((wanted) => members.findIndex(({ hid }) => hid === wanted));
    return [...special, own, ...forward, ...backward];
  }, [members, links, own, picked, hovered]);

  const close = useCallback(() => {
    setPicked(null);
    frame.current?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus();
  }, [setPicked]);
  const pick = (index: number): void => {
    const hid = members[index]?.hid ?? null;
    setStop(hid);
    setPicked(picked === hid ? null : hid);
  };
  const pressed = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') setPicked(null);
    if (step === undefined || count === 0) return;
    event.preventDefault();
    const next = (stopAt + step + count) % count;
    setStop(members[next]?.hid ?? null);
    frame.current?.querySelectorAll<HTMLElement>('.stop')[next]?.focus();
  };
  const isCrowded = count > DRAWING_LIMITS.ringButtonsMax;
  return (
    <div className="ring-place">
      {/* A pointer hits the ring itself where members are too many for buttons; the keyboard has the table. */}
      <div
        ref={frame}
        className="ring"
        onPointerMove={(event) => setHovered(members[nearest(event, count)]?.hid ?? null)}
        onPointerDown={(event) => {
          const index = isCrowded ? nearest(event, count) : -1;
          if (index >= 0) pick(index);
        }}
      >
        <RingDrawing
          overlay={overlay}
          own={own}
          named={named}
          lit={lit}
          path={path}
          labelSize={size}
          layer={layer}
        />
        {!isCrowded && (
          <Stops overlay={overlay} stopAt={stopAt} pickedAt={pickedAt} pick={pick} pressed={pressed} />
        )}
        {pickedAt >= 0 && (
          <PeerMenu overlay={overlay} index={pickedAt} isSelected={pickedAt === own} close={close} />
        )}
      </div>
    </div>
  );
});

/** A button for each member, of which one at a time can be reached by Tab. */
function Stops(props: {
  readonly overlay: Overlay;
  readonly stopAt: number;
  readonly pickedAt: number;
  readonly pick: (index: number) => void;
  readonly pressed: (event: KeyboardEvent) => void;
}) {
  const { overlay, stopAt, pickedAt, pick, pressed } = props;
  const { members } = overlay;
  const kinds = useMemo(() => dotKinds(overlay), [overlay]);
  const size = Math.max(BUTTON_MIN, dotRadius(members.length) + 5) * 2;
  return (
    <div className="stops" role="toolbar" aria-label="Members, in the order of the ring">
      {members.map(({ hid, user }, index) => {
        const { x, y } = placeOf(index, members.length);
        return (
          <button
            key={hid}
            type="button"
            className="stop"
            tabIndex={index === stopAt ? 0 : -1}
            aria-label={`${harmlessOnPage(user)}, ${kinds[index]}`}
            aria-haspopup="dialog"
            aria-expanded={index === pickedAt}
            style={{
              left: `${50 + (x / DRAWING.width) * 100}%`,
              top: `${50 + (y / DRAWING.height) * 100}%`,
              width: `${(size / DRAWING.width) * 100}%`,
            }}
            onClick={() => pick(index)}
            onKeyDown={pressed}
          />
        );
      })}
    </div>
  );
}

/** The member that a pointer is at; -1 if it is not near the ring, or at something that lies above it. */
function nearest(event: PointerEvent<HTMLDivElement>, count: number): number {
  const box = event.currentTarget.getBoundingClientRect();
  const isAbove = event.target instanceof Element && event.target.closest('.peer-menu') !== null;
  const point: Point = {
    x: ((event.clientX - box.left) / box.width - 0.5) * DRAWING.width,
    y: ((event.clientY - box.top) / box.height - 0.5) * DRAWING.height,
  };
  const isNear = Math.abs(Math.hypot(point.x, point.y) - DRAWING.radius) <= REACH;
  return isNear && !isAbove ? memberAt(point, count) : -1;
}
