/**
 * Words for a class: a button that explains the view that is open, with why the peer has just these links,
 * and a glossary; and the projector size, at which the last row of a room can read.
 */
import { useEffect, useRef, useState } from 'react';
import type { Tab } from '../frame/route.ts';
import { useKept } from '../state/kept.ts';
import { usePage } from '../state/page-store.ts';
import { EMPTY_VIEW } from '../state/peer-view.ts';
import { whyLinks } from './why-links.ts';
import { type Explained, GLOSSARY, VIEW_WORDS } from './words.ts';
import './explain.css';

function List({ entries }: { readonly entries: readonly Explained[] }) {
  return (
    <dl>
      {entries.map(({ term, words }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}

function ExplainDialog({ tab, close }: { readonly tab: Tab; readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { members } = usePage(({ views, selected }) => views[selected ?? ''] ?? EMPTY_VIEW);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="explain" aria-labelledby="explain-title" onClose={close}>
      <div className="explain-head">
        <h2 id="explain-title">What this view shows</h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll only what has the focus */}
      <section className="explain-body" tabIndex={0} aria-label="Explanations">
        <List entries={VIEW_WORDS[tab]} />
        <h3>Why these links, and not others?</h3>
        <ul>
          {whyLinks(members).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <h3>Glossary</h3>
        <List entries={GLOSSARY} />
      </section>
    </dialog>
  );
}

export function Explain({ tab }: { readonly tab: Tab }) {
  const [isOpen, setOpen] = useState(false);
  const [isLarge, setLarge] = useKept('projector', false, (value) => typeof value === 'boolean');
  useEffect(() => {
    document.documentElement.dataset.projector = String(isLarge);
  }, [isLarge]);
  return (
    <div className="explain-buttons">
      <button type="button" onClick={() => setOpen(true)}>
        Words
      </button>
      <button type="button" aria-pressed={isLarge} onClick={() => setLarge(!isLarge)}>
        Projector
      </button>
      {isOpen ? <ExplainDialog tab={tab} close={() => setOpen(false)} /> : null}
    </div>
  );
}
