/**
 * `npm run soak -- --minutes 10 --rate 200`: five real processes and a room server chat at so many messages a
 * second while something is done to one of them every 20 s. Nothing may be lost among the peers that stayed,
 * nothing may be doubled, nobody may grow.
 *
 * Without `--faults` it is a restart: /quit, and started again. With `--faults` it is, in turn, a process
 * that is killed (SIGKILL) and started again, one that is cut off the network for 15 s (without the rights to
 * make network namespaces it is stopped instead), and one that is stopped for 15 s (SIGSTOP, SIGCONT).
 *
 * Whom a message is awaited of stands in load/books.ts. That the overlay is one piece again is read from what
 * the peers tell of their links.
 *
 * What a peer remembers is bounded, and a memory that is still filling grows: before the time begins, the
 * same is done for a while, but faster.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Books } from './load/processes/books.ts';
import { MeasuredProgram } from './load/processes/program.ts';
import { SoakHosts } from './load/processes/soak-hosts.ts';
import { TalkingPeer } from './load/processes/talking-peer.ts';
import { slope } from './results/statistics.ts';

const NAMES = ['ada', 'bob', 'cyd', 'dan', 'eve'] as const;
/** Those that are never restarted: their memory is looked at. */
const STAYERS = 2;
const ROOM = 'soak';
const TURN_MS = 25;
const RESTART_MS = 20_000;
/** Of the 20 s from one fault to the next. */
const FAULT_MS = 15_000;
/** What TCP and the peers need to find each other again when a fault has ended. */
const MENDED_MS = 120_000;
const SAMPLE_MS = 5_000;
const SETTLE_MS = 5_000;
const MINUTE_MS = 60_000;
const KILOBYTE = 1_024;
/** Memory may rise by this share of itself over the run where its noise is less. */
const GROWTH_MAX_SHARE = 0.03;
/** So many samples at the beginning belong to what was before. */
const SETTLING_SHARE = 0.2;
/**
 * A small young generation for the processes that are looked at: the usual one grows to 16 MiB and shrinks
 * again in minutes, and next to that nothing else would be seen.
 */
const NODE_OPTIONS = ['--max-semi-space-size=2'] as const;
/** More messages than a peer remembers (src/limits/, seenMax and lastingContentsMax). */
const WARM_UP = { messages: 150_000, perSecond: 1_500, restartMs: 1_000 } as const;

/** What is done to a peer, in turn. */
const FAULTS = ['killed', 'cut off', 'stopped'] as const;
type Fault = (typeof FAULTS)[number];

interface Sample {
  readonly x: number;
  readonly y: number;
}

class Soak {
  readonly #peers: TalkingPeer[] = [];
  readonly #books: Books;
  readonly #hosts: SoakHosts;
  readonly #memory = new Map<string, Sample[]>();
  #server: MeasuredProgram | undefined;
  readonly #messagesPerSecond: number;
  #turn = 0;
  #restarts = 0;
  readonly #hasFaults: boolean;

  constructor(messagesPerSecond: number, hasFaults: boolean) {
    this.#messagesPerSecond = messagesPerSecond;
    this.#hasFaults = hasFaults;
    // What is said while somebody is cut off may come late: only who is there at the end awaits it.
    this.#books = hasFaults ? new Books(Number.POSITIVE_INFINITY) : new Books();
    this.#hosts = new SoakHosts(hasFaults);
  }

  /** @returns whether everything held. Whatever happens, no process is left. */
  async run(minutes: number): Promise<boolean> {
    try {
      return await this.#run(minutes);
    } finally {
      for (const peer of this.#peers) if (peer.isJoined) await peer.kill();
      await this.#server?.stop();
      await this.#hosts.close();
    }
  }

  async #run(minutes: number): Promise<boolean> {
    await this.#start();
    await this.#warmUp();
    const fromMs = performance.now();
    const untilMs = fromMs + minutes * MINUTE_MS;
    const talking = setInterval(() => this.#talk(this.#messagesPerSecond), TURN_MS);
    const sampling = setInterval(() => void this.#sample(performance.now() - fromMs), SAMPLE_MS);
    for (let next = fromMs + RESTART_MS; next < untilMs - SETTLE_MS; next += RESTART_MS) {
      await pause(next - performance.now());
      if (this.#hasFaults) await this.#break(next + FAULT_MS);
      else await this.#restart();
    }
    await pause(untilMs - performance.now());
    clearInterval(talking);
    clearInterval(sampling);
    await pause(SETTLE_MS);
    return this.#end(minutes);
  }

  async #start(): Promise<void> {
    const server = await this.#hosts.add();
    const words = ['room-server', String(server.port), '--host', server.address];
    this.#server = new MeasuredProgram(words, undefined, {
      nodeOptions: NODE_OPTIONS,
      launcher: server.launcher,
    });
    await this.#server.until('the room server listens', (line) => line.includes('listening'));
    const roomServer = { host: server.address, port: server.port };
    for (const name of NAMES) {
      const { port, launcher } = await this.#hosts.add(name);
      const options = { nodeOptions: NODE_OPTIONS, launcher };
      const peer = new TalkingPeer({ name, room: ROOM, port, roomServer, options }, this.#books);
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

  /** @param untilMs when a fault that lasts ends. */
  async #break(untilMs: number): Promise<void> {
    const fault = FAULTS[this.#restarts % FAULTS.length] as Fault;
    const round = Math.floor(this.#restarts / FAULTS.length);
    // Who was cut off is killed a minute later at the earliest: until then others have what it has said.
    const place = (this.#restarts + round) % (this.#peers.length - STAYERS);
    const victim = this.#peers[STAYERS + place] as TalkingPeer;
    this.#restarts += 1;
    if (fault === 'killed') {
      await victim.kill();
      await victim.start();
    } else {
      const isCut = fault === 'cut off' && this.#hosts.cut(victim.name);
      if (!isCut) victim.pause();
      await pause(untilMs - performance.now());
      if (isCut) this.#hosts.mend(victim.name);
      else victim.goOn();
    }
    await this.#books.untilWhole(this.#peers, MENDED_MS);
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
    // Before they quit: who has ended awaits nothing.
    const verdict = await this.#books.completed(this.#hasFaults ? MENDED_MS : SETTLE_MS);
    for (const peer of this.#peers) await peer.quit();
    await this.#server?.stop();
    const { messages, local, orphaned, copies, lost, doubled, missedUnlinked, losses } = verdict;
    const memory = [...this.#memory].map(([name, samples]) => growth(name, samples, minutes));
    const isGood = lost === 0 && doubled === 0 && memory.every(({ isFlat }) => isFlat);
    const lines = [
      `${minutes} minutes, ${this.#restarts} ${this.#hasFaults ? `faults (${FAULTS.join(', ')})` : 'restarts'}, ${messages} messages.`,
      `${copies} copies awaited, ${lost} lost, ${doubled} doubled.`,
      `${local} messages were shown to their speaker only, who had no link; ${orphaned} were said within a second of their speaker's end; ` +
        `${missedUnlinked} copies were missed by peers that had no link just then.`,
      ...(this.#hosts.refusal === undefined ? [] : [`Stopped in place of cut off: ${this.#hosts.refusal}.`]),
      ...losses,
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
    options: {
      minutes: { type: 'string', default: '10' },
      rate: { type: 'string', default: '200' },
      faults: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  const rate = Number(values.rate);
  if (!(minutes > 0 && rate > 0)) throw new Error('give numbers over 0');
  return (await new Soak(rate, values.faults).run(minutes)) ? 0 : 1;
}
