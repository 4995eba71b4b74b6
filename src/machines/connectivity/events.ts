/**
 * What the connectivity machine speaks: its context, its events, what it announces, and what it needs
 * (machine.ts).
 */
import type { InvokeCreator } from 'xstate';
import type { PeerLimits } from '../../limits/peer.ts';
import type { Report } from '../../words/notices.ts';
import type { AddressesChanged } from '../link/events.ts';

/** Plain data. */
export interface ConnectivityContext {
  /** Since when nothing has been heard, once the user has been told so. */
  readonly sinceMs: number;
}

/** What the search for signs of life tells. */
type SignsEvent = { readonly type: 'SIGN_FOUND' } | { readonly type: 'NO_SIGN' };

/** Everything that it reacts to. */
export type ConnectivityEvent =
  /** The first write after a silence; told once after `awaitWrite`. */
  | { readonly type: 'WROTE' }
  /** Something has come in; told once after `awaitSign`. */
  | { readonly type: 'HEARD' }
  | SignsEvent
  | AddressesChanged;

/** What it tells its parent. */
export type ConnectivityAnnouncement =
  /** After the user was told that we may be offline: somebody is heard. */
  { readonly type: 'HEARD_AGAIN' } | { readonly type: 'FRESH_LIST_NEEDED' };

/** What it needs of the outside. */
export interface ConnectivityPorts {
  readonly limits: Pick<PeerLimits, 'quietMs' | 'offlineMs' | 'proofMs'>;
  readonly report: Report;
  nowMs(): number;
  /** For how long we have written without hearing anything; 0 where nothing was written since. */
  unansweredMs(): number;
  /** An acknowledgement was found: what was written is answered. */
  heard(): void;
  /** Invoked: sends WROTE once, as soon as something is unanswered. */
  readonly firstWrite: InvokeCreator<ConnectivityContext, ConnectivityEvent>;
  /** Invoked: sends HEARD once, as soon as something comes in. */
  readonly firstSign: InvokeCreator<ConnectivityContext, ConnectivityEvent>;
  /** Invoked: asks for the acknowledgements of what is unanswered, and sends one SignsEvent. */
  readonly signs: InvokeCreator<ConnectivityContext, ConnectivityEvent>;
}
