/** Plays the past: the moment goes on by itself, until it is now. */
import { useEffect, useRef, useState } from 'react';

interface Playing {
  readonly isPlaying: boolean;
  /** From this moment on. */
  play(fromMs: number): void;
  pause(): void;
}

interface PlayingOptions {
  /** The time that is shown. */
  readonly atMs: number | null;
  readonly lastMs: number;
  /** Times the speed of what happened. */
  readonly speed: number;
  showTime(atMs: number): void;
  live(): void;
}

/** As often as a browser draws. */
export function usePlaying({ atMs, lastMs, speed, showTime, live }: PlayingOptions): Playing {
  const [isPlaying, setPlaying] = useState(false);
  const now = useRef({ atMs, lastMs, speed, showTime, live });
  now.current = { atMs, lastMs, speed, showTime, live };
  useEffect(() => {
    if (!isPlaying) return;
    let drawnMs = performance.now();
    let frame = 0;
    const draw = (timeMs: number) => {
      const { atMs: shownMs, lastMs: endMs, speed: times } = now.current;
      const next = (shownMs ?? endMs) + (timeMs - drawnMs) * times;
      drawnMs = timeMs;
      if (next >= endMs) {
        setPlaying(false);
        now.current.live();
        return;
      }
      now.current.showTime(next);
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);
  return {
    isPlaying,
    play: (fromMs) => {
      showTime(fromMs);
      setPlaying(true);
    },
    pause: () => setPlaying(false),
  };
}
