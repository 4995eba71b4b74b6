/// <reference types="node" preserve="true" />
/**
 * `p2pchat/testing`: a room in memory, for tests of programs that use peers. The peers are the real ones, on
 * hosts of a network in memory and on a clock that stands still until the test lets time pass: a test of ten
 * minutes takes a moment, and goes the same way each time.
 */
import { setImmediate } from 'node:timers/promises';
import { MemoryNetwork } from '../io/memory/memory-network.ts';
import { SeededRandom } from '../io/memory/seeded-random.ts';
import { StepClock } from '../io/memory/step-clock.ts';
import type { ChatPeer } from './chat-peer.ts';
import { createPeer } from './create-peer.ts';
import { type RoomServer, startRoomServer } from './room-server.ts';
import type { Surroundings } from './surroundings.ts';

/** What a room in memory is like. */
export interface TestRoomOptions {
  /** Its name; `room` by default. */
  readonly name?: string;
  /** Time on the way from any host to any other, in milliseconds; 1 by default. */
  readonly latencyMs?: number;
  /** Where what is random comes from: any integer; 1 by default. */
  readonly seed?: number;
}

/** A promise has not settled in the time that it was given. */
export class NotSettledError extends Error {
  override readonly name = 'NotSettledError';
  constructor(withinMs: number) {
    super(`It has not happened within ${withinMs} ms of the room's time.`);
  }
}

const SERVER = { host: '10.0.0.1', port: 32_340 };
const HOSTS_MAX = 65_000;
const HOSTS_A_NET = 250;
/** Longer than any time-out of a peer. */
const USUAL_WAIT_MS = 120_000;

/** A room server, a network in memory, and the clock of both, see above. */
export class TestRoom implements AsyncDisposable {
  readonly name: string;
  /** The room server's address, as peers are given it. */
  readonly server = `${SERVER.host}:${SERVER.port}`;
  readonly #clock = new StepClock();
  readonly #network: MemoryNetwork;
  readonly #random: SeededRandom;
  readonly #peers: ChatPeer[] = [];
  readonly #addresses = new Map<ChatPeer, string>();
  /** `from>to`, or an address that is cut off from all others. */
  readonly #cuts = new Set<string>();
  #hosts = 0;
  #roomServer: RoomServer | undefined;

  private constructor({ name = 'room', latencyMs = 1, seed = 1 }: TestRoomOptions) {
    this.name = name;
    this.#random = new SeededRandom(seed);
    const isCut = (from: string, to: string) =>
      [`${from}>${to}`, from, to].some((way) => this.#cuts.has(way));
    this.#network = new MemoryNetwork({ clock: this.#clock, latencyMs, policy: { isCut } });
  }

  /** Opens a room that nobody is in. */
  static async open(options: TestRoomOptions = {}): Promise<TestRoom> {
    const room = new TestRoom(options);
    const surroundings = room.#surroundings(SERVER.host);
    room.#roomServer = await room.until(startRoomServer({ ...SERVER, surroundings }));
    return room;
  }

  /** Milliseconds that have passed in the room. */
  get nowMs(): number {
    return this.#clock.now();
  }

  /** A host of its own, for a peer that the program under test makes: `createPeer({ surroundings, … })`. */
  host(): Surroundings {
    return this.#surroundings(this.#nextAddress());
  }

  /** Joins a peer, on a host of its own, and waits until it is linked, where it can be. */
  async join(name: string): Promise<ChatPeer> {
    const address = this.#nextAddress();
    const surroundings = this.#surroundings(address);
    const options = { surroundings, server: this.server, room: this.name, name };
    const peer = await this.until(createPeer(options));
    this.#peers.push(peer);
    this.#addresses.set(peer, address);
    await this.until(peer.linked());
    return peer;
  }

  /**
   * Lets time pass: everything that falls due happens, in order, and what waits for promises goes on in
   * between.
   */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#clock.now() + ms;
    await setImmediate();
    while (this.#clock.nextDueMs <= untilMs) {
      this.#clock.runNext();
      await setImmediate();
    }
    this.#clock.advance(untilMs - this.#clock.now());
  }

  /**
   * Lets time pass until a promise has settled.
   * @param withinMs of the room's time; two minutes by default. A promise that waits for anything outside
   *   the room (a file, a real socket) is not waited for: the room's time passes faster.
   * @returns what the promise gives. Rejects with what it rejects with, and with NotSettledError.
   */
  async until<Value>(promise: Promise<Value>, withinMs = USUAL_WAIT_MS): Promise<Value> {
    const untilMs = this.#clock.now() + withinMs;
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await setImmediate();
    while (!isSettled) {
      if (this.#clock.nextDueMs > untilMs) throw new NotSettledError(withinMs);
      this.#clock.runNext();
      await setImmediate();
    }
    return promise;
  }

  /**
   * From now on nothing gets through between two peers of this room, in either direction.
   * @param other from everybody, the room server too, where not given.
   */
  cut(one: ChatPeer, other?: ChatPeer): void {
    for (const way of this.#ways(one, other)) this.#cuts.add(way);
  }

  /** Takes back a `cut` of the same peers. */
  heal(one: ChatPeer, other?: ChatPeer): void {
    for (const way of this.#ways(one, other)) this.#cuts.delete(way);
  }

  /** Closes the peers that have joined by `join`, and the room server. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#cuts.clear();
    await this.until(Promise.all(this.#peers.map((peer) => peer.close())));
    if (this.#roomServer) await this.until(this.#roomServer.close());
  }

  /** Both directions; the address alone where it is about everybody. */
  #ways(one: ChatPeer, other: ChatPeer | undefined): readonly string[] {
    const from = this.#addressOf(one);
    if (!other) return [from];
    const to = this.#addressOf(other);
    return [`${from}>${to}`, `${to}>${from}`];
  }

  #addressOf(peer: ChatPeer): string {
    const address = this.#addresses.get(peer);
    if (address === undefined) throw new TypeError("The peer must have joined by this room's join().");
    return address;
  }

  #nextAddress(): string {
    if (this.#hosts >= HOSTS_MAX) throw new RangeError(`A room has at most ${HOSTS_MAX} hosts.`);
    this.#hosts += 1;
    return `10.${1 + Math.floor(this.#hosts / HOSTS_A_NET)}.0.${1 + (this.#hosts % HOSTS_A_NET)}`;
  }

  #surroundings(ip: string): Surroundings {
    return { network: this.#network.host(ip), clock: this.#clock, random: this.#random.fork(ip) };
  }
}
