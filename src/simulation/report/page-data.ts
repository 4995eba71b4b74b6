/**
 * What a section's script draws from: a recording with the order of the ring, the way of each message and
 * the steps of the overlay worked out, all strings harmless, times rounded to hundredths of a millisecond,
 * and small enough to embed.
 */

import { compareHashIds } from '../../protocol/hash-id.ts';
import { harmless } from '../../words/harmless.ts';
import { FAULTS } from '../faults/faults.ts';
import type { RecordedFault, RecordedMessage, Recording } from '../recording.ts';
import { overlaySteps } from './drawing/timeline.ts';
import { deliveriesToOthers } from './statistics.ts';

/**
 * One hop: peer, when it was shown there, over whom it came or -1, when it left there, links from the
 * sender.
 */
type PageHop = readonly [peer: number, atMs: number, via: number, viaMs: number, hops: number];

/** One message; `last` is when the last delivery came. */
interface PageMessage {
  readonly content: string;
  readonly from: number;
  readonly sent: number;
  readonly last: number;
  readonly frames: number;
  readonly probe: boolean;
  readonly hops: readonly PageHop[];
}

/** The JSON that stands in a section. */
interface PageData {
  readonly end: number;
  readonly calm: number;
  readonly peers: readonly {
    readonly name: string;
    readonly other: boolean;
    readonly incarnations: readonly (readonly [from: number, to: number, end: string])[];
  }[];
  /** Peers by HID: the order of the ring. */
  readonly order: readonly number[];
  readonly links: readonly (readonly [from: number, to: number, up: number, down: number, failback: 0 | 1])[];
  readonly messages: readonly PageMessage[];
  readonly faults: readonly {
    readonly fault: string;
    readonly from: number;
    readonly to: number;
    readonly peers: readonly number[];
    readonly what: string;
  }[];
  readonly steps: readonly (readonly [at: number, alive: number, links: number, pieces: number])[];
  readonly violations: readonly { readonly invariant: string; readonly at: number }[];
}

const ROUNDING = 100;

/** Makes the data for a section; messages and faults in order of time. */
export function pageData(recording: Recording): PageData {
  return {
    end: Math.max(1, rounded(recording.endMs)),
    calm: rounded(recording.calmMs),
    peers: recording.peers.map((peer) => ({
      name: harmless(peer.name),
      other: peer.kind === 'other',
      incarnations: peer.incarnations.map(
        (incarnation) =>
          [rounded(incarnation.fromMs), rounded(incarnation.toMs), harmless(incarnation.end)] as const,
      ),
    })),
    order: ringOrder(recording),
    links: recording.links.map(
      ({ from, to, upMs, downMs, isFailback }) =>
        [from, to, rounded(upMs), rounded(downMs), isFailback ? 1 : 0] as const,
    ),
    messages: recording.messages.map(pageMessage).sort((a, b) => a.sent - b.sent),
    faults: pageFaults(recording),
    steps: overlaySteps(recording).map(
      ({ atMs, alive, links, pieces }) => [rounded(atMs), alive, links, pieces] as const,
    ),
    violations: recording.violations.map(({ invariant, atMs }) => ({
      invariant: harmless(invariant),
      at: rounded(atMs),
    })),
  };
}

/** The peers' indexes in the order of the ring: by HID. */
export function ringOrder(recording: Recording): readonly number[] {
  const hid = (peer: number): string => recording.peers[peer]?.hid ?? '';
  return recording.peers.map((_, index) => index).sort((a, b) => compareHashIds(hid(a), hid(b)));
}

/**
 * The way of a message: each hop begins when the one who handed it over had it, as far as that is recorded.
 */
export function pageMessage(message: RecordedMessage): PageMessage {
  const hops = deliveriesToOthers(message).map(({ peer, atMs, via, hops: count }): PageHop => {
    const leftMs = via === null ? undefined : hadItMs(message, via, atMs);
    const at = rounded(atMs);
    return leftMs === undefined ? [peer, at, -1, at, count] : [peer, at, via ?? -1, rounded(leftMs), count];
  });
  return {
    content: harmless(message.content),
    from: message.from,
    sent: rounded(message.sentMs),
    last: hops.reduce((last, [, at]) => Math.max(last, at), rounded(message.sentMs)),
    frames: message.frames,
    probe: message.isProbe,
    hops,
  };
}

/** What a fault did, without its name, which stands beside it; in general words where it has no others. */
export function faultWords({ fault, what }: Pick<RecordedFault, 'fault' | 'what'>): string {
  const words = what.startsWith(`${fault} `) ? what.slice(fault.length + 1) : what;
  return words === fault || words === '' ? FAULTS[fault] : words;
}

function pageFaults(recording: Recording): PageData['faults'] {
  return recording.faults
    .map(({ fault, fromMs, toMs, peers, what }) => ({
      fault,
      from: rounded(fromMs),
      to: rounded(toMs),
      peers,
      what: harmless(faultWords({ fault, what })),
    }))
    .sort((a, b) => a.from - b.from);
}

function hadItMs(message: RecordedMessage, peer: number, beforeMs: number): number | undefined {
  if (peer === message.from) return message.sentMs;
  return message.deliveries.findLast((delivery) => delivery.peer === peer && delivery.atMs <= beforeMs)?.atMs;
}

function rounded(timeMs: number): number {
  return Math.round(timeMs * ROUNDING) / ROUNDING;
}
