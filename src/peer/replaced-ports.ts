/**
 * Replaces single ports of a peer by others: how the simulator plants its bugs, and how experiments are made,
 * without a second way of building a peer. Each function gets what the peer would use and returns what it is
 * to use.
 */

import type { LinkConnectionPorts } from '../actors/link-connection.ts';
import type { ForwardLinkPorts } from '../machines/forward-link/events.ts';
import type { LinkPorts } from '../machines/link/events.ts';
import type { RoomSessionPorts } from '../machines/room-session/events.ts';
import type { UserPorts } from '../machines/user/events.ts';
import type { Room } from '../overlay/room.ts';
import type { Journal } from '../relay/mending/journal.ts';
import type { RelayPorts } from '../relay/relay.ts';

/** What replaces a port of a peer; what is not given stays as it is. */
export interface ReplacedPorts {
  readonly room?: (room: Room) => Room;
  readonly journal?: (journal: Journal) => Journal;
  readonly relay?: (ports: RelayPorts) => RelayPorts;
  readonly link?: (ports: LinkPorts) => LinkPorts;
  readonly linkConnection?: (ports: LinkConnectionPorts) => LinkConnectionPorts;
  readonly session?: (ports: RoomSessionPorts) => RoomSessionPorts;
  readonly forwardLink?: (ports: ForwardLinkPorts) => ForwardLinkPorts;
  readonly user?: (ports: UserPorts) => UserPorts;
}

/** What the peer uses: what replaces the port, or the port itself. */
export function replacedBy<Port>(port: Port, replacement: ((port: Port) => Port) | undefined): Port {
  return replacement ? replacement(port) : port;
}
