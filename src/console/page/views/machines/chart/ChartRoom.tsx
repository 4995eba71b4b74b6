/**
 * The room in which a statechart is looked at. It follows the active part until the reader takes hold of
 * it: by wheel (zoom), by dragging or the arrow keys (pan), by `+`, `-`, or in the minimap. From then on
 * nothing but the reader moves it, until `0` or Fit.
 */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useSize } from '../../../frame/use-size.ts';
import type { ChartState } from '../../../inspection/chart.ts';
import type { Lights } from './ChartParts.tsx';
import { ChartPicture } from './ChartPicture.tsx';
import { boundedScale, boxAround, centredOn, fittingScale, isFitting } from './chart-fit.ts';
import { drawnArrows } from './elk-graph.ts';
import { Minimap } from './Minimap.tsx';
import { nodesById } from './nodes.ts';

const ZOOM_STEP = 1.25;
/** Pixels of a wheel that zoom by one step. */
const WHEEL_PX = 240;
const PAN_KEY_PX = 60;

interface ChartRoomProps extends Lights {
  readonly chart: ChartState;
  readonly drawn: ElkNode;
  readonly name: string;
  readonly label: string;
}

/**
 * What may be fitted, the best first: all innermost active states with the arrows that were taken; the
 * arrows alone; one active state, because of regions side by side not all may fit.
 */
function litParts({
  chart,
  drawn,
  active,
  taken,
}: Pick<ChartRoomProps, 'chart' | 'drawn' | 'active' | 'taken'>) {
  const nodes = nodesById(drawn);
  const inner = [...active]
    .filter((id) => ![...active].some((other) => other.startsWith(`${id}.`)))
    .flatMap((id) => nodes.get(id) ?? []);
  const drawnIds = drawnArrows(chart)
    .filter((arrows) => arrows.some(({ id }) => taken.has(id)))
    .map(([first]) => first?.id);
  const edges = (drawn.edges ?? []).filter(({ id }) => drawnIds.includes(id.split(' ')[0]));
  const moved = chart.states.length > 0 && edges.length > 0 ? [boxAround([], edges)] : [];
  return [boxAround(inner, edges), ...moved, boxAround(inner.slice(0, 1), [])].flatMap((box) => box ?? []);
}

export function ChartRoom({ chart, drawn, active, taken, name, label }: ChartRoomProps) {
  const room = useRef<HTMLElement>(null);
  const [scale, setScale] = useState(1);
  const [isHeld, setHeld] = useState(false);
  const [view, setView] = useState({ x: 0, y: 0, width: 0, height: 0 });
  /** Where to scroll to once the drawing has its new size. */
  const target = useRef<{ left: number; top: number } | null>(null);
  const drag = useRef<{ x: number; y: number } | null>(null);
  const { widthPx, heightPx } = useSize(room);
  const parts = useMemo(() => litParts({ chart, drawn, active, taken }), [chart, drawn, active, taken]);

  const look = useCallback(() => {
    const element = room.current;
    if (element === null) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
    const [x, y, width, height] = [scrollLeft, scrollTop, clientWidth, clientHeight].map((px) => px / scale);
    const next = { x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 };
    // It is looked at after each drawing: what has not changed must not draw it again.
    setView((now) => (JSON.stringify(now) === JSON.stringify(next) ? now : next));
  }, [scale]);
  useLayoutEffect(() => {
    if (target.current !== null) room.current?.scrollTo(target.current);
    target.current = null;
    look();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: in a room of another size it fits otherwise
  useEffect(() => {
    const element = room.current;
    if (isHeld || element === null) return;
    const size = { width: element.clientWidth, height: element.clientHeight };
    const part = parts.find((one) => isFitting(one, size)) ?? parts.at(-1);
    if (part === undefined) return;
    const next = fittingScale(part, size);
    target.current = centredOn(part, next, size);
    setScale(next);
    element.scrollTo(target.current);
  }, [parts, isHeld, widthPx, heightPx]);

  /** Zooms so that what is under a point of the room stays there. */
  const zoom = useCallback((by: number, at?: { readonly x: number; readonly y: number }) => {
    const element = room.current;
    if (element === null) return;
    setHeld(true);
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
    const { x, y } = at ?? { x: clientWidth / 2, y: clientHeight / 2 };
    setScale((now) => {
      const next = boundedScale(now * by);
      const factor = next / now;
      target.current = { left: (scrollLeft + x) * factor - x, top: (scrollTop + y) * factor - y };
      return next;
    });
  }, []);
  useEffect(() => {
    const element = room.current;
    if (element === null) return;
    const turned = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoom(ZOOM_STEP ** (-event.deltaY / WHEEL_PX), { x: event.clientX - left, y: event.clientY - top });
    };
    // React listens passively: the page would scroll as well.
    element.addEventListener('wheel', turned, { passive: false });
    return () => element.removeEventListener('wheel', turned);
  }, [zoom]);

  const pan = (left: number, top: number) => {
    setHeld(true);
    room.current?.scrollBy(left, top);
  };
  const pressed = (event: KeyboardEvent) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way !== undefined) pan((way[0] ?? 0) * PAN_KEY_PX, (way[1] ?? 0) * PAN_KEY_PX);
    else if (event.key === '+' || event.key === '=') zoom(ZOOM_STEP);
    else if (event.key === '-') zoom(1 / ZOOM_STEP);
    else if (event.key === '0') setHeld(false);
    else return;
    event.preventDefault();
  };
  const moved = (event: PointerEvent) => {
    if (drag.current === null) return;
    pan(drag.current.x - event.clientX, drag.current.y - event.clientY);
    drag.current = { x: event.clientX, y: event.clientY };
  };
  const held = (event: PointerEvent) => {
    drag.current = event.pointerType === 'mouse' ? { x: event.clientX, y: event.clientY } : null;
    setHeld(true);
  };
  const released = () => {
    drag.current = null;
  };
  return (
    <div className="chart-place">
      <div className="zoom" role="toolbar" aria-label="Size of the statechart">
        <button type="button" aria-label="Smaller" onClick={() => zoom(1 / ZOOM_STEP)}>
          −
        </button>
        <button type="button" aria-pressed={!isHeld} onClick={() => setHeld(false)}>
          Fit
        </button>
        <button type="button" aria-label="Larger" onClick={() => zoom(ZOOM_STEP)}>
          +
        </button>
      </div>
      <section
        ref={room}
        className="chart-room"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll only what has the focus
        tabIndex={0}
        aria-label={`Statechart of ${name}`}
        data-held={isHeld}
        onKeyDown={pressed}
        onPointerDown={held}
        onPointerMove={moved}
        onPointerUp={released}
        onPointerLeave={released}
        onScroll={look}
      >
        <ChartPicture chart={chart} drawn={drawn} active={active} taken={taken} label={label} scale={scale} />
      </section>
      <Minimap
        chart={chart}
        drawn={drawn}
        active={active}
        view={view}
        go={({ x, y }) => {
          setHeld(true);
          room.current?.scrollTo((x - view.width / 2) * scale, (y - view.height / 2) * scale);
        }}
      />
    </div>
  );
}
