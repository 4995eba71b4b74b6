/** What stands on the chain of causes that is shown, and where a list shows it. */
import { useLayoutEffect, useRef } from 'react';
import { newestIndex } from '../../state/moment.ts';
import { usePage } from '../../state/page-store.ts';

/** True for what is on the chain. @param serial of an entry of the log; `null` is on no chain. */
export function useOnPath(serial: number | null): boolean {
  return usePage(({ path }) => serial !== null && path.has(serial));
}

/**
 * Brings the newest of a list that is on the chain into sight: when another chain is shown, and when the list
 * is opened over one. Nothing else moves it.
 * @param bring scrolls to an index, as little as is needed.
 */
export function usePathInSight(
  count: number,
  serialAt: (index: number) => number,
  bring: (index: number) => void,
): void {
  const path = usePage((page) => page.path);
  const moment = usePage((page) => page.moment);
  const latest = useRef({ count, serialAt, bring, moment });
  latest.current = { count, serialAt, bring, moment };
  useLayoutEffect(() => {
    const list = latest.current;
    if (path.size === 0) return;
    const until = list.moment ?? Number.POSITIVE_INFINITY;
    const at = newestIndex(list.count, list.serialAt, (serial) => serial <= until && path.has(serial));
    if (at >= 0) list.bring(at);
  }, [path]);
}
