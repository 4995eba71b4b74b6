/**
 * One of the assignment's two windows: lines with the newest at the bottom. It follows what comes unless the
 * user has scrolled up; then a button leads back. Only the lines in sight exist, so new ones are read to a
 * screen reader by `Announcer` and not by the list itself.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef } from 'react';
import type { ConsoleNotice } from '../../../feed/messages.ts';
import { usePathInSight } from '../../explain/causes/use-on-path.ts';
import { useSize } from '../../frame/use-size.ts';
import { usePage } from '../../state/page-store.ts';
import { Announcer } from './Announcer.tsx';
import { NoticeLine } from './NoticeLine.tsx';

const LINE_HEIGHT_GUESS_PX = 26;
/** Nearer to the bottom than this counts as being there. */
const AT_END_PX = 24;

interface LogWindowProps {
  readonly title: string;
  readonly className: string;
  readonly notices: readonly ConsoleNotice[];
  /** What stands there while there are no lines. */
  readonly empty: string;
}

export function LogWindow({ title, className, notices, empty }: LogWindowProps) {
  const ask = usePage((page) => page.ask);
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: notices.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT_GUESS_PX,
    getItemKey: (index) => notices[index]?.serial ?? index,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    overscan: 8,
  });
  /** Where the reader has scrolled to, whatever has become of the lines since. */
  const isAtEnd = useRef(true);
  const size = useSize(scroller);
  const place = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another size, other lines are in sight
  useLayoutEffect(() => {
    if (isAtEnd.current) lines.scrollToEnd();
  }, [lines, size]);
  const moment = usePage((page) => page.moment);
  const chosen = notices.at(-1)?.serial === moment;
  // Whoever is led to a line finds it in sight, also where he has scrolled up before.
  useLayoutEffect(() => {
    if (chosen && moment !== null) lines.scrollToEnd();
  }, [chosen, moment, lines]);
  usePathInSight(
    notices.length,
    (index) => notices[index]?.serial ?? 0,
    (index) => {
      isAtEnd.current &&= index === notices.length - 1;
      lines.scrollToIndex(index, { align: 'auto' });
    },
  );
  const isBehind = notices.length > 0 && lines.scrollElement !== null && !lines.isAtEnd(AT_END_PX);
  // Lines that have become shorter lead there as well.
  isAtEnd.current ||= !isBehind;
  return (
    <section className={`window ${className}`} data-lines={notices.length}>
      <h2>{title}</h2>
      <div
        ref={scroller}
        className="lines"
        role="log"
        aria-live="off"
        aria-label={title}
        aria-keyshortcuts="?"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll only what has the focus
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop } }) => {
          // Only the reader scrolls back.
          if (scrollTop < place.current) isAtEnd.current = lines.isAtEnd(AT_END_PX);
          place.current = scrollTop;
        }}
        onKeyDown={({ key }) => {
          // The newest line of this moment; another one is the newest of another moment.
          const newest = notices.at(-1);
          if (key === '?' && newest !== undefined) ask(newest.serial);
        }}
      >
        {notices.length === 0 ? <p className="no-lines">{empty}</p> : null}
        <div className="lines-all" style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map((item) => {
            const notice = notices[item.index];
            return notice === undefined ? null : (
              <div
                key={item.key}
                ref={lines.measureElement}
                data-index={item.index}
                className="line-place"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <NoticeLine notice={notice} />
              </div>
            );
          })}
        </div>
      </div>
      {isBehind ? (
        <button type="button" className="to-newest" onClick={() => lines.scrollToEnd()}>
          Newest ↓
        </button>
      ) : null}
      <Announcer notices={notices} />
    </section>
  );
}
