import { describe, expect, it } from 'vitest';
import { MemoryNetwork, type PathPolicy, type SimulatedProcess } from '../../src/io/memory/memory-network.ts';
import { SeededRandom } from '../../src/io/memory/seeded-random.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import type { Connection } from '../../src/io/network.ts';

const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
const PORT = 5_000;
const END_MS = 120_000;

/** A policy that does everything that one can do, now and then. */
function wildPolicy(random: SeededRandom): PathPolicy {
  return {
    latencyMs: () => random.integer(1, 80),
    segmentBytes: () => (random.chance(0.2) ? random.integer(1, 20) : 1_460),
    coalesces: () => random.chance(0.5),
    bytesPerSecond: () => (random.chance(0.5) ? 10_000 : Number.POSITIVE_INFINITY),
    datagramDelaysMs: () => Array.from({ length: random.integer(0, 2) }, () => random.integer(1, 200)),
    connects: () => random.pick(['ok', 'ok', 'refused', 'timeout'] as const),
    isCut: () => random.chance(0.02),
    isClogged: () => random.chance(0.05),
  };
}

/** Hosts that talk to each other at random, and everything that happened, with its time. */
class WildWorld {
  readonly trace: string[] = [];
  /** Bytes that came otherwise than they were sent. */
  readonly wrong: string[] = [];
  readonly #clock = new StepClock();
  readonly #random: SeededRandom;
  readonly #network: MemoryNetwork;
  readonly #processes = new Map<string, SimulatedProcess>();

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#network = new MemoryNetwork({
      clock: this.#clock,
      policy: wildPolicy(this.#random.fork('policy')),
    });
    for (const ip of HOSTS) this.#start(ip);
    const faults = this.#random.fork('faults');
    while (this.#clock.now() < END_MS) {
      this.#clock.advance(faults.integer(1, 5_000));
      this.#strike(faults);
    }
    for (const process of this.#processes.values()) process.kill();
    this.#clock.advance(2_000_000);
    this.trace.push(`${this.#clock.pending} timers, ${this.#network.connectionCount()} connections left`);
  }

  #note(what: string): void {
    this.trace.push(`${this.#clock.now()} ${what}`);
  }

  #start(ip: string): void {
    const process = this.#network.process(ip);
    this.#processes.set(ip, process);
    const random = this.#random.fork(`${ip} at ${this.#clock.now()}`);
    const { network, clock } = process;
    network.listen({ host: ip, port: PORT }).subscribe((listener) => {
      listener.connections.subscribe((connection) => this.#follow(`${ip} accepted`, connection));
    });
    network.bind({ host: ip, port: PORT }).subscribe((socket) => {
      socket.datagrams.subscribe(({ bytes }) => this.#note(`${ip} datagram ${bytes.toString()}`));
      const poke = () => {
        socket.send(Buffer.from(`from ${ip}`), { host: random.pick(HOSTS), port: PORT });
        clock.setTimeout(poke, random.integer(1, 4_000));
      };
      poke();
    });
    const call = () => {
      this.#call(ip, process, random);
      clock.setTimeout(call, random.integer(1, 6_000));
    };
    call();
  }

  #call(ip: string, { network, clock }: SimulatedProcess, random: SeededRandom): void {
    const to = { host: random.pick(HOSTS), port: PORT };
    network.connect(to, 5_000).subscribe({
      next: (connection) => {
        this.#follow(`${ip} connected`, connection);
        for (let part = 0; part < random.integer(1, 5); part += 1) connection.write(counted(part));
        clock.setTimeout(() => connection.end(), random.integer(1, 8_000));
      },
      error: (error: Error) => this.#note(`${ip} ${error.message}`),
    });
  }

  #follow(who: string, connection: Connection): void {
    let got = '';
    connection.bytes.subscribe((bytes) => {
      got += bytes.toString();
      this.#note(`${who} got ${bytes.length}`);
      if (!EXPECTED.startsWith(got)) this.wrong.push(`${who} got ${got}`);
    });
    connection.closed.subscribe(({ kind }) => this.#note(`${who} ${kind}`));
  }

  #strike(random: SeededRandom): void {
    const ip = random.pick(HOSTS);
    const process = this.#processes.get(ip);
    const fault = random.pick(['pause', 'resume', 'kill', 'crash', 'reset', 'halfOpen'] as const);
    this.#note(`${ip} ${fault}`);
    if (fault === 'reset') this.#network.resetAll(ip, random.pick(HOSTS));
    else if (fault === 'halfOpen') this.#network.halfOpen(ip, random.pick(HOSTS));
    else process?.[fault]();
    if (fault === 'kill' || fault === 'crash') this.#start(ip);
  }
}

function counted(part: number): Buffer {
  return Buffer.from(`part ${part} of what is said, ${'-'.repeat(part * 300)}|`);
}

const EXPECTED = [0, 1, 2, 3, 4].map((part) => counted(part).toString()).join('');

describe('a world out of a seed', () => {
  it('is the same twice, event for event', () => {
    for (const seed of [1, 2, 3]) {
      const { trace } = new WildWorld(seed);
      expect(trace.length).toBeGreaterThan(300);
      expect(new WildWorld(seed).trace.join('\n')).toBe(trace.join('\n'));
    }
  });

  it('is another one out of another seed', () => {
    expect(new WildWorld(1).trace.join('\n')).not.toBe(new WildWorld(2).trace.join('\n'));
  });

  it('never changes, doubles, loses or reorders the bytes of a connection, and leaves nothing behind', () => {
    for (let seed = 100; seed < 140; seed += 1) {
      const { trace, wrong } = new WildWorld(seed);
      expect([seed, wrong, trace.at(-1)]).toEqual([seed, [], '0 timers, 0 connections left']);
    }
  });
});
