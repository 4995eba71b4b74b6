/** Where a frame stands among the shown ones, which are in the order of their serials. Pure. */
import type { ShownFrame } from '../filters.ts';

/** Index of the frame of that serial, else of the first behind it; the length if there is none. */
export function indexOfSerial(shown: readonly ShownFrame[], serial: number): number {
  let low = 0;
  let high = shown.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shown[middle]?.frame.serial ?? 0) < serial) low = middle + 1;
    else high = middle;
  }
  return low;
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
