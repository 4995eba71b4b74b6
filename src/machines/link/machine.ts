/**
 * One peer-to-peer TCP connection, dialled by us (forward) or by the other side (backward), from its first
 * byte to its end (PROTOCOL.md, Handshake).
 *
 *   forward:  DIALLING ──OPENED──▶ CONNECTED ──GREET──▶ HANDSHAKING (P sent) ──S──▶ ESTABLISHED ──DECLARE──▶ LINKED
 *   backward: AWAITING_HANDSHAKE ──P of a member──▶ LINKED (S sent)
 *                     └──P of somebody unknown──▶ VERIFYING (fresh list asked for) ──listed──▶ LINKED
 *   LINKED:   listing { LISTED ◀──▶ UNLISTED ──60 s──▶ ENDED }   and
 *             life { WATCHING ──silent──▶ ASKING ──unacknowledged──▶ DOUBTED ──▶ PROVING ──▶ REPLACING or ENDED }
 *   from everywhere: ──connection lost, time-out, refusal, CLOSE──▶ ENDED
 *
 * CONNECTED exists because several members may be dialled beside one another and P goes to one at a time;
 * ESTABLISHED because there is at most one forward link: whoever dialled says when this one becomes it.
 *
 * A link that is written to in silence is judged by the acknowledgements of its own bytes. A dead backward link
 * ends; a dead forward link stays up in REPLACING until the search has dialled the member anew, or has failed
 * to. One whose local address this computer has no more waits in STRANDED for as long as there is no other
 * address to dial from.
 *
 * Invariants: the connection actor lives exactly as long as OPEN; the parent hears LINK_UP at most once and
 * LINK_ENDED exactly once. TEXT never comes in here: once LINKED, the connection hands it to the relay.
 */
import { createMachine } from 'xstate';
import { linkActions, linkGuards } from './actions.ts';
import type { LinkContext, LinkEvent, LinkPorts } from './events.ts';

/** What was written to it may be missing at the other side, also when another link takes its place. */
const DEAD = ['rememberLoss', 'announceDead'];

/** What a link does that may have lost its local address; nothing where it has not. */
const ADDRESS_LOST = [
  { target: 'REPLACING', cond: 'isReplaceable', actions: DEAD },
  { target: 'STRANDED', cond: 'hasLostAddress' },
];

