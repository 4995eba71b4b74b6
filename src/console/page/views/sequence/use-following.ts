/**
 * Keeps a scrolled list where its reader is: at its newest row while they are there, else at the row that
 * they look at, whatever is added at the end, forgotten at the front or filtered out. A chain of causes is
 * brought into sight when it is shown.
 */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { usePathInSight } from '../../explain/causes/use-on-path.ts';
import { firstIndex, indexAtTop, indexOfOrder, type Ladder } from './diagram/positions.ts';

/** Rows that are in sight with one that is brought there, with the heads of the lifelines. */
const ROWS_AROUND = 5;

/** What the diagram needs of it. */
export interface Following {
  /** True while the newest row is kept in sight. */
  readonly isFollowing: boolean;
  /** Rows that came since the reader has left the end. */
  readonly unseen: number;
  /** To be called whenever the list was scrolled. */
  readonly scrolled: () => void;
  /** Goes to the newest row and stays there. */
  readonly follow: () => void;
}

/**
 * @param scroller the element that scrolls.
 * @param ladder its rows; the same object while they are the same.
 * @param rowPx as much as may be out of sight at the end.
 */
export function useFollowing(
  scroller: RefObject<HTMLElement | null>,
  ladder: Ladder,
  rowPx: number,
): Following {
  const [isFollowing, setFollowing] = useState(true);
  const [leftAt, setLeftAt] = useState(0);
  /** Order of the uppermost row, and how far it is scrolled out of sight. */
  const anchor = useRef({ order: 0, offsetPx: 0 });
  const isAtEnd = useRef(true);
  const rows = useRef(ladder);
  rows.current = ladder;

  const scrolled = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const index = indexAtTop(rows.current, scrollTop);
    anchor.current = {
      order: rows.current.count > 0 ? rows.current.orderAt(index) : Number.MAX_SAFE_INTEGER,
      offsetPx: scrollTop - rows.current.topOf(index),
    };
    const isNowAtEnd = scrollHeight - scrollTop - clientHeight < rowPx;
    if (isNowAtEnd === isAtEnd.current) return;
    isAtEnd.current = isNowAtEnd;
    setFollowing(isNowAtEnd);
    setLeftAt(lastOrder(rows.current));
  }, [scroller, rowPx]);

  const follow = useCallback(() => {
    isAtEnd.current = true;
    setFollowing(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [scroller]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { order, offsetPx } = anchor.current;
    const place = () => ladder.topOf(indexOfOrder(ladder, order)) + offsetPx;
    const top = isAtEnd.current ? element.scrollHeight : place();
    if (top !== element.scrollTop) element.scrollTop = top;
  }, [scroller, ladder]);

  usePathInSight(ladder.count, ladder.orderAt, (index) => {
    const element = scroller.current;
    if (!element) return;
    const top = ladder.topOf(index);
    const least = top - element.clientHeight + ROWS_AROUND * rowPx;
    element.scrollTop = Math.min(top, Math.max(element.scrollTop, least));
    scrolled();
  });

  const next = firstIndex(ladder.count, (index) => ladder.orderAt(index) > leftAt);
  const unseen = isFollowing ? 0 : ladder.count - next;
  return { isFollowing, unseen, scrolled, follow };
}

function lastOrder({ count, orderAt }: Ladder): number {
  return count > 0 ? orderAt(count - 1) : 0;
}
