/**
 * What the reader has chosen and typed in the views: it outlives the view (another tab of the page is
 * opened), and most of it the page (a reload), in the browser's storage of this tab.
 *
 * Invariants: at most `keptChoicesMax` choices, the one that was changed longest ago goes first; a storage
 * that is full, forbidden or holds something else is as if it were empty.
 */
import { useCallback } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { PAGE_LIMITS } from '../../limits.ts';

const PLACE = 'p2pchat';

type Choices = ReadonlyMap<string, unknown>;

function stored(): Choices {
  try {
    const read: unknown = JSON.parse(sessionStorage.getItem(PLACE) ?? '[]');
    if (!Array.isArray(read)) return new Map();
    return new Map(
      read.filter((entry): entry is [string, unknown] => Array.isArray(entry) && entry.length === 2),
    );
  } catch {
    // Forbidden, or written by somebody else: nothing was chosen yet.
    return new Map();
  }
}

const choices = createStore<{ readonly all: Choices; readonly lasting: ReadonlySet<string> }>(() => {
  const all = stored();
  return { all, lasting: new Set(all.keys()) };
});

function store(all: Choices, lasting: ReadonlySet<string>): void {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify([...all].filter(([key]) => lasting.has(key))));
  } catch {
    // Full or forbidden: the choices last until the next reload.
  }
}

/** Remembers a choice. @param isLasting false for what means nothing after a reload. */
export function keep(key: string, value: unknown, isLasting = true): void {
  const { all: before, lasting: lastingBefore } = choices.getState();
  const all = new Map(before);
  all.delete(key);
  all.set(key, value);
  const oldest = all.keys().next().value;
  if (all.size > PAGE_LIMITS.keptChoicesMax && oldest !== undefined) all.delete(oldest);
  const lasting = isLasting ? new Set(lastingBefore).add(key) : lastingBefore;
  choices.setState({ all, lasting });
  if (isLasting) store(all, lasting);
}

/** What was chosen under this key. */
export function keptChoice(key: string): unknown {
  return choices.getState().all.get(key);
}

/**
 * A choice as state of a component.
 * @param isValid false for what a storage may hold that is no such choice; `initial` stands for it then.
 * @param isLasting false for what means nothing after a reload.
 */
export function useKept<T>(
  key: string,
  initial: T,
  isValid: (value: unknown) => boolean,
  isLasting = true,
): readonly [T, (value: T) => void] {
  const value = useStore(choices, ({ all }) => all.get(key));
  const set = useCallback((next: T) => keep(key, next, isLasting), [key, isLasting]);
  return [isValid(value) ? (value as T) : initial, set];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value === null;
}

/**
 * Where the selection of a view is kept; the overlay shows all peers and the sequence may, so their selection
 * is of none.
 */
export function selectionKey(tab: string, peer: string | null): string {
  return tab === 'overlay' || tab === 'sequence' ? `selection ${tab}` : `selection ${tab} ${peer}`;
}

/** What is selected in a view, as the address names it: an actor, a frame, a member. */
export function useSelection(tab: string, peer: string | null) {
  return useKept<string | null>(selectionKey(tab, peer), null, isText);
}
