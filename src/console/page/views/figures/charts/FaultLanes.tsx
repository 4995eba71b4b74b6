/**
 * The whole time of a room in one picture: a lane for each kind of fault, the pieces of the overlay below,
 * and where an invariant was broken. A click shows that moment in all views; the tables have a button for
 * each.
 */
import { type MouseEvent, memo, useMemo, useRef } from 'react';
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import { useSize } from '../../../frame/use-size.ts';
import { exactTimeOfDay, timeOfDay } from '../../../state/clock-time.ts';
import type { FaultSpan, RoomFigures } from '../room-figures.ts';
import { counted } from '../statistics.ts';

/** Before it is known how wide the page is. */
const FIRST_WIDTH = 1_000;
const LEFT = 110;
const RIGHT = 40;
const LANE = 22;
const PIECES = 46;
const AXIS = 24;
/** A fault of a moment can be seen, too. */
const LEAST_WIDTH = 3;
/** So that the times on the axis stay apart. */
const TIME_ROOM = 110;

interface FaultLanesProps {
  /** All of it, also what comes later than the moment. */
  readonly figures: RoomFigures;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly atMs: number;
  show(atMs: number): void;
}

/** Where a time stands: a straight line from the first to the last. */
interface TimeScale {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly width: number;
}

function placeIn({ firstMs, lastMs, width }: TimeScale, timeMs: number): number {
  return LEFT + ((timeMs - firstMs) / Math.max(1, lastMs - firstMs)) * (width - LEFT - RIGHT);
}

export function FaultLanes({ figures, firstMs, lastMs, atMs, show }: FaultLanesProps) {
  const { faults, broken } = figures;
  const place = useRef<HTMLElement>(null);
  // A unit of the drawing is a pixel: its words have the same size on every screen.
  const width = Math.max(LEFT + RIGHT + TIME_ROOM, useSize(place).widthPx || FIRST_WIDTH);
  const scale = useMemo(() => ({ firstMs, lastMs, width }), [firstMs, lastMs, width]);
  const base = kindsOf(figures).length * LANE + PIECES;
  const x = placeIn(scale, atMs);
  const click = ({ currentTarget, clientX }: MouseEvent<SVGSVGElement>) => {
    const box = currentTarget.getBoundingClientRect();
    const share = (((clientX - box.left) / box.width) * width - LEFT) / (width - LEFT - RIGHT);
    show(Math.round(firstMs + Math.min(Math.max(share, 0), 1) * (lastMs - firstMs)));
  };
  const label = `${counted(faults.length, 'fault')}, ${counted(broken.length, 'broken invariant')}, and the pieces of the overlay over time`;
  return (
    <figure className="panel lanes" ref={place}>
      <figcaption>
        <h2>Faults and pieces over time</h2>
        <p>A click shows that moment in all views.</p>
      </figcaption>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the time bar and the tables below take the keys */}
      <svg viewBox={`0 0 ${width} ${base + AXIS}`} role="img" aria-label={label} onClick={click}>
        <Lanes figures={figures} scale={scale} base={base} />
        <line className="moment-line" x1={x} x2={x} y1={0} y2={base}>
          <title>{exactTimeOfDay(atMs)}</title>
        </line>
      </svg>
    </figure>
  );
}

function kindsOf({ faults }: RoomFigures): readonly string[] {
  return [...new Set(faults.map(({ kind }) => kind))].sort();
}

interface LanesProps {
  readonly figures: RoomFigures;
  readonly scale: TimeScale;
  readonly base: number;
}

/** All but the moment, which is another one at each step through time. */
const Lanes = memo(function Lanes({ figures, scale, base }: LanesProps) {
  const { firstMs, lastMs, width } = scale;
  const kinds = kindsOf(figures);
  const times = Math.max(1, Math.floor((width - LEFT - RIGHT) / TIME_ROOM));
  const right = width - RIGHT;
  const x = (timeMs: number) => placeIn(scale, timeMs);
  return (
    <>
      {kinds.map((kind, lane) => (
        <g key={kind}>
          <line className="grid" x1={LEFT} x2={right} y1={(lane + 1) * LANE} y2={(lane + 1) * LANE} />
          <text className="end" x={LEFT - 8} y={lane * LANE + 16}>
            {harmlessOnPage(kind)}
          </text>
        </g>
      ))}
      {figures.faults.map((fault, at) => (
        <FaultBar
          // biome-ignore lint/suspicious/noArrayIndexKey: they are in order of time, and none goes
          key={at}
          fault={fault}
          lane={kinds.indexOf(fault.kind)}
          left={x(fault.fromMs)}
          right={x(fault.toMs ?? lastMs)}
        />
      ))}
      <Pieces figures={figures} x={x} right={right} base={base} lastMs={lastMs} />
      {figures.broken.map((each) => (
        <line key={each.atMs} className="broken-line" x1={x(each.atMs)} x2={x(each.atMs)} y1={0} y2={base}>
          <title>{harmlessOnPage(`${each.invariant}: ${each.what}`)}</title>
        </line>
      ))}
      {Array.from({ length: times + 1 }, (_, at) => firstMs + ((lastMs - firstMs) * at) / times).map(
        (timeMs) => (
          <text key={timeMs} className="middle" x={x(timeMs)} y={base + AXIS - 6}>
            {timeOfDay(timeMs)}
          </text>
        ),
      )}
    </>
  );
});

interface FaultBarProps {
  readonly fault: FaultSpan;
  readonly lane: number;
  readonly left: number;
  readonly right: number;
}

function FaultBar({ fault, lane, left, right }: FaultBarProps) {
  const width = Math.max(LEAST_WIDTH, right - left);
  return (
    <rect className="fault" x={left} width={width} y={lane * LANE + 5} height={LANE - 9} rx={2}>
      <title>{harmlessOnPage(`${fault.what}, from ${timeOfDay(fault.fromMs)}`)}</title>
    </rect>
  );
}

interface PiecesProps {
  readonly figures: RoomFigures;
  x(timeMs: number): number;
  readonly right: number;
  readonly base: number;
  readonly lastMs: number;
}

/** Above the line where the overlay is in more than one piece, the higher the more they are. */
function Pieces({ figures: { steps }, x, right, base, lastMs }: PiecesProps) {
  const most = Math.max(2, ...steps.map(({ pieces }) => pieces));
  return (
    <>
      <text className="end" x={LEFT - 8} y={base - 4}>
        pieces (≤ {most})
      </text>
      {steps.map(({ atMs, pieces }, at) => {
        if (pieces < 2) return null;
        const endMs = steps[at + 1]?.atMs ?? lastMs;
        const height = 6 + ((pieces - 1) / (most - 1)) * (PIECES - 16);
        return (
          <rect
            key={atMs}
            className="pieces"
            x={x(atMs)}
            width={Math.max(1, x(endMs) - x(atMs))}
            y={base - height}
            height={height}
          >
            <title>{`${pieces} pieces from ${timeOfDay(atMs)}`}</title>
          </rect>
        );
      })}
      <line className="base" x1={LEFT} x2={right} y1={base} y2={base} />
    </>
  );
}
