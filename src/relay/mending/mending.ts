/**
 * What mends a break: the journal of what was said, when each member was last in touch, and which of our own
 * messages nobody has heard as far as is known. One object per peer, asked by the relay.
 *
 * Over a link that mends a break both sides send what may be missing at the other, each by its own
 * judgement; over an ordinary new link nothing is sent again. docs/ARCHITECTURE.md, "Catching up".
 */
import type { Feed } from '../../feed/feed.ts';
import type { Clock } from '../../io/clock.ts';
import type { PeerLimits } from '../../limits/peer.ts';
import { getsCopy } from '../../overlay/flood.ts';
import type { Link, LinkEnd } from '../../overlay/link-table.ts';
import type { Member } from '../../overlay/member.ts';
import type { MembershipChange } from '../../overlay/membership.ts';
import type { Room } from '../../overlay/room.ts';
import type { TextSlice } from '../../protocol/text/text-slice.ts';
import { Contacts, type Gap, type Missing } from './contacts.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { OwnMessages, type Sayings } from './own-messages.ts';

/** What mending needs of its peer. */
interface MendingPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: PeerLimits;
  readonly room: Room;
  readonly feed: Feed;
  readonly journal: Journal;
  /** False sends nothing again (`--no-catch-up`). */
  readonly isCatchingUp: boolean;
}

/** What is known of a link that is written to no more. */
interface Detached {
  /** What was written to it before has arrived; `null` for one that was never written to. */
  readonly deliveredMs: number | null;
  readonly hasBeenHeard: boolean;
}

const NOTHING_MISSING: Missing = { sinceMs: Number.POSITIVE_INFINITY, framesMax: 0 };

const NEVER_ATTACHED: Detached = { deliveredMs: null, hasBeenHeard: true };

/** The memory of one peer that mends breaks. */
export class Mending {
  readonly #ports: MendingPorts;
  readonly #contacts: Contacts;
  readonly #own: OwnMessages;
  /** Of links that are ending. */
  readonly #detached = new Map<string, Detached>();

  constructor(ports: MendingPorts) {
    this.#ports = ports;
    this.#contacts = new Contacts(ports.limits);
    this.#own = new OwnMessages(ports.limits);
  }

  /** True if messages that no link has taken are kept for the next one. */
  get keepsUnsent(): boolean {
    return this.#ports.isCatchingUp;
  }

  /** Own messages that may have reached nobody, as far as is known now. */
  get inDoubt(): Sayings {
    return this.#own.inDoubt;
  }

  listChanged(change: MembershipChange): void {
    const { clock, room } = this.#ports;
    this.#contacts.listChanged(change, (hid) => room.seen.lastMsgId(hid), clock.now());
  }

  /**
   * A member that may have been a new process has shown that it remembers what was said at `rememberedMs`.
   * @returns since when it may miss something.
   */
  possibleSinceMs(member: Member, rememberedMs: number): number {
    return this.#contacts.possibleSinceMs(member, rememberedMs);
  }

  /**
   * A list has come that was asked for after a link with this member came up.
   * @param inTouchMs when it was last in touch before that.
   * @returns true if the list shows that it is still the process that we know.
   */
  isUnmoved(member: Member, inTouchMs: number): boolean {
    return this.#contacts.isUnmoved(member, inTouchMs, this.#ports.room.membership.members);
  }

  /**
   * A member has begun a new incarnation, as a message of it has shown: what it has said before, from this
   * message ID on, is not told any more, and nothing of before is told to it.
   */
  newIncarnation(originHid: string, fromMsgId: number): void {
    this.#ports.journal.forget(originHid, fromMsgId);
    this.#contacts.newIncarnation(originHid, this.#ports.clock.now());
  }

  /**
   * A link comes up: what may be missing at its other side, `null` for nothing.
   * @param msgId the last message ID that the other side has used, as its handshake says.
   */
  linkUp(link: Link, msgId: number): Gap | null {
    const { member } = link;
    const { clock, room, journal, isCatchingUp } = this.#ports;
    const knownMsgId = room.seen.lastMsgId(member.hid);
    if (msgId < knownMsgId) journal.forget(member.hid, msgId + 1);
    const gap = this.#contacts.gapAt(link, msgId, knownMsgId, clock.now());
    return isCatchingUp ? gap : null;
  }

