/** The address's hash as state of the page. */
import { useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { PAGE_LIMITS } from '../../limits.ts';
import { keep, keptChoice, selectionKey, useSelection } from '../state/kept.ts';
import { PageStore, usePage } from '../state/page-store.ts';
import type { ConsoleState } from '../state/store.ts';
import { formatRoute, parseRoute, type Route, type Tab } from './route.ts';

/** True from where the page itself has gone somewhere until its event has come. */
let isOwn = false;

/**
 * Goes to another view, a step of the browser's history. What it names is shown already, and is not taken
 * over once more.
 */
export function navigate(route: Route): void {
  const hash = formatRoute(route);
  if (hash === location.hash) return;
  isOwn = true;
  location.hash = hash;
}

/** Takes over what an address names. */
function followed({ select, show }: Pick<ConsoleState, 'select' | 'show'>): void {
  const { tab, peer, selection, moment } = parseRoute(location.hash);
  if (peer !== null) select(peer);
  if (selection !== null) keep(selectionKey(tab, peer), selection);
  show(moment);
}

/**
 * A value once it has rested: while the past is played, the address would be another one 60 times a second.
 */
function useRested<Value>(value: Value, restMs: number): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}

/**
 * The open view and the way to another; keeps the address, the selected peer, the moment and the view's
 * selection in step. Another view is a step of the browser's history, another peer, moment or selection is
 * not.
 */
export function useRoute(): { readonly tab: Tab; readonly open: (tab: Tab) => void } {
  const selected = usePage((page) => page.selected);
  const select = usePage((page) => page.select);
  const show = usePage((page) => page.show);
  const subscribe = useCallback(
    (changed: () => void) => {
      // Only where the user has gone: what the page itself writes below must not come back as somebody's
      // choice, or two quick choices would chase each other for ever. And before the page is drawn: that
      // would write what it has had till now over what the address names.
      const went = () => {
        if (!isOwn) followed({ select, show });
        isOwn = false;
        changed();
      };
      addEventListener('hashchange', went);
      return () => removeEventListener('hashchange', went);
    },
    [select, show],
  );
  const { tab } = parseRoute(useSyncExternalStore(subscribe, () => location.hash));
  const [selection] = useSelection(tab, selected);
  const rested = useRested(
    usePage((page) => page.moment),
    PAGE_LIMITS.addressRestMs,
  );
  const store = useContext(PageStore);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the moment has rested, and with all else
  useEffect(() => {
    if (selected === null) return;
    const at = parseRoute(location.hash);
    // Written before it was taken over, another address would lose what it names.
    if (at.tab !== tab) return;
    const moment = store?.getState().moment ?? null;
    const route = formatRoute({ tab, peer: selected, selection, moment });
    if (route !== location.hash) history.replaceState(null, '', route);
  }, [tab, selected, selection, rested, store]);
  const open = useCallback(
    (next: Tab) => {
      const kept = keptChoice(selectionKey(next, selected));
      const nextSelection = typeof kept === 'string' ? kept : null;
      const now = store?.getState().moment ?? null;
      navigate({ tab: next, peer: selected, selection: nextSelection, moment: now });
    },
    [selected, store],
  );
  return { tab, open };
}
