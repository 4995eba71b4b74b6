/**
 * 100,000 hostile inputs to everything that listens: a connect, a close, and every frame, piece of a frame or
 * piece of garbage is one. Beside each attack three peers chat, who are the attacked ones themselves where
 * they can be.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Peer } from '../../src/peer/peer-api.ts';
import { compareHashIds, hashId } from '../../src/protocol/hash-id.ts';
import { followMachines } from '../log/logged-machines.ts';
import { Arena, type Chatter, PORT, ROOM, SERVER } from './arena.ts';
import { HiddenErrors } from './errors.ts';
import { datagramPiece, peerPiece, replyPiece, requestPiece } from './pieces.ts';
import { ROGUE, RogueServer } from './rogue-server.ts';
import { overLimits, type Plan, perform, plans, sizeOf } from './steps.ts';

const STEPS = 300;
/** What the steps of a plan come to, less a margin: most of them send several pieces at once. */
const INPUTS_PER_RUN = 1_500;
const CHECK_EVERY = 25;
const TIMEOUT_MS = 120_000;
/** The same hostility in every run, so that a red one means a change; P2PCHAT_FUZZ_SEED looks elsewhere. */
const FUZZ_SEED = Number(process.env.P2PCHAT_FUZZ_SEED ?? 20_261_122);

/** Looking for a shorter plan that fails, too, ends in time for the seed to be told. */
const SHRINK_MS = 80_000;
/** Low enough that attackers get to every one of them. */
const LIMITS = {
  acceptsPerSecondMax: 0,
  backwardLinksMax: 4,
  pendingHandshakesMax: 2,
  seenMax: 1_024,
  membersMax: 50,
  malformedMax: 5,
};
/** A search and probes that try again at once, so that attackers are dialled often. */
const EAGER = { searchRetryMs: 50, stableLinkMs: 5, probeMinMs: 25, probeMaxMs: 400 };

/**
 * An attack of some 150 connects, again and again; 2 kB left of each would be too much, a link's machine is
 * 20.
 */
const HEAP_STEPS = 350;
const HEAP_ROUNDS = 6;
const HEAP_GROWTH_MAX = 300_000;
/** See src/machines/actor-name.ts. */
const ACTOR_NAMES_MAX = 1_024;

const hidden = new HiddenErrors();
beforeEach(() => hidden.begin());
afterEach(() => hidden.end());

/** Runs plans until so many inputs have been made; what fails is shrunk and told with its seed. */
async function fuzz(inputs: number, plan: fc.Arbitrary<Plan>, attack: (plan: Plan) => void) {
  let done = 0;
  const property = fc.asyncProperty(plan, async (made) => {
    attack(made);
    done += made.steps.reduce((sum, step) => sum + sizeOf(step), 0);
    expect(await hidden.take(), 'errors out of sight').toEqual([]);
  });
  const numRuns = Math.ceil(inputs / INPUTS_PER_RUN);
  await fc.assert(property, {
    seed: FUZZ_SEED,
    numRuns,
    interruptAfterTimeLimit: SHRINK_MS,
    markInterruptAsFailure: true,
  });
  expect(done).toBeGreaterThanOrEqual(inputs);
}

/** Does a whole plan, and looks at the limits of these peers on the way. */
function performAll(
  arena: Arena,
  { steps }: Plan,
  targets: Parameters<typeof perform>[2],
  peers: readonly Chatter[] = arena.chatters,
): void {
  steps.forEach((step, index) => {
    perform(arena, step, targets, peers);
    if (index % CHECK_EVERY === 0) expect(overLimits(arena, peers)).toEqual([]);
  });
}

/** The three have all heard everything once, and go on so. */
function expectChatWhole(arena: Arena): void {
  for (const number of arena.chatters.keys()) arena.say(number);
  arena.clock.advance(1_000);
  for (const chatter of arena.chatters) expect(arena.notOnce(chatter), chatter.user).toEqual({});
}

