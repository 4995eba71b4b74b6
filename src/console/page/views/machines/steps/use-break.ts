/** A break: the page pauses at the first step of an event that is waited for. */
import { useEffect, useRef } from 'react';
import type { Step } from '../../../inspection/actor.ts';

/**
 * @param steps all that can be stopped at, oldest first.
 * @param event type of the event; empty for none.
 * @param isLive false while the page shows the past: nothing is waited for then.
 * @param reached is told of the step.
 */
export function useBreak(
  steps: readonly Step[],
  event: string,
  isLive: boolean,
  reached: (step: Step) => void,
): void {
  const tell = useRef(reached);
  tell.current = reached;
  const newest = useRef(0);
  newest.current = steps.at(-1)?.serial ?? 0;
  const since = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever these change, the wait begins anew
  useEffect(() => {
    since.current = newest.current;
  }, [event, isLive]);
  useEffect(() => {
    if (!isLive || event === '') return;
    const found = steps.find((step) => step.serial > since.current && step.event === event);
    since.current = newest.current;
    if (found !== undefined) tell.current(found);
  }, [steps, event, isLive]);
}
