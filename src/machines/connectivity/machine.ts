/**
 * Whether anybody is heard at all: a peer that has written something, and hears nothing from anybody, may be
 * offline, and its user is told.
 *
 *   QUIET ──first write──▶ WAITING ──10 s without a sign──▶ CHECKING ──none found──▶ ASKING (the room server)
 *     ▲                       └──heard meanwhile──▶ QUIET                               │ 15 s since the write
 *     └─────────── a sign ── OFFLINE { RESTING ◀──▶ LOOKING } ◀──none found── RECHECKING ◀┘
 *
 * A sign of life is anything that comes in, and the acknowledgement of anything that was written: who talks
 * in a room of silent listeners is not offline. Where the system does not tell of acknowledgements, a room
 * server that leaves a request without an answer is the only sign of the opposite.
 *
 * Invariant: this machine hears of edges only (the first write after a silence, the first sign while
 * offline), never of single frames; what happened in between it asks its ports.
 */
import { actions, assign, createMachine, sendParent } from 'xstate';
import { eventOf } from '../event-of.ts';
import type {
  ConnectivityAnnouncement,
  ConnectivityContext,
  ConnectivityEvent,
  ConnectivityPorts,
} from './events.ts';

const { pure } = actions;

/** The statechart; spawned when the program starts. */
export function createConnectivityMachine(ports: ConnectivityPorts) {
  const { limits } = ports;
  const leftMs = (totalMs: number) => Math.max(0, totalMs - ports.unansweredMs());
  return createMachine(
    {
      id: 'connectivity',
      predictableActionArguments: true,
      schema: { context: {} as ConnectivityContext, events: {} as ConnectivityEvent },
      context: { sinceMs: 0 },
      initial: 'QUIET',
      states: {
        QUIET: { invoke: { id: 'first-write', src: 'firstWrite' }, on: { WROTE: 'WAITING' } },
        WAITING: {
          after: {
            QUIET_FOR: [
              { target: 'CHECKING', cond: 'isQuiet' },
              { target: 'WAITING', cond: 'isUnanswered' },
              { target: 'QUIET' },
            ],
          },
        },
        CHECKING: {
          invoke: { id: 'signs', src: 'signs' },
          on: { SIGN_FOUND: { target: 'QUIET', actions: 'takeAsHeard' }, NO_SIGN: 'ASKING' },
        },
        ASKING: {
          entry: 'askForFreshList',
          after: {
            OFFLINE_AFTER: [
              { target: 'RECHECKING', cond: 'isSilent' },
              { target: 'WAITING', cond: 'isUnanswered' },
              { target: 'QUIET' },
            ],
          },
        },
        RECHECKING: {
          invoke: { id: 'signs', src: 'signs' },
          on: {
            SIGN_FOUND: { target: 'QUIET', actions: 'takeAsHeard' },
            NO_SIGN: { target: 'OFFLINE', actions: ['rememberSince', 'reportOffline'] },
          },
        },
        OFFLINE: {
          invoke: { id: 'first-sign', src: 'firstSign' },
          initial: 'RESTING',
          on: {
            HEARD: { target: 'QUIET', actions: ['reportOnline', 'tellHeardAgain'] },
            SIGN_FOUND: { target: 'QUIET', actions: ['takeAsHeard', 'reportOnline', 'tellHeardAgain'] },
            // The room server is tried at once; what it answers is heard.
            ADDRESSES_CHANGED: { actions: 'tellNetworkBack' },
          },
          states: {
            RESTING: { after: { PROOF: 'LOOKING' } },
            LOOKING: { invoke: { id: 'signs', src: 'signs' }, on: { NO_SIGN: 'RESTING' } },
          },
        },
      },
    },
    {
      services: { firstWrite: ports.firstWrite, firstSign: ports.firstSign, signs: ports.signs },
      delays: {
        QUIET_FOR: () => leftMs(limits.quietMs),
        OFFLINE_AFTER: () => leftMs(limits.offlineMs),
        PROOF: limits.proofMs,
      },
      guards: {
        isUnanswered: () => ports.unansweredMs() > 0,
        isQuiet: () => ports.unansweredMs() >= limits.quietMs,
        isSilent: () => ports.unansweredMs() >= limits.offlineMs,
      },
      actions: {
        takeAsHeard: () => ports.heard(),
        rememberSince: assign({ sinceMs: () => ports.nowMs() - ports.unansweredMs() }),
        reportOffline: () =>
          ports.report({ window: 'command', type: 'maybe offline', silentMs: limits.offlineMs }),
        reportOnline: ({ sinceMs }) =>
          ports.report({ window: 'command', type: 'online again', afterMs: ports.nowMs() - sinceMs }),
        askForFreshList: sendParent((): ConnectivityAnnouncement => ({ type: 'FRESH_LIST_NEEDED' })),
        tellHeardAgain: sendParent((): ConnectivityAnnouncement => ({ type: 'HEARD_AGAIN' })),
        tellNetworkBack: pure((_, event) =>
          eventOf(event, 'ADDRESSES_CHANGED').hasAppeared
            ? sendParent((): ConnectivityAnnouncement => ({ type: 'HEARD_AGAIN' }))
            : undefined,
        ),
      },
    },
  );
}
