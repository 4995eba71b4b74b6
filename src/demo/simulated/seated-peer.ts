/**
 * A peer of a simulated room as its place in the console has it: whatever is asked of it is done by hand, so
 * that it is part of the recording.
 */
import type { Command, Peer } from '../../peer/peer-api.ts';

/** @param give takes a command in the peer's place. */
export function seatedPeer(peer: Peer, give: (command: Command) => void): Peer {
  return {
    notices: peer.notices,
    trace: peer.trace,
    changes: peer.changes,
    terminated: peer.terminated,
    sessionId: peer.sessionId,
    // What waits, waits in the room itself: there it waits for simulated time.
    intake: 'open',
    get dialling() {
      return peer.dialling;
    },
    get isDelivered() {
      return peer.isDelivered;
    },
    get unheard() {
      return peer.unheard;
    },
    allowsUtf8: peer.allowsUtf8,
    taken: () => peer.taken(),
    start: (before) => peer.start(before),
    awaitOutput: (queuedBytes) => peer.awaitOutput(queuedBytes),
    send: give,
    status: () => peer.status(),
  };
}
