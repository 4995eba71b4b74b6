/**
 * What machines ask the network of those at the other end: whether one link's bytes are acknowledged, whether
 * any of a peer's are, when the first thing is written or heard, and which addresses this computer has.
 */
import { forkJoin, type Observable } from 'rxjs';
import type { InvokeCreator } from 'xstate';
import type { Pulse } from '../feed/pulse.ts';
import type { Acknowledgement, Connection, Network } from '../io/network.ts';
import type { ConnectivityContext, ConnectivityEvent } from '../machines/connectivity/events.ts';
import type {
  AcknowledgementEvent,
  AddressesChanged,
  LinkContext,
  LinkEvent,
} from '../machines/link/events.ts';
import type { UserContext, UserEvent } from '../machines/user/events.ts';
import { isLoopback } from '../protocol/names.ts';
import type { Relay } from '../relay/relay.ts';

const EVENTS: Readonly<Record<Acknowledgement, AcknowledgementEvent>> = {
  acknowledged: { type: 'ACKNOWLEDGED' },
  unacknowledged: { type: 'UNACKNOWLEDGED' },
  unknown: { type: 'UNPROVABLE' },
};

/** The service `acknowledgement` of the link machine. */
export function linkAcknowledgement(relay: Relay): InvokeCreator<LinkContext, LinkEvent> {
  return ({ id }) =>
    (sendBack: (event: AcknowledgementEvent) => void) => {
      const attached = relay.attached(id);
      if (!attached) throw new TypeError(`link ${id} is up and not attached`);
      const asked = attached.acknowledgement().subscribe((answer) => sendBack(EVENTS[answer]));
      return () => asked.unsubscribe();
    };
}

/** The services of the connectivity machine. */
export function connectivityServices(
  pulse: Pulse,
  relay: Relay,
  roomConnection: () => Connection | undefined,
) {
  const firstWrite: InvokeCreator<ConnectivityContext, ConnectivityEvent> =
    () => (sendBack: (event: ConnectivityEvent) => void) =>
      pulse.awaitWrite(() => sendBack({ type: 'WROTE' }));
  const firstSign: InvokeCreator<ConnectivityContext, ConnectivityEvent> =
    () => (sendBack: (event: ConnectivityEvent) => void) =>
      pulse.awaitSign(() => sendBack({ type: 'HEARD' }));
  const signs: InvokeCreator<ConnectivityContext, ConnectivityEvent> =
    () => (sendBack: (event: ConnectivityEvent) => void) => {
      // Acknowledged is also what a connection says that nothing was written to: only the others are asked.
      const asked: Observable<Acknowledgement>[] = relay.silent().map((link) => link.acknowledgement());
      const server = pulse.isRoomServerAsked ? roomConnection() : undefined;
      if (server) asked.push(server.acknowledgement());
      const answers = forkJoin(asked).subscribe({
        next: (all) => sendBack({ type: all.includes('acknowledged') ? 'SIGN_FOUND' : verdict(all, pulse) }),
        // Without anybody to ask it completes at once.
        complete: () => {
          if (asked.length === 0) sendBack({ type: verdict([], pulse) });
        },
      });
      return () => answers.unsubscribe();
    };
  return { firstWrite, firstSign, signs };
}

/** Nothing was acknowledged: a sign that nobody is there, or nothing that could be known. */
function verdict(answers: readonly Acknowledgement[], pulse: Pulse): 'NO_SIGN' | 'SIGN_FOUND' {
  return answers.includes('unacknowledged') || pulse.isRoomServerAsked ? 'NO_SIGN' : 'SIGN_FOUND';
}

/** The IPv4 addresses that this computer has at present; all that it is asked for, where it does not tell. */
export class LocalAddresses {
  readonly #network: Pick<Network, 'localAddresses'>;
  #present: ReadonlySet<string> | undefined;

  constructor(network: Pick<Network, 'localAddresses'>) {
    this.#network = network;
  }

  has(address: string): boolean {
    return isLoopback(address) || (this.#present?.has(address) ?? true);
  }

  /** True if there is an address to leave from, besides loopback. */
  get hasAny(): boolean {
    return this.#present === undefined || [...this.#present].some((address) => !isLoopback(address));
  }

  /** The service `addresses` of the user machine: sends an event with every change. */
  actor(): InvokeCreator<UserContext, UserEvent> {
    return () => (sendBack: (event: AddressesChanged) => void) => {
      const watching = this.#network.localAddresses.subscribe((addresses) => {
        const before = this.#present;
        this.#present = new Set(addresses);
        const hasAppeared = addresses.some((address) => !before?.has(address));
        if (before) sendBack({ type: 'ADDRESSES_CHANGED', hasAppeared });
      });
      return () => watching.unsubscribe();
    };
  }
}
