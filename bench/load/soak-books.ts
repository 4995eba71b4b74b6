/** Who has said what in the soak, who has shown it, and when the overlay was one piece. */

import type { SoakPeer } from './soak-peer.ts';
import { Condition } from './sockets.ts';

/** What was said this long before a restart may still have been on its way through who is restarted. */
const UNDER_WAY_MS = 500;

interface Said {
  readonly atMs: number;
  /** Lives that were joined when it was said, the speaker's included. */
  readonly lives: readonly string[];
}

interface Mending {
  readonly fromMs: number;
  untilMs: number;
}

/** What came of a soak. */
export interface Verdict {
  readonly messages: number;
  readonly copies: number;
  readonly lost: number;
  readonly doubled: number;
  readonly mending: number;
  readonly mendingCopies: number;
  readonly mendingLost: number;
  readonly mendingMs: number;
}

/** See above. */
export class SoakBooks {
  readonly #said: Said[] = [];
  /** By life: how often each message was shown. */
  readonly #shown = new Map<string, Map<number, number>>();
  readonly #lives = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #mendings: Mending[] = [];
  readonly #condition = new Condition();

  /** A life of this peer begins. */
  begins(name: string): void {
    const number = (this.#lives.get(name) ?? 0) + 1;
    if (number > 1) this.#ended.set(`${name} ${number - 1}`, performance.now());
    this.#lives.set(name, number);
    this.#shown.set(this.#life(name), new Map());
  }

  /** @returns the text of the next message, which is about to be said. */
  sent(_speaker: string, peers: readonly SoakPeer[]): string {
    const lives = peers.filter(({ isJoined }) => isJoined).map(({ name }) => this.#life(name));
    this.#said.push({ atMs: performance.now(), lives });
    return `message ${this.#said.length - 1}`;
  }

  shown(name: string, text: string): void {
    const number = Number(text.slice('message '.length));
    const shown = this.#shown.get(this.#life(name));
    shown?.set(number, (shown.get(number) ?? 0) + 1);
  }

  mendingBegins(): void {
    this.#mendings.push({ fromMs: performance.now() - UNDER_WAY_MS, untilMs: Number.POSITIVE_INFINITY });
  }

  mendingEnds(): void {
    const last = this.#mendings.at(-1);
    if (last) last.untilMs = performance.now();
  }

  /** Somebody has told of a link. */
  changed(): void {
    this.#condition.changed();
  }

  /** Resolves when both ends of as many links as make one piece of all peers have told of them. */
  untilWhole(peers: readonly SoakPeer[]): Promise<void> {
    return this.#condition.until('the overlay is one piece', () => isWhole(peers));
  }

  verdict(): Verdict {
    const doubled = [...this.#shown.values()]
      .flatMap((life) => [...life.values()])
      .filter((count) => count > 1).length;
    const whole = { messages: 0, copies: 0, lost: 0 };
    const mending = { messages: 0, copies: 0, lost: 0 };
    for (const [number, { atMs, lives }] of this.#said.entries()) {
      const mendings = this.#mendings.filter(({ fromMs, untilMs }) => atMs >= fromMs && atMs <= untilMs);
      const sums = mendings.length > 0 ? mending : whole;
      // Who was restarted meanwhile has not stayed.
      const stayed = lives.filter(
        (life) => (this.#ended.get(life) ?? Number.POSITIVE_INFINITY) > atMs + 2 * UNDER_WAY_MS,
      );
      sums.messages += 1;
      sums.copies += stayed.length;
      sums.lost += stayed.filter((life) => !this.#shown.get(life)?.has(number)).length;
    }
    const mendingMs = this.#mendings.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
    return {
      ...whole,
      doubled,
      mending: mending.messages,
      mendingCopies: mending.copies,
      mendingLost: mending.lost,
      mendingMs,
    };
  }

  #life(name: string): string {
    return `${name} ${this.#lives.get(name) ?? 0}`;
  }
}

function isWhole(peers: readonly SoakPeer[]): boolean {
  const byName = new Map(peers.map((peer) => [peer.name, peer]));
  const reached = new Set<string>();
  const waiting = peers.slice(0, 1).map(({ name }) => name);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const other of peers) if (areLinked(byName.get(name), other)) waiting.push(other.name);
  }
  return reached.size === peers.length;
}

function areLinked(one: SoakPeer | undefined, other: SoakPeer): boolean {
  if (!one) return false;
  const isForward = one.forward === other.name && other.backward.has(one.name);
  return isForward || (other.forward === one.name && one.backward.has(other.name));
}
