/**
 * Which cases each fault of the small peer has to fail, written by hand from what the fault is: no more, and
 * no less. Behind `warned` stand cases that are `should`.
 */
import type { Fault } from './faults.ts';

/** Addresses of cases. */
export interface Expected {
  readonly failed: readonly string[];
  readonly warned?: readonly string[];
  /** Of those that the small peer warns of without a fault: what the fault makes good. */
  readonly passed?: readonly string[];
}

/** What the small peer does not do, without any fault: all of it `should`. */
export const NOT_DONE: readonly string[] = ['2.5.3', '2.6.10', '3.1.2', '4.4', '4.6', '4.13'];

const [joined, dialled] = [
  ['2.2.9', '2.2.10', '2.2.11', '2.2.12', '2.2.13', '2.2.14'],
  ['2.4.1', '2.4.2'],
];
const POKES_TOLD = ['2.2.18', '2.2.19', '2.2.20', '2.2.21', '2.2.23'];

/** Faults that cases without waiting find. */
export const EXPECTED: Readonly<Partial<Record<Fault, Expected>>> = {
  'says nothing of errors': {
    failed: ['2.1.2', '2.1.7', '2.2.1', '2.2.4', '2.2.6', '2.2.7', ...joined, ...POKES_TOLD],
  },
  'HID with a sign': { failed: ['1.6', '2.7.4'] },
  'HID of 32 bits': { failed: ['1.5', '1.6', ...dialled, '2.7.4'] },
  'wrong port': { failed: ['1.2', '1.3'] },
  'L in two writes': { failed: ['3.1.1'] },
  'one read is one list': { failed: ['3.1.3'] },
  'a connection for each request': { failed: ['2.2.8'] },
  'dials everybody': { failed: ['2.4.8'] },
  'HIDs sorted as strings': { failed: ['2.4.3'] },
  'dials from the front': { failed: ['2.4.1'] },
  'does not wrap around': { failed: ['2.4.2'] },
  'gives up after one': { failed: ['2.4.5', '2.4.6'] },
  'P without msgID': { failed: ['1.3'] },
  'one read is one frame': {
    failed: ['1.16', '1.17', '1.18', '2.7.10'],
    warned: ['4.9'],
    passed: ['4.4', '4.13'],
  },
  'ends with a link': { failed: ['2.1.5'] },
  'T cut at its end mark': { failed: [], warned: ['1.20'] },
  'any room in P': { failed: ['2.6.4'] },
  'lets everybody in': { failed: ['2.6.7'] },
  'S has the msgID of the P': { failed: ['1.4', '1.9'], warned: ['1.21'] },
  'S always 0': { failed: ['1.9'], warned: ['1.21'] },
  'waits for its own search': { failed: ['2.5.1', '2.5.2'] },
  'no J for strangers': { failed: ['2.6.5', '2.6.6'] },
  'content ends at a colon': { failed: ['1.19'] },
  'any room in T': { failed: ['2.7.7'] },
  // Own messages are not in that counter.
  'one counter for all': { failed: ['2.7.6', '2.7.8'], warned: ['4.2'] },
  'no check for duplicates': { failed: ['2.5.2', '2.7.5', '2.7.6'] },
  'name of the link': { failed: ['2.7.1'] },
  'no J for unknown origins': { failed: ['2.7.9'] },
  'forwards nothing': { failed: ['2.7.2', '2.7.10'], warned: ['1.20', '3.1.4', '4.12'] },
  echo: { failed: ['2.7.3', '2.7.5'] },
  'sends to the origin': { failed: ['2.7.4'] },
  'forwards with its own name': { failed: ['2.7.2'], warned: ['1.20', '4.12'] },
  'any room in K': { failed: ['2.2.27'] },
  'no ACK': { failed: ['1.11', '2.2.25'], warned: ['4.17'] },
  'ACK to the wrong port': { failed: ['1.11', '2.2.25'], warned: ['4.17'] },
  'pokes are not shown': { failed: ['2.2.26'] },
  'no nicknames': { failed: ['2.2.19'] },
  'K has the target': { failed: ['1.10'] },
  'sends empty input': { failed: ['2.2.15'] },
  'same msgID for all': { failed: ['1.7'], warned: ['1.8', '1.21'] },
  'msgIDs skip': { failed: [], warned: ['1.8', '1.21'] },
  'msgLength with the end mark': { failed: ['1.5'] },
  'content is trimmed': { failed: ['1.12'] },
  'forgets its own messages': { failed: ['2.7.6'] },
  'sends forward only': { failed: ['2.1.4', '2.1.5', '2.2.17'], warned: ['1.21'] },
  'own messages are not shown': { failed: ['2.2.16'], warned: ['2.1.3'] },
  'name changes in the room': { failed: ['2.2.4'] },
  'takes an empty name': { failed: ['2.2.1'] },
  'keeps the first name': { failed: ['2.2.3'] },
  'L with a blank': { failed: ['1.1', '2.2.6'] },
  'shows one room': { failed: ['2.2.6'] },
  'joins without a name': { failed: ['2.2.1', '2.2.9'], warned: ['2.2.5'] },
  'joins a second room': { failed: ['2.2.11'] },
  'does not quit': { failed: ['2.2.28', '2.2.29', '2.2.30'] },
  'exit code 3': { failed: ['2.2.28', '2.2.30'] },
  'reads 64 bytes of a K': { failed: [], warned: ['4.17'] },
  'NUL after each T': { failed: ['1.7', '1.22', '2.2.17'], warned: ['1.8'] },
};

/** Faults that only long cases find; none of the others may fail. */
export const EXPECTED_LONG: Readonly<Partial<Record<Fault, readonly string[]>>> = {
  'no KEEPALIVE': ['2.3.1', '2.3.2', '2.3.3', '2.3.4', '2.3.5', '2.3.6'],
  'dials who is linked': ['2.4.9'],
  'no new forward link': ['2.4.10'],
  'time-outs are not told': ['2.2.24'],
  'takes the S behind an F': ['4.15'],
};
