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
import type { PokeAnnouncement, PokeContext, PokeEvent, PokePorts } from './events.ts';

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
