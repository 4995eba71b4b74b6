/**
 * Asks whether the host of a linked member still answers: a TCP connect to its listening port that is closed
 * at once, without a byte. For links that are written to in silence, where TCP keepalive can't tell
 * (machines/link.machine.ts).
 */
import type { InvokeCreator } from 'xstate';
import { type Network, NetworkError } from '../io/network.ts';
import type { PeerLimits } from '../limits.ts';
import type { LinkContext, LinkEvent, ReachabilityEvent } from '../machines/link.machine.ts';

/** What the check needs of its peer. */
export interface ReachabilityPorts {
  readonly network: Pick<Network, 'connect'>;
  readonly limits: Pick<PeerLimits, 'connectTimeoutMs'>;
}

/** The service `reachability` of the link machine. */
export function reachability({ network, limits }: ReachabilityPorts): InvokeCreator<LinkContext, LinkEvent> {
  return ({ member }) =>
    (sendBack: (event: ReachabilityEvent) => void) => {
      if (member === null) throw new TypeError('a link that is up has a member');
      const attempt = network
        .connect({ host: member.ip, port: member.port }, limits.connectTimeoutMs)
        .subscribe({
          next: (connection) => {
            connection.end();
            sendBack({ type: 'REACHABLE' });
          },
          error: (error: unknown) => {
            // Whoever refuses is there: a dead process's connections were reset by its host long ago.
            const isThere = error instanceof NetworkError && error.kind === 'refused';
            sendBack({ type: isThere ? 'REACHABLE' : 'UNREACHABLE' });
          },
        });
      return () => attempt.unsubscribe();
    };
}
