/**
 * Which step of the machines is shown. It is a step of the moment that all views show; several steps may be
 * of one millisecond, and whoever goes from one to the next stays in that moment.
 */
import { useState } from 'react';
import type { Step } from '../inspection/actor.ts';
import { stepAt } from '../state/moment.ts';
import { usePage } from '../state/page-store.ts';

/**
 * @param steps by time, oldest first.
 * @returns the serial of the last step that has happened then, `null` for now; and what shows another one.
 */
export function usePosition(steps: readonly Step[]): [number | null, (serial: number | null) => void] {
  const moment = usePage((page) => page.moment);
  const show = usePage((page) => page.show);
  const [chosen, setChosen] = useState<number | null>(null);
  const isOfMoment = steps.some(({ serial, atMs }) => serial === chosen && atMs === moment);
  const go = (serial: number | null) => {
    setChosen(serial);
    show(steps.find((step) => step.serial === serial)?.atMs ?? null);
  };
  return [isOfMoment ? chosen : stepAt(steps, moment), go];
}
