/**
 * The search for the one forward link, its retry loop (PROTOCOL.md, "Choosing the forward link"), and the way
 * back to an earlier choice after a failure.
 *
 *   CHOOSING ──candidate──▶ DIALLING ──established──▶ DECLARING ──up──▶ LINKED ──lost──▶ CHOOSING (RESTING if short-lived)
 *      ▲  │                    └──failed, or silent for 1 s: the next one──▶ CHOOSING
 *      │  └──none left, none under way: reported──▶ RESTING
 *      └──retry delay, or the candidates have changed──┘
 *   LINKED: choice { STEADY ──someone preferred──▶ PAUSING ──back-off──▶ PROBING ──established──▶ the probe is the link }
 *                  { any of them ──the link is suspect──▶ REPLACING ──established──▶ the new one is the link }
 *       and crossing { CLEAR ──its member has dialled us──▶ CROSSED ──5 s──▶ CHOOSING }
 *
 * Silence: while a member is silent for 1 s, to a connect or to our P, the next one is dialled beside it. P
 * goes to the first that is connected, in the order of the ring, and to one more only when it has been silent
 * for 1 s; the first S decides, and the others are let go. A living next member is dialled alone. Addresses
 * that have failed lately are passed over (overlay/dial-allowance.ts), and after a burst of dials others have
 * their turn (YIELDING). When the network of this computer was gone and is back, nobody is to blame, and a
 * walk that is under way begins anew.
 *
 * Failback: a link that works is left only where the room may be in pieces, and only for a member that
 * strangers can't make up: an *elder* that we have passed over, or one whose link was up for long and fell
 * silent. They are *preferred*. While our forward link is a later choice than one of them, it is probed with
 * back-off, and takes over when it answers. Without it a split stays for ever: nobody who has a forward link
 * looks for another. Nobody relinks when nothing failed, because links in joining order are the overlay's
 * long-range chords.
 *
 * Elders were on the list before us. Whoever joins links to the first of them, so one is passed over only if
 * something failed: it did not answer then, it was linked to us and has gone over to somebody else, or the
 * room server has lost its memory and added it before it added us again. Elders alone make one piece of a
 * room (docs/ARCHITECTURE.md). Who comes after us is none, whatever name it takes; a short link that it makes
 * and breaks, or a reset, which its host must be there to send, is no sign of pieces.
 *
 * Crossing dials (PROTOCOL.md): where the member of our forward link has a link to us, one of the two is too
 * many, and nobody looks for a third member. The higher HID gives its own up at once and searches on, the
 * lower after 5 s. Who has given up, and loses the member's link soon after, waits twice as long the next
 * time: the other side gives up its own at once, too, and both would go on for ever.
 *
 * Make before break: a forward link that is dead, or that was dialled under an address that we have no more,
 * is replaced by dialling its member anew; only when that has failed does it end.
 *
 * Invariants: at most one link is declared at any time; the old one is told to close before the new one is
 * declared. The parent hears FORWARD_LINKED when LINKED is reached from outside, and FORWARD_LOST when it is
 * left.
 */
import { createMachine } from 'xstate';
import { nextProbeMs, toProbe } from '../../overlay/preferred-members.ts';
import { forwardLinkActions } from './actions.ts';
import { type ForwardLinkContext, type ForwardLinkEvent, type ForwardLinkPorts, START } from './events.ts';
import { forwardLinkGuards } from './guards.ts';

/** A new member list has come. */
const LISTED_ANEW = ['forgetAbsent', 'preferElder', 'tellLinks'];

/** One of the members that are being dialled did not answer, or not as a peer does. */
const FAILED = ['backOffAddress', 'rememberPassedOver', 'preferPassedOver', 'forgetDial'];

/** The network is back: everybody is dialled again, from the start. */
const BEGIN_ANEW = [
  'forgiveAddresses',
  'letAllGo',
  'releaseOthers',
  'forgetDials',
  'forgetWalk',
  'forgetBurst',
];

/** Our P goes to the first that is connected. */
const GREET = ['greet', 'rememberGreeted'];

/** A backward link broke. */
const NEIGHBOUR_FAILED = { cond: 'isSignOfPieces', actions: 'preferNeighbour' };

/** The forward link has ended. */
const LOST = [
  'reportLost',
  'tellLost',
  'preferLost',
  'forgetLink',
  'releaseProbe',
  'dropProbe',
  'forgetProbe',
];

/** Our forward link is given up for the one that its member has to us: nothing has failed. */
const YIELD = [
  'reportYielded',
  'rememberYield',
  'closeYielded',
  'tellLost',
  'forgetLink',
  'releaseProbe',
  'dropProbe',
  'forgetProbe',
];

