/** Where a frame stands among the shown ones, which are in the order of their serials. Pure. */
import type { ShownFrame } from '../filters.ts';

/**
 * A list as something that is scrolled: each row's place on the page, and its order, which never falls from
 * row to row and stays the same when others come or go.
 */
export interface Ladder {
  readonly count: number;
  orderAt(index: number): number;
  /** Pixels from the top of the first row to the top of this one. */
  topOf(index: number): number;
}

/** Index of the first row of that order or a greater one; the count if there is none. */
export function indexOfOrder({ count, orderAt }: Pick<Ladder, 'count' | 'orderAt'>, order: number): number {
  return firstIndex(count, (index) => orderAt(index) >= order);
}

/** Index of the last row whose top is not below that place; the first where there is none. */
export function indexAtTop({ count, topOf }: Ladder, px: number): number {
  return Math.max(0, firstIndex(count, (index) => topOf(index) > px) - 1);
}

/** The first index for which it is true, of those for which it becomes true once; the count if never. */
export function firstIndex(count: number, isTrue: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Index of the frame of that serial, else of the first behind it; the length if there is none. */
export function indexOfSerial(shown: readonly ShownFrame[], serial: number): number {
  return firstIndex(shown.length, (index) => (shown[index]?.frame.serial ?? 0) >= serial);
}

/** Where a key press takes the cursor; `null` for keys that move nothing. */
export function movedIndex(key: string, index: number, count: number, rowsPerPage: number): number | null {
  const last = count - 1;
  const within = (target: number): number => Math.max(0, Math.min(last, target));
  switch (key) {
    case 'ArrowDown':
      return within(index + 1);
    case 'ArrowUp':
      return within(index - 1);
    case 'PageDown':
      return within(index + rowsPerPage);
    case 'PageUp':
      return within(index - rowsPerPage);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