  /** True if there is anything that somebody may miss so. */
  isMissing(link: Link, { sinceMs }: Missing): boolean {
    return this.#entries(link, sinceMs).some(
      ({ atMs, fromHid }) => atMs >= sinceMs && fromHid !== link.member.hid,
    );
  }

  /**
   * What a link is given at its beginning, oldest first: what its other side probably misses, and the oldest
   * message that we remember, by which it sees that we are no new process, and since when we are here.
   */
  probablyMissing(link: Link, { probable, signSinceMs }: Omit<Gap, 'ifUnmoved'>): readonly TextSlice[] {
    const { sinceMs, framesMax } = probable ?? NOTHING_MISSING;
    const entries = this.#entries(link, 0);
    const isMissing = ({ atMs, fromHid }: JournalEntry) => atMs >= sinceMs && fromHid !== link.member.hid;
    const missing = entries.filter(isMissing);
    const newest = missing.slice(Math.max(0, missing.length - framesMax));
    const sign = signSinceMs === null ? undefined : entries.find(({ atMs }) => atMs >= signSinceMs);
    const isGiven = sign === undefined || newest.includes(sign);
    return this.#given(link, isGiven ? newest : [sign, ...newest]);
  }

  /**
   * What else a link is given, once its other side has shown that it remembers something, oldest first.
   * @param given what it has been given at its beginning.
   */
  possiblyMissing(
    link: Link,
    sinceMs: number,
    linkedAtMs: number,
    given: readonly TextSlice[],
  ): readonly TextSlice[] {
    const keyOf = ({ originHid, msgId }: TextSlice) => `${originHid} ${msgId}`;
    const isGiven = new Set(given.map(keyOf));
    const missing = this.#entries(link, sinceMs).filter(
      ({ text, atMs, fromHid }) =>
        atMs <= linkedAtMs && fromHid !== link.member.hid && !isGiven.has(keyOf(text)),
    );
    return this.#given(link, missing);
  }

  #entries(link: Link, sinceMs: number): JournalEntry[] {
    const { clock, journal } = this.#ports;
    return journal.since(sinceMs, clock.now(), (originHid) => getsCopy(link, '', originHid));
  }

  #given(link: Link, entries: readonly JournalEntry[]): readonly TextSlice[] {
    const { counters } = this.#ports.feed;
    if (entries.length > 0) counters.add('messages sent again', entries.length);
    const own = entries.filter(({ fromHid }) => fromHid === null).map(({ text }) => text.msgId);
    this.#tell('sent again', this.#own.sentAgain(link.id, new Set(own)), link.member);
    return entries.map(({ text }) => text);
  }

  /** A link is written to no more. */
  detached(id: string, { deliveredMs, hasBeenHeard }: Detached): void {
    this.#detached.set(id, { deliveredMs, hasBeenHeard });
  }

  /** A member has linked to us anew, and this older link with it is about to be closed. */
  overtaken({ member }: Link, deliveredMs: number): void {
    this.#contacts.linkEnded(member, 'lost', deliveredMs);
  }

  /**
   * A link, or an attempt at one, has ended.
   * @param member `null` for one that has never said who it is.
   */
  linkEnded(id: string, member: Member | null, end: LinkEnd): void {
    const { deliveredMs, hasBeenHeard } = this.#detached.get(id) ?? NEVER_ATTACHED;
    this.#detached.delete(id);
    // Who closes a link that nothing has come over may never have taken it for one: it has read nothing.
    const isRead = end === 'closed' && hasBeenHeard;
    if (member) this.#contacts.linkEnded(member, end, isRead ? null : deliveredMs);
    const { size } = this.#ports.room.links;
    if (end === 'lost' && size === 0) this.weWereCutOff();
    if (end === 'reset' && size === 0) this.#contacts.weMayHaveBeenAlone();
    this.#tell('in doubt', this.#own.linkEnded(id, end !== 'closed'), null);
  }

  /** We were cut off from everybody, or stood still. */
  weWereCutOff(): void {
    this.#contacts.weWereCutOff();
  }

  /** Something has come over a link. */
  heard({ id, member }: Link): void {
    this.#contacts.heard(member.hid, this.#ports.clock.now());
    this.#own.heard(id);
  }

  /** Messages that were new have come over a link. */
  accepted(texts: readonly TextSlice[], fromHid: string): void {
    const nowMs = this.#ports.clock.now();
    this.#ports.journal.add(texts, fromHid, nowMs);
    let last = '';
    for (const { originHid } of texts) {
      if (originHid !== last) this.#contacts.heard(originHid, nowMs);
      last = originHid;
    }
  }

  /** Our own messages have been said. @param links those that they were written to. */
  said(texts: readonly TextSlice[], contents: readonly string[], links: Iterable<string>): void {
    this.#ports.journal.add(texts, null, this.#ports.clock.now());
    this.#own.said(texts[0]?.msgId ?? 0, contents, links);
  }

  /**
   * A duplicate has come over a link in its everyday life. Of what came long ago, and from this very member,
   * it shows that the member hands on what it has had before: nothing is sent to it again.
   */
  duplicate({ member }: Link, text: TextSlice, firstSeenMsAgo: number): void {
    const { limits, journal } = this.#ports;
    if (firstSeenMsAgo < limits.oldDuplicateMs) return;
    if (journal.cameFrom(member.hid, text)) this.#contacts.passesDuplicatesOn(member);
  }

  #tell(type: 'in doubt' | 'sent again', sayings: Sayings | null, member: Member | null): void {
    if (!sayings) return;
    const { report } = this.#ports.feed;
    if (type === 'in doubt') report({ window: 'command', type: 'messages in doubt', ...sayings });
    else if (member) report({ window: 'command', type: 'messages sent again', ...sayings, member });
  }
}
