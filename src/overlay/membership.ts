/**
 * The member list of the room that this peer is in, in the server's order and in HID order. Pure data: the
 * room session replaces it with every M, everybody else asks it.
 *
 * Invariants: `ring` is sorted by HID and holds each member once; `self` is never handed out as somebody to
 * link to, even where the original room server garbled our own entry (names of 32 characters).
 */
import type { MemberAddress } from '../protocol/frames.ts';
import { compareHashIds } from '../protocol/hash-id.ts';
import { type Member, memberKey, toMember } from './member.ts';

/** What an M has changed. */
export interface MembershipChange {
  readonly joined: readonly Member[];
  readonly left: readonly Member[];
  /** Members that stand ahead of one that they used to stand behind: a re-added member goes to the head. */
  readonly addedAgain: readonly Member[];
}

/** The list of an M that is another than the one before; plain data. */
export interface NewList extends MembershipChange {
  readonly msid: string;
  /** In the room server's order: newest first. */
  readonly members: readonly Member[];
}

/** What a list changes that is the same as before. */
export const NO_CHANGE: MembershipChange = { joined: [], left: [], addedAgain: [] };

/** The members of one room. */
export class Membership {
  #msid = '';
  #members: readonly Member[] = [];
  #ring: readonly Member[] = [];
  #byKey = new Map<string, Member>();
  #placeByKey = new Map<string, number>();
  #origins = new Set<string>();

  /** Members in the room server's order: newest first. */
  get members(): readonly Member[] {
    return this.#members;
  }

  /** Members in numeric order of their HIDs (PROTOCOL.md, "Choosing the forward link"). */
  get ring(): readonly Member[] {
    return this.#ring;
  }

  /** The list of an M, held against the present one. @returns `undefined` where it is the same list. */
  compare(msid: string, list: readonly MemberAddress[]): NewList | undefined {
    // A list with the same MSID and length is the same list.
    if (msid === this.#msid && list.length === this.#members.length) return undefined;
    const before = this.#byKey;
    const byKey = new Map<string, Member>();
    for (const address of list) {
      const key = memberKey(address);
      byKey.set(key, before.get(key) ?? toMember(address));
    }
    const members = [...byKey.values()];
    return {
      msid,
      members,
      joined: [...byKey].filter(([key]) => !before.has(key)).map(([, member]) => member),
      left: [...before].filter(([key]) => !byKey.has(key)).map(([, member]) => member),
      addedAgain: addedAgain([...before.values()], members),
    };
  }

  /** From now on this is the list. */
  take({ msid, members }: NewList): void {
    this.#msid = msid;
    this.#members = members;
    this.#byKey = new Map(members.map((member) => [memberKey(member), member]));
    this.#ring = [...members].sort((left, right) => compareHashIds(left.hid, right.hid));
    this.#placeByKey = new Map([...this.#byKey.keys()].map((key, place) => [key, place]));
    this.#origins = new Set(members.flatMap((member) => [member.hid, member.user]));
  }

  /** Both at once. */
  replace(msid: string, list: readonly MemberAddress[]): MembershipChange {
    const next = this.compare(msid, list);
    if (!next) return NO_CHANGE;
    this.take(next);
    const { joined, left, addedAgain: again } = next;
    return { joined, left, addedAgain: again };
  }

  /** Forgets everything: the room has been left. */
  clear(): void {
    this.replace('', []);
  }

  /** The member with exactly this user, ip and port. */
  find(address: MemberAddress): Member | undefined {
    return this.#byKey.get(memberKey(address));
  }

  /** The place of this member in the room server's order; `undefined` for who is not listed. */
  placeOf(address: MemberAddress): number | undefined {
    return this.#placeByKey.get(memberKey(address));
  }

  /** Members with this nickname; the protocol does not make nicknames unique. */
  named(user: string): readonly Member[] {
    return this.#members.filter((member) => member.user === user);
  }

  /**
   * True if a TEXT with this originHID comes from somebody listed. Other implementations send the nickname in
   * place of the HID (PROTOCOL.md, Other implementations), so both count.
   */
  isOrigin(originHid: string): boolean {
    return this.#origins.has(originHid);
  }
}

/** Who of the members of both lists has overtaken another since; both lists are newest first. */
function addedAgain(before: readonly Member[], after: readonly Member[]): Member[] {
  const placeBefore = new Map(before.map((member, place) => [member, place]));
  const overtaking: Member[] = [];
  let foremostBehind = Number.POSITIVE_INFINITY;
  for (const member of [...after].reverse()) {
    const place = placeBefore.get(member);
    if (place === undefined) continue;
    if (place > foremostBehind) overtaking.push(member);
    foremostBehind = Math.min(foremostBehind, place);
  }
  return overtaking;
}
