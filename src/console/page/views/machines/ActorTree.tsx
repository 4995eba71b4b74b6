/**
 * The actors of a peer as a tree, after the WAI-ARIA pattern: one stop of the Tab key, the arrows go up and
 * down. Only the lines in sight exist: a peer may have hundreds of links.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { ConsolePeer } from '../../../feed/messages.ts';
import { valueWords } from '../../inspection/active-states.ts';
import type { Actor } from '../../inspection/actor.ts';
import type { ActorMoment } from './steps/moment.ts';

const LINE_HEIGHT_PX = 42;
const INDENT_PX = 14;

interface ActorTreeProps {
  /** Each followed by those below it. */
  readonly actors: readonly Actor[];
  readonly moments: ReadonlyMap<string, ActorMoment>;
  /** All whose machines are shown, where they are of more than one; else none. */
  readonly peers: readonly ConsolePeer[];
  readonly isAll: boolean;
  /** `null` where there is one peer only. */
  readonly setAll: ((isAll: boolean) => void) | null;
  readonly selected: string | null;
  select(session: string): void;
}

function neighbour(at: number, count: number, key: string): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1);
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** An actor's name, its kind where that is another, and where it is. */
function ActorWords(props: {
  readonly actor: Actor;
  readonly moment: ActorMoment | undefined;
  /** Whose it is, where that is to be said. */
  readonly owner: string | undefined;
}) {
  const { actor, moment, owner } = props;
  const { name, chart } = actor;
  return (
    <>
      {owner === undefined ? null : <span className="actor-owner">{harmlessOnPage(owner)}</span>}
      <span className="actor-name">{name}</span>
      {name === chart.id ? null : <span className="actor-kind">{chart.id}</span>}
      <span className="actor-value">
        {moment?.isStopped ? 'ended in ' : ''}
        {moment === undefined ? '' : moment.isThere ? valueWords(moment.value) : 'not started yet'}
      </span>
    </>
  );
}

export function ActorTree(props: ActorTreeProps) {
  const { actors, moments, peers, isAll, setAll, selected, select } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: actors.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT_PX,
    getItemKey: (index) => actors[index]?.session ?? index,
    overscan: 8,
  });
  const at = actors.findIndex(({ session }) => session === selected);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = actors[neighbour(at, actors.length, event.key) ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    select(next.session);
  };
  const place = useRef(at);
  place.current = at;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another actor is chosen, not the same moved
  useEffect(() => {
    if (place.current >= 0) lines.scrollToIndex(place.current, { align: 'auto' });
  }, [selected, lines]);
  return (
    <section className="panel actors">
      <h2>
        Actors <span className="count">{actors.length}</span>
      </h2>
      {setAll === null ? null : (
        <label className="all-peers">
          <input type="checkbox" checked={isAll} onChange={(event) => setAll(event.target.checked)} /> of all
          peers
        </label>
      )}
      <div
        ref={scroller}
        className="panel-lines"
        role="tree"
        aria-label="Actors"
        tabIndex={0}
        aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
        onKeyDown={onKeyDown}
      >
        <div className="all-lines" style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map(({ index, key, start }) => {
            const actor = actors[index];
            const moment = moments.get(actor?.session ?? '');
            if (actor === undefined) return null;
            const { session, depth } = actor;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the focus, and takes the keys
              <div
                key={key}
                id={`${id}-${index}`}
                role="treeitem"
                tabIndex={-1}
                aria-level={depth + 1}
                aria-selected={session === selected}
                className="actor"
                data-stopped={moment?.isStopped ?? false}
                data-there={moment?.isThere ?? true}
                style={{ transform: `translateY(${start}px)`, paddingLeft: 10 + depth * INDENT_PX }}
                onClick={() => select(session)}
              >
                <ActorWords
                  actor={actor}
                  moment={moment}
                  owner={depth === 0 ? peers.find(({ id }) => id === actor.peer)?.label : undefined}
                />
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
}
