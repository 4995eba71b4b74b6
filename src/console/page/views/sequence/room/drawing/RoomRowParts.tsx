/** One row of the whole room: the line of a frame or the mark of a connection, and its place in the list. */
import { memo } from 'react';
import { harmlessOnPage } from '../../../../../../words/harmless.ts';
import { useOnPath } from '../../../../explain/causes/use-on-path.ts';
import { duration, exactTimeOfDay } from '../../../../state/clock-time.ts';
import { frameLabel } from '../../diagram/frame-label.ts';
import { type Columns, hueOf } from '../../diagram/geometry.ts';
import type { PassageRow, RoomRow } from '../room-rows.ts';
import type { PlacedRow } from './room-layout.ts';
import { ROOM_MEASURES } from './room-measures.ts';
import { lineCross, lineEnd, markPath, roomLabel, slantedLine } from './slanted.ts';

const { beginPx } = ROOM_MEASURES;

/** The element of a row. */
export function rowId(order: number): string {
  return `room-row-${String(order).replace('.', '-')}`;
}

/** All that a row says, for those who don't see its line. */
function rowWords(row: RoomRow): string {
  if (row.type === 'mark') return harmlessOnPage(`${row.peer.name}: ${row.word}, ${row.text}`);
  const { passage, keepalives } = row;
  const { fromName, toName, sent, received, isDuplicate, isMissing, frame } = passage;
  const ends = harmlessOnPage(`${fromName} to ${toName}`);
  if (keepalives > 0) return `${ends}: KEEPALIVE ×${keepalives}`;
  const { head, tail } = frameLabel(frame);
  const took = sent && received ? `, ${duration(Math.max(0, received.atMs - sent.atMs))}` : '';
  const fate = isDuplicate ? ' (duplicate)' : isMissing ? ' (has not come)' : '';
  return `${ends}: ${head}${fate} ${tail}`.trimEnd() + took;
}

interface RoomOptionProps {
  readonly placed: PlacedRow;
  readonly position: number;
  readonly isActive: boolean;
  readonly isOpened: boolean;
  readonly choose: (order: number) => void;
}

/** The row in the list box: its time, and the ground that is chosen. */
export const RoomOption = memo(function RoomOption(props: RoomOptionProps) {
  const { placed, position, isActive, isOpened, choose } = props;
  const { row, fromY } = placed;
  const isOnPath = useOnPath(row.type === 'passage' ? row.passage.frame.serial : null);
  const words = rowWords(row);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box has the focus, and its Enter does the same
    <div
      id={rowId(row.order)}
      className="row room-row"
      role="option"
      tabIndex={-1}
      title={words}
      aria-selected={isOpened}
      aria-posinset={position}
      // Not the number of rows: every row would be drawn anew with every frame.
      aria-setsize={-1}
      data-active={isActive}
      data-on-path={isOnPath}
      style={{ transform: `translateY(${fromY - beginPx + 4}px)`, height: beginPx }}
      onClick={() => choose(row.order)}
    >
      <span className="time">{exactTimeOfDay(row.atMs)}</span>
      <span className="unseen row-words">{` ${words}`}</span>
    </div>
  );
});

interface RoomLineProps {
  readonly placed: PlacedRow;
  readonly columns: Columns;
  readonly columnOf: (key: string) => number;
  /** Whether it belongs to the message that is followed; `null` while none is. */
  readonly isFollowed: boolean | null;
  readonly isOpened: boolean;
}

/** The line or the mark, and its label. */
export const RoomLine = memo(function RoomLine(props: RoomLineProps) {
  const { placed, columns, columnOf, isFollowed, isOpened } = props;
  const { row } = placed;
  const { head, tail, x, y, anchor } = roomLabel(placed, columnOf, columns);
  return (
    <g data-hue={hueOf(row.kind)} data-followed={isFollowed ?? undefined} data-opened={isOpened}>
      {row.type === 'passage' ? (
        <Line placed={{ ...placed, row }} columns={columns} columnOf={columnOf} />
      ) : (
        <path
          className="mark"
          data-sign={row.sign}
          d={markPath(row.sign, columns.xs[columnOf(row.peer.key)] ?? 0, placed.fromY)}
        />
      )}
      <text x={x} y={y} textAnchor={anchor}>
        {head}
        {tail && <tspan className="tail"> {tail}</tspan>}
      </text>
    </g>
  );
});

function Line(props: {
  readonly placed: PlacedRow & { readonly row: PassageRow };
  readonly columns: Columns;
  readonly columnOf: (key: string) => number;
}) {
  const line = slantedLine(props.placed, props.columnOf, props.columns);
  const { passage, keepalives } = props.placed.row;
  return (
    <>
      <path
        className="frame-arrow"
        data-udp={passage.frame.via === 'datagram'}
        d={`M${line.fromX} ${line.fromY}L${line.toX} ${line.toY}`}
      />
      <path className={line.isMissing ? 'bar' : 'arrow-head'} d={lineEnd(line)} />
      {passage.isDuplicate && keepalives === 0 && <path className="crossed" d={lineCross(line)} />}
    </>
  );
}
