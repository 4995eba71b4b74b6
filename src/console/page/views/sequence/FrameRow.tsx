/** One frame: its time, its arrow, and what stands on it. */
import { memo, useMemo } from 'react';
import { harmless } from '../../../../io/terminal/harmless.ts';
import type { ShownFrame } from './filters.ts';
import { rowLabel } from './frame-label.ts';
import { arrowHead, type Columns, hueOf, layoutArrow } from './geometry.ts';
import type { Lifeline } from './lifelines.ts';
import { MEASURES } from './measures.ts';
import { clockTime, duration } from './times.ts';

export interface FrameRowProps {
  readonly shown: ShownFrame;
  /** When the row above was; `null` for the first. */
  readonly previousMs: number | null;
  readonly column: number;
  readonly line: Lifeline | undefined;
  readonly columns: Columns;
  /** Pixels below the top of the diagram. */
  readonly top: number;
  /** Counts from 1. */
  readonly position: number;
  readonly count: number;
  readonly isActive: boolean;
  readonly isOpened: boolean;
  readonly choose: (shown: ShownFrame) => void;
}

const { rowPx, arrowY, labelY, pauseShownMs } = MEASURES;

export const FrameRow = memo(function FrameRow(props: FrameRowProps) {
  const { shown, previousMs, column, line, columns, top, isActive, isOpened } = props;
  const { frame, partyName } = shown;
  const arrow = useMemo(() => layoutArrow(frame, column, columns), [frame, column, columns]);
  const label = useMemo(() => rowLabel(shown, line, arrow.labelCharacters), [shown, line, arrow]);
  const time = clockTime(frame.atMs);
  const pauseMs = previousMs === null ? 0 : frame.atMs - previousMs;
  const way = frame.direction === 'out' ? 'to' : 'from';
  return (
    // The list box has the focus and the keys; a pointer's click is the same as its Enter.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
    <div
      id={`frame-${frame.serial}`}
      className="row"
      role="option"
      tabIndex={-1}
      aria-selected={isOpened}
      aria-posinset={props.position}
      aria-setsize={props.count}
      aria-label={`${time} ${way} ${harmless(partyName)}: ${label.head} ${label.tail}`}
      data-active={isActive}
      style={{ transform: `translateY(${top}px)`, height: rowPx }}
      onClick={() => props.choose(shown)}
    >
      <span className="time">
        {time}
        {pauseMs >= pauseShownMs && <small>+{duration(pauseMs)}</small>}
      </span>
      <svg width={columns.widthPx} height={rowPx} data-hue={hueOf(frame.kind)} aria-hidden="true">
        <path
          className="frame-arrow"
          data-udp={arrow.isDatagram}
          d={`M${arrow.fromX} ${arrowY}H${arrow.toX}`}
        />
        <path className="arrow-head" d={arrowHead(arrow, arrowY)} />
        <text x={arrow.labelX} y={labelY}>
          {label.head}
          {label.tail && <tspan className="tail"> {label.tail}</tspan>}
        </text>
      </svg>
    </div>
  );
});
