/** Pause, step back and forth, back to now; and what the table shows. */
import { eventWords } from '../../../inspection/chart.ts';
import type { StepFilter } from './moment.ts';

interface StepControlsProps {
  readonly isLive: boolean;
  /** `12 of 340`, or what is shown live. */
  readonly where: string;
  readonly filter: StepFilter;
  setFilter(filter: StepFilter): void;
  /** Type of the event at which the page pauses; empty for none. */
  readonly breakAt: string;
  setBreakAt(event: string): void;
  /** All events that the machines know. */
  readonly events: readonly string[];
  pause(): void;
  live(): void;
  step(by: -1 | 1): void;
}

export function StepControls(props: StepControlsProps) {
  const { isLive, where, filter, setFilter, breakAt, setBreakAt, events, pause, live, step } = props;
  return (
    <div className="step-controls" role="toolbar" aria-label="Steps">
      <button type="button" onClick={() => step(-1)}>
        ◂ Back
      </button>
      <button type="button" onClick={() => step(1)} aria-disabled={isLive}>
        Forth ▸
      </button>
      <button type="button" className="live" data-live={isLive} onClick={isLive ? pause : live}>
        {isLive ? '❚❚ Pause' : '● Live again'}
      </button>
      <p className="where" role="status">
        {where}
      </p>
      <label>
        Pause at
        <select value={breakAt} onChange={(event) => setBreakAt(event.target.value)}>
          <option value="">no event</option>
          {events.map((type) => (
            <option key={type} value={type}>
              {eventWords(type)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Search
        <input
          type="search"
          value={filter.search}
          size={24}
          placeholder="event:LOST  context:bob"
          title="Words are found in actor, event, payload, states, time and what has changed in the context; event: context: link: after: before: say where; - leaves out"
          onChange={(event) => setFilter({ ...filter, search: event.target.value })}
        />
      </label>
      <label>
        <input
          type="checkbox"
          checked={filter.isChangesOnly}
          onChange={(event) => setFilter({ ...filter, isChangesOnly: event.target.checked })}
        />
        Only changes of state
      </label>
    </div>
  );
}
