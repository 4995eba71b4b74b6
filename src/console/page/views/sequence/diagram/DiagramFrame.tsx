/**
 * What the two diagrams have in common: a list box that scrolls under the heads of its lifelines, and the way
 * to its newest row. Who closes the details of a row is back at the diagram with the keyboard.
 */
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect } from 'react';
import type { Following } from '../use-following.ts';
import type { Columns } from './geometry.ts';
import { LifelineHeads } from './LifelineHeads.tsx';
import type { Lifeline } from './lifelines.ts';

interface DiagramFrameProps {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** What its rows are, for screen readers. */
  readonly label: string;
  /** Id of the row that the keyboard is at, where that row is drawn. */
  readonly activeId: string | undefined;
  readonly isEmpty: boolean;
  /** True while the details of a row are open. */
  readonly isOpen: boolean;
  readonly heightPx: number;
  readonly lines: readonly Lifeline[];
  readonly columns: Columns;
  readonly following: Following;
  readonly pressed: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
}

export function DiagramFrame(props: DiagramFrameProps) {
  const { scroller, isOpen, columns, following } = props;
  useEffect(() => {
    if (!isOpen) return;
    const diagram = scroller.current;
    // The details take the focus with them when they close: the keys go on from here.
    return () => diagram?.focus({ preventScroll: true });
  }, [scroller, isOpen]);
  return (
    <div className="diagram-frame">
      <div
        ref={scroller}
        className="diagram"
        role="listbox"
        tabIndex={0}
        aria-label={props.label}
        aria-activedescendant={props.activeId}
        onScroll={following.scrolled}
        onKeyDown={props.pressed}
      >
        <div className="diagram-canvas" style={{ height: props.heightPx, width: columns.widthPx }}>
          <LifelineHeads lines={props.lines} columns={columns} />
          {props.children}
        </div>
        {props.isEmpty && <p className="nothing">No frames to show yet.</p>}
      </div>
      {!following.isFollowing && (
        <button type="button" className="newest" onClick={following.follow}>
          ↓ {following.unseen > 0 ? `${following.unseen.toLocaleString()} new` : 'newest'}
        </button>
      )}
    </div>
  );
}
