/**
 * The bounds of sockets and of what is asked of the system, the same for every peer and server of a process.
 */

/**
 * TCP keepalive of every connection: asked after so long without a sign of life, then so often in this
 * interval. Node lets us choose the first number only; the others are what it sets (net.Socket,
 * setKeepAlive).
 */
export const TCP_KEEPALIVE = { idleMs: 15_000, intervalMs: 1_000, probes: 10 } as const;

/**
 * Writes to one TCP connection in one turn of the event loop that go out one by one, as `singleWritesMax` of
 * a chunk do and for the same reason; what is written beyond that goes out together at the end of the turn.
 */
export const SINGLE_WRITES_A_TURN = 8;

/**
 * Bytes that a socket is given at a time: of more, nobody could tell whether a slow receiver has taken some.
 * As much as one read of the other side takes.
 */
export const WRITE_SLICE_BYTES = 65_536;

/**
 * How often the addresses of this computer are looked at: one system call of some 50 µs, and a network that
 * comes or goes is noticed within a second.
 */
export const ADDRESS_POLL_MS = 1_000;

/**
 * Most of the kernel's table of TCP sockets that is read to find one of ours: some 50,000 sockets of 150
 * bytes. What stands further down is not found, and nothing is known of it.
 */
export const SOCKET_TABLE_MAX_BYTES = 8_388_608;

/**
 * A segment that was sent again so often has been without an answer for 1.4 s at least (Linux: 0.2 s, doubled
 * each time). Fewer are what a network that loses a packet now and then makes of a living neighbour.
 */
export const RETRANSMISSIONS_MIN = 3;

/**
 * Connections or datagrams kept between the opening of a socket and the first look at it; a kernel's own
 * backlog is of this order. More are turned away.
 */
export const KEPT_MAX = 1_024;

/**
 * So often at most it is looked whether files can still be opened: once after connections were, then until it
 * can.
 */
export const FILES_LOOK_MS = 1_000;
