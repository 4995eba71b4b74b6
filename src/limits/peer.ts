/**
 * The bounds of one peer, each with its unit in the name and its reason beside it; docs/LIMITS.md says what
 * happens at each.
 */

import { FAULT_LIMITS, type FaultLimits } from './faults.ts';

/** The bounds of one peer. */
export interface PeerLimits extends FaultLimits {
  /** Period of the KEEPALIVE's J (PROTOCOL.md, KEEPALIVE). */
  readonly keepaliveMs: number;
  /** A TCP connect that takes longer has failed: a dead host must not stop the search for the others. */
  readonly connectTimeoutMs: number;
  /** A handshake (P to S) that takes longer has failed: some implementations never answer. */
  readonly handshakeTimeoutMs: number;
  /** A member that answers our P with F, and not with S within this time, has refused us. */
  readonly refusalMs: number;
  /**
   * An S that comes so soon after an F was sent with it: some programs send both to whom they refuse. Shorter
   * than `refusalMs`.
   */
  readonly refusalPairMs: number;
  /**
   * A room server that takes longer to answer is taken for lost; the original answers within milliseconds.
   */
  readonly replyTimeoutMs: number;
  /** First and longest pause before the next connect to a lost room server; doubles in between. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** Share of a pause that is random, so that a restarted room server is not met by everybody at once. */
  readonly jitterRatio: number;
  /** Pause before a J that was answered by F is repeated, and how often (PROTOCOL.md: stray F under load). */
  readonly repeatDelayMs: number;
  readonly repeatsMax: number;
  /** Pause before the search for a forward link is run again when every candidate has failed. */
  readonly searchRetryMs: number;
  /** A forward link lost sooner than this is not searched again at once, so that two peers can't flap. */
  readonly stableLinkMs: number;
  /**
   * A connect, or a handshake, that is silent for so long gets company: the next member is dialled beside it.
   * Far over any way around the world, so that a living next member is dialled alone.
   */
  readonly dialSilenceMs: number;
  /** Dials of the search at one time: with silent addresses only, some 13 a second. */
  readonly dialsMax: number;
  /** So many dials of the search may begin in so long; then others have their turn in the event loop. */
  readonly dialBurstMax: number;
  readonly dialBurstMs: number;
  /** First pause before an address that did not answer is dialled again; doubles up to `searchRetryMs`. */
  readonly dialPauseMinMs: number;
  /**
   * Dials to one host, whatever its ports: so many at once, then one in an interval, the rate at which a peer
   * accepts them (`acceptsPerSecondMax`). Loopback has its own: whole rooms are on one computer.
   */
  readonly dialsPerHostMax: number;
  readonly dialHostIntervalMs: number;
  readonly loopbackDialsPerHostMax: number;
  readonly loopbackDialHostIntervalMs: number;
  /** Addresses, and hosts, of which that is remembered: over what can be dialled within a longest pause. */
  readonly dialAddressesMax: number;
  /** A link that was up for so long makes its member one to go back to when it falls silent (failback). */
  readonly longLinkMs: number;
  /** First and longest pause before a preferred member is probed again; doubles in between. */
  readonly probeMinMs: number;
  readonly probeMaxMs: number;
  /** Members that are preferred at one time; the oldest is forgotten for a new one. */
  readonly preferredMax: number;
  /** A linked member that is not on the member list for longer than this is dropped. */
  readonly absenceMs: number;
  /**
   * How often a link looks for signs of life, and how long it may be written to without any before the
   * network is asked whether what was written has been acknowledged.
   */
  readonly watchMs: number;
  readonly silenceMs: number;
  /** What is unacknowledged must be so for this long again: a short break of the network kills no link. */
  readonly proofMs: number;
  /**
   * Where the system does not tell of acknowledgements, a quiet member is dialled anew to see whether it is
   * there: first and longest pause before that is done again for the same member; doubles in between.
   */
  readonly renewMinMs: number;
  readonly renewMaxMs: number;
  /**
   * Two members have dialled each other: after this long the lower HID gives up its link, if the higher has
   * not (PROTOCOL.md, "Crossing dials").
   */
  readonly crossingMs: number;
  /**
   * Who gives its link up, and then loses the other one, too, gives up none to the same member for this long:
   * two that both do so at once would never link.
   */
  readonly yieldedMs: number;
  /**
   * Nothing heard from anybody for the first of these after a write: signs are looked for; for the second:
   * the user is told.
   */
  readonly quietMs: number;
  readonly offlineMs: number;
  /**
   * Backward links that are up, and connections whose handshake is not done. Of the links an address, and a
   * nickname, may have as many as are still free; for a handshake too many, one of the source that has most
   * gives way (overlay/shares.ts).
   */
  readonly backwardLinksMax: number;
  readonly pendingHandshakesMax: number;
  /** New connections a second from one address; 0 for no limit. Loopback addresses have their own. */
  readonly acceptsPerSecondMax: number;
  readonly loopbackAcceptsPerSecondMax: number;
  /**
   * Pokes a second that are answered and shown: of each member at its own address and of everybody else at an
   * address together; and of all members, and of all others. Of the second number one source has half at
   * most.
   */
  readonly pokesPerSecondMax: number;
  readonly pokesInTotalPerSecondMax: number;
  /** Source addresses that are told apart for these two rates. */
  readonly rateSourcesMax: number;
  /** An ACK is awaited this long before the user is told that none came (PROTOCOL.md, Poke). */
  readonly pokeAnswerMs: number;
  /** An ACK that comes later than that is still reported until this long after the K: some peers take 5 s. */
  readonly pokeLateAnswerMs: number;
  /** Pokes that wait for an answer at one time; more are refused. */
  readonly pokesMax: number;
  /** Members of one nickname that a single poke goes to. */
  readonly pokeTargetsMax: number;
  /** Content of a TEXT that we send is shorter than this (PROTOCOL.md, Frames). */
  readonly contentMaxBytes: number;
  /** Members of a room that are kept: the newest, as the room server lists them first. */
  readonly membersMax: number;
  /** Longest frame on a peer link: far over any TEXT of the assignment, lenient to the others. */
  readonly frameMaxBytes: number;
  /** Bytes that a connection may send before its handshake is done. */
  readonly handshakeMaxBytes: number;
  /** Longest reply of a room server: an M of 10,000 members takes at most 560 kB. */
  readonly replyMaxBytes: number;
  /** What is remembered of messages with their content: for how long at least, and of how many at most. */
  readonly seenMs: number;
  readonly seenMax: number;
  /**
   * A process without a tick for so long was asleep, and what it remembers has not aged: far over any busy
   * moment.
   */
  readonly awakeTickMs: number;
  readonly sleepMs: number;
  /**
   * The same message again within this time is a duplicate, whatever else speaks for a new incarnation of its
   * origin.
   */
  readonly duplicateMs: number;
  /**
   * A handshake that goes on counting where its sender was outweighs the member list for this long: a list
   * that shows the sleep may come one KEEPALIVE later, and half of that again for a room server that is slow
   * to answer.
   */
  readonly countsOnMs: number;
  /**
   * Messages that are remembered one by one until no copy of them can be on its way: those that follow on no
   * others, of strangers, first ones. One that there is no place for is dropped.
   */
  readonly passedOnMax: number;
  /** Of these, so many of each member within `seenMs` whatever else comes; far over what a person types. */
  readonly passedOnShareMax: number;
  /** Messages of origins that no list has yet: what a newcomer says before the list comes that has it. */
  readonly strangerMessagesMax: number;
  /** So much is for the members' own shares. */
  readonly passedOnReservedRatio: number;
  /** Origins whose message IDs are remembered beyond that: a room's members, and those who have left. */
  readonly originsMax: number;
  /** Gaps in the message IDs of one origin that are remembered. */
  readonly idRangesMax: number;
  /**
   * Contents under one message ID whose time is remembered: nobody restarts more often, a liar may seem to.
   */
  readonly contentsPerIdMax: number;
  /**
   * Messages at the beginning of an origin's incarnation whose fingerprints last: they show a restart however
   * late it is.
   */
  readonly firstMessagesMax: number;
  /**
   * Contents, of everybody together, that are told from a new incarnation's when somebody wakes with them in
   * its buffers.
   */
  readonly lastingContentsMax: number;
  /** Undecided messages that wait for a fresh member list, and for how long; more are dropped. */
  readonly undecidedMax: number;
  readonly undecidedMs: number;
  /**
   * Fresh lists that are asked for because of somebody unknown: so many at once, and one more after each of
   * these times. It is well under the time that a handshake or an undecided message waits for a list, and a
   * stranger with ever new names costs the room server one J in it.
   */
  readonly freshListsMax: number;
  readonly freshListMs: number;
  /**
   * Unknown origins that a fresh list is asked for once between two changes of the list; of more the oldest
   * is forgotten.
   */
  readonly unknownOriginsMax: number;
  /**
   * Bytes that wait for one link: over the high-water mark the reading of what would go there stops, under
   * the low one it goes on. High enough for a burst of chat, low enough that a room of full queues is small.
   */
  readonly linkHighWaterBytes: number;
  readonly linkLowWaterBytes: number;
  /**
   * A link that takes nothing for so long stops nobody any more, up to `linkQueueMaxBytes` for it: links that
   * wait for one another in a ring get going again, and one stuck neighbour costs the others a short pause.
   */
  readonly linkPauseMs: number;
  /**
   * Nobody is read from for the sake of a slow link for longer than this at a time, also where the link takes
   * something: well below `slowConsumerMs`, after which neighbours give up who takes nothing.
   */
  readonly linkHoldMs: number;
  /** Over this much for one link, or for all together, reading stops until something is taken. */
  readonly linkQueueMaxBytes: number;
  readonly queuesMaxBytes: number;
  /** Who takes nothing for so long, while it is over the high-water mark, is a slow consumer. */
  readonly slowConsumerMs: number;
  /** So is who takes less than this, on the average of so long: the others wait for it all the time. */
  readonly slowFloorBytesPerSecond: number;
  readonly slowFloorMs: number;
  /** Frames that are remembered for members that miss them: for so long, so many bytes, so many runs. */
  readonly journalMs: number;
  readonly journalMaxBytes: number;
  readonly journalMaxRuns: number;
  /**
   * Frames sent again over a link that mends a break, to a member that was not cut off: it has most of them,
   * and some other implementations show a message twice that comes twice.
   */
  readonly catchUpMax: number;
  /** Pause before the first of them, so that a receiver that takes one recv for one frame has read our S. */
  readonly catchUpDelayMs: number;
  /** Pause between each `singleWritesMax` of them, for the same receivers. */
  readonly catchUpStepMs: number;
  /** After so long a link is as any other: what comes twice is told, what comes is not marked as late. */
  readonly catchUpQuietMs: number;
  readonly lateMs: number;
  /**
   * Where nothing says that a member was cut off, it misses nothing older than this: its broken link was
   * found dead before.
   */
  readonly gapHorizonMs: number;
  /**
   * What was said so long before a member was last in touch may be missing there, too: where a network
   * carries one way only, it is heard for as long as that is not noticed.
   */
  readonly gapMarginMs: number;
  /** Links that were written to are asked this often what of it has been acknowledged. */
  readonly deliveryPollMs: number;
  /** What was written so shortly before may still be on its way although nothing says so. */
  readonly deliveryMarginMs: number;
  /** A duplicate of what came so long ago is no crossing of two copies. */
  readonly oldDuplicateMs: number;
  /** Own messages, or batches of them, whose arrival nothing has confirmed yet. */
  readonly unconfirmedMax: number;
  /** Malformed frames that a link may send; with one more it is closed. */
  readonly malformedMax: number;
  /** Frames of one chunk that are still written one by one: small receivers take one recv for one frame. */
  readonly singleWritesMax: number;
  /** Dropped frames are told to the user at most once per kind in this time. */
  readonly droppedNoticeMs: number;
  /** Quit: after this long a connection whose FIN is not answered is torn down. */
  readonly closeGraceMs: number;
  /**
   * A link that we have left is read until the other side's FIN, for this long at most: a neighbour that
   * stands still meanwhile may have messages for us. As long as a break lasts that can be mended.
   */
  readonly leftLinkMs: number;
  /**
   * A link whose place another one has taken gets our FIN after this long: until then its other side sends us
   * what is on its way through the room. Longer than messages take that wait at each hop for what is sent
   * again (`catchUpDelayMs`).
   */
  readonly overlapMs: number;
  /** So many at once; of more the oldest is read no longer than `closeGraceMs`. */
  readonly leftLinksMax: number;
}

