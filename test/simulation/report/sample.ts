/**
 * A recording such as the simulator makes, for the report's tests and for looking at it: twelve peers on a
 * ring of links, sixty chat messages that flood over them, a split that heals, a crash, a restart, and a
 * probe of each at the end.
 */

import { SeededRandom } from '../../../src/io/memory/seeded-random.ts';
import { compareHashIds, hashId } from '../../../src/protocol/hash-id.ts';
import type {
  RecordedFault,
  RecordedLink,
  RecordedMessage,
  RecordedPeer,
  Recording,
  Violation,
} from '../../../src/simulation/recording.ts';
import { flood } from './sample-flood.ts';

const NAMES = 'alice bob carol dave erin frank grace heidi ivan judy mallory niaj'.split(' ');
const WORDS = 'hello everyone, is anybody there? the room looks whole again: 10:45::\r\n see you'.split(' ');
const END_MS = 600_000;
const CALM_MS = 440_000;
const SPLIT = { fromMs: 150_000, toMs: 240_000 };
const ISOLATE = { fromMs: 380_000, toMs: 430_000 };
const CRASH_MS = 290_000;
const RESTART_MS = 330_000;
const RESTARTED_MS = 333_500;
const CRASHED = 4;
const RESTARTED = 7;
const ISOLATED = 2;

/** What a sample is made of besides its seed. */
export interface SampleOptions {
  readonly seed: number;
  readonly chatMessages?: number;
  readonly violations?: readonly Violation[];
}

/** Makes the recording; the same options give the same one. */
export function sampleRecording({ seed, chatMessages = 60, violations = [] }: SampleOptions): Recording {
  const random = new SeededRandom(seed);
  const peers = NAMES.map((name, index) => samplePeer(name, index));
  const links = sampleLinks(peers, random);
  const faults = sampleFaults();
  return {
    seed,
    endMs: END_MS,
    calmMs: CALM_MS,
    peers,
    links,
    faults,
    messages: sampleMessages({ peers, links, faults, random, chatMessages }),
    violations,
    copies: [],
    replay: `p2pchat simulate --seed ${seed} --peers 12 --minutes 10 --faults all --trace`,
  };
}

/** A violation such as the simulator reports. */
export function sampleViolation(atMs: number): Violation {
  return {
    invariant: '2 A message reaches every peer that stayed connected',
    atMs,
    what: 'Message "hello everyone" of carol did not reach judy, which was linked to it all the time.',
    peers: NAMES.map(
      (name, index) => `${name}: CONNECTED, forward link to ${NAMES[(index + 1) % NAMES.length]}`,
    ),
  };
}

function samplePeer(name: string, index: number): RecordedPeer {
  const ip = `10.0.0.${index + 1}`;
  const fromMs = index * 1_200;
  const whole = [{ fromMs, toMs: END_MS, end: 'end of the run' }];
  const crashed = [{ fromMs, toMs: CRASH_MS, end: 'crash' }];
  const restarted = [
    { fromMs, toMs: RESTART_MS, end: 'restart' },
    { fromMs: RESTARTED_MS, toMs: END_MS, end: 'end of the run' },
  ];
  const incarnations = index === CRASHED ? crashed : index === RESTARTED ? restarted : whole;
  const isOther = index % 5 === 3;
  const kind = isOther ? ('other' as const) : ('ours' as const);
  const hid = hashId(name, ip, 5_000 + index);
  return { name, ip, hid, kind, duplicates: isOther ? ('exact' as const) : null, incarnations };
}

function sampleFaults(): readonly RecordedFault[] {
  const fault = (
    name: RecordedFault['fault'],
    fromMs: number,
    toMs: number,
    peers: number[],
    what: string,
  ): RecordedFault => ({ fault: name, fromMs, toMs, peers, what });
  const half = NAMES.filter((_, index) => index % 2 === 0).join(', ');
  const others = NAMES.filter((_, index) => index % 2 === 1).join(', ');
  return [
    fault('latency', 70_000, 110_000, [], 'everything takes 12 times as long'),
    fault('slow', 95_000, 130_000, [5], 'frank gets 400 bytes a second'),
    fault(
      'split',
      SPLIT.fromMs,
      SPLIT.toMs,
      NAMES.map((_, index) => index),
      `split ${half} | ${others}`,
    ),
    fault('udp', 205_000, 300_000, [], '20 % of datagrams lost, 10 % doubled'),
    fault('clog', 260_000, 276_000, [9], 'what is sent to judy is held'),
    fault('crash', CRASH_MS, CRASH_MS, [CRASHED], 'the host of erin loses power'),
    fault('restart', RESTART_MS, RESTARTED_MS, [RESTARTED], 'heidi is killed and starts again'),
    fault('reset', 345_000, 345_000, [0, 1], 'the connection of alice and bob is reset'),
    fault('isolate', ISOLATE.fromMs, ISOLATE.toMs, [ISOLATED], 'carol is cut off from everybody'),
    fault('roomserver', 400_000, 409_000, [], 'the room server crashes and forgets'),
    fault('pause', 412_000, CALM_MS, [10], 'mallory stands still'),
  ];
}