/** The statechart of the search; spawned when the room is joined. */
export function createForwardLinkMachine(ports: ForwardLinkPorts) {
  return createMachine(
    {
      id: 'forwardLink',
      predictableActionArguments: true,
      schema: { context: {} as ForwardLinkContext, events: {} as ForwardLinkEvent },
      context: START,
      initial: 'CHOOSING',
      on: {
        LIST_CHANGED: { actions: LISTED_ANEW },
        ADDRESSES_CHANGED: [
          { cond: 'hasNetworkBack', actions: ['forgiveAddresses', 'tellAddresses'] },
          { actions: 'tellAddresses' },
        ],
        HEARD_AGAIN: { actions: 'forgiveAddresses' },
        BACKWARD_LOST: NEIGHBOUR_FAILED,
      },
      states: {
        CHOOSING: {
          entry: 'choose',
          always: [
            { target: 'DIALLING.YIELDING', cond: 'isBurstOver' },
            { target: 'DIALLING', cond: 'hasCandidate', actions: 'dial' },
            { target: 'DIALLING', cond: 'isDialling' },
            { target: 'RESTING', actions: ['reportExhausted', 'rememberReport', 'forgetWalk'] },
          ],
        },
        DIALLING: {
          initial: 'WAITING',
          on: {
            LINK_OPENED: [
              { target: '.WAITING', cond: 'isFirstConnected', actions: ['rememberConnected', ...GREET] },
              { cond: 'isDialled', actions: 'rememberConnected' },
            ],
            LINK_ESTABLISHED: {
              target: 'DECLARING',
              cond: 'isDialled',
              actions: [
                'letOthersGo',
                'settleOthers',
                'tellUnanswered',
                'preferSilent',
                'takeEstablished',
                'declareLink',
              ],
            },
            DIAL_FAILED: [
              { target: '.WAITING', cond: 'isSuccessorConnected', actions: [...FAILED, ...GREET] },
              { target: 'CHOOSING', cond: 'isNewestDial', actions: FAILED },
              { cond: 'isDialled', actions: FAILED },
            ],
            // What was dialled over the network that was gone would be waited for in vain.
            ADDRESSES_CHANGED: { target: 'CHOOSING', cond: 'hasNetworkBack', actions: BEGIN_ANEW },
          },
          states: {
            WAITING: {
              after: {
                SILENCE: [
                  { target: 'WAITING', cond: 'isAnyConnected', actions: GREET },
                  { target: '#forwardLink.CHOOSING', actions: 'wantMore' },
                ],
              },
            },
            // Who fails at once, thousands of times in a row, must not keep everybody else waiting.
            YIELDING: { after: { BURST: { target: '#forwardLink.CHOOSING', actions: 'forgetBurst' } } },
          },
        },
        DECLARING: {
          on: {
            FORWARD_LINKED: { target: 'LINKED', cond: 'isTheLink', actions: ['reportLinked', 'tellLinked'] },
            DIAL_FAILED: { target: 'CHOOSING', cond: 'isTheLink', actions: [...FAILED, 'forgetLink'] },
          },
        },
        LINKED: {
          entry: [
            'rememberTime',
            'forgetWalk',
            'forgetBurst',
            'forgetReport',
            'forgiveAddress',
            'forgetReached',
            'preferElder',
          ],
          type: 'parallel',
          on: {
            LINK_OPENED: { cond: 'isTheProbe', actions: 'greetProbe' },
            FORWARD_LOST: [
              { target: 'RESTING', cond: 'wasShortLived', actions: LOST },
              { target: 'CHOOSING', cond: 'isTheLink', actions: [...LOST, 'giveSecondChance'] },
            ],
            // It took the place of another one, and broke before it was up.
            DIAL_FAILED: { target: 'RESTING', cond: 'isTheLink', actions: LOST },
          },
          states: {
            choice: {
              initial: 'STEADY',
              on: {
                LINK_SUSPECT: [
                  {
                    target: '.REPLACING',
                    cond: 'isWorthADial',
                    actions: ['releaseProbe', 'dropProbe', 'renew', 'dialAnew'],
                  },
                  { cond: 'isTheLink', actions: 'spareLink' },
                ],
                LIST_CHANGED: [
                  {
                    target: '.REPLACING',
                    cond: 'isOfOldIdentity',
                    actions: [...LISTED_ANEW, 'releaseProbe', 'dropProbe', 'dialAnew'],
                  },
                  { actions: LISTED_ANEW },
                ],
                // The other region takes this event too, and whoever takes it in one region answers for both.
                BACKWARD_LOST: NEIGHBOUR_FAILED,
              },
              states: {
                STEADY: { always: { target: 'PAUSING', cond: 'isToPause' } },
                PAUSING: {
                  // Who is preferred, and when the next probe is due, is looked at again with every list and
                  // every failure.
                  always: { target: 'STEADY', cond: 'hasNobodyPreferred' },
                  on: {
                    LIST_CHANGED: [
                      {
                        target: 'REPLACING',
                        cond: 'isOfOldIdentity',
                        actions: [...LISTED_ANEW, 'dialAnew'],
                      },
                      { target: 'PAUSING', actions: LISTED_ANEW },
                    ],
                    BACKWARD_LOST: { ...NEIGHBOUR_FAILED, target: 'PAUSING' },
                  },
                  // Whoever was preferred may have linked to us meanwhile, which nobody tells the search.
                  after: {
                    PROBE: [
                      { target: 'PROBING', cond: 'hasPreferred', actions: 'dialProbe' },
                      { target: 'STEADY' },
                    ],
                  },
                },
                PROBING: {
                  on: {
                    LINK_ESTABLISHED: [
                      {
                        target: 'STEADY',
                        cond: 'isProbeYielding',
                        actions: ['releaseProbe', 'dropProbe', 'forgetProbe'],
                      },
                      {
                        target: '#forwardLink.LINKED',
                        cond: 'isTheProbe',
                        actions: ['reportFailback', 'leaveLink', 'promoteProbe', 'declareLink'],
                      },
                    ],
                    DIAL_FAILED: {
                      target: 'STEADY',
                      cond: 'isTheProbe',
                      actions: ['backOffAddress', 'backOff', 'forgetProbe'],
                    },
                  },
                },
                REPLACING: {
                  on: {
                    LINK_ESTABLISHED: {
                      target: '#forwardLink.LINKED',
                      cond: 'isTheProbe',
                      actions: ['reportRenewed', 'closeLink', 'promoteProbe', 'declareLink'],
                    },
                    DIAL_FAILED: {
                      target: 'STEADY',
                      cond: 'isTheProbe',
                      actions: ['backOffAddress', 'condemnLink', 'forgetProbe'],
                    },
                    LIST_CHANGED: { actions: LISTED_ANEW },
                  },
                },
              },
            },
            crossing: {
              initial: 'CLEAR',
              states: {
                CLEAR: {
                  always: [
                    { target: '#forwardLink.CHOOSING', cond: 'isYielding', actions: YIELD },
                    { target: 'CROSSED', cond: 'isCrossed' },
                  ],
                  on: {
                    BACKWARD_LINKED: [
                      { target: '#forwardLink.CHOOSING', cond: 'isYielding', actions: YIELD },
                      { target: 'CROSSED', cond: 'isCrossed' },
                    ],
                  },
                },
                CROSSED: {
                  on: { BACKWARD_LOST: { target: 'CLEAR', cond: 'isUncrossed' } },
                  after: {
                    PATIENCE: [
                      { target: '#forwardLink.CHOOSING', cond: 'isCrossed', actions: YIELD },
                      { target: 'CLEAR' },
                    ],
                  },
                },
              },
            },
          },
        },
        RESTING: {
          on: {
            LIST_CHANGED: { target: 'CHOOSING', actions: 'forgetAbsent' },
            // There may be somebody new to dial.
            BACKWARD_LOST: [{ target: 'CHOOSING', ...NEIGHBOUR_FAILED }, { target: 'CHOOSING' }],
            ADDRESSES_CHANGED: { target: 'CHOOSING', cond: 'hasNetworkBack', actions: 'forgiveAddresses' },
            HEARD_AGAIN: { target: 'CHOOSING', actions: 'forgiveAddresses' },
          },
          after: { RETRY: 'CHOOSING' },
        },
      },
    },
    {
      guards: forwardLinkGuards(ports),
      actions: forwardLinkActions(ports),
      delays: {
        RETRY: ports.limits.searchRetryMs,
        SILENCE: ports.limits.dialSilenceMs,
        BURST: ports.limits.dialBurstMs,
        PATIENCE: (context) => patienceMs(ports, context),
        PROBE: (context) => probeMs(ports, context),
      },
    },
  );
}

/** How long it is until the next probe. */
function probeMs(ports: ForwardLinkPorts, { preferred, link }: ForwardLinkContext): number {
  const probed = link ? toProbe(ports, preferred, link.member) : [];
  return Math.max(0, nextProbeMs(ports, probed) - ports.nowMs());
}

/** How long two links to one member are left, where we do not give ours up at once. */
function patienceMs(ports: ForwardLinkPorts, context: ForwardLinkContext): number {
  const { crossingMs } = ports.limits;
  const isHigher = context.link !== null && ports.isBelowUs(context.link.member);
  return isHigher ? 2 * crossingMs : crossingMs;
}
