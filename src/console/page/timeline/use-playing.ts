/** Plays the past: the moment goes on by itself, until it is now. */
import { useEffect, useRef, useState } from 'react';

interface Playing {
  readonly isPlaying: boolean;
  /** From this moment on. */
  play(fromMs: number): void;
  pause(): void;
}

interface PlayingOptions {
  readonly atMs: number | null;
  readonly lastMs: number;
  /** Times the speed of what happened. */
  readonly speed: number;
  show(atMs: number | null): void;
}

/** As often as a browser draws. */
export function usePlaying({ atMs, lastMs, speed, show }: PlayingOptions): Playing {
  const [isPlaying, setPlaying] = useState(false);
  const now = useRef({ atMs, lastMs, speed, show });
  now.current = { atMs, lastMs, speed, show };
  useEffect(() => {
    if (!isPlaying) return;
    let drawnMs = performance.now();
    let frame = 0;
    const draw = (timeMs: number) => {
      const { atMs: shownMs, lastMs: endMs, speed: times, show: showAt } = now.current;
      const next = (shownMs ?? endMs) + (timeMs - drawnMs) * times;
      drawnMs = timeMs;
      if (next >= endMs) {
        setPlaying(false);
        showAt(null);
        return;
      }
      showAt(next);
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);
  return {
    isPlaying,
    play: (fromMs) => {
      show(fromMs);
      setPlaying(true);
    },
    pause: () => setPlaying(false),
  };
}
