/** Above the diagram: whose frames it shows, which kinds and with whom, how many that are, and the export. */
import type { ReactNode } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { hueOf } from './diagram/geometry.ts';
import { type Counted, type FrameFilter, isFiltered, NO_FILTER, type RowKind } from './filters.ts';
import { FILE_KINDS, type FileKind } from './save/save-sequence.ts';

interface SequenceBarProps {
  readonly kinds: readonly Counted<RowKind>[];
  readonly parties: readonly Counted[];
  readonly filter: FrameFilter;
  readonly setFilter: (filter: FrameFilter) => void;
  /** Frames that pass the filter, and all that are kept. */
  readonly shown: number;
  readonly total: number;
  readonly isFolded: boolean;
  readonly setFolded: (isFolded: boolean) => void;
  readonly save: (kind: FileKind, element: Element) => void;
  readonly isRoom: boolean;
  readonly setRoom: (isRoom: boolean) => void;
  /** What is said beside the count. */
  readonly remark?: ReactNode;
}

export function SequenceBar(props: SequenceBarProps) {
  const { kinds, parties, filter, setFilter, shown, total, isFolded, setFolded, save } = props;
  const { isRoom, setRoom, remark } = props;
  const toggle = (kind: RowKind): void => {
    const hiddenKinds = new Set(filter.hiddenKinds);
    if (!hiddenKinds.delete(kind)) hiddenKinds.add(kind);
    setFilter({ ...filter, hiddenKinds });
  };
  const isCutDown = isFiltered(filter);
  return (
    <div className="sequence-bar">
      <label className="scope">
        Show{' '}
        <select value={isRoom ? 'room' : 'peer'} onChange={(event) => setRoom(event.target.value === 'room')}>
          <option value="peer">one peer</option>
          <option value="room">the whole room</option>
        </select>
      </label>
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
      <label className="search">
        Search{' '}
        <input
          type="search"
          value={filter.search}
          placeholder="bob  kind:TEXT  after:15:07"
          title="Words are found in kind, peer, link, text and time; kind: peer: link: text: after: before: message: event: context: say where; - leaves out"
          onChange={(event) => setFilter({ ...filter, search: event.target.value })}
        />
      </label>
      <label className="fold">
        <input type="checkbox" checked={isFolded} onChange={(event) => setFolded(event.target.checked)} />{' '}
        Fold KEEPALIVEs
      </label>
      <p className="shown-count">
        {isCutDown ? `${shown.toLocaleString()} of ${total.toLocaleString()}` : total.toLocaleString()}{' '}
        {isRoom ? 'rows' : 'frames'}
      </p>
      {remark}
      {isCutDown && (
        <button type="button" onClick={() => setFilter(NO_FILTER)}>
          Show all
        </button>
      )}
      {FILE_KINDS.map((kind) => (
        <button
          key={kind}
          type="button"
          disabled={shown === 0}
          onClick={(event) => save(kind, event.currentTarget)}
        >
          Export {kind}
        </button>
      ))}
    </div>
  );
}
