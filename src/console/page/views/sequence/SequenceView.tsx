/**
 * The view Sequence: every frame that came in and went out as an arrow between lifelines, time down the page.
 * It is given everything; what it remembers is the filter and the frame that is looked at.
 */
import { useCallback, useMemo, useState } from 'react';
import type { ConsoleFrame, ConsolePeer } from '../../../feed/messages.ts';
import { DRAWING_LIMITS } from '../../../limits.ts';
import type { PeerView } from '../../state/peer-view.ts';
import { useUnchanged } from '../../state/use-unchanged.ts';
import { FrameDetails } from './details/FrameDetails.tsx';
import { chooseLifelines } from './diagram/lifelines.ts';
import { encountersOf } from './diagram/parties.ts';
import { SequenceDiagram } from './diagram/SequenceDiagram.tsx';
import { countKinds, countParties, type FrameFilter, filterFrames, type ShownFrame } from './filters.ts';
import { SequenceBar } from './SequenceBar.tsx';
import { saveSequence } from './save-sequence.ts';
import './sequence.css';

/** Shows the frames of one peer; `members` is its member list, with the marks of its links. */
export interface SequenceProps {
  readonly peer: ConsolePeer;
  readonly self: NonNullable<PeerView['status']>['self'];
  readonly frames: readonly ConsoleFrame[];
  readonly members: PeerView['members'];
}

const EVERYTHING: FrameFilter = { hiddenKinds: new Set(), party: null };

export function SequenceView({ peer, self, frames, members }: SequenceProps) {
  const [filter, setFilter] = useState(EVERYTHING);
  const [opened, setOpened] = useState<ShownFrame | null>(null);
  const close = useCallback(() => setOpened(null), []);
  const encounters = useMemo(() => encountersOf(frames), [frames]);
  const { label, isRunning } = peer;
  const chosen = useMemo(
    () => chooseLifelines(encounters, { self, label, isRunning, members }, DRAWING_LIMITS.lifelinesMax),
    [encounters, self, label, isRunning, members],
  );
  // Rows and heads are drawn anew only when a lifeline has changed, not with every frame.
  const lines = useUnchanged(chosen);
  const shown = useMemo(() => filterFrames(frames, encounters, filter), [frames, encounters, filter]);
  const kinds = useMemo(() => countKinds(frames), [frames]);
  const parties = useMemo(() => countParties(encounters), [encounters]);
  return (
    <section className="sequence" aria-label="Frames in their order">
      <SequenceBar
        kinds={kinds}
        parties={parties}
        filter={filter}
        setFilter={setFilter}
        shown={shown.length}
        total={frames.length}
        save={(element) => saveSequence(element, shown, lines, self?.user ?? label)}
      />
      <div className="sequence-body">
        <SequenceDiagram shown={shown} lines={lines} opened={opened} open={setOpened} close={close} />
        {opened && <FrameDetails shown={opened} close={close} />}
      </div>
    </section>
  );
}