/** The moments at which the overlay has to change, and how long it takes until that is noticed. */
const CHANGES = [
  { atMs: 15_000, noticedMs: 0 },
  { atMs: SPLIT.fromMs, noticedMs: 18_000 },
  { atMs: SPLIT.toMs, noticedMs: 25_000 },
  { atMs: CRASH_MS, noticedMs: 15_000 },
  { atMs: RESTART_MS, noticedMs: 900 },
  { atMs: RESTARTED_MS, noticedMs: 4_000 },
  { atMs: ISOLATE.fromMs, noticedMs: 16_000 },
  { atMs: ISOLATE.toMs, noticedMs: 22_000 },
];

function sampleLinks(peers: readonly RecordedPeer[], random: SeededRandom): readonly RecordedLink[] {
  const done: RecordedLink[] = [];
  let open: RecordedLink[] = [];
  for (const { atMs, noticedMs } of CHANGES) {
    const wanted = wantedLinks(peers, atMs);
    const isWanted = (link: RecordedLink): boolean => wanted.includes(`${link.from} ${link.to}`);
    for (const link of open.filter((one) => !isWanted(one))) {
      done.push({ ...link, downMs: atMs + noticedMs * (0.4 + 0.5 * random.next()) });
    }
    open = open.filter(isWanted);
    const missing = wanted.filter((pair) => !open.some((link) => `${link.from} ${link.to}` === pair));
    for (const pair of missing) {
      const [from = 0, to = 0] = pair.split(' ').map(Number);
      const upMs = Math.max(atMs + noticedMs + 400 * random.next(), atMs === 15_000 ? from * 1_200 + 300 : 0);
      open.push({ from, to, upMs, downMs: END_MS, isFailback: atMs === SPLIT.toMs || atMs === ISOLATE.toMs });
    }
  }
  return [...done, ...open].sort((a, b) => a.upMs - b.upMs);
}

function wantedLinks(peers: readonly RecordedPeer[], atMs: number): readonly string[] {
  const group = (index: number): number => {
    if (atMs >= SPLIT.fromMs && atMs < SPLIT.toMs) return index % 2;
    return atMs >= ISOLATE.fromMs && atMs < ISOLATE.toMs && index === ISOLATED ? 2 : 0;
  };
  const living = peers
    .map((peer, index) => ({ hid: peer.hid, incarnations: peer.incarnations, index }))
    .filter(({ incarnations }) =>
      incarnations.some((incarnation) => incarnation.fromMs <= atMs && atMs < incarnation.toMs),
    )
    .sort((a, b) => compareHashIds(a.hid, b.hid));
  return [0, 1, 2].flatMap((number) => {
    const ring = living.filter(({ index }) => group(index) === number);
    if (ring.length < 3) return [];
    return ring.map(({ index }, at) => `${index} ${ring[(at + 1) % ring.length]?.index}`);
  });
}

interface MessageParts {
  readonly peers: readonly RecordedPeer[];
  readonly links: readonly RecordedLink[];
  readonly faults: readonly RecordedFault[];
  readonly random: SeededRandom;
  readonly chatMessages: number;
}

function sampleMessages({ peers, links, faults, random, chatMessages }: MessageParts): RecordedMessage[] {
  const isAlive = (peer: number, atMs: number): boolean =>
    peers[peer]?.incarnations.some((incarnation) => incarnation.fromMs <= atMs && atMs < incarnation.toMs) ===
    true;
  const messages: RecordedMessage[] = [];
  for (let count = 0; count < chatMessages; count += 1) {
    const sentMs = 20_000 + ((count + random.next()) / chatMessages) * 440_000;
    const from = random.integer(0, NAMES.length - 1);
    if (!isAlive(from, sentMs)) continue;
    const content = random.shuffled(WORDS).slice(0, 5).join(' ');
    messages.push(
      flood(
        { content, from, fromIncarnation: 1, sentMs, isProbe: false },
        { links, faults, random, isAlive },
      ),
    );
  }
  const senders = NAMES.map((_, index) => index).filter((index) => isAlive(index, 560_000));
  const probes = senders.map((from, at) => ({
    content: `probe ${at}`,
    from,
    fromIncarnation: 1,
    sentMs: 560_000 + at * 5,
    isProbe: true,
  }));
  return [...messages, ...probes.map((probe) => flood(probe, { links, faults, random, isAlive }))];
}
