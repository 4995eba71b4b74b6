/** One frame: its time, its arrow, and what stands on it. */
import { memo, useMemo } from 'react';
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import type { ConsoleFrame } from '../../../../feed/messages.ts';
import { useOnPath } from '../../../explain/causes/use-on-path.ts';
import { duration, exactTimeOfDay } from '../../../state/clock-time.ts';
import { rowLabel } from './frame-label.ts';
import { arrowHead, type Columns, crossOut, hueOf, layoutArrow } from './geometry.ts';
import { MEASURES } from './measures.ts';

interface FrameRowProps {
  readonly frame: ConsoleFrame;
  readonly partyName: string;
  readonly isDuplicate: boolean;
  readonly keepalives: number;
  /** When the row above was; `null` for the first. */
  readonly previousMs: number | null;
  readonly column: number;
  /** On the lifeline that members share. */
  readonly isAmongOthers: boolean;
  readonly columns: Columns;
  /** Pixels below the top of the diagram. */
  readonly top: number;
  /** Counts from 1. */
  readonly position: number;
  readonly isActive: boolean;
  readonly isOpened: boolean;
  readonly choose: (serial: number) => void;
}

const { rowPx, arrowY, labelY, pauseShownMs } = MEASURES;

export const FrameRow = memo(function FrameRow(props: FrameRowProps) {
  const {
    frame,
    partyName,
    isDuplicate,
    keepalives,
    previousMs,
    column,
    isAmongOthers,
    columns,
    top,
    isActive,
    isOpened,
  } = props;
  const arrow = useMemo(() => layoutArrow(frame, column, columns), [frame, column, columns]);
  const label = useMemo(
    () =>
      rowLabel({ frame, isDuplicate, keepalives }, isAmongOthers ? partyName : null, arrow.labelCharacters),
    [frame, isDuplicate, keepalives, isAmongOthers, partyName, arrow],
  );
  const isOnPath = useOnPath(frame.serial);
  const time = exactTimeOfDay(frame.atMs);
  const pauseMs = previousMs === null ? 0 : frame.atMs - previousMs;
  const way = frame.direction === 'out' ? 'to' : 'from';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box has the focus, and its Enter does the same
    <div
      id={`frame-${frame.serial}`}
      className="row"
      role="option"
      tabIndex={-1}
      aria-selected={isOpened}
      aria-posinset={props.position}
      // Not the number of frames: every row would be drawn anew with every frame.
      aria-setsize={-1}
      data-active={isActive}
      data-duplicate={isDuplicate}
      data-on-path={isOnPath}
      style={{ transform: `translateY(${top}px)`, height: rowPx }}
      onClick={() => props.choose(frame.serial)}
    >
      <span className="time">
        {time}
        {pauseMs >= pauseShownMs && <small>+{duration(pauseMs)}</small>}
      </span>
      <span className="unseen row-words">
        {` ${way} ${harmlessOnPage(partyName)}: ${label.head} ${label.tail}`}
      </span>
      <svg width={columns.widthPx} height={rowPx} data-hue={hueOf(frame.kind)} aria-hidden="true">
        <path
          className="frame-arrow"
          data-udp={arrow.isDatagram}
          d={`M${arrow.fromX} ${arrowY}H${arrow.toX}`}
        />
        <path className="arrow-head" d={arrowHead(arrow, arrowY)} />
        {isDuplicate && <path className="crossed" d={crossOut(arrow, arrowY)} />}
        <text x={arrow.labelX} y={labelY}>
          {label.head}
          {label.tail && <tspan className="tail"> {label.tail}</tspan>}
        </text>
      </svg>
    </div>
  );
});
