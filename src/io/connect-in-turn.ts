/**
 * A connect to a host that may have several addresses: they are tried one after the other within one time
 * limit. Each attempt gets its share of what is left, so that a first address that never answers can't eat
 * all of it.
 */
import { catchError, defer, type MonoTypeOperatorFunction, Observable, switchMap } from 'rxjs';
import type { Clock } from './clock.ts';
import type { Connection } from './network.ts';
import { timedOut } from './network-errors.ts';

/** Fails with `timedOut(toldMs)` where the source has neither emitted nor failed after `timeoutMs`. */
function within<Value>(clock: Clock, timeoutMs: number, toldMs: number): MonoTypeOperatorFunction<Value> {
  return (source) =>
    new Observable((subscriber) => {
      const timer = clock.setTimeout(() => subscriber.error(timedOut(toldMs)), timeoutMs);
      subscriber.add(() => clock.clearTimeout(timer));
      source.subscribe(subscriber);
    });
}

/**
 * Emits the first connection that comes about, or fails as the last attempt failed.
 * @param addresses at least one, or a failure.
 * @param attempt opens a connection to one address; unsubscribing MUST release it.
 */
export function connectInTurn(
  clock: Clock,
  timeoutMs: number,
  addresses: Observable<readonly string[]>,
  attempt: (address: string) => Observable<Connection>,
): Observable<Connection> {
  return defer(() => {
    const deadlineMs = clock.now() + timeoutMs;
    const tryFrom = (left: readonly string[]): Observable<Connection> => {
      const [address = '', ...rest] = left;
      const leftMs = Math.max(deadlineMs - clock.now(), 0);
      const opening = attempt(address).pipe(within(clock, leftMs / left.length, timeoutMs));
      if (rest.length === 0) return opening;
      return opening.pipe(catchError(() => tryFrom(rest)));
    };
    return addresses.pipe(within(clock, timeoutMs, timeoutMs), switchMap(tryFrom));
  });
}
