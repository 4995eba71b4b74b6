/**
 * What young links are given of what was said before they came up, and when: at once what their other side
 * probably misses; the rest once it has shown that it remembers what was said, or a fresh list has shown that
 * it is still the process that we know (mending/contacts.ts decides).
 *
 * Invariant: a link is given more at most once after its beginning: what is older than what has been written
 * already comes behind it.
 */
import type { Clock } from '../io/clock.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { TextSlice } from '../protocol/text/text-slice.ts';
import type { AttachedLink } from './attached-link.ts';
import { AwaitedList } from './awaited-list.ts';
import type { Gap } from './mending/contacts.ts';
import type { Mending } from './mending/mending.ts';

/** What this needs of its peer. */
interface PastOfLinksPorts {
  readonly clock: Clock;
  readonly limits: Pick<PeerLimits, 'undecidedMs'>;
  readonly mending: Mending;
  /** A fresh list is wanted. */
  freshListNeeded(): void;
}

/** A link that may be given more than it was given at its beginning. */
interface Unproven {
  readonly attached: AttachedLink;
  gap: Gap;
  readonly given: readonly TextSlice[];
  /** When it came up. */
  readonly atMs: number;
  /** When we heard first what it has shown that it remembers; `null` while it has not. */
  rememberedMs: number | null;
}

/** The young links of one peer. */
export class PastOfLinks {
  readonly #ports: PastOfLinksPorts;
  readonly #unproven = new Map<string, Unproven>();
  /** By it links are judged whose other side remembers something, but may have been started anew. */
  readonly #rests: AwaitedList;

  constructor(ports: PastOfLinksPorts) {
    this.#ports = ports;
    this.#rests = new AwaitedList(ports, () => this.#mendRests());
  }

  /** A link has come up, with this gap at its other side: it is given what is probably missing there. */
  begin(attached: AttachedLink, gap: Gap): void {
    const { clock, mending, freshListNeeded } = this.#ports;
    const { probable, signSinceMs, ifUnmoved } = gap;
    const given = mending.probablyMissing(attached, gap);
    if (probable || signSinceMs !== null) attached.mend(given, probable?.sinceMs ?? clock.now());
    this.#unproven.set(attached.id, { attached, gap, given, atMs: clock.now(), rememberedMs: null });
    if (ifUnmoved && mending.isMissing(attached, ifUnmoved)) freshListNeeded();
  }

  /** The link is no more. Harmless for one that has not begun. */
  end(id: string): void {
    this.#unproven.delete(id);
  }

  /**
   * What was said before a link came up, and first heard here then, has come over it: the other side
   * remembers.
   */
  showsMemory({ id }: AttachedLink, firstSeenMs: number): void {
    const unproven = this.#unproven.get(id);
    if (!unproven || unproven.rememberedMs !== null) return;
    unproven.rememberedMs = firstSeenMs;
    if (unproven.gap.probable) this.#mendRest(unproven);
    else this.#rests.ask();
  }

  /** The latest list that was asked for has come. */
  listCame(): void {
    this.#mendUnmoved();
    this.#rests.come();
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.#rests.stop();
  }

  /** The list tells of those who have said nothing yet whether they are still the processes that we know. */
  #mendUnmoved(): void {
    const { mending } = this.#ports;
    for (const unproven of this.#unproven.values()) {
      const link = unproven.attached;
      const { ifUnmoved, signSinceMs } = unproven.gap;
      if (!ifUnmoved) continue;
      unproven.gap = { probable: null, signSinceMs, ifUnmoved: null };
      if (!mending.isUnmoved(link.member, ifUnmoved.inTouchMs)) continue;
      this.#unproven.delete(link.id);
      const given = mending.probablyMissing(link, { probable: ifUnmoved, signSinceMs });
      unproven.attached.mend(given, ifUnmoved.sinceMs);
    }
  }

  /** The list tells whether those that may be new processes were added again. */
  #mendRests(): void {
    for (const unproven of this.#unproven.values()) this.#mendRest(unproven);
  }

  #mendRest({ attached, given, atMs, rememberedMs }: Unproven): void {
    if (rememberedMs === null) return;
    const { mending } = this.#ports;
    this.#unproven.delete(attached.id);
    const sinceMs = mending.possibleSinceMs(attached.member, rememberedMs);
    attached.mend(mending.possiblyMissing(attached, sinceMs, atMs, given), sinceMs);
  }
}
