/**
 * Every number that bounds the program, with its unit in the name and the reason beside it. "Put a limit on
 * everything": what has none is a leak. Tests inject their own; nothing reads a number from anywhere else.
 */

/** The bounds of one peer. */
export interface PeerLimits {
  /** Period of the KEEPALIVE's J (PROTOCOL.md, KEEPALIVE). */
  readonly keepaliveMs: number;
  /** A TCP connect that takes longer has failed: a dead host must not stop the search for the others. */
  readonly connectTimeoutMs: number;
  /** A handshake (P to S) that takes longer has failed: some implementations never answer. */
  readonly handshakeTimeoutMs: number;
  /** A room server that takes longer to answer is taken for lost; the original answers within milliseconds. */
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
  /** Longest frame on a peer link: far over any TEXT of the assignment, lenient to the others. */
  readonly frameMaxBytes: number;
  /** Bytes that a connection may send before its handshake is done. */
  readonly handshakeMaxBytes: number;
  /** Longest reply of a room server: an M of 10,000 members takes at most 560 kB. */
  readonly replyMaxBytes: number;
  /** What is remembered of messages: for how long at least, and of how many at most. */
  readonly seenMs: number;
  readonly seenMax: number;
  /** Unknown origins that a fresh list is asked for between two changes of the list; more are not asked for. */
  readonly unknownOriginsMax: number;
  /** Frames of one chunk that are still written one by one: small receivers take one recv for one frame. */
  readonly singleWritesMax: number;
  /** Dropped frames are told to the user at most once per kind in this time. */
  readonly droppedNoticeMs: number;
  /** Quit: after this long a connection whose FIN is not answered is torn down. */
  readonly closeGraceMs: number;
}

/** The numbers that a peer runs with unless told otherwise. */
export const PEER_LIMITS: PeerLimits = {
  keepaliveMs: 20_000,
  connectTimeoutMs: 5_000,
  handshakeTimeoutMs: 5_000,
  replyTimeoutMs: 10_000,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 30_000,
  jitterRatio: 0.3,
  repeatDelayMs: 1_000,
  repeatsMax: 3,
  searchRetryMs: 5_000,
  stableLinkMs: 1_000,
  pokeAnswerMs: 2_000,
  pokeLateAnswerMs: 10_000,
  pokesMax: 64,
  pokeTargetsMax: 8,
  contentMaxBytes: 500,
  frameMaxBytes: 8_192,
  handshakeMaxBytes: 1_024,
  replyMaxBytes: 1_048_576,
  seenMs: 120_000,
  seenMax: 65_536,
  unknownOriginsMax: 1_024,
  singleWritesMax: 8,
  droppedNoticeMs: 10_000,
  closeGraceMs: 500,
};

/** The bounds of a room server. */
export interface RoomServerLimits {
  /** The monitor wakes this often; emptied rooms stay until then (PROTOCOL.md, room server). */
  readonly monitorMs: number;
  /** A member not refreshed for this long is removed at the next wake. */
  readonly memberExpiryMs: number;
  /** A request that is longer without an end mark is refused and its connection closed. */
  readonly requestMaxBytes: number;
  /** Replies that may wait for a client that does not read: some 30 of the longest M. Beyond it is torn down. */
  readonly replyQueueMaxBytes: number;
  /** Shutdown: after this long a connection whose FIN is not answered is torn down. */
  readonly closeGraceMs: number;
}

/** The numbers of the original room server (PROTOCOL.md). */
export const ROOM_SERVER_LIMITS: RoomServerLimits = {
  monitorMs: 20_000,
  memberExpiryMs: 60_000,
  requestMaxBytes: 1_024,
  replyQueueMaxBytes: 16_777_216,
  closeGraceMs: 500,
};
