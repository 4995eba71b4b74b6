/**
 * `npm run soak -- --minutes 10 --rate 200`: five real processes and a room server chat at so many messages a
 * second while a peer is restarted every 20 s. Nothing may be lost among the peers that stayed, nothing may
 * be doubled, nobody may grow.
 *
 * A restarted peer gets what is said from its first link on, and what it says before is shown to itself only,
 * as it is told (PROTOCOL.md, Send). That the overlay is one piece again is read from what the peers tell of
 * their links.
 *
 * What a peer remembers is bounded, and a memory that is still filling grows: before the time begins, the
 * same is done for a while, but faster.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Program } from './load/program.ts';
import { SoakBooks } from './load/soak-books.ts';
import { SOAK_NODE_OPTIONS, SoakPeer } from './load/soak-peer.ts';
import { freePort, LOOPBACK } from './load/sockets.ts';
import { slope } from './statistics.ts';

const NAMES = ['ada', 'bob', 'cyd', 'dan', 'eve'] as const;
/** Those that are never restarted: their memory is looked at. */
const STAYERS = 2;
const ROOM = 'soak';
const TURN_MS = 25;
const RESTART_MS = 20_000;
const SAMPLE_MS = 5_000;
const SETTLE_MS = 5_000;
const MINUTE_MS = 60_000;
const KILOBYTE = 1_024;
/** Memory may rise by this share of itself over the run where its noise is less. */
const GROWTH_MAX_SHARE = 0.03;
/** So many samples at the beginning belong to what was before. */
const SETTLING_SHARE = 0.2;
/** More messages than a peer remembers (src/limits.ts, seenMax and lastingContentsMax). */
const WARM_UP = { messages: 150_000, perSecond: 1_500, restartMs: 1_000 } as const;

interface Sample {
  readonly x: number;
  readonly y: number;
}

class Soak {
  readonly #peers: SoakPeer[] = [];
  readonly #books = new SoakBooks();
  readonly #memory = new Map<string, Sample[]>();
  #server: Program | undefined;
  readonly #messagesPerSecond: number;
  #turn = 0;
  #restarts = 0;

  constructor(messagesPerSecond: number) {
    this.#messagesPerSecond = messagesPerSecond;
  }

  async run(minutes: number): Promise<boolean> {
    await this.#start();
    await this.#warmUp();
    const fromMs = performance.now();
    const untilMs = fromMs + minutes * MINUTE_MS;
    const talking = setInterval(() => this.#talk(this.#messagesPerSecond), TURN_MS);
    const sampling = setInterval(() => void this.#sample(performance.now() - fromMs), SAMPLE_MS);
    for (let next = fromMs + RESTART_MS; next < untilMs - SETTLE_MS; next += RESTART_MS) {
      await pause(next - performance.now());
      await this.#restart();
    }
    await pause(untilMs - performance.now());
    clearInterval(talking);
    clearInterval(sampling);
    await pause(SETTLE_MS);
    return this.#end(minutes);
  }

  async #start(): Promise<void> {
    const port = await freePort();
    const words = ['room-server', String(port), '--host', LOOPBACK];
    this.#server = new Program(words, undefined, SOAK_NODE_OPTIONS);
    await this.#server.until('the room server listens', (line) => line.includes('listening'));
    for (const name of NAMES) {
      const peer = new SoakPeer(
        { name, room: ROOM, port: await freePort(), roomServerPort: port },
        this.#books,
      );
      await peer.start();
      this.#peers.push(peer);
    }
    await this.#books.untilWhole(this.#peers);
  }

  async #warmUp(): Promise<void> {
    const { messages, perSecond, restartMs } = WARM_UP;
    const untilMs = performance.now() + (messages / perSecond) * 1_000;
    const talking = setInterval(() => {
      this.#talk(perSecond);
      this.#peers[0]?.say('/list');
    }, TURN_MS);
    while (performance.now() < untilMs) {
      await pause(restartMs);
      await this.#restart();
    }
    clearInterval(talking);
    this.#restarts = 0;
    this.#books.begin();
  }

  #talk(perSecond: number): void {
    for (let count = 0; count < (perSecond * TURN_MS) / 1_000; count += 1) {
      this.#turn += 1;
      const speaker = this.#peers[this.#turn % this.#peers.length];
      if (speaker?.isJoined) speaker.say(this.#books.sent(speaker, this.#peers));
    }
  }

  async #restart(): Promise<void> {
    const victim = this.#peers[STAYERS + (this.#restarts % (this.#peers.length - STAYERS))];
    if (!victim) throw new Error('nobody is there to be restarted');
    this.#restarts += 1;
    await victim.quit();
    await victim.start();
    await this.#books.untilWhole(this.#peers);
  }

  async #sample(atMs: number): Promise<void> {
    const watched = [...this.#peers.slice(0, STAYERS), { name: 'room server', pid: this.#server?.pid }];
    for (const { name, pid } of watched) {
      const status = await readFile(`/proc/${pid}/status`, 'latin1');
      const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
      const samples = this.#memory.get(name) ?? [];
      samples.push({ x: atMs / MINUTE_MS, y: kilobytes });
      this.#memory.set(name, samples);
    }
  }

  async #end(minutes: number): Promise<boolean> {
    for (const peer of this.#peers) await peer.quit();
    await this.#server?.stop();
    const { messages, local, copies, lost, doubled } = this.#books.verdict();
    const memory = [...this.#memory].map(([name, samples]) => growth(name, samples, minutes));
    const isGood = lost === 0 && doubled === 0 && memory.every(({ isFlat }) => isFlat);
    const lines = [
      `${minutes} minutes, ${this.#restarts} restarts, ${messages} messages.`,
      `${copies} copies awaited, ${lost} lost, ${doubled} doubled; ${local} messages were shown to their speaker only, who had no link.`,
      ...memory.map(({ line }) => line),
      isGood ? 'Everything held.' : 'NOT everything held.',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return isGood;
  }
}

function growth(
  name: string,
  samples: readonly Sample[],
  minutes: number,
): { line: string; isFlat: boolean } {
  const settled = samples.slice(Math.floor(samples.length * SETTLING_SHARE));
  const line = slope(settled);
  const middle = settled[Math.floor(settled.length / 2)]?.y ?? 0;
  const [grown, error] = [line.slope * minutes, line.error * minutes];
  const isFlat = Math.abs(grown) <= error || grown <= middle * GROWTH_MAX_SHARE;
  const figures = `${Math.round(grown)} ± ${Math.round(error)} KiB over the run`;
  return {
    line: `Memory of ${name}: ${(middle / KILOBYTE).toFixed(1)} MiB, ${figures}${isFlat ? '' : ': GROWS'}.`,
    isFlat,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** Runs the soak. @returns the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '200' } },
  });
  const minutes = Number(values.minutes);
  const rate = Number(values.rate);
  if (!(minutes > 0 && rate > 0)) throw new Error('give numbers over 0');
  return (await new Soak(rate).run(minutes)) ? 0 : 1;
}
