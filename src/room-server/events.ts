/** What happens in a room server, as plain data for whoever logs it, and the words for each. */
import type { CloseReason, Endpoint } from '../io/network.ts';
import type { MemberAddress } from '../protocol/frames.ts';
import type { ConnectionId } from './registry.ts';

/** Everything that a room server tells of itself. */
export type RoomServerEvent =
  | { readonly type: 'listening'; readonly at: Endpoint }
  | { readonly type: 'connected'; readonly connection: ConnectionId; readonly remote: Endpoint }
  | { readonly type: 'listed'; readonly connection: ConnectionId }
  | {
      /** `refreshed` is the KEEPALIVE of a member that is listed already. */
      readonly type: 'joined' | 'refreshed' | 'departed' | 'expired';
      readonly connection: ConnectionId;
      readonly room: string;
      readonly member: MemberAddress;
    }
  | {
      readonly type: 'refused';
      readonly connection: ConnectionId;
      /** The sentence of the F. */
      readonly message: string;
      /** How the request began: at most 64 characters, one per byte. */
      readonly request: string;
    }
  /** A client that asks and does not read: its connection is torn down. */
  | { readonly type: 'stalled'; readonly connection: ConnectionId; readonly queuedBytes: number }
  | {
      readonly type: 'closed';
      readonly connection: ConnectionId;
      readonly remote: Endpoint;
      readonly reason: CloseReason;
    }
  | { readonly type: 'room removed'; readonly room: string }
  | { readonly type: 'stopped' };

function closeWords(reason: CloseReason): string {
  return reason.kind === 'broken' ? reason.message : reason.kind === 'ended' ? 'by the client' : 'by us';
}

/** An event in one line of words, for the log and test failures. */
export function describeRoomServerEvent(event: RoomServerEvent): string {
  switch (event.type) {
    case 'listening':
      return `listening on ${event.at.host}:${event.at.port}`;
    case 'connected':
      return `#${event.connection} connected from ${event.remote.host}:${event.remote.port}`;
    case 'listed':
      return `#${event.connection} listed the rooms`;
    case 'joined':
    case 'refreshed':
    case 'departed':
    case 'expired': {
      const { user, ip, port } = event.member;
      return `#${event.connection} ${event.type} ${event.room}: ${user} ${ip}:${port}`;
    }
    case 'refused':
      return `#${event.connection} refused (${event.message}): ${JSON.stringify(event.request)}`;
    case 'stalled':
      return `#${event.connection} does not read: ${event.queuedBytes} bytes are waiting`;
    case 'closed':
      return `#${event.connection} closed ${closeWords(event.reason)}`;
    case 'room removed':
      return `room ${event.room} removed`;
    case 'stopped':
      return 'stopped';
  }
}
