/** Who has said what in the soak, who has shown it, and whether the overlay is one piece. */

import type { SoakPeer } from './soak-peer.ts';
import { Condition } from './sockets.ts';

/** Who ends within this time of a message may have gone before it came. */
const UNDER_WAY_MS = 1_000;

interface Said {
  readonly atMs: number;
  /** Lives that were in the overlay when it was said, and the speaker's. */
  readonly lives: readonly string[];
  /** The speaker had no link and was told that nobody gets it (PROTOCOL.md, Send). */
  isLocal: boolean;
}

/** What came of a soak. */
export interface Verdict {
  readonly messages: number;
  /** Messages that were shown to their speaker only, as it was told. */
  readonly local: number;
  readonly copies: number;
  readonly lost: number;
  readonly doubled: number;
}

/** See above. */
export class SoakBooks {
  readonly #said: Said[] = [];
  /** By life: how often each message was shown. */
  readonly #shown = new Map<string, Map<number, number>>();
  readonly #lives = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #condition = new Condition();
  /** What was said before is not counted. */
  #countedFrom = 0;

  /** A life of this peer begins. */
  begins(name: string): void {
    const number = (this.#lives.get(name) ?? 0) + 1;
    if (number > 1) this.#ended.set(`${name} ${number - 1}`, performance.now());
    this.#lives.set(name, number);
    this.#shown.set(this.#life(name), new Map());
  }

  /** @returns the text of the next message, which is about to be said. */
  sent(speaker: SoakPeer, peers: readonly SoakPeer[]): string {
    const awaiting = peers.filter((peer) => peer === speaker || (peer.isJoined && peer.hasLinked));
    const lives = awaiting.map(({ name }) => this.#life(name));
    this.#said.push({ atMs: performance.now(), lives, isLocal: false });
    return `message ${this.#said.length - 1}`;
  }

  shown(name: string, text: string): void {
    const number = numberIn(text);
    const shown = this.#shown.get(this.#life(name));
    shown?.set(number, (shown.get(number) ?? 0) + 1);
  }

  /** The speaker was told that nobody gets this message. */
  wasLocal(text: string): void {
    const said = this.#said[numberIn(text)];
    if (said) said.isLocal = true;
  }

  /** What has been said until now was only said to warm up. */
  begin(): void {
    this.#countedFrom = this.#said.length;
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
    const sums = { messages: 0, local: 0, copies: 0, lost: 0 };
    for (const [number, { atMs, lives, isLocal }] of this.#said.entries()) {
      if (number < this.#countedFrom) continue;
      sums.messages += 1;
      if (isLocal) {
        sums.local += 1;
        continue;
      }
      // Who was restarted meanwhile has not stayed.
      const stayed = lives.filter(
        (life) => (this.#ended.get(life) ?? Number.POSITIVE_INFINITY) > atMs + UNDER_WAY_MS,
      );
      sums.copies += stayed.length;
      sums.lost += stayed.filter((life) => !this.#shown.get(life)?.has(number)).length;
    }
    return { ...sums, doubled };
  }

  #life(name: string): string {
    return `${name} ${this.#lives.get(name) ?? 0}`;
  }
}

function numberIn(text: string): number {
  return Number(text.slice('message '.length));
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
