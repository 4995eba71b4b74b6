/** The statechart of one actor at a moment, with its head. */
import { useMemo } from 'react';
import { activeStates, valueWords } from '../../../inspection/active-states.ts';
import type { Actor } from '../../../inspection/actor.ts';
import { eventWords } from '../../../inspection/chart.ts';
import { moveWords } from '../../../inspection/move-words.ts';
import type { ActorMoment } from '../steps/moment.ts';
import { ChartRoom } from './ChartRoom.tsx';
import { useLayout } from './use-layout.ts';
import './chart.css';

const NONE: readonly string[] = [];

function lastWords({ last }: ActorMoment): string {
  if (last === null || last.kind !== 'event') return '';
  return `${eventWords(last.event)}: ${moveWords(last)}`;
}

export function ChartPanel({ actor, moment }: { readonly actor: Actor; readonly moment: ActorMoment }) {
  const { chart, name } = actor;
  const { value, isThere, isStopped } = moment;
  const active = useMemo(
    () => (isThere ? activeStates(chart, value) : new Set<string>()),
    [chart, value, isThere],
  );
  const { last } = moment;
  const taken = useMemo(() => new Set(last?.detail().taken ?? NONE), [last]);
  const { drawn, error } = useLayout(chart);
  const words = isThere ? valueWords(value) : 'not started yet';
  return (
    <section className="panel chart-panel" data-stopped={isStopped}>
      <header>
        <h2>
          {name} <span className="chart-value">{isStopped ? `ended in ${words}` : words}</span>
        </h2>
        <p className="last-move">{lastWords(moment)}</p>
      </header>
      {error === null ? null : <p className="nothing">This statechart can’t be drawn: {error}</p>}
      {error === null && drawn === null ? <p className="nothing">Drawing…</p> : null}
      {drawn === null ? null : (
        <ChartRoom
          key={actor.session}
          chart={chart}
          drawn={drawn}
          active={active}
          taken={taken}
          name={name}
          label={`Statechart ${chart.id}, now in ${words}. ${lastWords(moment)}`}
        />
      )}
    </section>
  );
}
