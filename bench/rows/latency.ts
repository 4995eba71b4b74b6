/**
 * Latency: one message at a time from one end of a chain to the other. A hop is one peer: from link to link
 * through its decoder, its flood decision and its relay. The limit is a chain of as many processes that pass
 * on whatever comes.
 */

import type { Socket } from 'node:net';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { Child } from '../children/child.ts';
import { shakeHands } from '../load/flooded-links.ts';
import { ScriptedRoomServer } from '../load/scripted-room-server.ts';
import { Condition, freePort, open } from '../load/sockets.ts';
import { FIRST_ID, ORIGIN, textOf } from '../load/texts.ts';
import {
  atMost,
  byTurns,
  compared,
  type Effort,
  medians,
  type Row,
  type RowGroup,
  scaled,
} from '../results/row.ts';
import { percentile } from '../results/statistics.ts';

const MESSAGES = 2_000;
/** So many go before: one message at a time, code is not compiled any sooner. */
const WARM_UP_MESSAGES = 3_000;
const FRAME_BYTES = 69;
const HOPS = [1, 5] as const;
const MICROSECONDS_PER_MS = 1_000;

/** A chain with a socket at either end. */
class Chain {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #children: readonly Child[];
  readonly #stop: () => void;
  readonly #condition: Condition;
  readonly #come: { bytes: number };
  #id = FIRST_ID;

  constructor(
    ends: { near: Socket; far: Socket; condition: Condition; come: { bytes: number } },
    children: readonly Child[],
    stop: () => void,
  ) {
    this.#near = ends.near;
    this.#far = ends.far;
    this.#condition = ends.condition;
    this.#come = ends.come;
    this.#children = children;
    this.#stop = stop;
  }

  /** Sends so many, each when the one before has come. @returns what each took, in ms. */
  async pass(count: number): Promise<number[]> {
    const tookMs: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const text = textOf(this.#id, FRAME_BYTES);
      this.#id += 1;
      this.#come.bytes = 0;
      const fromMs = performance.now();
      this.#near.write(text);
      await this.#condition.until('it has come', () => this.#come.bytes >= text.length);
      tookMs.push(performance.now() - fromMs);
    }
    return tookMs;
  }

  async stop(): Promise<void> {
    this.#near.destroy();
    this.#far.destroy();
    for (const child of this.#children) await child.stop();
    this.#stop();
  }
}

function counter() {
  const condition = new Condition();
  const come = { bytes: 0 };
  const take = (bytes: Buffer) => {
    come.bytes += bytes.length;
    condition.changed();
  };
  return { condition, come, take };
}

/**
 * Peers of which each has its forward link to the one before: the room server tells nobody of anybody else.
 */
async function peers(hops: number): Promise<Chain> {
  const ends = [await neighbour('near'), await neighbour('far')];
  const joined: MemberAddress[] = [];
  const server = new ScriptedRoomServer((from) => {
    const known = joined.findIndex(({ user }) => user === from.user);
    if (known < 0) joined.push(from);
    const place = known < 0 ? joined.length - 1 : known;
    const beside = [joined[place - 1], joined[place + 1]].filter((member) => member !== undefined);
    return [...beside, ...ends, ORIGIN];
  });
  const roomServerPort = await server.start();
  const children: Child[] = [];
  const ports: number[] = [];
  for (let hop = 0; hop < hops; hop += 1) {
    const settings = { name: `hop${hop}`, roomServerPort, listens: true };
    const { child, ready } = await Child.start<{ port: number }>('programs/peer', settings);
    children.push(child);
    ports.push(ready.port);
  }
  for (const [hop, child] of children.entries())
    await linked(child, (hop > 0 ? 1 : 0) + (hop < hops - 1 ? 1 : 0));
  const { condition, come, take } = counter();
  const [nearMember, farMember] = ends as [MemberAddress, MemberAddress];
  const near = await shakeHands(ports.at(-1) as number, nearMember, () => {});
  const far = await shakeHands(ports[0] as number, farMember, take);
  return new Chain({ near, far, condition, come }, children, () => server.stop());
}

async function neighbour(user: string): Promise<MemberAddress> {
  return { user, ip: LOOPBACK, port: await freePort() };
}

const PATIENCE_MS = 20_000;

/** Resolves when a peer has so many links. */
async function linked(child: Child, links: number): Promise<void> {
  for (const fromMs = performance.now(); performance.now() - fromMs < PATIENCE_MS; ) {
    const status = await child.ask<{ links: number }>('status');
    if (status.links >= links) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`a peer of the chain has not got its ${links} links`);
}

async function bareChain(hops: number): Promise<Chain> {
  const children: Child[] = [];
  let next: number | undefined;
  let lastPort = 0;
  for (let hop = 0; hop < hops; hop += 1) {
    const { child, ready } = await Child.start<{ port: number }>(
      'limits/echo',
      next === undefined ? {} : { next },
    );
    children.push(child);
    next = ready.port;
    lastPort ||= ready.port;
  }
  const { condition, come, take } = counter();
  // The far end first: the last of the chain joins its first two connections.
  const far = await open(lastPort, take);
  const near = await open(next as number, () => {});
  return new Chain({ near, far, condition, come }, children, () => {});
}

async function* measureHops(effort: Effort, hops: number): AsyncIterable<Row> {
  const [program, limit] = [await peers(hops), await bareChain(hops)];
  const count = scaled(MESSAGES, effort, 10);
  const warmUp = effort.name === 'smoke' ? count : WARM_UP_MESSAGES;
  try {
    for (const chain of [program, limit]) await chain.pass(warmUp);
    const pairs = await byTurns(
      effort,
      () => program.pass(count),
      () => limit.pass(count),
    );
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const value = (tookMs: readonly number[]) => percentile(tookMs, share) * MICROSECONDS_PER_MS;
      const middle = medians(pairs, value);
      const figures = `${middle.program.toFixed(0)} against ${middle.limit.toFixed(0)} µs`;
      yield compared(
        `latency over ${hops} ${hops === 1 ? 'hop' : 'hops'}, ${name}`,
        atMost(1.5),
        pairs,
        value,
        figures,
      );
    }
  } finally {
    await program.stop();
    await limit.stop();
  }
}

/** Latency. */
export const LATENCY: RowGroup = {
  name: 'latency',
  async *measure(effort) {
    for (const hops of HOPS) yield* measureHops(effort, hops);
  },
};
