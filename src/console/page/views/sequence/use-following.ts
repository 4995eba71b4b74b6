/**
 * Keeps a scrolled list where its reader is: at its newest row while they are there, else at the row that
 * they look at, whatever is added at the end, forgotten at the front or filtered out.
 */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { indexOfSerial } from './diagram/positions.ts';
import type { ShownFrame } from './filters.ts';

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
 * @param scroller the element that scrolls; its rows begin `headPx` below its top.
 * @param rowPx height of each row.
 */
export function useFollowing(
  scroller: RefObject<HTMLElement | null>,
  shown: readonly ShownFrame[],
  rowPx: number,
): Following {
  const [isFollowing, setFollowing] = useState(true);
  const [leftAt, setLeftAt] = useState(0);
  /** Serial of the uppermost row, and how far it is scrolled out of sight. */
  const anchor = useRef({ serial: 0, offsetPx: 0 });
  const isAtEnd = useRef(true);
  const rows = useRef(shown);
  rows.current = shown;

  const scrolled = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const index = Math.floor(scrollTop / rowPx);
    anchor.current = {
      serial: rows.current[index]?.frame.serial ?? Number.MAX_SAFE_INTEGER,
      offsetPx: scrollTop - index * rowPx,
    };
    const isNowAtEnd = scrollHeight - scrollTop - clientHeight < rowPx;
    if (isNowAtEnd === isAtEnd.current) return;
    isAtEnd.current = isNowAtEnd;
    setFollowing(isNowAtEnd);
    setLeftAt(rows.current.at(-1)?.frame.serial ?? 0);
  }, [scroller, rowPx]);

  const follow = useCallback(() => {
    isAtEnd.current = true;
    setFollowing(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [scroller]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { serial, offsetPx } = anchor.current;
    const top = isAtEnd.current ? element.scrollHeight : indexOfSerial(shown, serial) * rowPx + offsetPx;
    if (top !== element.scrollTop) element.scrollTop = top;
  }, [scroller, shown, rowPx]);

  const unseen = isFollowing ? 0 : shown.length - indexOfSerial(shown, leftAt + 1);
  return { isFollowing, unseen, scrolled, follow };
}
