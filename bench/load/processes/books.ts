/**
 * Who has said what, who has shown it, and whether the overlay is one piece: the book of a test or a soak
 * with real processes.
 *
 * A message is awaited by its speaker and by everybody who was in the room and linked when it was said, as
 * far as its own notices had told, in each case by that incarnation of the peer: who is started again is
 * somebody new. What a peer has said while it had no link is shown to itself only, which it is told
 * (PROTOCOL.md, Send), and what a peer has said right before it was killed may have died with it: neither is
 * awaited.
 */
import { neighbourLists, type Pair, piecesOf } from '../../../src/overlay/pieces.ts';
import { Condition } from '../sockets.ts';

/** Who ends within this time of a message may have gone before it came, or before anybody else had it. */
const UNDER_WAY_MS = 1_000;
/** Losses that are named; the rest is counted. */
const NAMED_MAX = 20;

/** A peer as the book asks it (talking-peer.ts). */
export interface Talker {
  readonly name: string;
  readonly isJoined: boolean;
  readonly isLinked: boolean;
  /** It has had a link in its present incarnation. */
  readonly hasLinked: boolean;
  /** To whom its forward link leads. */
  readonly forward: string | undefined;
  /** Whose forward links come to it. */
  readonly backward: { has(name: string): boolean };
}

interface Said {
  readonly atMs: number;
  readonly speaker: string;
  /** Incarnations that were linked when it was said, and the speaker's. */
  readonly incarnations: readonly string[];
  /** Incarnations that had been linked before but were not then: counted, but not as lost. */
  readonly unlinked: readonly string[];
  /** The speaker had no link and was told that nobody gets it (PROTOCOL.md, Send). */
  isLocal: boolean;
}

/** What came of it. */
export interface Verdict {
  readonly messages: number;
  /** Messages that were shown to their speaker only, as it was told. */
  readonly local: number;
  /** Messages of peers that were killed within a second. */
  readonly orphaned: number;
  readonly copies: number;
  readonly lost: number;
  readonly doubled: number;
  /** Copies that those have not shown who were without a link for a while when it was said. */
  readonly missedUnlinked: number;
  /** Some of the lost ones, in words. */
  readonly losses: readonly string[];
}

/** See above. */
export class Books {
  readonly #said: Said[] = [];
  /** By incarnation: how often each message was shown. */
  readonly #shown = new Map<string, Map<number, number>>();
  readonly #incarnations = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #condition = new Condition();
  readonly #stayMs: number;
  /** What was said before is not counted. */
  #countedFrom = 0;

  /**
   * @param stayMs an incarnation that has ended awaits what was said so long before its end; with infinity
   * only who is there at the end awaits anything.
   */
  constructor(stayMs = UNDER_WAY_MS) {
    this.#stayMs = stayMs;
  }

  /** An incarnation of this peer begins. */
  begins(name: string): void {
    this.#incarnations.set(name, (this.#incarnations.get(name) ?? 0) + 1);
    this.#shown.set(this.#incarnation(name), new Map());
  }

  /** The incarnation of this peer ends. */
  ends(name: string): void {
    this.#ended.set(this.#incarnation(name), performance.now());
  }

  /**
   * @param speaker `undefined` where somebody says it who is none of these peers.
   * @returns the text of the next message, which is about to be said.
   */
  sent(speaker: Talker | undefined, peers: readonly Talker[]): string {
    const others = peers.filter((peer) => peer !== speaker && peer.isJoined && peer.hasLinked);
    const incarnations = (some: readonly Talker[]) => some.map(({ name }) => this.#incarnation(name));
    const linked = others.filter(({ isLinked }) => isLinked);
    this.#said.push({
      atMs: performance.now(),
      speaker: speaker ? this.#incarnation(speaker.name) : 'a stranger',
      incarnations: incarnations(speaker ? [speaker, ...linked] : linked),
      unlinked: incarnations(others.filter(({ isLinked }) => !isLinked)),
      isLocal: false,
    });
    return `message ${this.#said.length - 1}`;
  }

  shown(name: string, text: string): void {
    const number = numberIn(text);
    const shown = this.#shown.get(this.#incarnation(name));
    shown?.set(number, (shown.get(number) ?? 0) + 1);
    this.#condition.changed();
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
  untilWhole(peers: readonly Talker[], timeoutMs?: number): Promise<void> {
    return this.#condition.until('the overlay is one piece', () => isWhole(peers), timeoutMs);
  }

  /** Resolves when a condition on what peers have told of their links holds. */
  until(what: string, holds: () => boolean, timeoutMs?: number): Promise<void> {
    return this.#condition.until(what, holds, timeoutMs);
  }

  /** @returns what has come of it, when nothing is missing any more, or else after this time. */
  async completed(withinMs: number): Promise<Verdict> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#condition.changed();
    }, withinMs);
    const isComplete = () => isLate || this.verdict().lost === 0;
    await this.#condition.until('everything is shown', isComplete, 2 * withinMs);
    clearTimeout(timer);
    return this.verdict();
  }

  verdict(): Verdict {
    const doubled = [...this.#shown.values()]
      .flatMap((incarnation) => [...incarnation.values()])
      .reduce((sum, count) => sum + count - 1, 0);
    const sums = { messages: 0, local: 0, orphaned: 0, copies: 0, lost: 0, missedUnlinked: 0 };
    const losses: string[] = [];
    for (const [number, said] of this.#said.entries()) {
      if (number < this.#countedFrom) continue;
      sums.messages += 1;
      const isOrphaned = !this.#outlives(said.speaker, said.atMs, UNDER_WAY_MS);
      if (said.isLocal) sums.local += 1;
      else if (isOrphaned) sums.orphaned += 1;
      if (said.isLocal || isOrphaned) continue;
      const missing = (incarnations: readonly string[]) => {
        const stayed = incarnations.filter((incarnation) =>
          this.#outlives(incarnation, said.atMs, this.#stayMs),
        );
        return { stayed, missed: stayed.filter((incarnation) => !this.#shown.get(incarnation)?.has(number)) };
      };
      const { stayed, missed } = missing(said.incarnations);
      sums.copies += stayed.length;
      sums.lost += missed.length;
      sums.missedUnlinked += missing(said.unlinked).missed.length;
      if (missed.length > 0 && losses.length < NAMED_MAX)
        losses.push(`message ${number} of ${said.speaker}: not shown by ${missed.join(', ')}`);
    }
    return { ...sums, doubled, losses };
  }

  #outlives(incarnation: string, atMs: number, byMs: number): boolean {
    const endedMs = this.#ended.get(incarnation);
    return endedMs === undefined || endedMs > atMs + byMs;
  }

  #incarnation(name: string): string {
    return `${name} ${this.#incarnations.get(name) ?? 0}`;
  }
}

function numberIn(text: string): number {
  return Number(text.slice('message '.length));
}

function isWhole(peers: readonly Talker[]): boolean {
  const pairs = peers.flatMap((one, at) =>
    peers.flatMap((other, index): Pair[] => (index < at && areLinked(one, other) ? [[at, index]] : [])),
  );
  return piecesOf(peers.keys(), neighbourLists(pairs)).length <= 1;
}

function areLinked(one: Talker, other: Talker): boolean {
  const isForward = one.forward === other.name && other.backward.has(one.name);
  return isForward || (other.forward === one.name && one.backward.has(other.name));
}
