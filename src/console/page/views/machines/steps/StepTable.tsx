// biome-ignore-all lint/a11y/useSemanticElements: rows of a <table> can't be placed by themselves
/**
 * What has happened to the machines, as a table: sorted by a click on a head, stepped through with the arrow
 * keys or a click, each line's event and context unfolded. Only the lines in sight exist. It follows what
 * comes while it is sorted by time and its end is in sight.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { usePathInSight } from '../../../explain/causes/use-on-path.ts';
import type { Step } from '../../../inspection/actor.ts';
import { newestIndex } from '../../../state/moment.ts';
import type { SortColumn, StepOrder } from './moment.ts';
import { StepRow } from './StepRow.tsx';
import './steps.css';

const LINE_HEIGHT_GUESS_PX = 27;
const AT_END_PX = 24;

const COLUMNS: readonly { readonly column: SortColumn; readonly title: string }[] = [
  { column: 'time', title: 'Time' },
  { column: 'actor', title: 'Actor' },
  { column: 'event', title: 'Event' },
  { column: 'move', title: 'From → to' },
];

interface StepTableProps {
  /** Filtered and sorted. */
  readonly steps: readonly Step[];
  readonly order: StepOrder;
  /** The moment that is shown, a serial of the log; `null` while the page is live. */
  readonly position: number | null;
  sort(order: StepOrder): void;
  go(step: Step): void;
}

function Heads({ order, sort }: Pick<StepTableProps, 'order' | 'sort'>) {
  return (
    <div className="step-line step-heads" role="row" tabIndex={-1}>
      {COLUMNS.map(({ column, title }) => {
        const isSorted = order.column === column;
        const direction = order.isDescending ? 'descending' : 'ascending';
        return (
          <div key={column} role="columnheader" tabIndex={-1} aria-sort={isSorted ? direction : 'none'}>
            <button
              type="button"
              onClick={() => sort({ column, isDescending: isSorted && !order.isDescending })}
            >
              {title}
              <span aria-hidden="true">{isSorted ? (order.isDescending ? ' ▾' : ' ▴') : ''}</span>
            </button>
          </div>
        );
      })}
    </div>
  );
}

interface StepLines extends Pick<StepTableProps, 'steps' | 'order' | 'position'> {
  readonly scroller: RefObject<HTMLDivElement | null>;
}

/** The lines in sight, and which of all is the newest of the position; -1 while the page is live. */
function useStepLines({ steps, order, position, scroller }: StepLines) {
  const isByTime = order.column === 'time' && !order.isDescending;
  const lines = useVirtualizer({
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT_GUESS_PX,
    getItemKey: (index) => steps[index]?.serial ?? index,
    anchorTo: isByTime ? 'end' : 'start',
    followOnAppend: isByTime && position === null,
    scrollEndThreshold: AT_END_PX,
    overscan: 10,
  });
  const serialAt = (index: number) => steps[index]?.serial ?? 0;
  const at = useMemo(
    () =>
      position === null
        ? -1
        : newestIndex(
            steps.length,
            (index) => steps[index]?.serial ?? 0,
            (serial) => serial <= position,
          ),
    [steps, position],
  );
  const place = useRef(at);
  place.current = at;
  useLayoutEffect(() => {
    // Only when another step is chosen: its place changes whenever old steps are forgotten.
    if (position !== null && place.current >= 0) lines.scrollToIndex(place.current, { align: 'auto' });
    else if (position === null && isByTime) lines.scrollToEnd();
  }, [position, isByTime, lines]);
  usePathInSight(steps.length, serialAt, (index) => lines.scrollToIndex(index, { align: 'auto' }));
  return { lines, at };
}

export function StepTable({ steps, order, position, sort, go }: StepTableProps) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [unfolded, setUnfolded] = useState<number | null>(null);
  const { lines, at } = useStepLines({ steps, order, position, scroller });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const from = at < 0 ? steps.length : at;
    const current = steps[at];
    const next =
      event.key === 'ArrowDown' ? steps[from + 1] : event.key === 'ArrowUp' ? steps[from - 1] : undefined;
    if (next !== undefined) go(next);
    else if (event.key === 'Enter' && current !== undefined) fold(current);
    else return;
    event.preventDefault();
  };
  const fold = (step: Step) => {
    setUnfolded((now) => (now === step.serial ? null : step.serial));
    // As soon as it has its new height.
    requestAnimationFrame(() => lines.scrollToIndex(steps.indexOf(step), { align: 'auto' }));
  };
  return (
    <div
      className="step-table"
      role="grid"
      aria-label="Events: the arrow keys step through them, Enter unfolds one"
      aria-rowcount={steps.length + 1}
      aria-activedescendant={at < 0 ? undefined : `${id}-${steps[at]?.serial}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <Heads order={order} sort={sort} />
      <div ref={scroller} className="panel-lines" role="rowgroup">
        <div className="all-lines" role="presentation" style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map(({ index, key, start }) => {
            const step = steps[index];
            if (step === undefined) return null;
            return (
              <div
                key={key}
                ref={lines.measureElement}
                data-index={index}
                className="line-at"
                style={{ transform: `translateY(${start}px)` }}
              >
                <StepRow
                  id={`${id}-${step.serial}`}
                  step={step}
                  rowIndex={index + 2}
                  isSelected={index === at}
                  isUnfolded={step.serial === unfolded}
                  go={go}
                  fold={fold}
                />
              </div>
            );
          })}
        </div>
        {steps.length === 0 ? <p className="nothing">No events that pass the filter.</p> : null}
      </div>
    </div>
  );
}
