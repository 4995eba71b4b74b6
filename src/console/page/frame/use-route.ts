/** The address's hash as state of the page. */
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { usePage } from '../state/page-store.ts';
import { formatRoute, parseRoute, type Tab } from './route.ts';

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

/**
 * The open view and the way to another; keeps the address and the selected peer in step. Another view is a
 * step of the browser's history, another peer is not.
 */
export function useRoute(): { readonly tab: Tab; readonly open: (tab: Tab) => void } {
  const { tab } = parseRoute(useSyncExternalStore(subscribe, () => location.hash));
  const selected = usePage((page) => page.selected);
  const select = usePage((page) => page.select);
  useEffect(() => {
    // Only where the user has gone: what the page itself writes below must not come back as somebody's
    // choice, or two quick choices would chase each other for ever.
    const follow = () => {
      const { peer } = parseRoute(location.hash);
      if (peer !== null) select(peer);
    };
    follow();
    return subscribe(follow);
  }, [select]);
  useEffect(() => {
    if (selected === null) return;
    const route = formatRoute({ tab: parseRoute(location.hash).tab, peer: selected });
    if (route !== location.hash) history.replaceState(null, '', route);
  }, [selected]);
  const open = useCallback(
    (next: Tab) => {
      location.hash = formatRoute({ tab: next, peer: selected });
    },
    [selected],
  );
  return { tab, open };
}
