/** Recordings of two or three peers, small enough to be calculated by hand. */
import type {
  RecordedDelivery,
  RecordedLink,
  RecordedMessage,
  RecordedPeer,
  Recording,
} from '../../../src/simulation/recording.ts';

/** A world of nothing for 10 s, with what is given. */
export function recordingOf(given: Partial<Recording>): Recording {
  return {
    seed: 1,
    endMs: 10_000,
    calmMs: 5_000,
    peers: [],
    links: [],
    messages: [],
    faults: [],
    violations: [],
    copies: [],
    replay: 'p2pchat simulate --seed 1',
    ...given,
  };
}

/** A peer that lives in these spans. */
export function peerOf(name: string, ...spans: readonly (readonly [number, number])[]): RecordedPeer {
  const incarnations = spans.map(([fromMs, toMs]) => ({ fromMs, toMs, end: 'quit' }));
  return { name, ip: '10.0.0.1', hid: String(name.length), kind: 'ours', duplicates: null, incarnations };
}

/** A link from one peer to another. */
export function linkOf(from: number, to: number, upMs: number, downMs: number): RecordedLink {
  return { from, to, upMs, downMs, isFailback: false };
}

/** A delivery over one peer. */
export function deliveryOf(peer: number, atMs: number, via: number | null, hops: number): RecordedDelivery {
  return { peer, atMs, via, hops };
}

/** A message of peer 0, its own entry included. */
export function messageOf(sentMs: number, frames: number, ...others: RecordedDelivery[]): RecordedMessage {
  const deliveries = [deliveryOf(0, sentMs, null, 0), ...others];
  return { content: 'hello', from: 0, fromIncarnation: 1, sentMs, deliveries, frames, isProbe: false };
}
