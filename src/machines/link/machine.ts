/**
 * One peer-to-peer TCP connection, dialled by us (forward) or by the other side (backward), from its first
 * byte to its end (PROTOCOL.md, Handshake).
 *
 *   forward:  DIALLING ──OPENED──▶ CONNECTED ──GREET──▶ HANDSHAKING (P sent) ──S──▶ ESTABLISHED
 *             ESTABLISHED ──DECLARE──▶ LINKED
 *             HANDSHAKING ──F──▶ REFUSED ──50 ms──▶ RECONSIDERED ──S──▶ ESTABLISHED
 *   backward: AWAITING_HANDSHAKE ──P of a member──▶ LINKED (S sent)
 *                     └──P of somebody unknown──▶ VERIFYING (fresh list asked for) ──listed──▶ LINKED
 *   LINKED:   listing { LISTED ◀──▶ UNLISTED ──60 s──▶ LOST }   and
 *             life { WATCHING ──silent──▶ ASKING ──unacknowledged──▶ DOUBTED ──▶ PROVING
 *                    PROVING ──▶ REPLACING or LOST }
 *   from LINKED: ──connection lost, CLOSE──▶ LOST;  before: ──the same, time-out, refusal──▶ FAILED
 *
 * CONNECTED exists because several members may be dialled beside one another and P goes to one at a time;
 * ESTABLISHED because there is at most one forward link: whoever dialled says when this one becomes it.
 *
 * Some programs answer a P that they refuse with F and leave the connection open; some of those send S with
 * the F all the same, which makes the refusal no welcome. Only an S that comes later, when the other side has
 * had time to look again, is one.
 *
 * A link that is written to in silence is judged by the acknowledgements of its own bytes. A dead backward
 * link ends; a dead forward link stays up in REPLACING until the search has dialled the member anew, or has
 * failed to. One whose local address this computer has no more waits in STRANDED for as long as there is no
 * other address to dial from.
 *
 * Invariants: the connection actor lives exactly as long as OPEN; the parent hears either that the link is up
 * and later that it is lost (FORWARD_LINKED and FORWARD_LOST, or BACKWARD_…), or once that it has failed
 * (DIAL_FAILED or BACKWARD_REFUSED). TEXT never comes in here: once LINKED, the connection hands it to the
 * relay.
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

/** A list has come while somebody unknown waits to be found on it. */
const VERIFIED = [
  { target: 'LINKED', cond: 'isWelcomeNow', actions: 'sendHandshakeOk' },
  { target: '#link.FAILED', cond: 'isUnlistedNow', actions: ['blameUnlisted', 'tellUnlisted'] },
  { target: '#link.FAILED', cond: 'isLatest', actions: 'blameRefusal' },
];

/** The answer to our P, or the P of who has dialled us, has not come. */
const NO_ANSWER = ['blameSilence', 'tellNoAnswer'];

/** Before its handshake a backward link is closed for one thing only: others want its place. */
const CROWDED_OUT = { target: '#link.FAILED', actions: ['rememberReason', 'tellCrowd'] };

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
            CLOSED: { target: 'FAILED', actions: 'rememberEnd' },
            CLOSE: { target: 'FAILED', actions: 'rememberReason' },
          },
          states: {
            NEW: { always: [{ target: 'DIALLING', cond: 'isForward' }, { target: 'AWAITING_HANDSHAKE' }] },
            DIALLING: { on: { OPENED: 'CONNECTED' } },
            CONNECTED: { entry: 'announceOpened', on: { GREET: 'HANDSHAKING' } },
            HANDSHAKING: {
              entry: 'sendHandshake',
              on: {
                HANDSHAKE_OK_RECEIVED: { target: 'ESTABLISHED', actions: 'rememberMsgId' },
                HANDSHAKE_REFUSED: { target: 'REFUSED', actions: 'rememberRefusal' },
              },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.FAILED', actions: NO_ANSWER } },
            },
            // Nothing that failed: the other side has answered.
            REFUSED: {
              on: { HANDSHAKE_OK_RECEIVED: '#link.FAILED' },
              after: { REFUSAL_PAIR: 'RECONSIDERED' },
            },
            RECONSIDERED: {
              on: { HANDSHAKE_OK_RECEIVED: { target: 'ESTABLISHED', actions: 'rememberWelcome' } },
              after: { REFUSAL: '#link.FAILED' },
            },
            ESTABLISHED: { entry: 'announceEstablished', on: { DECLARE: 'LINKED' } },
            AWAITING_HANDSHAKE: {
              on: {
                HANDSHAKE_RECEIVED: [
                  { target: 'LINKED', cond: 'isFromMember', actions: ['rememberClaim', 'sendHandshakeOk'] },
                  { target: 'VERIFYING', cond: 'isFromUnknown', actions: 'rememberClaim' },
                  { target: '#link.FAILED', actions: 'blameRefusal' },
                ],
                CLOSE: CROWDED_OUT,
              },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.FAILED', actions: NO_ANSWER } },
            },
            VERIFYING: {
              entry: 'askForFreshList',
              on: {
                LIST_CHANGED: VERIFIED,
                LIST_CONFIRMED: VERIFIED,
                CLOSE: CROWDED_OUT,
              },
              after: { HANDSHAKE_TIMEOUT: { target: '#link.FAILED', actions: 'blameRoomServer' } },
            },
            LINKED: {
              entry: ['rememberUp', 'startRelay', 'announceUp'],
              type: 'parallel',
              on: {
                CLOSED: { target: '#link.LOST', actions: 'rememberEnd' },
                CLOSE: { target: '#link.LOST', actions: 'rememberReason' },
                REPLACED: { actions: 'overlap' },
              },
              states: {
                listing: {
                  initial: 'NEW',
                  states: {
                    // It may have left the list while we shook hands, and only changes are told.
                    NEW: { always: [{ target: 'LISTED', cond: 'isListedNow' }, { target: 'UNLISTED' }] },
                    LISTED: {
                      on: { LIST_CHANGED: { target: 'UNLISTED', cond: 'hasLeft' } },
                    },
                    UNLISTED: {
                      on: { LIST_CHANGED: { target: 'LISTED', cond: 'isBack' } },
                      after: { ABSENCE: { target: '#link.LOST', actions: 'blameAbsence' } },
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
                          { target: '#link.LOST', actions: 'blameDeath' },
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
                          { target: '#link.LOST', actions: 'blameAddress' },
                        ],
                      },
                    },
                    REPLACING: {
                      on: {
                        SPARE: { target: 'WATCHING', actions: 'forgiveSilence' },
                        CONDEMN: [
                          { target: 'WATCHING', cond: 'isHeard', actions: 'forgetLoss' },
                          { target: '#link.LOST', actions: 'blameDeath' },
                        ],
                      },
                    },
                  },
                },
              },
            },
          },
        },
        FAILED: { type: 'final', entry: ['recordEnd', 'announceFailed'] },
        LOST: { type: 'final', entry: ['recordEnd', 'announceLost'] },
      },
    },
    {
      services: { connection: ports.connection, acknowledgement: ports.acknowledgement },
      guards: linkGuards(ports),
      actions: linkActions(ports),
      delays: {
        HANDSHAKE_TIMEOUT: limits.handshakeTimeoutMs,
        REFUSAL_PAIR: limits.refusalPairMs,
        REFUSAL: limits.refusalMs - limits.refusalPairMs,
        ABSENCE: limits.absenceMs,
        WATCH: limits.watchMs,
        PROOF: limits.proofMs,
      },
    },
  );
}
