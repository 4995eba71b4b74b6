/**
 * The world of the guided lessons (`p2pchat lessons`): not drawn from its seed but written, so that what a
 * class learns from happens one thing at a time. The seed gives the latencies only; so the world is the same
 * each time, and no file of it is kept anywhere.
 */
import type { Plan, PlannedAction, PlannedFault, PlannedPeer } from '../plan.ts';

const SECOND_MS = 1_000;

/** Who joins when, in seconds. */
const JOINS: readonly (readonly [name: string, atSeconds: number])[] = [
  ['alice', 2],
  ['bob', 7],
  ['carol', 12],
  ['dave', 17],
  ['erin', 22],
];

/** Who says what when, in seconds. */
const SAYINGS: readonly (readonly [name: string, atSeconds: number, text: string])[] = [
  ['alice', 30, 'Hello everybody'],
  ['erin', 34, 'Hello alice'],
  ['bob', 100, 'Is carol still there?'],
  ['dave', 200, 'We are cut off'],
  ['alice', 205, 'Where are the others?'],
  ['bob', 290, 'Here we are again'],
];

/** The power of a host fails, and comes back; then the room is in two pieces for a while. */
const CRASH = { who: 'carol', fromSeconds: 90, toSeconds: 150 };
const SPLIT = { together: ['dave', 'erin'], fromSeconds: 190, toSeconds: 230 };
const CALM_SECONDS = 300;

function indexOf(name: string): number {
  return JOINS.findIndex(([each]) => each === name);
}

function fault(
  name: 'crash' | 'split',
  fromSeconds: number,
  toSeconds: number,
  hit: readonly number[],
): PlannedFault {
  const everybody = JOINS.map((_, index) => index);
  return {
    fault: name,
    fromMs: fromSeconds * SECOND_MS,
    toMs: toSeconds * SECOND_MS,
    peers: hit,
    others: everybody.filter((index) => !hit.includes(index)),
    isServerWithPeers: false,
    comesBack: true,
    clockShiftMs: 0,
  };
}

/** The world as it is planned. */
export function lessonPlan(): Plan {
  const peers = JOINS.map(([name, atSeconds], index): PlannedPeer => {
    const joinMs = atSeconds * SECOND_MS;
    return { name, ip: `10.0.1.${index + 1}`, kind: 'ours', duplicates: null, habit: null, joinMs };
  });
  const actions = SAYINGS.map(([name, atSeconds, text]): PlannedAction => {
    return { atMs: atSeconds * SECOND_MS, peer: indexOf(name), type: 'send', text };
  });
  const faults = [
    fault('crash', CRASH.fromSeconds, CRASH.toSeconds, [indexOf(CRASH.who)]),
    fault('split', SPLIT.fromSeconds, SPLIT.toSeconds, SPLIT.together.map(indexOf)),
  ];
  const calmMs = CALM_SECONDS * SECOND_MS;
  const options = { peers: peers.length, minutes: calmMs / 60_000, faults: [] };
  return {
    ...{ seed: 1, options, faultNames: ['crash', 'split'] },
    ...{ peers, faults, actions, latencyMs: { least: 20, most: 60 }, calmMs },
  };
}
