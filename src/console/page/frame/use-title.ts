/** Keeps the title of the browser's tab: the room, and what has come unseen. */
import { useEffect, useRef } from 'react';
import { usePage } from '../state/page-store.ts';
import { EMPTY_VIEW } from '../state/peer-view.ts';
import { countUnread, NOTHING_UNREAD, pageTitle, type Unread } from './unread.ts';

/** Once for the page. */
export function useTitle(): void {
  const selected = usePage((page) => page.selected);
  const { notices, status } = usePage(({ views }) => views[selected ?? ''] ?? EMPTY_VIEW);
  const unread = useRef<{ peer: string | null; so: Unread }>({ peer: null, so: NOTHING_UNREAD });
  const room = status?.room ?? null;
  useEffect(() => {
    const show = () => {
      const isVisible = document.visibilityState === 'visible';
      const isSame = unread.current.peer === selected;
      // Another peer's past is no news.
      const so = countUnread(isSame ? unread.current.so : NOTHING_UNREAD, notices, isVisible || !isSame);
      unread.current = { peer: selected, so };
      document.title = pageTitle(so.count, room);
    };
    show();
    document.addEventListener('visibilitychange', show);
    return () => document.removeEventListener('visibilitychange', show);
  }, [notices, selected, room]);
}
