/**
 * What a peer knows of the room that it is in: who it is there itself, who else is, which links are up, which
 * messages have been seen. The read model that machines ask in their guards; it decides nothing by itself.
 */
import type { HandshakeFrame, MemberAddress } from '../protocol/frames.ts';
import { dialled, isLoopback } from '../protocol/names.ts';
import { Absences } from './absences.ts';
import { canBeReached, compareChoices, forwardCandidates, leadsTo } from './dialling/candidates.ts';
import { Flood } from './flood.ts';
import { type Link, LinkTable } from './link-table.ts';
import type { Member } from './member.ts';
import { Membership, type NewList } from './membership.ts';
import type { PassedOn } from './seen/passed-on.ts';
import type { SeenCache } from './seen/seen-cache.ts';

/** What a room needs of its peer. */
interface RoomPorts {
  /** The name of the room, as the user machine has it; `null` where no room is joined or being joined. */
  name(): string | null;
  readonly seen: SeenCache;
  readonly passedOn: PassedOn;
  /** Of fingerprints: known to nobody else. */
  readonly seed: number;
  /** These two: see limits/. */
  readonly strangerMessagesMax: number;
  readonly journalMs: number;
}

/** One peer's view of its room; `Entry` is what it has of each link that is up. */
export class Room<Entry extends Link = Link> {
  readonly membership = new Membership();
  readonly links = new LinkTable<Entry>();
  readonly seen: SeenCache;
  /** The last message ID that we have used; the first message is 1 (PROTOCOL.md, Frames). */
  lastMsgId = 0;
  readonly #ports: RoomPorts;
  readonly #absences: Absences;
  #self: Member | null = null;
  #flood: Flood | null = null;
  /**
   * All candidates of this ring from the place of this member: made anew only when one of the two is another.
   */
  #choices: { readonly ring: readonly Member[]; readonly self: Member; readonly all: Member[] } | undefined;

  constructor(ports: RoomPorts) {
    this.#ports = ports;
    this.seen = ports.seen;
    this.#absences = new Absences(ports);
  }

  /** The name of the room; `null` where no room is joined or being joined. */
  get name(): string | null {
    return this.#ports.name();
  }

  /** Our own entry in the room, as the room server was told; `null` until a J has been sent. */
  get self(): Member | null {
    return this.#self;
  }

  /** The flood decision of this peer; `null` until a J has been sent. */
  get flood(): Flood | null {
    return this.#flood;
  }

  /** Takes on the entry that the J which is about to be sent tells of us. */
  identify(self: Member): void {
    if (self.hid === this.#self?.hid) return;
    const lastMsgId = () => this.lastMsgId;
    const isOfMember = (originHid: string) => this.membership.isOrigin(originHid);
    const mayBeSaidAgain = (originHid: string, nowMs: number) => this.#absences.hasOthers(originHid, nowMs);
    this.#flood = new Flood({
      ...this.#ports,
      room: () => this.name,
      selfHid: self.hid,
      lastMsgId,
      isOfMember,
      mayBeSaidAgain,
    });
    this.#self = self;
  }

  /**
   * Whose handshake is welcome (PROTOCOL.md, "Handshake, receiving side").
   * @param from the address that it came from.
   */
  admit(handshake: HandshakeFrame, from = handshake.ip): 'member' | 'unknown' | 'refused' {
    const self = this.#self;
    if (!self || handshake.room !== this.name) return 'refused';
    if (this.#isOurs(handshake, from, self)) return 'refused';
    return this.membership.find(handshake) ? 'member' : 'unknown';
  }

  /** True for a member that a connect or a poke from here would not reach, but ourselves. */
  leadsHere(member: MemberAddress): boolean {
    return this.#self !== null && leadsTo(this.#self, member);
  }

  /**
   * Our own address is ourselves under whatever name, unless it is one that every computer has for itself,
   * and the handshake comes from another one.
   */
  #isOurs({ user, ip, port }: HandshakeFrame, from: string, self: Member): boolean {
    if (port !== self.port || dialled(ip) !== dialled(self.ip)) return false;
    return user === self.user || !isLoopback(dialled(ip)) || isLoopback(dialled(from));
  }

  /** True if this member is on the list now. */
  isListed(member: MemberAddress): boolean {
    return this.membership.find(member) !== undefined;
  }

  /**
   * A member has told the last msgID that it has used.
   * @returns true if that it counts anew is confirmed.
   */
  handshake({ hid, user }: Member, msgId: number, nowMs: number): boolean {
    const countsAnew = [hid, user].map((origin) => this.seen.handshake(origin, msgId, nowMs));
    return countsAnew.includes(true);
  }

  /** Takes over a member list; who was away or has been added again may have begun a new incarnation. */
  takeMembers(list: NewList, nowMs: number): void {
    this.membership.take(list);
    this.#absences.listChanged(list, nowMs);
    if (list.joined.length > 0) this.#flood?.membersChanged(nowMs);
    for (const { hid, user } of list.left) {
      for (const origin of [hid, user]) this.seen.wentAway(origin);
    }
    for (const { hid, user } of list.addedAgain) {
      for (const origin of [hid, user]) this.seen.suspect(origin, nowMs);
    }
    for (const { hid, user } of list.joined) {
      for (const origin of [hid, user]) this.seen.isBack(origin, nowMs);
    }
  }

  /** Whom to dial for the forward link, in order, without those that have a backward link to us. */
  candidates(): readonly Member[] {
    if (!this.#self) return [];
    const backward = new Set<string>();
    for (const { direction, member } of this.links.all()) {
      if (direction === 'backward') backward.add(member.hid);
    }
    const all = this.#allCandidates(this.#self);
    return backward.size === 0 ? all : all.filter(({ hid }) => !backward.has(hid));
  }

  #allCandidates(self: Member): Member[] {
    const { ring } = this.membership;
    if (this.#choices?.ring !== ring || this.#choices.self !== self)
      this.#choices = { ring, self, all: forwardCandidates(ring, self) };
    return this.#choices.all;
  }

  /** True if this member is one of `candidates`. */
  isCandidate(member: Member): boolean {
    if (!this.#self || !this.isListed(member) || !canBeReached(this.#self, member)) return false;
    return !this.links.directionsTo(member.hid).includes('backward');
  }

  /** True if a connect or a poke could reach this member, and not ourselves, see `canBeReached`. */
  canReach(member: MemberAddress): boolean {
    return this.#self !== null && canBeReached(this.#self, member);
  }

  /**
   * Those of `candidates` that the room server added before us: they stand behind us in its list (newest
   * first). Nobody who searches passes over one of them while it answers, and that is what makes the overlay
   * one piece: followed forward, two circles of links would each have to pass over members of the other that
   * are older than who does.
   */
  elders(): readonly Member[] {
    return this.candidates().filter((member) => this.isElder(member));
  }

  /** True if the room server added this member before us, whether it has a link to us or not. */
  isElder(member: Member): boolean {
    const own = this.#self ? this.membership.placeOf(this.#self) : undefined;
    const place = this.membership.placeOf(member);
    return own !== undefined && place !== undefined && place > own;
  }

  /** Which of two members is the earlier choice for our forward link; see `compareChoices`. */
  compareChoices(one: Member, other: Member): number {
    return this.#self ? compareChoices(this.#self, one, other) : 0;
  }

  /** Nicknames of everybody else, in the room server's order. */
  nicknames(): readonly string[] {
    const self = this.#self;
    return this.membership.members.filter(({ hid }) => hid !== self?.hid).map(({ user }) => user);
  }
}
