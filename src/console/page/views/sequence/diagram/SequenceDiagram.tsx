/**
 * The diagram: lifelines whose heads stay in sight, and the visible rows only, however many there are. A list
 * box for the keyboard and for screen readers: arrows, Page Up and Down, Home and End move, Enter opens,
 * Escape closes.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';
import { DRAWING_LIMITS } from '../../../../limits.ts';
import { useSize } from '../../../frame/use-size.ts';
import type { ShownFrame } from '../filters.ts';
import { useFollowing } from '../use-following.ts';
import { DiagramFrame } from './DiagramFrame.tsx';
import { FrameRow } from './FrameRow.tsx';
import { layoutColumns } from './geometry.ts';
import { columnFinder, type Lifeline } from './lifelines.ts';
import { MEASURES } from './measures.ts';
import { indexOfSerial, type Ladder, movedIndex } from './positions.ts';

interface SequenceDiagramProps {
  readonly shown: readonly ShownFrame[];
  readonly lines: readonly Lifeline[];
  readonly opened: ShownFrame | null;
  readonly open: (shown: ShownFrame) => void;
  readonly close: () => void;
}

const { rowPx, headPx } = MEASURES;

export function SequenceDiagram({ shown, lines, opened, open, close }: SequenceDiagramProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { widthPx } = useSize(scroller);
  const columns = useMemo(() => layoutColumns(lines.length, widthPx), [lines.length, widthPx]);
  const columnOf = useMemo(() => columnFinder(lines), [lines]);
  /** Serial of the row that the keyboard is at. */
  const [active, setActive] = useState<number | null>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: DRAWING_LIMITS.overscanRows,
    paddingStart: headPx,
    scrollPaddingStart: headPx,
    getItemKey: (index) => shown[index]?.frame.serial ?? index,
  });
  // Behind the virtualizer, which begins at the top.
  const ladder = useMemo(
    (): Ladder => ({
      count: shown.length,
      orderAt: (index) => shown[index]?.frame.serial ?? 0,
      topOf: (index) => index * rowPx,
    }),
    [shown],
  );
  const following = useFollowing(scroller, ladder, rowPx);
  const latest = useRef(shown);
  latest.current = shown;
  const choose = useCallback(
    (serial: number) => {
      const row = latest.current[indexOfSerial(latest.current, serial)];
      if (!row) return;
      setActive(serial);
      open(row);
    },
    [open],
  );
  const pressed = (event: KeyboardEvent): void => {
    const at = active === null ? shown.length : indexOfSerial(shown, active);
    const rowsPerPage = Math.floor(((scroller.current?.clientHeight ?? 0) - headPx) / rowPx);
    const index = movedIndex(event.key, at, shown.length, Math.max(1, rowsPerPage));
    const row = shown[index ?? at];
    if (event.key === 'Escape') close();
    else if (row && (event.key === 'Enter' || event.key === ' ')) open(row);
    else if (row && index !== null) {
      setActive(row.frame.serial);
      virtual.scrollToIndex(index);
      if (opened) open(row);
    } else return;
    event.preventDefault();
  };

  const items = virtual.getVirtualItems();
  const isActiveDrawn = items.some(({ key }) => key === active);
  return (
    <DiagramFrame
      scroller={scroller}
      label="Frames, oldest first"
      activeId={isActiveDrawn ? `frame-${active}` : undefined}
      isEmpty={shown.length === 0}
      isOpen={opened !== null}
      heightPx={virtual.getTotalSize() + rowPx / 2}
      lines={lines}
      columns={columns}
      following={following}
      pressed={pressed}
    >
      {items.map(({ index, start }) => {
        const row = shown[index];
        if (!row) return null;
        const column = columnOf(row.partyKey);
        return (
          <FrameRow
            key={row.frame.serial}
            frame={row.frame}
            partyName={row.partyName}
            isDuplicate={row.isDuplicate}
            keepalives={row.keepalives}
            previousMs={shown[index - 1]?.frame.atMs ?? null}
            column={column}
            isAmongOthers={lines[column]?.kind === 'others'}
            columns={columns}
            top={start}
            position={index + 1}
            isActive={row.frame.serial === active}
            isOpened={row.frame.serial === opened?.frame.serial}
            choose={choose}
          />
        );
      })}
    </DiagramFrame>
  );
}
