/** What happens in a room server, as plain data for whoever logs it, and the words for each. */
import type { CloseReason, Endpoint } from '../io/network.ts';
import type { MemberAddress } from '../protocol/frames.ts';
import type { ConnectionId } from './registry/registry.ts';
import type { AskedKind, RefusedFor } from './replies.ts';

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
      readonly asked: AskedKind;
      readonly because: RefusedFor;
      /** The sentence of the F. */
      readonly message: string;
      /** How the request began: at most 64 characters, one per byte. */
      readonly request: string;
    }
  /** A client that asks and does not read: its connection is torn down. */
  | { readonly type: 'stalled'; readonly connection: ConnectionId; readonly queuedBytes: number }
  /** A client that asks faster than it is answered, and does not wait: its connection is torn down. */
  | { readonly type: 'flooding'; readonly connection: ConnectionId }
  /** A client that has asked nothing for `idleMs`: its connection is closed. */
  | { readonly type: 'idle'; readonly connection: ConnectionId }
  /** A connection over `connectionsPerAddressMax`: it gets its F and EOF. */
  | { readonly type: 'turned away'; readonly remote: Endpoint }
  | {
      readonly type: 'closed';
      readonly connection: ConnectionId;
      readonly remote: Endpoint;
      readonly reason: CloseReason;
    }
  | { readonly type: 'room removed'; readonly room: string }
  /** The store of the rooms does not answer (any more), or does again. `store` has no password in it. */
  | { readonly type: 'store lost'; readonly store: string; readonly reason: string }
  | { readonly type: 'store back'; readonly store: string }
  /** The store answers a kind of question with an error for the first time, and well again. */
  | { readonly type: 'store refuses'; readonly store: string; readonly reason: string }
  | { readonly type: 'store accepts'; readonly store: string; readonly kind: string }
  /** The store may remove what it holds when its memory is full. */
  | { readonly type: 'store evicts'; readonly store: string; readonly policy: string }
  /** The time of day of the store's machine was set, or its data is on another machine now. */
  | { readonly type: 'store clock stepped'; readonly stepMs: number }
  /** One question that the store has not answered well. */
  | { readonly type: 'store failed'; readonly reason: string }
  | { readonly type: 'stopped' };

function closeWords(reason: CloseReason): string {
  return reason.kind === 'broken' ? reason.message : reason.kind === 'ended' ? 'by the client' : 'by us';
}

const ADVICE = 'set it to noeviction';

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
    case 'flooding':
      return `#${event.connection} asks too fast and does not wait`;
    case 'idle':
      return `#${event.connection} has asked nothing for long`;
    case 'turned away':
      return `turned away ${event.remote.host}:${event.remote.port}: too many connections from this address`;
    case 'store lost':
      return `store ${event.store} lost: ${event.reason}`;
    case 'store back':
      return `store ${event.store} connected`;
    case 'store refuses':
      return `store ${event.store} refuses: ${event.reason}`;
    case 'store accepts':
      return `store ${event.store} answers again: no more ${event.kind}`;
    case 'store evicts':
      return `store ${event.store} may remove rooms when its memory is full (maxmemory_policy ${event.policy}): ${ADVICE}`;
    case 'store clock stepped':
      return `the clock of the store has stepped by ${Math.round(event.stepMs / 1_000)} s, which counts for nothing`;
    case 'store failed':
      return `store failed: ${event.reason}`;
    case 'closed':
      return `#${event.connection} closed ${closeWords(event.reason)}`;
    case 'room removed':
      return `room ${event.room} removed`;
    case 'stopped':
      return 'stopped';
  }
}
