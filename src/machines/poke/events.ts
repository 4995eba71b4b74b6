import type { Clock } from '../../io/clock.ts';
import type { PeerLimits } from '../../limits/peer.ts';
import type { Report } from '../../words/notices.ts';

/** Plain data; `sentAtMs` is the clock's time of the K. */
export interface PokeContext {
  readonly id: string;
  /** Nickname and address of the one who is poked. */
  readonly user: string;
  readonly ip: string;
  readonly port: number;
  readonly sentAtMs: number;
}

/** What a poke reacts to. */
export type PokeEvent = { readonly type: 'ACK_RECEIVED' };

/** What a poke tells its parent. */
export type PokeAnnouncement = { readonly type: 'POKE_ENDED'; readonly poke: string };

/** What a poke needs of the outside. */
export interface PokePorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: Pick<PeerLimits, 'pokeAnswerMs' | 'pokeLateAnswerMs'>;
  readonly report: Report;
  /** Sends K to this member. MUST NOT block. */
  sendPoke(to: { readonly ip: string; readonly port: number }): void;
}
