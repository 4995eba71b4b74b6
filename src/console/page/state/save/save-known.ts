/** All that the page knows as one JSON document, so that it can be kept when the program is gone. Pure. */
import type { ConsoleState } from '../store.ts';

/** Raised whenever the document changes in a way that its readers notice. */
const VERSION = 1;

/** What is saved: data only, as the server told it, and the steps of the machines. */
type Known = Pick<ConsoleState, 'hello' | 'peers' | 'views' | 'inspection'>;

/** @param savedAtMs milliseconds since 1970. */
export function knownText({ hello, peers, views, inspection }: Known, savedAtMs: number): string {
  const { steps } = inspection;
  return JSON.stringify({ format: 'p2pchat page', version: VERSION, savedAtMs, hello, peers, views, steps });
}
