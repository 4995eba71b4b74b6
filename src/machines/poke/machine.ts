/**
 * One poke on its way: K sent by UDP, its ACK awaited (PROTOCOL.md, Poke).
 *
 *   WAITING ──ACK_RECEIVED──▶ ANSWERED
 *      └──after 2 s: told──▶ OVERDUE ──ACK_RECEIVED──▶ ANSWERED
 *                               └──after 10 s──▶ UNANSWERED
 *
 * OVERDUE exists because other implementations answer after 5 s: late is worth telling, too.
 */
import { createMachine, sendParent } from 'xstate';
import type { Clock } from '../../io/clock.ts';
import type { PeerLimits } from '../../limits.ts';
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

/** The statechart of one poke; spawn it with its context. */
export function createPokeMachine(ports: PokePorts) {
  const { limits } = ports;
  return createMachine(
    {
      id: 'poke',
      predictableActionArguments: true,
      schema: { context: {} as PokeContext, events: {} as PokeEvent },
      initial: 'WAITING',
      states: {
        WAITING: {
          entry: 'sendPoke',
          on: { ACK_RECEIVED: { target: 'ANSWERED', actions: 'reportAnswer' } },
          after: { ANSWER_TIMEOUT: { target: 'OVERDUE', actions: 'reportSilence' } },
        },
        OVERDUE: {
          on: { ACK_RECEIVED: { target: 'ANSWERED', actions: 'reportAnswer' } },
          after: { LATE_ANSWER_TIMEOUT: 'UNANSWERED' },
        },
        ANSWERED: { type: 'final', entry: 'announceEnd' },
        UNANSWERED: { type: 'final', entry: 'announceEnd' },
      },
    },
    {
      actions: {
        sendPoke: ({ user, ip, port }) => {
          ports.sendPoke({ ip, port });
          ports.report({ window: 'command', type: 'poke sent', user, ip, port });
        },
        reportAnswer: ({ user, sentAtMs }) => {
          const afterMs = ports.clock.now() - sentAtMs;
          ports.report({ window: 'command', type: 'poke answered', user, afterMs });
        },
        reportSilence: ({ user }) => {
          ports.report({ window: 'command', type: 'poke unanswered', user, afterMs: limits.pokeAnswerMs });
        },
        announceEnd: sendParent(
          ({ id }: PokeContext): PokeAnnouncement => ({ type: 'POKE_ENDED', poke: id }),
        ),
      },
      delays: {
        ANSWER_TIMEOUT: limits.pokeAnswerMs,
        LATE_ANSWER_TIMEOUT: limits.pokeLateAnswerMs - limits.pokeAnswerMs,
      },
    },
  );
}
