/**
 * The view Sequence: every frame that came in and went out as an arrow between lifelines, time down the page.
 * It is given everything; what it remembers is the filter and the frame that is looked at.
 */
import { useCallback, useMemo } from 'react';
import type { ConsoleFrame, ConsolePeer } from '../../../feed/messages.ts';
import { DRAWING_LIMITS } from '../../../limits.ts';
import { useSelection } from '../../state/kept.ts';
import type { PeerView } from '../../state/peer-view.ts';
import { useUnchanged } from '../../state/use-unchanged.ts';
import { FrameDetails } from './details/FrameDetails.tsx';
import { chooseLifelines } from './diagram/lifelines.ts';
import { encountersOf } from './diagram/parties.ts';
import { indexOfSerial } from './diagram/positions.ts';
import { SequenceDiagram } from './diagram/SequenceDiagram.tsx';
import { countKinds, countParties, filterFrames, NO_FILTER, type ShownFrame } from './filters.ts';
import { foldKeepalives, marksOf } from './marks.ts';
import { WHOLE_ROOM } from './room/room-selection.ts';
import { SequenceBar } from './SequenceBar.tsx';
import { saveSequence } from './save/save-sequence.ts';
import { useFilter, useFolded } from './use-filter.ts';
import './sequence.css';

/** Shows the frames of one peer; `members` is its member list, with the marks of its links. */
export interface SequenceProps {
  readonly peer: ConsolePeer;
  readonly self: NonNullable<PeerView['status']>['self'];
  readonly frames: readonly ConsoleFrame[];
  /** There are older ones that are not drawn. */
  readonly isCut: boolean;
  readonly members: PeerView['members'];
}

export function SequenceView({ peer, self, frames, isCut, members }: SequenceProps) {
  const { filter, setFilter } = useFilter(peer.id);
  const [isFolded, setFolded] = useFolded();
  const [selection, setSelection] = useSelection('sequence', peer.id);
  const close = useCallback(() => setSelection(null), [setSelection]);
  const open = useCallback(({ frame }: ShownFrame) => setSelection(String(frame.serial)), [setSelection]);
  const encounters = useMemo(() => encountersOf(frames), [frames]);
  const { label, isRunning } = peer;
  const chosen = useMemo(
    () => chooseLifelines(encounters, { self, label, isRunning, members }, DRAWING_LIMITS.lifelinesMax),
    [encounters, self, label, isRunning, members],
  );
  // Rows and heads are drawn anew only when a lifeline has changed, not with every frame.
  const lines = useUnchanged(chosen);
  const marks = useMemo(() => marksOf(frames), [frames]);
  const passed = useMemo(
    () => filterFrames(frames, encounters, filter, marks.duplicates),
    [frames, encounters, filter, marks],
  );
  const shown = useMemo(() => (isFolded ? foldKeepalives(passed, marks) : passed), [passed, marks, isFolded]);
  const opened = useMemo(() => {
    const one = shown[indexOfSerial(shown, Number(selection ?? 0))];
    return String(one?.frame.serial) === selection ? (one ?? null) : null;
  }, [shown, selection]);
  const kinds = useMemo(() => countKinds(frames), [frames]);
  const parties = useMemo(() => countParties(encounters), [encounters]);
  return (
    <section className="sequence" aria-label="Frames in their order">
      <SequenceBar
        kinds={kinds}
        parties={parties}
        filter={filter}
        setFilter={setFilter}
        shown={passed.length}
        isFolded={isFolded}
        setFolded={setFolded}
        total={frames.length}
        isRoom={false}
        remark={isCut && <p>The newest {DRAWING_LIMITS.pastFramesMax.toLocaleString()} are drawn.</p>}
        setRoom={(isRoom) => setSelection(isRoom ? WHOLE_ROOM : null)}
        save={(kind, element) => saveSequence(kind, element, { shown, lines, name: self?.user ?? label })}
      />
      <div className="sequence-body">
        <SequenceDiagram shown={shown} lines={lines} opened={opened} open={open} close={close} />
        {opened && (
          <FrameDetails
            shown={opened}
            close={close}
            follow={(message) => setFilter({ ...NO_FILTER, search: `message:${message}` })}
          />
        )}
      </div>
    </section>
  );
}
