/**
 * What attackers do, one hostile input a step, and what may be asked of a peer and a room server behind any
 * step.
 */
import fc from 'fast-check';
import type { Endpoint } from '../../src/io/network.ts';
import type { PeerLimits } from '../../src/limits/peer.ts';
import type { Arena, Chatter } from './arena.ts';
import { bytesOf, type Piece } from './pieces.ts';

/** One hostile input. */
export type Input =
  | { readonly type: 'connect'; readonly slot: number; readonly target: number; readonly from: number }
  | {
      readonly type: 'send';
      readonly slot: number;
      readonly pieces: readonly Piece[];
      readonly share: number;
    }
  | { readonly type: 'close'; readonly slot: number; readonly isReset: boolean }
  | {
      readonly type: 'datagram';
      readonly target: number;
      readonly from: number;
      readonly pieces: readonly Piece[];
    };

/** How many hostile things an input is: a connect, a close, or each piece of what is sent. */
export function sizeOf({ input }: Step): number {
  return 'pieces' in input ? input.pieces.length : 1;
}

/** An input, a message of the chat now and then, and some time. */
export interface Step {
  readonly input: Input;
  /** Who of the three says something; `null`: nobody. */
  readonly says: number | null;
  readonly waitMs: number;
}

const waitMs = fc.oneof(
  { arbitrary: fc.constantFrom(0, 0, 1, 1, 2, 3), weight: 900 },
  { arbitrary: fc.constantFrom(20, 300), weight: 36 },
  { arbitrary: fc.constantFrom(2_000, 6_000), weight: 5 },
  { arbitrary: fc.constantFrom(11_000, 25_000, 61_000), weight: 1 },
);
const says = fc.oneof({ arbitrary: fc.constant(null), weight: 19 }, { arbitrary: fc.nat(2), weight: 1 });

/** How often an attacker does what. */
export interface Weights {
  readonly connect: number;
  readonly send: number;
  readonly close: number;
  readonly datagram: number;
}

/** What attackers do in one arena. */
export interface Plan {
  readonly steps: readonly Step[];
  /** They forge messages of well-behaved peers; otherwise they replay them. */
  readonly forges: boolean;
}

/** Plans of so many steps: TCP made of these pieces, UDP of those. */
export function plans(
  count: number,
  weights: Weights,
  pieces: fc.Arbitrary<Piece>,
  datagramPieces: fc.Arbitrary<Piece>,
): fc.Arbitrary<Plan> {
  const slot = fc.nat(30);
  const several = (piece: fc.Arbitrary<Piece>) =>
    fc.array(piece, { minLength: 1, maxLength: 12, size: 'max' });
  const input: fc.Arbitrary<Input> = fc.oneof(
    {
      arbitrary: fc.record({
        type: fc.constant('send' as const),
        slot,
        pieces: several(pieces),
        // Most streams are cut at the ends of frames, the others anywhere.
        share: fc.constantFrom(1, 1, 1, 0.9, 0.5, 0.01),
      }),
      weight: weights.send,
    },
    {
      arbitrary: fc.record({
        type: fc.constant('connect' as const),
        slot,
        target: fc.nat(30),
        from: fc.nat(30),
      }),
      weight: weights.connect,
    },
    {
      arbitrary: fc.record({ type: fc.constant('close' as const), slot, isReset: fc.boolean() }),
      weight: weights.close,
    },
    {
      arbitrary: fc.record({
        type: fc.constant('datagram' as const),
        target: fc.nat(30),
        from: fc.nat(30),
        pieces: several(datagramPieces),
      }),
      weight: weights.datagram,
    },
  );
  const step = fc.record({ input, says, waitMs });
  const steps = fc.array(step, { minLength: count, maxLength: count, size: 'max' });
  return fc.record({ steps, forges: fc.boolean() });
}

function among<T>(list: readonly T[], number: number): T | undefined {
  return list[number % list.length];
}

/**
 * Does it.
 * @param targets whom connects and datagrams go to.
 * @param peers whoever may be a target by its address, for the pieces that claim its name.
 */
export function perform(
  arena: Arena,
  step: Step,
  targets: readonly Endpoint[],
  peers?: readonly Chatter[],
): void {
  const { input } = step;
  const slot = input.type === 'datagram' ? undefined : among(arena.slots, input.slot);
  if (input.type === 'datagram') {
    const target = among(targets, input.target);
    const cast = arena.cast(target, false, peers);
    const bytes = Buffer.concat(input.pieces.map((piece) => bytesOf(piece, cast)));
    if (target) among(arena.hostile, input.from)?.datagram(bytes, target);
  } else if (slot && input.type === 'connect') {
    const target = among(targets, input.target);
    const from = among(arena.hostile, input.from);
    if (target && from) slot.dial(from.network, target);
  } else if (slot && input.type === 'send') {
    slot.send(arena.bytesFor(slot, input.pieces, peers), input.share);
  } else if (slot && input.type === 'close') {
    if (input.isReset) slot.reset();
    else slot.end();
  }
  if (step.says !== null) arena.say(step.says);
  if (step.waitMs > 0) arena.clock.advance(step.waitMs);
}

/**
 * Connections of a peer besides those of its links: room server, search, probe, and those that look for life.
 */
const OTHER_CONNECTIONS = 3;

/**
 * What a peer holds beyond its limits, in words; nothing, whatever was sent to it. Takes the time that
 * connections may take to close.
 */
export function overLimits(arena: Arena, peers: readonly Chatter[]): string[] {
  arena.clock.advance(arena.limits.closeGraceMs + 10);
  return peers.flatMap((peer) => overLimitsOf(arena.limits, peer));
}

function overLimitsOf(limits: PeerLimits, { peer, user }: Chatter): string[] {
  const { links, members, counters } = peer.status();
  const count = (direction: string) => links.filter((link) => link.direction === direction).length;
  const { backwardLinksMax, pendingHandshakesMax, membersMax, seenMax, malformedMax } = limits;
  const malformed = links.map(({ dropped }) => dropped.malformed ?? 0);
  const held: [string, number, number][] = [
    ['forward links', count('forward'), 1],
    ['backward links', count('backward'), backwardLinksMax],
    ['members', members.length, membersMax],
    ['messages remembered', counters['messages remembered'] ?? 0, seenMax],
    [
      'connections',
      counters['connections open'] ?? 0,
      backwardLinksMax + pendingHandshakesMax + OTHER_CONNECTIONS,
    ],
    ['malformed frames from one link', Math.max(0, ...malformed), malformedMax],
  ];
  return held
    .filter(([, holds, limit]) => holds > limit)
    .map(([what, holds, limit]) => `${user} holds ${holds} ${what}, over ${limit}`);
}