/** The numbers that a peer runs with unless told otherwise. */
export const PEER_LIMITS: PeerLimits = {
  ...FAULT_LIMITS,
  keepaliveMs: 20_000,
  connectTimeoutMs: 5_000,
  handshakeTimeoutMs: 5_000,
  refusalMs: 300,
  refusalPairMs: 50,
  replyTimeoutMs: 10_000,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 30_000,
  jitterRatio: 0.3,
  repeatDelayMs: 1_000,
  repeatsMax: 3,
  searchRetryMs: 5_000,
  stableLinkMs: 1_000,
  dialSilenceMs: 1_000,
  dialsMax: 64,
  dialBurstMax: 16,
  dialBurstMs: 40,
  dialPauseMinMs: 2_500,
  dialsPerHostMax: 20,
  dialHostIntervalMs: 200,
  loopbackDialsPerHostMax: 1_000,
  loopbackDialHostIntervalMs: 10,
  dialAddressesMax: 16_384,
  longLinkMs: 60_000,
  probeMinMs: 5_000,
  probeMaxMs: 60_000,
  preferredMax: 64,
  absenceMs: 60_000,
  watchMs: 10_000,
  silenceMs: 20_000,
  proofMs: 5_000,
  renewMinMs: 60_000,
  renewMaxMs: 600_000,
  crossingMs: 5_000,
  yieldedMs: 60_000,
  quietMs: 10_000,
  offlineMs: 15_000,
  backwardLinksMax: 256,
  pendingHandshakesMax: 32,
  acceptsPerSecondMax: 5,
  loopbackAcceptsPerSecondMax: 0,
  pokesPerSecondMax: 5,
  pokesInTotalPerSecondMax: 64,
  rateSourcesMax: 1_024,
  pokeAnswerMs: 2_000,
  pokeLateAnswerMs: 10_000,
  pokesMax: 64,
  pokeTargetsMax: 8,
  contentMaxBytes: 500,
  membersMax: 10_000,
  frameMaxBytes: 8_192,
  handshakeMaxBytes: 1_024,
  replyMaxBytes: 1_048_576,
  seenMs: 120_000,
  seenMax: 65_536,
  passedOnMax: 524_288,
  passedOnShareMax: 1_024,
  strangerMessagesMax: 1_024,
  passedOnReservedRatio: 0.25,
  awakeTickMs: 10_000,
  sleepMs: 30_000,
  duplicateMs: 10_000,
  countsOnMs: 30_000,
  originsMax: 20_480,
  idRangesMax: 64,
  contentsPerIdMax: 32,
  firstMessagesMax: 16,
  lastingContentsMax: 524_288,
  undecidedMax: 256,
  undecidedMs: 5_000,
  freshListsMax: 20,
  freshListMs: 2_000,
  unknownOriginsMax: 1_024,
  linkHighWaterBytes: 262_144,
  linkLowWaterBytes: 65_536,
  linkPauseMs: 250,
  linkHoldMs: 1_000,
  linkQueueMaxBytes: 4_194_304,
  queuesMaxBytes: 16_777_216,
  slowConsumerMs: 5_000,
  slowFloorBytesPerSecond: 16_384,
  slowFloorMs: 30_000,
  journalMs: 600_000,
  journalMaxBytes: 8_388_608,
  journalMaxRuns: 32_768,
  catchUpMax: 200,
  catchUpDelayMs: 50,
  catchUpStepMs: 5,
  catchUpQuietMs: 10_000,
  lateMs: 3_000,
  gapHorizonMs: 90_000,
  gapMarginMs: 60_000,
  deliveryPollMs: 10_000,
  deliveryMarginMs: 3_000,
  oldDuplicateMs: 30_000,
  unconfirmedMax: 1_000,
  malformedMax: 100,
  singleWritesMax: 8,
  droppedNoticeMs: 10_000,
  closeGraceMs: 500,
  leftLinkMs: 600_000,
  overlapMs: 2_000,
  leftLinksMax: 16,
};

/**
 * Commands that wait for full links in a face that can't stop its input (a terminal, a web page); one more is
 * refused. Far more than anybody types in the seconds that links are full, and little memory.
 */
export const WAITING_COMMANDS_MAX = 256;