/** When all have left, nothing is under way any more that would ever happen. */
function expectNothingLeft(arena: Arena, others: readonly Chatter[] = []): void {
  arena.end(others);
  expect([...arena.chatters, ...others].every(({ isOver }) => isOver)).toBe(true);
  expect(arena.clock.pending, 'timers left').toBe(0);
}

/**
 * A name for an address, such that all hostile members are earlier choices for its forward link than the
 * three.
 */
function lurableName(arena: Arena, ip: string): string {
  const isHostile = new Set(arena.hostile.map(({ user }) => user));
  for (let number = 0; number < 10_000; number += 1) {
    const user = `lured${number}`;
    const ring = [...arena.chatters, ...arena.hostile, { user, ip, port: PORT }]
      .map((member) => ({ user: member.user, hid: hashId(member.user, member.ip, member.port) }))
      .sort((left, right) => compareHashIds(left.hid, right.hid));
    const place = ring.findIndex((member) => member.user === user);
    const behind = [...ring.slice(place + 1), ...ring.slice(0, place)];
    if (behind.slice(0, isHostile.size).every((member) => isHostile.has(member.user))) return user;
  }
  throw new Error('no name lures');
}

describe('hostile inputs: nothing throws, nothing grows beyond its limit, and the chat beside it stays whole', () => {
  test(
    'to the listening side of peers, by TCP and UDP: 40,000',
    async () => {
      const plan = plans(STEPS, { connect: 6, send: 72, close: 4, datagram: 14 }, peerPiece, datagramPiece);
      await fuzz(40_000, plan, (made) => {
        const arena = new Arena({ limits: LIMITS, forges: made.forges });
        const targets = arena.chatters.map(({ ip }) => ({ host: ip, port: PORT }));
        performAll(arena, made, targets);
        arena.disarm();
        expectChatWhole(arena);
        expectNothingLeft(arena);
      });
    },
    TIMEOUT_MS,
  );

  test(
    'in answer to a peer that dials: 20,000',
    async () => {
      const plan = plans(STEPS, { connect: 2, send: 80, close: 10, datagram: 2 }, peerPiece, datagramPiece);
      await fuzz(20_000, plan, (made) => {
        const ip = '10.0.2.1';
        const arena = new Arena({
          limits: { ...LIMITS, ...EAGER },
          slots: 3,
          lured: [ip],
          forges: made.forges,
        });
        const lured = arena.join(lurableName(arena, ip), ip);
        const everybody = [...arena.chatters, lured];
        performAll(arena, made, [{ host: ip, port: PORT }], everybody);
        expect(Math.max(0, ...lured.shown.values()), 'times that it showed a line').toBeLessThanOrEqual(1);
        arena.disarm();
        expectChatWhole(arena);
        // Rid of them, it finds its way back into the chat.
        const [line = ''] = arena.lines.slice(-1);
        expect(lured.shown.get(line), line).toBe(1);
        expectNothingLeft(arena, [lured]);
      });
    },
    TIMEOUT_MS,
  );

  test(
    'on the connection of a peer to its room server: 20,000',
    async () => {
      const plan = plans(STEPS, { connect: 0, send: 90, close: 6, datagram: 0 }, replyPiece, replyPiece);
      await fuzz(20_000, plan, (made) => {
        const arena = new Arena({ limits: LIMITS, slots: 2, forges: made.forges });
        const rogue = new RogueServer(arena, (connection) => arena.adopt(connection, true));
        const victim = arena.join('victim', '10.0.2.1', ROGUE);
        made.steps.forEach((step, index) => {
          perform(arena, step, [], [...arena.chatters, victim]);
          if (index % 20 === 0)
            victim.peer.send(index % 40 === 0 ? { type: 'LIST' } : { type: 'JOIN', room: ROOM });
          if (index % CHECK_EVERY === 0) expect(overLimits(arena, [victim])).toEqual([]);
        });
        arena.disarm();
        expectChatWhole(arena);
        // With a room server that does what it should, it is in a room of its own before long.
        const server = rogue.giveWay();
        arena.clock.advance(120_000);
        victim.peer.send({ type: 'JOIN', room: ROOM });
        arena.clock.advance(60_000);
        const { members, roomServer } = victim.peer.status();
        expect(members.map(({ user }) => user)).toEqual(['victim']);
        expect(roomServer.state).toBe('connected');
        server.stop();
        expectNothingLeft(arena, [victim]);
      });
    },
    TIMEOUT_MS,
  );

  test(
    'to a room server: 20,000',
    async () => {
      const plan = plans(STEPS, { connect: 6, send: 80, close: 6, datagram: 0 }, requestPiece, requestPiece);
      await fuzz(20_000, plan, (made) => {
        const arena = new Arena({ limits: LIMITS, forges: made.forges });
        // The three, the hostile members, and whatever the slots have open.
        const held = arena.chatters.length + arena.hostile.length + arena.slots.length;
        made.steps.forEach((step, index) => {
          perform(arena, step, [SERVER]);
          if (index % CHECK_EVERY !== 0) return;
          arena.clock.advance(600);
          expect(arena.server.connectionCount, 'connections').toBeLessThanOrEqual(held);
        });
        arena.disarm();
        expect(arena.server.connectionCount, 'connections').toBe(arena.chatters.length);
        expect(arena.ask('L::\r\n')).toBe(`G:${ROOM}::\r\n`);
        for (const chatter of arena.chatters) {
          expect(
            chatter.peer
              .status()
              .members.map(({ user }) => user)
              .sort(),
          ).toEqual(['peer1', 'peer2', 'peer3']);
        }
        expectChatWhole(arena);
        expectNothingLeft(arena);
      });
    },
    TIMEOUT_MS,
  );
});

