/**
 * The moment that all views show: now, or any of the past, which can be played, stepped through and jumped
 * to. It is given everything, and remembers only how it steps and plays.
 */
import { useState } from 'react';
import { exactTimeOfDay, parseTime } from '../state/clock-time.ts';
import { type KnownPast, type MomentKind, momentBy, spanOf, timeOf } from '../state/moment.ts';
import { usePage } from '../state/page-store.ts';
import { pastOf } from '../state/store.ts';
import { captionAt } from './captions.ts';
import { SpeedOptions } from './SpeedOptions.tsx';
import { usePlaying } from './use-playing.ts';
import './time-bar.css';

interface TimeBarProps {
  readonly past: KnownPast;
  /** A serial; `null` is now. */
  readonly moment: number | null;
  /** Its time; `null` for now. */
  readonly atMs: number | null;
  /** What has just happened then; `null` for now. */
  readonly caption: string | null;
  /** What now is called: of a recording it is the end. */
  readonly now: 'Live' | 'End';
  show(moment: number | null): void;
  showTime(atMs: number): void;
}

const KINDS: Readonly<Record<MomentKind, string>> = {
  anything: 'anything',
  line: 'line of a window',
  frame: 'frame',
  machine: 'event of a machine',
  change: 'change of links or members',
};

/** The bar of this page. */
export function Timeline() {
  const { views, peers, inspection, moment, hello, show, showTime } = usePage((page) => page);
  const atMs = useMomentMs();
  const isRecording = hello?.isRecording ?? false;
  return (
    <TimeBar
      past={pastOf({ views, inspection })}
      moment={moment}
      atMs={atMs}
      caption={moment === null ? null : captionAt(views, peers, moment)}
      now={isRecording ? 'End' : 'Live'}
      show={show}
      showTime={showTime}
    />
  );
}

/** The time that the page shows, in milliseconds: the one that was asked for, or that of the moment. */
export function useMomentMs(): number | null {
  return usePage((page) => {
    if (page.moment === null) return null;
    const past = pastOf(page);
    return page.wantedMs ?? timeOf(past, page.moment) ?? spanOf(past)?.firstMs ?? null;
  });
}

function TimeBar({ past, moment, atMs, caption, now, show, showTime }: TimeBarProps) {
  const [kind, setKind] = useState<MomentKind>('anything');
  const [speed, setSpeed] = useState(1);
  /** What is being typed into the field of the time; `null` while it shows the moment. */
  const [typed, setTyped] = useState<string | null>(null);
  const span = spanOf(past);
  const live = () => show(null);
  const { isPlaying, play, pause } = usePlaying({ atMs, lastMs: span?.lastMs ?? 0, speed, showTime, live });
  if (span === null) return null;
  const { firstMs, lastMs } = span;
  const stepBy = (by: -1 | 1) => {
    pause();
    show(momentBy(past, kind, moment, by));
  };
  const jump = (text: string) => {
    const to = parseTime(text, atMs ?? lastMs);
    if (to !== undefined) showTime(Math.min(Math.max(to, firstMs), lastMs));
  };
  return (
    <section className="time-bar" aria-label="Time">
      {caption !== null && (
        <p className="caption" title={caption}>
          {caption}
        </p>
      )}
      <button type="button" onClick={() => stepBy(-1)} aria-label="One step back">
        ◂
      </button>
      <button
        type="button"
        onClick={isPlaying ? pause : () => play(atMs ?? firstMs)}
        aria-label={isPlaying ? 'Pause' : 'Play'}
      >
        {isPlaying ? '❚❚' : '▶'}
      </button>
      <button
        type="button"
        onClick={() => stepBy(1)}
        aria-label="One step forth"
        aria-disabled={moment === null}
      >
        ▸
      </button>
      <label>
        by
        <select value={kind} onChange={(event) => setKind(event.target.value as MomentKind)}>
          {Object.entries(KINDS).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={exactTimeOfDay(atMs ?? lastMs)}
        min={firstMs}
        max={lastMs}
        step={1}
        value={atMs ?? lastMs}
        onChange={(event) => {
          pause();
          showTime(Number(event.target.value));
        }}
      />
      <input
        type="text"
        aria-label="Jump to a time"
        size={12}
        value={typed ?? exactTimeOfDay(atMs ?? lastMs)}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          jump(event.currentTarget.value);
          setTyped(null);
        }}
      />
      <label>
        speed
        <select value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
          <SpeedOptions />
        </select>
      </label>
      <button
        type="button"
        className="live"
        data-live={moment === null}
        onClick={() => {
          pause();
          if (moment === null) showTime(lastMs);
          else show(null);
        }}
      >
        {moment === null ? '❚❚ Hold' : `● ${now}`}
      </button>
    </section>
  );
}
