/**
 * The IPv4 addresses of this computer, looked at again and again: Node tells nobody when they change. An
 * interface without a cable, or without a network, has none here (libuv leaves out what is not running).
 */
import { networkInterfaces } from 'node:os';
import { Observable } from 'rxjs';
import { ADDRESS_POLL_MS } from '../../limits/sockets.ts';

/** See `Network.localAddresses`. */
export const nodeAddresses: Observable<readonly string[]> = new Observable((subscriber) => {
  let known: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const addresses = lookUp();
    // What has worked once will work again: a look takes a file, and there may be too many open just now.
    if (!addresses && known === undefined) {
      subscriber.complete();
      return;
    }
    // The next look is arranged first: whoever is told may unsubscribe.
    timer = setTimeout(look, ADDRESS_POLL_MS);
    const told = addresses?.join() ?? known;
    if (!addresses || told === known) return;
    known = told;
    subscriber.next(addresses);
  };
  timer = setTimeout(look, 0);
  return () => clearTimeout(timer);
});

/** In one order, so that two looks can be compared; `undefined` where the system does not tell. */
function lookUp(): string[] | undefined {
  try {
    return Object.values(networkInterfaces())
      .flatMap((entries = []) => entries.filter(({ family }) => family === 'IPv4'))
      .map(({ address }) => address)
      .sort();
  } catch {
    // Some systems (Android) forbid the call to programs.
    return undefined;
  }
}
