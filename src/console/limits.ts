/**
 * Every number that bounds the web console: what its server keeps and takes, what its page keeps and draws,
 * each with its unit and its reason. Those of peers and room servers are in src/limits/.
 */

/** The bounds of what the console's page draws. */
export const DRAWING_LIMITS = {
  /**
   * Lifelines of the sequence diagram: more nobody can follow; members beyond them share one called "others".
   */
  lifelinesMax: 30,
  /**
   * Lifelines of the whole room: the most peers of a demo (50), its room server and some members of other
   * programs.
   */
  roomLifelinesMax: 64,
  /** Frames of the whole room that are drawn, the newest: twice what its server keeps of them. */
  roomFramesMax: 20_000,
  /** Over a moment of the past: each step draws them anew, and the earlier ones have moments of their own. */
  pastFramesMax: 2_500,
  /** UDP may lose a datagram: when it has not come for so long after it was sent, it never will. */
  datagramAwaitedMs: 5_000,
  /**
   * Rows of an exported sequence, 72,000 pixels of picture: what is older is left out, and that is said in
   * it.
   */
  exportRowsMax: 2_000,
  /** Rows that are kept drawn above and below the visible ones, so that a quick scroll shows no gap. */
  overscanRows: 12,
  /**
   * Members on the ring that are buttons of their own; more would be too small to be hit, and the table has
   * them.
   */
  ringButtonsMax: 150,
  /**
   * Hops of messages that are remembered, to be completed or replayed: as many as 300 messages make that are
   * under way at one time in a room of 50, and more (about 20 MB).
   */
  hopsMax: 100_000,
  /**
   * A message of the same origin and number so long after the last one is another message, of a later
   * incarnation.
   */
  floodRestMs: 30_000,
  /**
   * Frames of one message come in batches of 50 ms from each peer: after so long without one it has gone its
   * way. Floods are looked through this often while one is under way.
   */
  floodSettleMs: 200,
  /** In a burst messages wait for their turn: what has not come for so long is lost. */
  floodLostMs: 3_000,
  /** Entries before a moment of the past in which its newest message is looked for, at each step back. */
  floodLookBackEntries: 2_000,
  /**
   * What happened longer ago than this before the page heard of it is not shown travelling: it is the past.
   */
  floodFreshMs: 5_000,
  /** Dots that travel at one time; messages beyond it are counted, but not shown travelling. */
  couriersMax: 300,
  /** On loopback a hop takes less than a millisecond: it is shown so slowly. */
  hopShownMs: 900,
  /**
   * Arrivals are shown so far apart at least, that their order is seen; all of a message within the total.
   */
  arrivalStepMs: 120,
  arrivalsTotalMs: 4_000,
  /** With reduced motion a message's links are lit for so long instead. */
  litMs: 4_000,
} as const;

/**
 * The bounds of the console's page; how much of the past it keeps of notices, frames and drops, its server
 * says.
 */
export const PAGE_LIMITS = {
  /** First and longest pause before the page connects again to a server that is gone; doubles in between. */
  reconnectMinMs: 250,
  reconnectMaxMs: 5_000,
  /**
   * Choices of the reader (filters, selections, typed texts) that outlive a view: those of 50 peers, and
   * more.
   */
  keptChoicesMax: 512,
  /** What the page kept of the past before its server has said how much that is. */
  keptAtFirst: 1_000,
  /** Events of machines that can be stepped through, of all peers together (the 10,000). */
  stepsMax: 10_000,
  /**
   * Contexts and payloads longer than this, in characters of JSON, are cut: 10,000 steps must fit into a
   * browser.
   */
  payloadMaxCharacters: 2_048,
  /** Changes of a context that a step shows, and characters of each value: more nobody reads. */
  contextChangesMax: 32,
  changeMaxCharacters: 256,
  /** Statuses and member lists of the past, of each peer: a moment of the past is shown with its links. */
  changesMax: 5_000,
  /** Actors that have ended and are still shown, greyed; the oldest goes first. */
  stoppedActorsMax: 64,
  /**
   * Actors that are known at one time, of all peers together: those of a demo of many peers, and links of big
   * rooms.
   */
  actorsMax: 4_096,
  /** Happenings of all parties together: the causes of what the page shows, and their effects. */
  happeningsMax: 50_000,
  /**
   * The address names the moment when it has rested for so long: browsers take no address 60 times a second.
   */
  addressRestMs: 250,
  /** Effects that "Why?" shows: of more it says how many. */
  effectsShownMax: 50,
  /** The figures of a live room are made anew so long after something has happened. */
  figuresMs: 1_000,
  /** Gaps of each peer: a flood makes ten in a second. */
  gapsMax: 1_000,
  /**
   * What has come over the socket is taken over this often: a burst of events is drawn once, not once each.
   */
  gatherMs: 50,
  /** As soon as there are so many, too: browsers let the timers of hidden pages wait for a minute. */
  gatheredMax: 1_000,
} as const;

