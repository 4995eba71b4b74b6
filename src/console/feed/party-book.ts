/**
 * Who is at the other end of a link or an address, learned from what a peer has told and from the handshakes
 * that have passed: asking the peer for each frame would cost more than the frame. Bounded; whom it has
 * forgotten is an address.
 */

import type { Trace } from '../../feed/trace.ts';
import { type Member, toMember } from '../../overlay/member.ts';
import { decode } from '../../protocol/decode.ts';
import type { FrameView } from '../../protocol/frame-view.ts';
import type { Notice } from '../../words/notices.ts';
import type { Party } from './messages.ts';

type FramesTrace = Extract<Trace, { type: 'frames' }>;

const ROOM_SERVER: Party = { kind: 'room server' };
const CAPITAL_P = 0x50;

/** One per incarnation of a peer: the ids of links begin anew with each. */
export class PartyBook {
  readonly #max: number;
  readonly #byLink = new Map<string, Party>();
  readonly #byAddress = new Map<string, Party>();

  /** @param max links, and addresses, that are remembered. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Members are named when they are listed. */
  learn(notice: Notice): void {
    if (notice.type === 'joined') this.learnMembers(notice.members);
    if (notice.type === 'members changed') this.learnMembers(notice.joined);
  }

  /** The other end of a batch of frames; a handshake that comes in tells who it is for the whole link. */
  of({ direction, via, remote, frames }: FramesTrace): Party {
    if (via === 'room server') return ROOM_SERVER;
    if (direction === 'in') this.#learnHandshakes(via, frames);
    return this.#byLink.get(via) ?? this.#byAddress.get(remote) ?? { kind: 'address', address: remote };
  }

  /** These are members. */
  learnMembers(members: readonly Member[]): void {
    for (const { hid, user, ip, port } of members) {
      this.#remember(this.#byAddress, `${ip}:${port}`, { kind: 'member', hid, user });
    }
  }

  #learnHandshakes(via: string, frames: readonly FrameView[]): void {
    for (const view of frames) {
      // Asked first: looking at the bytes of every frame costs more than all the rest.
      if (view.buffer[view.start] !== CAPITAL_P) continue;
      const frame = decode(view.bytes);
      if (frame?.kind !== 'HANDSHAKE') continue;
      const { hid, user } = toMember(frame);
      this.#remember(this.#byLink, via, { kind: 'member', hid, user });
    }
  }

  #remember(book: Map<string, Party>, key: string, party: Party): void {
    book.delete(key);
    book.set(key, party);
    const [oldest] = book.keys();
    if (book.size > this.#max && oldest !== undefined) book.delete(oldest);
  }
}
