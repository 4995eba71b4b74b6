/**
 * The poked side: shows the poke in both windows and answers A; on any error no answer (PROTOCOL.md, Poke). A
 * poke changes no state, so it never enters a machine.
 */
import type { Endpoint } from '../io/network.ts';
import type { PeerLimits } from '../limits.ts';
import type { Room } from '../overlay/room.ts';
import type { AckFrame, PokeFrame } from '../protocol/frames.ts';
import { describeFrame } from '../protocol/frames.ts';
import type { Observer } from './observer.ts';
import type { RatePerSource } from './rate-per-source.ts';

/** What the responder needs of its peer. */
export interface PokeResponderPorts {
  readonly room: Room;
  readonly observer: Observer;
  readonly rate: RatePerSource;
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
    const { room, observer, rate, limits, send, freshListNeeded } = this.#ports;
    if (!rate.allows(from.host, limits.pokesPerSecondMax)) {
      observer.counters.add('pokes over the rate');
      return;
    }
    const isJoined = room.membership.members.length > 0;
    if (!isJoined || poke.room !== room.identity?.room) {
      const what = () => `${describeFrame(poke)}, from ${from.host}:${from.port}`;
      observer.drop('refused poke', 'datagram', what);
      return;
    }
    send({ kind: 'ACK' }, from);
    observer.counters.add('pokes answered');
    observer.report({ window: 'message', type: 'poked', user: poke.user });
    observer.report({ window: 'command', type: 'poke received', user: poke.user });
    // Who has joined within the last KEEPALIVE period may poke us before we know it: welcome all the same.
    if (room.membership.named(poke.user).length === 0) freshListNeeded(poke.user);
  }
}