/** How a recording is opened in the page. */
export const OPENING_LIMITS = {
  /** Entries that are taken over at a time: each time all lists are copied. */
  entriesAtOnce: 20_000,
  /** After this long without a pause the page is drawn. */
  turnMs: 50,
} as const;

/** The bounds of the web console: one per program, opened by `--web` and `demo`. */
export interface ConsoleLimits {
  /**
   * Entries of the log of each of its parties that are kept for a page that opens later or is reloaded:
   * lines, frames, drops, events and starts of machines, and as many of each other kind.
   */
  readonly noticesMax: number;
  readonly framesMax: number;
  readonly dropsMax: number;
  readonly stepsMax: number;
  readonly othersMax: number;
  /** Characters of each of these kinds, about: a few MB of a party at the worst. */
  readonly shelfMaxCharacters: number;
  /**
   * Frames of a party that are looked at: so many at once, then one in an interval. Far over a room that
   * talks, and some 1 % of what looking at each would cost at full speed; of the rest the number is kept.
   */
  readonly framesAtOnceMax: number;
  readonly frameIntervalMs: number;
  /**
   * Characters kept of a notice's text: any message that comes in is shorter, but a room server may say far
   * more.
   */
  readonly noticeMaxCharacters: number;
  /** Bytes kept and sent of a frame: more than any but a long M has. */
  readonly frameShownMaxBytes: number;
  /** Links and members whose names are remembered for the frames that come and go over them. */
  readonly partiesMax: number;
  /** What happens within this time goes to the pages as one message: a page draws no faster. */
  readonly batchMs: number;
  /**
   * Entries, and characters of long ones, that a page is told at a time: one that opens gets the past in
   * pieces that it can draw, and none of them is too long for the queue below, even if every character takes
   * six bytes (5 MiB).
   */
  readonly entriesPerBatchMax: number;
  readonly batchMaxCharacters: number;
  /** A page that has not taken a message within this time has stalled, and is disconnected. */
  readonly stallMs: number;
  /** A viewer that lets more than this wait is disconnected: machines are not slowed for it. */
  readonly viewerQueueMaxBytes: number;
  /** Pages and viewers are pinged this often; who has not answered by the next ping is taken for dead. */
  readonly pingMs: number;
  /**
   * Connections of each of the two sockets; browsers that have forgotten to close a tab or two are far below.
   */
  readonly socketsMax: number;
  /** TCP connections of all kinds: each open page has two sockets and some requests for the page's files. */
  readonly connectionsMax: number;
  /** Longest thing that a user may type into the page, far over any message that a peer sends. */
  readonly fieldMaxCharacters: number;
  /**
   * Longest message of a page or a viewer: such a field with every character escaped (six bytes), and its
   * frame.
   */
  readonly pageMessageMaxBytes: number;
  /** Longest head of an HTTP request, and the time that it may take to arrive. */
  readonly requestHeadMaxBytes: number;
  readonly requestTimeoutMs: number;
  /** Elements of one array that the inspector shows: a list of 10,000 members is in many events. */
  readonly inspectedItemsMax: number;
  /** Characters of one string that the inspector shows; an F may have a million. */
  readonly inspectedTextMaxCharacters: number;
  /** At the end: after this long a socket whose close is not answered is torn down. */
  readonly closeGraceMs: number;
}

/** The numbers that a console runs with. */
export const CONSOLE_LIMITS: ConsoleLimits = {
  noticesMax: 2_000,
  framesMax: 10_000,
  dropsMax: 2_000,
  stepsMax: 4_000,
  othersMax: 2_000,
  shelfMaxCharacters: 4_000_000,
  framesAtOnceMax: 2_000,
  frameIntervalMs: 0.5,
  noticeMaxCharacters: 8_192,
  frameShownMaxBytes: 2_048,
  partiesMax: 16_384,
  batchMs: 50,
  entriesPerBatchMax: 500,
  batchMaxCharacters: 819_200,
  stallMs: 10_000,
  viewerQueueMaxBytes: 16_777_216,
  pingMs: 15_000,
  socketsMax: 16,
  connectionsMax: 128,
  fieldMaxCharacters: 4_096,
  pageMessageMaxBytes: 32_768,
  requestHeadMaxBytes: 8_192,
  requestTimeoutMs: 10_000,
  inspectedItemsMax: 256,
  inspectedTextMaxCharacters: 8_192,
  closeGraceMs: 500,
};
