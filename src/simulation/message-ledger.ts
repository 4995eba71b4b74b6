/**
 * Every message of a world: who sent it, who has shown it, over which link it came. Invariant 1 is checked as
 * it happens, invariant 2 by asking who should have shown a message.
 */
import type { RecordedDelivery, RecordedMessage } from './recording.ts';

interface Entry {
  readonly content: string;
  readonly from: number;
  /** Number of the life that its sender was in. */
  readonly fromLife: number;
  readonly originHid: string;
  readonly user: string;
  readonly sentMs: number;
  readonly isProbe: boolean;
  readonly deliveries: RecordedDelivery[];
  /** `peer/life` of everybody that has shown it. */
  readonly shownBy: Set<string>;
  frames: number;
}

/** A message as a peer has shown it. */
export interface Shown {
  readonly peer: number;
  readonly life: number;
  readonly content: string;
  readonly user: string;
  readonly originHid: string;
  readonly atMs: number;
  /** Who handed it over, where that is known. */
  readonly via: number | null;
}

/** The messages of one world, by their content, which is unique in it. */
export class MessageLedger {
  readonly #entries = new Map<string, Entry>();

  /** A user has sent a message; its own showing is recorded like any other. */
  sent(
    message: Pick<Entry, 'content' | 'from' | 'fromLife' | 'originHid' | 'user' | 'sentMs' | 'isProbe'>,
  ): void {
    const fresh = { deliveries: [], shownBy: new Set<string>(), frames: 0 };
    this.#entries.set(message.content, { ...message, ...fresh });
  }

  /** Records a showing. @returns what is wrong with it, in one sentence; `undefined` if nothing is. */
  shown({ peer, life, content, user, originHid, atMs, via }: Shown): string | undefined {
    const entry = this.#entries.get(content);
    if (!entry) return `showed ${JSON.stringify(content)}, which nobody has sent`;
    if (entry.user !== user || entry.originHid !== originHid) {
      return `showed ${JSON.stringify(content)} as from ${user}, but ${entry.user} has sent it`;
    }
    const key = `${peer}/${life}`;
    if (entry.shownBy.has(key)) return `showed ${JSON.stringify(content)} twice`;
    entry.shownBy.add(key);
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

  /** True if this life of this peer has shown the message. */
  hasShown(content: string, peer: number, life: number): boolean {
    return this.#entries.get(content)?.shownBy.has(`${peer}/${life}`) ?? false;
  }

  /** Everything, in order of sending. */
  recorded(): RecordedMessage[] {
    return [...this.#entries.values()].map(
      ({ content, from, fromLife, sentMs, deliveries, frames, isProbe }) => ({
        content,
        from,
        fromLife,
        sentMs,
        deliveries,
        frames,
        isProbe,
      }),
    );
  }
}
