/**
 * The search for the one forward link, and its retry loop (PROTOCOL.md, "Choosing the forward link").
 *
 *   CHOOSING ──candidate──▶ DIALLING ──LINK_UP──▶ LINKED ──LINK_ENDED──▶ CHOOSING (RESTING if it was short-lived)
 *      ▲  │                    └──LINK_ENDED: the next──▶ CHOOSING
 *      │  └──none left: reported──▶ RESTING
 *      └──retry delay, or the candidates have changed──┘
 *
 * Invariant: at most one forward link exists at any time, because at most one link actor does.
 */
import { type ActorRef, assign, createMachine, sendParent, spawn } from 'xstate';
import type { PeerLimits } from '../limits.ts';
import type { Member } from '../overlay/member.ts';
import { eventOf } from './event-of.ts';
import type { createLinkMachine, LinkAnnouncement, LinkEvent } from './link.machine.ts';
import type { Report } from './notices.ts';

/** Plain data and one actor. */
export interface ForwardLinkContext {
  /** Members that have failed in this walk around the ring. */
  readonly tried: readonly Member[];
  readonly candidate: Member | null;
  /** The link that is being dialled or is up. */
  readonly link: ActorRef<LinkEvent> | null;
  readonly nextLink: number;
  readonly linkedAtMs: number;
  /** What the last "exhausted" report said, so that the same is not said every few seconds. */
  readonly reported: string | null;
}

/** What the search reacts to. */
export type ForwardLinkEvent =
  | LinkAnnouncement
  /** The member list has changed, or a backward link has gone: there may be somebody new to dial. */
  | { readonly type: 'CANDIDATES_CHANGED' };

/** What the search needs of the outside. */
export interface ForwardLinkPorts {
  readonly limits: Pick<PeerLimits, 'searchRetryMs' | 'stableLinkMs'>;
  readonly linkMachine: ReturnType<typeof createLinkMachine>;
  readonly report: Report;
  nowMs(): number;
  /** Members to dial, in the order of the ring, without those that have a backward link to us. */
  candidates(): readonly Member[];
}

const START: ForwardLinkContext = {
  tried: [],
  candidate: null,
  link: null,
  nextLink: 1,
  linkedAtMs: 0,
  reported: null,
};

function isTried({ tried }: ForwardLinkContext, member: Member): boolean {
  return tried.some(({ hid }) => hid === member.hid);
}

function triedNames({ tried }: ForwardLinkContext): string[] {
  return tried.map(({ user }) => user);
}

function reportKey(context: ForwardLinkContext): string {
  return context.tried.map(({ hid }) => hid).join();
}

function spawnLink(
  ports: ForwardLinkPorts,
  { candidate, nextLink }: ForwardLinkContext,
): ActorRef<LinkEvent> {
  if (candidate === null) throw new TypeError('dialling needs a candidate');
  const id = `forward-${nextLink}`;
  const context = {
    id,
    direction: 'forward' as const,
    remote: { host: candidate.ip, port: candidate.port },
    accepted: null,
    member: candidate,
    wasUp: false,
    reason: '',
  };
  return spawn(ports.linkMachine.withContext(context), id);
}

/** The statechart of the search; spawned when the room is joined. */
export function createForwardLinkMachine(ports: ForwardLinkPorts) {
  const { limits, report } = ports;
  return createMachine(
    {
      id: 'forwardLink',
      predictableActionArguments: true,
      schema: { context: {} as ForwardLinkContext, events: {} as ForwardLinkEvent },
      context: START,
      initial: 'CHOOSING',
      states: {
        CHOOSING: {
          entry: 'chooseCandidate',
          always: [
            { target: 'DIALLING', cond: 'hasCandidate' },
            { target: 'RESTING', actions: ['reportExhausted', 'rememberReport', 'forgetTried'] },
          ],
        },
        DIALLING: {
          entry: 'dial',
          on: {
            LINK_UP: { target: 'LINKED', actions: ['forgetTried', 'forgetReport'] },
            LINK_ENDED: { target: 'CHOOSING', actions: ['rememberTried', 'forgetLink'] },
          },
        },
        LINKED: {
          entry: ['rememberTime', 'reportLinked', 'tellParent'],
          on: {
            LINK_ENDED: [
              {
                target: 'RESTING',
                cond: 'wasShortLived',
                actions: ['reportLost', 'forgetLink', 'tellParent'],
              },
              { target: 'CHOOSING', actions: ['reportLost', 'forgetLink', 'tellParent'] },
            ],
          },
        },
        RESTING: {
          on: { CANDIDATES_CHANGED: 'CHOOSING' },
          after: { RETRY: 'CHOOSING' },
        },
      },
    },
    {
      guards: {
        hasCandidate: ({ candidate }) => candidate !== null,
        wasShortLived: ({ linkedAtMs }) => ports.nowMs() - linkedAtMs < limits.stableLinkMs,
      },
      actions: {
        chooseCandidate: assign({
          candidate: (context) => ports.candidates().find((member) => !isTried(context, member)) ?? null,
        }),
        dial: assign({
          link: (context) => spawnLink(ports, context),
          nextLink: ({ nextLink }) => nextLink + 1,
        }),
        rememberTried: assign({
          tried: ({ tried, candidate }) => (candidate === null ? tried : [...tried, candidate]),
        }),
        rememberTime: assign({ linkedAtMs: () => ports.nowMs() }),
        rememberReport: assign({ reported: reportKey }),
        forgetTried: assign({ tried: [] }),
        forgetReport: assign({ reported: null }),
        forgetLink: assign({ link: null }),
        reportLinked: (_, event) => {
          const { member } = eventOf(event, 'LINK_UP');
          report({ window: 'command', type: 'forward linked', member });
        },
        reportLost: (_, event) => {
          const { member, reason } = eventOf(event, 'LINK_ENDED');
          if (member !== null) report({ window: 'command', type: 'forward lost', member, reason });
        },
        reportExhausted: (context) => {
          if (context.reported === reportKey(context)) return;
          const retryMs = limits.searchRetryMs;
          report({ window: 'command', type: 'search exhausted', tried: triedNames(context), retryMs });
        },
        tellParent: sendParent((_, event: ForwardLinkEvent) => eventOf(event, 'LINK_UP', 'LINK_ENDED')),
      },
      delays: { RETRY: limits.searchRetryMs },
    },
  );
}
