/**
 * Every message of a world: who sent it, who has shown it, over which link it came. Invariant 1 is checked as
 * it happens, invariant 2 by asking who should have shown a message.
 */

import type { RecordedDelivery, RecordedMessage } from '../recording.ts';
import { quoted } from './quoted.ts';

interface Entry {
  readonly content: string;
  readonly from: number;
  /** Number of the incarnation that its sender was in. */
  readonly fromIncarnation: number;
  readonly originHid: string;
  readonly user: string;
  readonly sentMs: number;
  readonly isProbe: boolean;
  readonly deliveries: RecordedDelivery[];
  /** By `peer/incarnation` of everybody that has shown it. */
  readonly shownBy: Map<string, Showing>;
  frames: number;
}

/** When an incarnation of a peer has shown a message. */
interface Showing {
  /** Which of all messages that it has shown: 0 for the first. */
  readonly number: number;
  readonly atMs: number;
}

/** A message as a peer has shown it. */
interface Shown {
  readonly peer: number;
  readonly incarnation: number;
  readonly content: string;
  readonly user: string;
  readonly originHid: string;
  readonly atMs: number;
  /** Who handed it over, where that is known. */
  readonly via: number | null;
  /** Its peer shows some of what comes again, as another implementation may: that is counted. */
  readonly mayBeAgain: boolean;
}

/** The messages of one world, by their content, which is unique in it. */
export class MessageLedger {
  readonly #entries = new Map<string, Entry>();
  /** Messages that were shown, by `peer/incarnation`. */
  readonly #counts = new Map<string, number>();
  /** Messages that were shown again, by peer. */
  readonly #again = new Map<number, number>();

  /** A user has sent a message; its own showing is recorded like any other. */
  sent(
    message: Pick<
      Entry,
      'content' | 'from' | 'fromIncarnation' | 'originHid' | 'user' | 'sentMs' | 'isProbe'
    >,
  ): void {
    const fresh = { deliveries: [], shownBy: new Map<string, Showing>(), frames: 0 };
    this.#entries.set(message.content, { ...message, ...fresh });
  }

  /** True if somebody has said this. */
  isSent(content: string): boolean {
    return this.#entries.has(content);
  }

  /** Records a showing. @returns what is wrong with it, in one sentence; `undefined` if nothing is. */
  shown({ peer, incarnation, content, user, originHid, atMs, via, mayBeAgain }: Shown): string | undefined {
    const entry = this.#entries.get(content);
    if (!entry) return `showed ${quoted(content)}, which nobody has sent`;
    if (entry.user !== user || entry.originHid !== originHid) {
      return `showed ${quoted(content)} as from ${user}, but ${entry.user} has sent it`;
    }
    const key = `${peer}/${incarnation}`;
    if (entry.shownBy.has(key)) {
      if (!mayBeAgain) return `showed ${quoted(content)} twice`;
      this.#again.set(peer, this.shownAgain(peer) + 1);
      return undefined;
    }
    const number = this.#counts.get(key) ?? 0;
    this.#counts.set(key, number + 1);
    entry.shownBy.set(key, { number, atMs });
    const before = entry.deliveries.find((delivery) => delivery.peer === via);
    entry.deliveries.push({ peer, atMs, via, hops: via === null ? 0 : (before?.hops ?? 0) + 1 });
    return undefined;
  }

  /** One TEXT frame with this content has been written by somebody. */
  frame(content: string): void {
    const entry = this.#entries.get(content);
    if (entry) entry.frames += 1;
  }

  /** TEXT frames written for a message so far. */
  frames(content: string): number {
    return this.#entries.get(content)?.frames ?? 0;
  }

  /** How often this peer has shown a message that it had shown before. */
  shownAgain(peer: number): number {
    return this.#again.get(peer) ?? 0;
  }

  /** Messages that this peer has shown, what it showed again not counted again. */
  shownCount(peer: number): number {
    let sum = 0;
    for (const [key, count] of this.#counts) if (key.startsWith(`${peer}/`)) sum += count;
    return sum;
  }

  /** When and as which of its messages this incarnation of this peer has shown the message. */
  showing(content: string, peer: number, incarnation: number): Showing | undefined {
    return this.#entries.get(content)?.shownBy.get(`${peer}/${incarnation}`);
  }

  /** True if this incarnation of this peer has shown the message. */
  hasShown(content: string, peer: number, incarnation: number): boolean {
    return this.#entries.get(content)?.shownBy.has(`${peer}/${incarnation}`) ?? false;
  }

  /** Everything, in order of sending. */
  recorded(): RecordedMessage[] {
    return [...this.#entries.values()].map(
      ({ content, from, fromIncarnation, sentMs, deliveries, frames, isProbe }) => ({
        content,
        from,
        fromIncarnation,
        sentMs,
        deliveries,
        frames,
        isProbe,
      }),
    );
  }
}
