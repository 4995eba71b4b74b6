/** The page's store for its components. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { ConsoleState, ConsoleStore } from './store.ts';

/** Where components find the store. */
export const PageStore = createContext<ConsoleStore | null>(null);

/** A part of the page's state; the component is drawn again when it becomes another. */
export function usePage<T>(selector: (state: ConsoleState) => T): T {
  const store = useContext(PageStore);
  if (store === null) throw new Error('a component of the page is outside of PageStore');
  return useStore(store, selector);
}

/** True where peers can be killed, cut off and started again. */
export function useIsDemo(): boolean {
  return usePage(({ hello }) => hello?.isDemo ?? false);
}
