/**
 * The poked side: shows the poke in both windows and answers A; on any error no answer (PROTOCOL.md, Poke). A
 * poke changes no state, so it never enters a machine.
 */

import type { Feed } from '../feed/feed.ts';
import type { Endpoint } from '../io/network.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { Room } from '../overlay/room.ts';
import { encode } from '../protocol/encode.ts';
import type { AckFrame, PokeFrame } from '../protocol/frames.ts';
import { dialled } from '../protocol/names.ts';
import { faultOf, type Neighbour, otherRoom } from '../words/faults.ts';
import type { RatePerSource } from './rate-per-source.ts';

/** Members and strangers have their own: whatever strangers do, members are answered. */
interface PokeRates {
  /** Of those that poke from where they are listed. */
  readonly members: RatePerSource;
  readonly others: RatePerSource;
}

/** What the responder needs of its peer. */
interface PokeResponderPorts {
  readonly room: Room;
  readonly feed: Feed;
  readonly rates: PokeRates;
  readonly limits: Pick<PeerLimits, 'pokesPerSecondMax'>;
  send(frame: AckFrame, to: Endpoint): void;
  /** Somebody who is not on the member list has poked: a fresh list is wanted. */
  freshListNeeded(user: string): void;
}

/** Answers pokes for one peer. */
export class PokeResponder {
  readonly #ports: PokeResponderPorts;

  constructor(ports: PokeResponderPorts) {
    this.#ports = ports;
  }

  /** Answers one K, if it is for the room that we have joined. */
  answer(poke: PokeFrame, from: Endpoint): void {
    const { room, feed, send, freshListNeeded } = this.#ports;
    const neighbour = this.#neighbour(poke, from);
    if (!this.#isAllowed(poke, from)) {
      feed.counters.add('pokes over the rate');
      const { pokesPerSecondMax } = this.#ports.limits;
      feed.fault(neighbour, faultOf('too many K', neighbour, `${pokesPerSecondMax}`));
      return;
    }
    const isJoined = room.membership.members.length > 0;
    if (!isJoined || poke.room !== room.name) {
      const rooms = otherRoom(poke.room, isJoined ? room.name : null);
      const fault = faultOf('wrong room in K', neighbour, rooms, encode(poke));
      feed.dropFault({ kind: 'refused poke', via: 'datagram' }, fault);
      feed.fault(neighbour, fault);
      return;
    }
    send({ kind: 'ACK' }, from);
    feed.counters.add('pokes answered');
    feed.report({ window: 'message', type: 'poked', user: poke.user });
    feed.report({ window: 'command', type: 'poke received', user: poke.user });
    // Who has joined within the last KEEPALIVE period may poke us before we know it: welcome all the same.
    if (room.membership.named(poke.user).length === 0) freshListNeeded(poke.user);
  }

  /**
   * Who has a share of its own: each member that is listed at the address that the poke comes from, because
   * members may share an address, and everybody else there together.
   */
  #isAllowed({ user }: PokeFrame, { host }: Endpoint): boolean {
    const { rates, limits } = this.#ports;
    return this.#isListedAt(user, host)
      ? rates.members.allows(`${host} ${user}`, limits.pokesPerSecondMax)
      : rates.others.allows(host, limits.pokesPerSecondMax);
  }

  #isListedAt(user: string, host: string): boolean {
    return this.#ports.room.membership.named(user).some(({ ip }) => dialled(ip) === host);
  }

  #neighbour({ user }: PokeFrame, { host, port }: Endpoint): Neighbour {
    return {
      key: `${user} ${host}`,
      who: `${user} (${host}:${port})`,
      isMember: this.#isListedAt(user, host),
    };
  }
}