/** The statechart of one peer connection; spawn it with its context. */
export function createLinkMachine(ports: LinkPorts) {
  const { limits } = ports;
  return createMachine(
    {
      id: 'link',
      predictableActionArguments: true,
      schema: { context: {} as LinkContext, events: {} as LinkEvent },
      initial: 'OPEN',
      states: {
        OPEN: {
          invoke: { id: 'connection', src: 'connection' },
          initial: 'NEW',
          on: {
            CLOSED: { target: 'ENDED', actions: 'rememberEnd' },
            CLOSE: { target: 'ENDED', actions: 'rememberReason' },
          },
          states: {
            NEW: { always: [{ target: 'DIALLING', cond: 'isForward' }, { target: 'AWAITING_HANDSHAKE' }] },
            DIALLING: { on: { OPENED: 'CONNECTED' } },
            CONNECTED: { entry: 'announceOpened', on: { GREET: 'HANDSHAKING' } },
            HANDSHAKING: {
              entry: 'sendHandshake',
              on: { HANDSHAKE_OK_RECEIVED: { target: 'ESTABLISHED', actions: 'rememberMsgId' } },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.ENDED', actions: 'blameSilence' } },
            },
            ESTABLISHED: { entry: 'announceEstablished', on: { DECLARE: 'LINKED' } },
            AWAITING_HANDSHAKE: {
              on: {
                HANDSHAKE_RECEIVED: [
                  { target: 'LINKED', cond: 'isFromMember', actions: ['rememberClaim', 'sendHandshakeOk'] },
                  { target: 'VERIFYING', cond: 'isFromUnknown', actions: 'rememberClaim' },
                  { target: '#link.ENDED', actions: 'blameRefusal' },
                ],
              },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.ENDED', actions: 'blameSilence' } },
            },
            VERIFYING: {
              entry: 'askForFreshList',
              on: {
                MEMBERS_RECEIVED: [
                  { target: 'LINKED', cond: 'isWelcomeNow', actions: 'sendHandshakeOk' },
                  { target: '#link.ENDED', cond: 'isLatest', actions: 'blameUnlisted' },
                ],
              },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.ENDED', actions: 'blameRoomServer' } },
            },
            LINKED: {
              entry: ['rememberUp', 'startRelay', 'announceUp'],
              type: 'parallel',
              states: {
                listing: {
                  initial: 'NEW',
                  states: {
                    // It may have left the list while we shook hands, and an unchanged list is told to
                    // nobody.
                    NEW: { always: [{ target: 'LISTED', cond: 'isListedNow' }, { target: 'UNLISTED' }] },
                    LISTED: {
                      on: { MEMBERS_RECEIVED: [{ cond: 'isListedNow' }, { target: 'UNLISTED' }] },
                    },
                    UNLISTED: {
                      on: { MEMBERS_RECEIVED: { target: 'LISTED', cond: 'isListedNow' } },
                      after: { ABSENCE: { target: '#link.ENDED', actions: 'blameAbsence' } },
                    },
                  },
                },
                life: {
                  initial: 'WATCHING',
                  states: {
                    WATCHING: {
                      on: {
                        ADDRESSES_CHANGED: [
                          ...ADDRESS_LOST,
                          { target: 'ASKING', cond: 'isUnansweredOnNewNetwork' },
                        ],
                      },
                      after: { WATCH: [{ target: 'ASKING', cond: 'isSilent' }, { target: 'WATCHING' }] },
                    },
                    ASKING: {
                      invoke: { id: 'acknowledgement', src: 'acknowledgement' },
                      on: {
                        ACKNOWLEDGED: { target: 'WATCHING', actions: 'forgiveSilence' },
                        UNACKNOWLEDGED: 'DOUBTED',
                        UNPROVABLE: [
                          { target: 'REPLACING', cond: 'isForward', actions: 'announceUnprovable' },
                          { target: 'WATCHING', actions: 'forgiveSilence' },
                        ],
                        ADDRESSES_CHANGED: ADDRESS_LOST,
                      },
                    },
                    DOUBTED: {
                      on: { ADDRESSES_CHANGED: ADDRESS_LOST },
                      after: { PROOF: [{ target: 'WATCHING', cond: 'isHeard' }, { target: 'PROVING' }] },
                    },
                    PROVING: {
                      invoke: { id: 'acknowledgement', src: 'acknowledgement' },
                      on: {
                        ACKNOWLEDGED: { target: 'WATCHING', actions: 'forgiveSilence' },
                        UNACKNOWLEDGED: [
                          { target: 'REPLACING', cond: 'isForward', actions: DEAD },
                          { target: '#link.ENDED', actions: 'blameDeath' },
                        ],
                        // It has been told before: the connection is over by now, and that is on its way.
                        UNPROVABLE: { target: 'WATCHING', actions: 'forgiveSilence' },
                        ADDRESSES_CHANGED: ADDRESS_LOST,
                      },
                    },
                    STRANDED: {
                      on: {
                        ADDRESSES_CHANGED: [
                          { target: 'REPLACING', cond: 'isReplaceable', actions: DEAD },
                          { target: 'STRANDED', cond: 'hasLostAddress' },
                          { target: 'ASKING' },
                        ],
                      },
                      after: {
                        PROOF: [
                          { target: 'ASKING', cond: 'hasAddressBack' },
                          { target: 'REPLACING', cond: 'isForward', actions: DEAD },
                          { target: '#link.ENDED', actions: 'blameAddress' },
                        ],
                      },
                    },
                    REPLACING: {
                      on: {
                        SPARE: { target: 'WATCHING', actions: 'forgiveSilence' },
                        CONDEMN: [
                          { target: 'WATCHING', cond: 'isHeard', actions: 'forgetLoss' },
                          { target: '#link.ENDED', actions: 'blameDeath' },
                        ],
                      },
                    },
                  },
                },
              },
            },
          },
        },
        ENDED: { type: 'final', entry: ['recordEnd', 'announceEnd'] },
      },
    },
    {
      services: { connection: ports.connection, acknowledgement: ports.acknowledgement },
      guards: linkGuards(ports),
      actions: linkActions(ports),
      delays: {
        HANDSHAKE_TIMEOUT: limits.handshakeTimeoutMs,
        ABSENCE: limits.absenceMs,
        WATCH: limits.watchMs,
        PROOF: limits.proofMs,
      },
    },
  );
}
