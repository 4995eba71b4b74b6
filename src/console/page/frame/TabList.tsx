/**
 * The tabs of the views, after the WAI-ARIA pattern: one stop of the Tab key, arrows, Home and End go
 * from one to the next and open it.
 */
import { type KeyboardEvent, useRef } from 'react';
import { TABS, type Tab } from './route.ts';

const LABELS: Readonly<Record<Tab, string>> = {
  chat: 'Chat',
  machines: 'Machines',
  sequence: 'Sequence',
  overlay: 'Overlay',
  figures: 'Figures',
};

function neighbour(tab: Tab, key: string): Tab | undefined {
  const at = TABS.indexOf(tab);
  switch (key) {
    case 'ArrowRight':
      return TABS[(at + 1) % TABS.length];
    case 'ArrowLeft':
      return TABS.at(at - 1);
    case 'Home':
      return TABS[0];
    case 'End':
      return TABS.at(-1);
    default:
      return undefined;
  }
}

export function TabList({ tab, open }: { readonly tab: Tab; readonly open: (tab: Tab) => void }) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = neighbour(tab, event.key);
    if (next === undefined) return;
    event.preventDefault();
    open(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div ref={list} className="tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
      {TABS.map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === tab}
          aria-controls="view"
          tabIndex={name === tab ? 0 : -1}
          onClick={() => open(name)}
        >
          {LABELS[name]}
        </button>
      ))}
    </div>
  );
}
