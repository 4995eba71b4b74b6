/** The statechart of one actor at a moment, with its head and its size. */
import { useMemo, useState } from 'react';
import { activeStates, valueWords } from '../../../inspection/active-states.ts';
import type { Actor } from '../../../inspection/actor.ts';
import { eventWords } from '../../../inspection/chart.ts';
import { type ActorMoment, moveWords } from '../steps/moment.ts';
import { ChartPicture, type ChartScale } from './ChartPicture.tsx';
import './chart.css';

const ZOOM_STEP = 1.25;
const ZOOM_MIN = 0.3;
const ZOOM_MAX = 3;
const NONE: readonly string[] = [];

function lastWords({ last }: ActorMoment): string {
  if (last === null || last.kind !== 'event') return '';
  return `${eventWords(last.event)}: ${moveWords(last)}`;
}

export function ChartPanel({ actor, moment }: { readonly actor: Actor; readonly moment: ActorMoment }) {
  const [scale, setScale] = useState<ChartScale>('readable');
  const { chart, name } = actor;
  const { value, isThere, isStopped } = moment;
  const active = useMemo(
    () => (isThere ? activeStates(chart, value) : new Set<string>()),
    [chart, value, isThere],
  );
  const arrows = moment.last?.taken ?? NONE;
  const taken = useMemo(() => new Set(arrows), [arrows]);
  const zoom = (by: number) =>
    setScale((now) => Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, (typeof now === 'string' ? 1 : now) * by)));
  const toggleWhole = () => setScale((now) => (now === 'whole' ? 'readable' : 'whole'));
  const words = isThere ? valueWords(value) : 'not started yet';
  return (
    <section className="panel chart-panel" data-stopped={isStopped}>
      <header>
        <h2>
          {name} <span className="chart-value">{isStopped ? `ended in ${words}` : words}</span>
        </h2>
        <p className="last-move">{lastWords(moment)}</p>
        <div className="zoom" role="toolbar" aria-label="Size of the statechart">
          <button type="button" aria-label="Smaller" onClick={() => zoom(1 / ZOOM_STEP)}>
            −
          </button>
          <button type="button" aria-pressed={scale === 'whole'} onClick={toggleWhole}>
            Whole
          </button>
          <button type="button" aria-label="Larger" onClick={() => zoom(ZOOM_STEP)}>
            +
          </button>
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by the keyboard, too */}
      <section className="chart-room" tabIndex={0} aria-label={`Statechart of ${name}`}>
        <ChartPicture
          chart={chart}
          active={active}
          taken={taken}
          label={`Statechart ${chart.id}, now in ${words}. ${lastWords(moment)}`}
          scale={scale}
        />
      </section>
    </section>
  );
}
