/** The bounds of a room server, and the numbers that it runs with. */

/** The bounds of a room server, whoever keeps its rooms. */
export interface RoomServerLimits {
  /** The monitor wakes this often; emptied rooms stay until then (PROTOCOL.md, room server). */
  readonly monitorMs: number;
  /** A member not refreshed for this long is removed at the next wake. */
  readonly memberExpiryMs: number;
  /** A request that is longer without an end mark is refused and its connection closed. */
  readonly requestMaxBytes: number;
  /**
   * Replies that may wait for a client that does not read: some 30 of the longest M. Beyond it is torn down.
   */
  readonly replyQueueMaxBytes: number;
  /** Shutdown: after this long a connection whose FIN is not answered is torn down. */
  readonly closeGraceMs: number;
  /**
   * Rooms at one time; a J for one more is refused. The longest G of so many is 660 kB: a peer takes 1 MiB.
   */
  readonly roomsMax: number;
  /**
   * An address may have made so many of the rooms that there are for each that is still free: with 1 it has
   * half of all at most, and whoever comes finds one. 0 for no bound.
   */
  readonly roomsPerFreeRoomMax: number;
  /** Members of one room; one more is refused. A peer keeps as many; the longest M of so many is 560 kB. */
  readonly roomMembersMax: number;
  /**
   * Connections at one time from one address; one more is turned away. 0 for no limit. Loopback has its own.
   */
  readonly connectionsPerAddressMax: number;
  readonly loopbackConnectionsPerAddressMax: number;
  /**
   * Requests of one connection that are answered in a second; more wait. 0 for no limit. A peer sends one in
   * 20 s.
   */
  readonly requestsPerSecondMax: number;
  /**
   * Requests of one connection that wait for their turn; with one more it is torn down. A peer has one at a
   * time.
   */
  readonly requestsWaitingMax: number;
  /**
   * A connection that has asked nothing for this long is closed; a member asks, or has expired long before.
   */
  readonly idleMs: number;
  /**
   * A store that answers nothing for so long is away; well under the 10 s that a peer waits
   * (`replyTimeoutMs`).
   */
  readonly storeAnswerMs: number;
  /** A connect to the store that takes longer has failed. */
  readonly storeConnectMs: number;
  /**
   * First and longest pause before the next connect to the store; doubles in between, a share of it random.
   */
  readonly storeReconnectMinMs: number;
  readonly storeReconnectMaxMs: number;
  readonly storeJitterRatio: number;
  /**
   * An idle connection to the store is pinged this often, and given up when nothing has moved on it for so
   * long.
   */
  readonly storePingMs: number;
  readonly storeSilenceMs: number;
  /** Commands to the store under way at one time; more are refused as if it were away. */
  readonly storeCommandsMax: number;
  /** Closed connections whose members could not be removed, kept to be removed later; the rest expire. */
  readonly storeRemovalsMax: number;
  /**
   * After a connect to the store nobody expires for so long: two KEEPALIVEs, which may have been refused
   * before.
   */
  readonly storeSettleMs: number;
  /**
   * A server that has not looked at the store for so long is gone: whoever refreshes its members owns them.
   */
  readonly storeServerGoneMs: number;
  /** Members that one call removes or names: the store does nothing else meanwhile, some 5 µs for each. */
  readonly storeRemovalBatch: number;
  /** Rooms that a wake of the monitor asks about at one time; far fewer than `storeCommandsMax`. */
  readonly storeVisitsMax: number;
  /**
   * What the clock of a room moves on by at most from one question to the next: over the 20 s between two
   * wakes of a monitor, and so short that a member which was heard 20 s ago lives through a step of the
   * store's clock.
   */
  readonly storeClockGapMs: number;
  /** A store that is still loading its data when this has passed is given up: another may be ready. */
  readonly storeLoadingMs: number;
  /** While a node of a store is away it is looked this often whether another has taken its place. */
  readonly storeTopologyMs: number;
}

/** The first two are the numbers of the original room server (PROTOCOL.md). */
export const ROOM_SERVER_LIMITS: RoomServerLimits = {
  monitorMs: 20_000,
  memberExpiryMs: 60_000,
  requestMaxBytes: 1_024,
  replyQueueMaxBytes: 16_777_216,
  closeGraceMs: 500,
  roomsMax: 20_000,
  roomsPerFreeRoomMax: 1,
  roomMembersMax: 10_000,
  connectionsPerAddressMax: 1_000,
  loopbackConnectionsPerAddressMax: 0,
  requestsPerSecondMax: 100,
  requestsWaitingMax: 1_000,
  idleMs: 600_000,
  storeAnswerMs: 2_000,
  storeConnectMs: 2_000,
  storeReconnectMinMs: 100,
  storeReconnectMaxMs: 5_000,
  storeJitterRatio: 0.3,
  storePingMs: 5_000,
  storeSilenceMs: 15_000,
  storeCommandsMax: 10_000,
  storeRemovalsMax: 10_000,
  storeSettleMs: 40_000,
  storeServerGoneMs: 60_000,
  storeRemovalBatch: 500,
  storeVisitsMax: 200,
  storeClockGapMs: 30_000,
  storeLoadingMs: 10_000,
  storeTopologyMs: 1_000,
};
