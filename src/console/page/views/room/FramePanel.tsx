/** What is under way in a simulated room, and what can be done to each frame of it. */
import { useState } from 'react';
import type { FrameUnderWay } from '../../../../log/by-hand/frame-under-way.ts';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { RoomAct, RoomState } from '../../../feed/steering.ts';
import { exactTimeOfDay } from '../../state/clock-time.ts';

interface FramePanelProps {
  readonly room: RoomState;
  act(asked: RoomAct): void;
}

type Steering = 'hold' | 'release' | 'drop' | 'duplicate' | 'deliver';

/** What carries no bytes: TCP sends it until it arrives. */
const WITHOUT_BYTES: ReadonlySet<string> = new Set(['SYN', 'FIN', 'RST']);

export function FramePanel({ room, act }: FramePanelProps) {
  const [delayMs, setDelayMs] = useState(1_000);
  const { frames, frameCount } = room;
  return (
    <div className="room-panel">
      <label>
        Delay by
        <input
          type="number"
          min={1}
          max={86_400_000}
          value={delayMs}
          onChange={(event) => setDelayMs(Math.round(Number(event.target.value)))}
        />
        ms
      </label>
      {frames.length === 0 && <p>Nothing is under way. Pause the room, or step to see the next frame.</p>}
      {frameCount > frames.length && <p>{frameCount - frames.length} more are under way.</p>}
      <ul aria-label="Frames under way">
        {frames.map((frame) => (
          <FrameItem
            key={frame.number}
            frame={frame}
            steer={(type) => act({ what: 'hand', act: { type, frame: frame.number } })}
            delay={() => act({ what: 'hand', act: { type: 'delay', frame: frame.number, ms: delayMs } })}
          />
        ))}
      </ul>
    </div>
  );
}

/** When it comes, in words. */
function comesAt({ dueMs, isHeld }: FrameUnderWay): string {
  if (isHeld) return 'held';
  return dueMs === null ? 'waits behind one that is held' : `comes at ${exactTimeOfDay(dueMs)}`;
}

interface FrameItemProps {
  readonly frame: FrameUnderWay;
  steer(type: Steering): void;
  delay(): void;
}

function FrameItem({ frame, steer, delay }: FrameItemProps) {
  const { number, from, to, kind, text, isHeld, isNext, isWhole } = frame;
  const words = `${kind} from ${harmlessOnPage(from)} to ${harmlessOnPage(to)}`;
  const canChange = isWhole && !WITHOUT_BYTES.has(kind);
  const button = (label: string, isPossible: boolean, run: () => void) => (
    <button type="button" disabled={!isPossible} aria-label={`${label} #${number}, ${words}`} onClick={run}>
      {label}
    </button>
  );
  return (
    <li data-kind={kind} data-held={isHeld}>
      <span>
        <strong>{kind}</strong> {harmlessOnPage(from)} → {harmlessOnPage(to)}{' '}
        {text !== '' && <q>{harmlessOnPage(text)}</q>} <small>{comesAt(frame)}</small>
      </span>
      <span className="actions">
        {button('Deliver next', isNext, () => steer('deliver'))}
        {isHeld ? button('Release', true, () => steer('release')) : button('Hold', true, () => steer('hold'))}
        {button('Delay', true, delay)}
        {button('Drop', canChange, () => steer('drop'))}
        {button('Double', canChange, () => steer('duplicate'))}
      </span>
    </li>
  );
}
