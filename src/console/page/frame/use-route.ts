/** The address's hash as state of the page. */
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { keep, keptChoice, selectionKey, useSelection } from '../state/kept.ts';
import { usePage } from '../state/page-store.ts';
import { formatRoute, parseRoute, type Tab } from './route.ts';

/** Takes over what an address names. */
function followed(select: (peer: string) => void): void {
  const { tab, peer, selection } = parseRoute(location.hash);
  if (peer !== null) select(peer);
  if (selection !== null) keep(selectionKey(tab, peer), selection);
}

/**
 * The open view and the way to another; keeps the address, the selected peer and the view's selection in
 * step. Another view is a step of the browser's history, another peer or selection is not.
 */
export function useRoute(): { readonly tab: Tab; readonly open: (tab: Tab) => void } {
  const selected = usePage((page) => page.selected);
  const select = usePage((page) => page.select);
  const subscribe = useCallback(
    (changed: () => void) => {
      // Only where the user has gone: what the page itself writes below must not come back as somebody's
      // choice, or two quick choices would chase each other for ever. And before the page is drawn: that
      // would write what it has had till now over what the address names.
      const went = () => {
        followed(select);
        changed();
      };
      addEventListener('hashchange', went);
      return () => removeEventListener('hashchange', went);
    },
    [select],
  );
  const { tab } = parseRoute(useSyncExternalStore(subscribe, () => location.hash));
  const [selection] = useSelection(tab, selected);
  useEffect(() => followed(select), [select]);
  useEffect(() => {
    if (selected === null) return;
    const at = parseRoute(location.hash);
    // Written before it was taken over, another address would lose what it names.
    if (at.tab !== tab) return;
    const route = formatRoute({ tab, peer: selected, selection });
    if (route !== location.hash) history.replaceState(null, '', route);
  }, [tab, selected, selection]);
  const open = useCallback(
    (next: Tab) => {
      const kept = keptChoice(selectionKey(next, selected));
      const nextSelection = typeof kept === 'string' ? kept : null;
      location.hash = formatRoute({ tab: next, peer: selected, selection: nextSelection });
    },
    [selected],
  );
  return { tab, open };
}