/** Bytes that are in use after everything that is not has been collected. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test(
  'peers and the room server hold as much after an attack as after the same attack before it',
  async () => {
    const weights = { connect: 50, send: 40, close: 10, datagram: 10 };
    const plan = plans(HEAP_STEPS, weights, fc.oneof(peerPiece, requestPiece), datagramPiece);
    const few = { seenMax: 256, originsMax: 32, unknownOriginsMax: 32, undecidedMax: 16, rateSourcesMax: 8 };
    const property = fc.asyncProperty(plan, async ({ steps }) => {
      const arena = new Arena({ limits: { ...LIMITS, ...few }, forges: true });
      const targets = [...arena.chatters.map(({ ip }) => ({ host: ip, port: PORT })), SERVER];
      const sizes = Array.from({ length: HEAP_ROUNDS }, () => {
        for (const step of steps) perform(arena, { ...step, says: null }, targets);
        for (const slot of arena.slots) slot.reset();
        arena.clock.advance(120_000);
        return heapBytes();
      });
      // The first rounds fill what has a limit, and all along the engine compiles now and then: a leak is in
      // each.
      const growth = sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0));
      expect(Math.min(...growth.slice(-3)), `bytes more: ${growth}`).toBeLessThan(HEAP_GROWTH_MAX);
      expect(await hidden.take(), 'errors out of sight').toEqual([]);
    });
    await fc.assert(property, { seed: FUZZ_SEED, numRuns: 1, endOnFailure: true });
  },
  TIMEOUT_MS,
);

test('names of actors come round, for a machine remembers the name of every actor that has ever ended', () => {
  const ends = new Set<string>();
  let count = 0;
  const created = (peer: Peer) => {
    count += 1;
    if (count > 1) return;
    followMachines(peer, ({ event }) => {
      if (event.startsWith('done.invoke.')) ends.add(event);
    });
  };
  const arena = new Arena({ limits: LIMITS, isInspected: true, created });
  const [peer] = arena.chatters;
  const [slot] = arena.slots;
  const [from] = arena.hostile;
  if (!peer || !slot || !from) throw new Error('nobody is there');
  for (let dials = 0; dials < 1_300; dials += 1) {
    slot.dial(from.network, { host: peer.ip, port: PORT });
    arena.clock.advance(5);
    slot.reset();
    arena.clock.advance(5);
  }
  expect(ends.size).toBeGreaterThan(0);
  expect(ends.size).toBeLessThanOrEqual(ACTOR_NAMES_MAX);
});
