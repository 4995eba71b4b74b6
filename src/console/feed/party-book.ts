/**
 * Who is at the other end of a link or an address, learned from member lists, from the links that a peer
 * tells of and from the handshakes that have passed. Bounded; whom it has forgotten is an address.
 */

import { type Member, toMember } from '../../overlay/member.ts';
import type { Party } from './messages.ts';

const ROOM_SERVER: Party = { kind: 'room server' };

/** One per incarnation of a peer: the ids of links begin anew with each. */
export class PartyBook {
  readonly #max: number;
  readonly #byLink = new Map<string, Party>();
  readonly #byAddress = new Map<string, Party>();

  /** @param max links, and addresses, that are remembered. */
  constructor(max: number) {
    this.#max = max;
  }

  /**
   * The other end of a link, or of an address where nothing is known of the link. @param remote `HOST:PORT`.
   */
  of(via: string, remote: string): Party {
    if (via === 'room server') return ROOM_SERVER;
    return this.#byLink.get(via) ?? this.#byAddress.get(remote) ?? { kind: 'address', address: remote };
  }

  /** These are members. */
  learnMembers(members: readonly Pick<Member, 'hid' | 'user' | 'ip' | 'port'>[]): void {
    for (const { hid, user, ip, port } of members) {
      this.#remember(this.#byAddress, `${ip}:${port}`, { kind: 'member', hid, user });
    }
  }

  /** These links are up. */
  learnLinks(links: readonly { readonly id: string; readonly member: Pick<Member, 'hid' | 'user'> }[]): void {
    for (const { id, member } of links)
      this.#remember(this.#byLink, id, { kind: 'member', hid: member.hid, user: member.user });
  }

  /** A handshake that has come in tells who it is for the whole link. */
  learnHandshake(via: string, handshake: Parameters<typeof toMember>[0]): void {
    const { hid, user } = toMember(handshake);
    this.#remember(this.#byLink, via, { kind: 'member', hid, user });
  }

  #remember(book: Map<string, Party>, key: string, party: Party): void {
    book.delete(key);
    book.set(key, party);
    const [oldest] = book.keys();
    if (book.size > this.#max && oldest !== undefined) book.delete(oldest);
  }
}
