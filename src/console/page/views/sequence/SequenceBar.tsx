/** Above the diagram: which kinds and whose frames are shown, how many that are, and the export. */
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { ConsoleFrame } from '../../../feed/messages.ts';
import { hueOf } from './diagram/geometry.ts';
import type { Counted, FrameFilter } from './filters.ts';

type Kind = ConsoleFrame['kind'];

export interface SequenceBarProps {
  readonly kinds: readonly Counted<Kind>[];
  readonly parties: readonly Counted[];
  readonly filter: FrameFilter;
  readonly setFilter: (filter: FrameFilter) => void;
  /** Frames that pass the filter, and all that are kept. */
  readonly shown: number;
  readonly total: number;
  readonly save: (element: Element) => void;
}

export function SequenceBar({ kinds, parties, filter, setFilter, shown, total, save }: SequenceBarProps) {
  const toggle = (kind: Kind): void => {
    const hiddenKinds = new Set(filter.hiddenKinds);
    if (!hiddenKinds.delete(kind)) hiddenKinds.add(kind);
    setFilter({ ...filter, hiddenKinds });
  };
  const isFiltered = filter.party !== null || filter.hiddenKinds.size > 0;
  return (
    <div className="sequence-bar">
      <fieldset className="kinds">
        <legend className="unseen">Kinds of frames that are shown</legend>
        {kinds.map(({ key, name, frames }) => (
          <label key={key} className="kind" data-hue={hueOf(key)}>
            <input type="checkbox" checked={!filter.hiddenKinds.has(key)} onChange={() => toggle(key)} />
            {name} <span className="count">{frames.toLocaleString()}</span>
          </label>
        ))}
      </fieldset>
      <label className="party">
        with{' '}
        <select
          value={filter.party ?? ''}
          onChange={(event) => setFilter({ ...filter, party: event.target.value || null })}
        >
          <option value="">everybody</option>
          {parties.map(({ key, name, frames }) => (
            <option key={key} value={key}>
              {harmlessOnPage(name)} ({frames.toLocaleString()})
            </option>
          ))}
        </select>
      </label>
      <p className="shown-count">
        {isFiltered ? `${shown.toLocaleString()} of ${total.toLocaleString()}` : total.toLocaleString()}{' '}
        frames
      </p>
      {isFiltered && (
        <button type="button" onClick={() => setFilter({ hiddenKinds: new Set(), party: null })}>
          Show all
        </button>
      )}
      <button type="button" disabled={shown === 0} onClick={(event) => save(event.currentTarget)}>
        Export SVG
      </button>
    </div>
  );
}
