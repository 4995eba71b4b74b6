/**
 * The space-time diagram: lifelines whose heads stay in sight, and what is in sight of the lines between
 * them, however many there are. A list box for the keyboard and for screen readers: arrows, Page Up and Down,
 * Home and End move, Enter opens, Escape closes.
 */
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useSize } from '../../../../frame/use-size.ts';
import { DiagramFrame } from '../../diagram/DiagramFrame.tsx';
import { columnFinder, type Lifeline } from '../../diagram/lifelines.ts';
import { indexOfOrder, type Ladder, movedIndex } from '../../diagram/positions.ts';
import { messageName } from '../../searched-frame.ts';
import { useFollowing } from '../../use-following.ts';
import type { RoomRow } from '../room-rows.ts';
import { RoomLine, RoomOption, rowId } from './RoomRowParts.tsx';
import { layoutRoom, type RoomLayout, rowsBetween } from './room-layout.ts';
import { ROOM_MEASURES } from './room-measures.ts';
import { roomColumns } from './slanted.ts';
import { useScrolledTo } from './use-scrolled-to.ts';

interface RoomDiagramProps {
  readonly rows: readonly RoomRow[];
  readonly lines: readonly Lifeline[];
  /** Order of the row that is looked at. */
  readonly opened: number | null;
  /** Name of the message that is followed. */
  readonly followed: string | null;
  readonly open: (order: number) => void;
  readonly close: () => void;
}

const { beginPx, headPx, gutterPx, marginPx } = ROOM_MEASURES;

/** The rows as what is scrolled. */
function ladderOf({ placed }: RoomLayout): Ladder {
  return {
    count: placed.length,
    orderAt: (index) => placed[index]?.row.order ?? 0,
    topOf: (index) => Math.max(0, (placed[index]?.fromY ?? 0) - headPx - beginPx),
  };
}

function isOfMessage(row: RoomRow, followed: string | null): boolean | null {
  if (followed === null) return null;
  const message = row.type === 'passage' ? row.passage.frame.message : null;
  return message !== null && messageName(message) === followed;
}

export function RoomDiagram({ rows, lines, opened, followed, open, close }: RoomDiagramProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { widthPx } = useSize(scroller);
  const columns = useMemo(() => roomColumns(lines.length, widthPx), [lines.length, widthPx]);
  const columnOf = useMemo(() => columnFinder(lines), [lines]);
  const layout = useMemo(() => layoutRoom(rows), [rows]);
  const ladder = useMemo(() => ladderOf(layout), [layout]);
  const following = useFollowing(scroller, ladder, beginPx);
  const inSight = useScrolledTo(scroller, layout.heightPx);
  /** Order of the row that the keyboard is at. */
  const [active, setActive] = useState<number | null>(null);
  const choose = useCallback(
    (order: number) => {
      setActive(order);
      open(order);
    },
    [open],
  );
  const isOpen = opened !== null;
  const pressed = (event: KeyboardEvent): void => {
    const at = active === null ? rows.length : indexOfOrder(ladder, active);
    const index = movedIndex(event.key, at, rows.length, rowsPerPage(scroller.current));
    const row = rows[index ?? at];
    if (event.key === 'Escape') close();
    else if (row && (event.key === 'Enter' || event.key === ' ')) open(row.order);
    else if (row && index !== null) {
      setActive(row.order);
      bringIntoSight(
        scroller.current,
        columns.xs[columnOf(beginOf(row))] ?? 0,
        layout.placed[index]?.fromY ?? 0,
      );
      if (isOpen) open(row.order);
    } else return;
    event.preventDefault();
  };

  const { top, bottom } = inSight;
  const end = Math.min(bottom, layout.heightPx);
  const drawn = useMemo(() => rowsBetween(layout, top, bottom), [layout, top, bottom]);
  const isActiveDrawn = drawn.some(({ row }) => row.order === active);
  return (
    <DiagramFrame
      scroller={scroller}
      label="Frames of the room, in their order"
      activeId={isActiveDrawn && active !== null ? rowId(active) : undefined}
      isEmpty={rows.length === 0}
      isOpen={isOpen}
      heightPx={layout.heightPx}
      lines={lines}
      columns={columns}
      following={following}
      pressed={pressed}
    >
      {drawn.map((placed) => (
        <RoomOption
          key={placed.row.order}
          placed={placed}
          position={indexOfOrder(ladder, placed.row.order) + 1}
          isActive={placed.row.order === active}
          isOpened={placed.row.order === opened}
          choose={choose}
        />
      ))}
      <svg
        className="room-lines"
        style={{ top }}
        width={columns.widthPx}
        height={Math.max(0, end - top)}
        viewBox={`0 ${top} ${columns.widthPx} ${Math.max(0, end - top)}`}
        data-following={followed !== null}
        aria-hidden="true"
      >
        {drawn.map((placed) => (
          <RoomLine
            key={placed.row.order}
            placed={placed}
            columns={columns}
            columnOf={columnOf}
            isFollowed={isOfMessage(placed.row, followed)}
            isOpened={placed.row.order === opened}
          />
        ))}
      </svg>
    </DiagramFrame>
  );
}

/** Key of the lifeline where a row begins. */
function beginOf(row: RoomRow): string {
  return row.type === 'mark' ? row.peer.key : row.passage.fromKey;
}

/** As many as are about half a page: rows are further apart where time passes. */
function rowsPerPage(element: HTMLElement | null): number {
  return Math.max(1, Math.floor(((element?.clientHeight ?? 0) - headPx) / beginPx / 2));
}

/** Scrolls as little as is needed, down and to the side. */
function bringIntoSight(element: HTMLElement | null, x: number, y: number): void {
  if (!element) return;
  const { scrollTop, scrollLeft, clientHeight, clientWidth } = element;
  element.scrollTop = within(scrollTop, y - clientHeight + beginPx, y - headPx - beginPx);
  element.scrollLeft = within(scrollLeft, x - clientWidth + marginPx, x - gutterPx - marginPx);
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
