/** The memory of what was passed on, as tests of the overlay need it: far larger than what they say. */
import { PassedOn, type PassedOnLimits } from '../../../../src/overlay/seen/passed-on.ts';

/** With `seenMs` as the tests of the seen-cache have it. */
export function passedOn(limits: Partial<PassedOnLimits> = {}): PassedOn {
  return new PassedOn({
    seenMs: 1_000,
    journalMs: 5_000,
    passedOnMax: 10_000,
    passedOnShareMax: 100,
    passedOnReservedRatio: 0.25,
    ...limits,
  });
}
