/**
 * Why something has happened: its causes, one after the other, across peers, and what it has caused. Each
 * line leads to where it is shown, at its moment; the arrow keys go from line to line, Escape closes.
 */
import { type KeyboardEvent, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { PAGE_LIMITS } from '../../../limits.ts';
import { navigate } from '../../frame/use-route.ts';
import { exactTimeOfDay } from '../../state/clock-time.ts';
import { keep, selectionKey } from '../../state/kept.ts';
import { PageStore, usePage } from '../../state/page-store.ts';
import { CausalGraph, type Happened } from './causal-graph.ts';
import { placeOf } from './lead.ts';
import './why.css';

/** The panel of the page; nothing while nobody has asked. */
export function Why() {
  const asked = usePage((page) => page.asked);
  // The key: another question is another panel.
  return asked === null ? null : <WhyPanel key={asked} asked={asked} />;
}

function useLead() {
  const { peers, select, show, inspection } = usePage((page) => page);
  return (happened: Happened) => {
    const { tab, peer, selection } = placeOf(happened, inspection.steps);
    show(happened.serial);
    // The room server and the world have no views of their own.
    if (!peers.some(({ id }) => id === peer)) return;
    if (selection !== null) keep(selectionKey(tab, peer), selection);
    select(peer);
    navigate({ tab, peer, selection, moment: happened.serial });
  };
}

/** The line before or behind the one that has the focus. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const lines = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('.why-line')];
  const at = lines.findIndex((line) => line.matches(':focus'));
  lines[Math.min(lines.length - 1, Math.max(0, at + by))]?.focus();
}

function WhyPanel({ asked }: { readonly asked: number }) {
  const peers = usePage((page) => page.peers);
  const ask = usePage((page) => page.ask);
  const showPath = usePage((page) => page.showPath);
  const lead = useLead();
  const panel = useRef<HTMLElement>(null);
  const store = useContext(PageStore);
  // As of when it was asked: to make it anew with all that comes would be too much.
  const [graph] = useState(() => new CausalGraph(store?.getState() ?? NOTHING));
  const chain = useMemo(() => graph.chain(asked), [graph, asked]);
  const effects = graph.effects(asked);
  const labels = new Map(peers.map(({ id, label }) => [id, label]));
  useEffect(() => showPath(chain), [chain, showPath]);
  useEffect(() => panel.current?.querySelector<HTMLButtonElement>('.why-line')?.focus(), []);
  const line = (happened: Happened) => (
    <li key={happened.serial}>
      <button type="button" className="why-line" onClick={() => lead(happened)}>
        <time>{exactTimeOfDay(happened.atMs)}</time>
        <b>{harmlessOnPage(labels.get(happened.peer) ?? happened.peer)}</b>
        <span>{harmlessOnPage(happened.words)}</span>
      </button>
    </li>
  );
  const last = chain.at(-1);
  return (
    <aside
      ref={panel}
      className="why-panel"
      aria-label="Why?"
      onKeyDown={(event) => {
        if (event.key === 'Escape') ask(null);
        moveFocus(event);
      }}
    >
      <header>
        <h2>Why?</h2>
        <button type="button" onClick={() => ask(null)} aria-label="Close Why?">
          ✕
        </button>
      </header>
      <ol aria-label="Causes">{chain.map(line)}</ol>
      <p>{last === undefined || last.causedBy !== null ? NOT_KEPT : FROM_OUTSIDE}</p>
      <h3>It has caused</h3>
      {effects.length === 0 ? <p>Nothing that is known.</p> : null}
      <ul aria-label="Effects">{effects.slice(0, PAGE_LIMITS.effectsShownMax).map(line)}</ul>
      {effects.length > PAGE_LIMITS.effectsShownMax ? (
        <p>… and {(effects.length - PAGE_LIMITS.effectsShownMax).toLocaleString()} more.</p>
      ) : null}
    </aside>
  );
}

const NOTHING = { views: {}, happenings: [] };
const NOT_KEPT = 'What was before this is not known here: it is not kept any more, or was not looked at.';
const FROM_OUTSIDE = 'This came from outside: a user, the time, or somebody who is not in the log.';
