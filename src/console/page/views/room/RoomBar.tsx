/**
 * The controls of a simulated room: whether and how fast it runs, steps, rewinding and forks, and two panels,
 * for what is under way and for faults. Nothing is shown where the room is no simulated one.
 */
import { useState } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { RoomAct, RoomState } from '../../../feed/steering.ts';
import { exactTimeOfDay } from '../../state/clock-time.ts';
import { usePage } from '../../state/page-store.ts';
import { SPEEDS, SpeedOptions } from '../../timeline/SpeedOptions.tsx';
import { useMomentMs } from '../../timeline/TimeBar.tsx';
import { FaultPanel } from './FaultPanel.tsx';
import { FramePanel } from './FramePanel.tsx';
import './room.css';

type Panel = 'frames' | 'faults' | 'done' | null;

export function RoomBar() {
  const { room, roomAct, show } = usePage((page) => page);
  const atMs = useMomentMs();
  const [panel, setPanel] = useState<Panel>(null);
  if (room === null) return null;
  const act = (asked: RoomAct) => {
    // What is done is done to the room as it is now.
    show(null);
    roomAct(asked);
  };
  const opens = (which: Panel) => () => setPanel(panel === which ? null : which);
  return (
    <section className="room-bar" aria-label="The simulated room">
      <div className="room-line">
        <RunControls room={room} act={act} />
        <RewindControls room={room} atMs={atMs} act={act} />
        <button type="button" aria-expanded={panel === 'frames'} onClick={opens('frames')}>
          Under way: {room.frameCount}
        </button>
        <button type="button" aria-expanded={panel === 'faults'} onClick={opens('faults')}>
          Faults: {room.faults.length}
        </button>
        <button type="button" aria-expanded={panel === 'done'} onClick={opens('done')}>
          Done by hand: {room.done.at(-1)?.number ?? 0}
        </button>
        <p className="room-refusal" role="status">
          {room.refusal}
        </p>
      </div>
      {panel === 'frames' && <FramePanel room={room} act={act} />}
      {panel === 'faults' && <FaultPanel room={room} act={act} />}
      {panel === 'done' && <DonePanel room={room} act={act} />}
    </section>
  );
}

interface ControlsProps {
  readonly room: RoomState;
  act(asked: RoomAct): void;
}

function RunControls({ room, act }: ControlsProps) {
  const { isPaused, speed, nowMs, isRewinding } = room;
  return (
    <>
      <strong className="room-time" data-paused={isPaused}>
        {exactTimeOfDay(nowMs)} <small>{isRewinding ? 'rewinding' : isPaused ? 'paused' : 'running'}</small>
      </strong>
      <button type="button" onClick={() => act({ what: isPaused ? 'play' : 'pause' })}>
        {isPaused ? 'Run the room' : 'Pause the room'}
      </button>
      <label>
        room’s speed
        <select
          value={SPEEDS.includes(speed) ? speed : ''}
          onChange={(event) => act({ what: 'speed', speed: Number(event.target.value) })}
        >
          <SpeedOptions />
        </select>
      </label>
      <button type="button" onClick={() => act({ what: 'step delivery' })}>
        Next delivery
      </button>
      <button type="button" onClick={() => act({ what: 'step timer' })}>
        Next timer
      </button>
    </>
  );
}

/** What was done by hand: each of it can be taken back, with all that came after it. */
function DonePanel({ room, act }: ControlsProps) {
  return (
    <div className="room-panel">
      {room.done.length === 0 && <p>Nothing was done by hand yet.</p>}
      <ul aria-label="Done by hand">
        {room.done.toReversed().map(({ number, atMs, words }) => (
          <li key={number}>
            <span>
              <small>{exactTimeOfDay(atMs)}</small> {harmlessOnPage(words)}
            </span>
            <button
              type="button"
              aria-label={`What if not? ${harmlessOnPage(words)}`}
              title="The room is as it was just before this, and neither this nor what came later is done"
              onClick={() => act({ what: 'fork before', input: number })}
            >
              What if not?
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** To the moment that all views show; without one, there is nothing to go back to. */
function RewindControls({ room, atMs, act }: ControlsProps & { readonly atMs: number | null }) {
  const { stories, story, toCome } = room;
  const hint =
    atMs === null
      ? 'Choose a moment in the bar below first'
      : `The room is as it was at ${exactTimeOfDay(atMs)}`;
  const isNowhere = atMs === null || atMs > room.nowMs;
  const to = (what: 'rewind' | 'fork') => () => isNowhere || act({ what, atMs });
  return (
    <>
      <button type="button" title={hint} aria-disabled={isNowhere} onClick={to('rewind')}>
        Rewind to this moment
      </button>
      <button
        type="button"
        title={`${hint}, and what was done later is not done`}
        aria-disabled={isNowhere}
        onClick={to('fork')}
      >
        Fork at this moment
      </button>
      {toCome > 0 && (
        <small>Done again in its time, unless you do something else: {toCome} done by hand</small>
      )}
      {stories.length > 1 && (
        <label>
          story
          <select
            value={story}
            onChange={(event) => act({ what: 'story', story: Number(event.target.value) })}
          >
            {stories.map(({ number, forkedAtMs, endMs }) => (
              <option key={number} value={number}>
                {number}, {forkedAtMs === null ? '' : `forked at ${exactTimeOfDay(forkedAtMs)}, `}to{' '}
                {exactTimeOfDay(endMs)}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}
