/**
 * The faults of a simulated room: each can be used on chosen peers, and is over after its time, or at once.
 */
import { useState } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { RoomAct, RoomState } from '../../../feed/steering.ts';
import { exactTimeOfDay } from '../../state/clock-time.ts';

interface FaultPanelProps {
  readonly room: RoomState;
  act(asked: RoomAct): void;
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

type Server = 'both' | 'here' | 'there';

export function FaultPanel({ room, act }: FaultPanelProps) {
  const { kinds, peers, faults } = room;
  const [fault, setFault] = useState('split');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [seconds, setSeconds] = useState(30);
  const [server, setServer] = useState<Server>('both');
  const [hours, setHours] = useState(1);
  const kind = kinds.find((each) => each.fault === fault);
  const scope = kind?.scope ?? 'peers';
  const begin = (of: string, hit: readonly string[]) => {
    const lastsMs = Math.round(seconds * SECOND_MS);
    const more = { server, comesBack: true, shiftMs: Math.round(hours * HOUR_MS) };
    act({ what: 'hand', act: { type: 'fault', fault: of, peers: [...hit], lastsMs, ...more } });
  };
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  return (
    <div className="room-panel">
      <form
        aria-label="Faults"
        onSubmit={(event) => {
          event.preventDefault();
          begin(fault, scope === 'everywhere' ? [] : peers.filter((name) => chosen.has(name)));
        }}
      >
        <label>
          Fault
          <select value={fault} onChange={(event) => setFault(event.target.value)}>
            {kinds.map((each) => (
              <option key={each.fault} value={each.fault}>
                {each.fault}
              </option>
            ))}
          </select>
        </label>
        <small>{kind?.words}</small>
        {scope !== 'everywhere' && (
          <fieldset>
            <legend>{scope === 'halves' ? 'On the one side' : 'Whom it hits'}</legend>
            {peers.map((name) => (
              <label key={name}>
                <input type="checkbox" checked={chosen.has(name)} onChange={() => toggle(name)} />
                {harmlessOnPage(name)}
              </label>
            ))}
          </fieldset>
        )}
        {scope === 'halves' && (
          <label>
            The room server is reached
            <select value={server} onChange={(event) => setServer(event.target.value as Server)}>
              <option value="both">from both sides</option>
              <option value="here">from this side</option>
              <option value="there">from the other side</option>
            </select>
          </label>
        )}
        {fault === 'clock' && (
          <NumberField label="Set forward by" unit="hours" value={hours} range={[-24, 24]} set={setHours} />
        )}
        <NumberField label="It lasts" unit="seconds" value={seconds} range={[0, 86_400]} set={setSeconds} />
        <button type="submit">Begin</button>
        <button
          type="button"
          title="Every second one on the one side, the others on the other side"
          onClick={() =>
            begin(
              'split',
              peers.filter((_, index) => index % 2 === 0),
            )
          }
        >
          Split in halves
        </button>
      </form>
      <ul aria-label="Faults that go on">
        {faults.map(({ number, what, untilMs }) => (
          <li key={number}>
            <span>
              {harmlessOnPage(what)} <small>until {exactTimeOfDay(untilMs)}</small>
            </span>
            <button
              type="button"
              aria-label={`End it now: ${harmlessOnPage(what)}`}
              onClick={() => act({ what: 'hand', act: { type: 'mend', fault: number } })}
            >
              End it now
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly range: readonly [least: number, most: number];
  set(value: number): void;
}

function NumberField({ label, unit, value, range: [least, most], set }: NumberFieldProps) {
  return (
    <label>
      {label}
      <input
        type="number"
        min={least}
        max={most}
        step="any"
        required
        value={value}
        onChange={(event) => set(Number(event.target.value))}
      />
      {unit}
    </label>
  );
}
