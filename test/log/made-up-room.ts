/** A room whose machines do what the test says. */
import type { LogSink } from '../../src/log/log.ts';

/** See above. */
export class MadeUpRoom {
  readonly #sinks: LogSink[] = [];
  #serial = 0;

  tellTo(sink: LogSink): void {
    this.#sinks.push(sink);
  }

  /** A machine takes an event, and stays where it is. */
  takes(actor: string, type: string, causedBy: number | null = null): void {
    this.#serial += 1;
    const stamp = { serial: this.#serial, atMs: 0, party: 'peer-1', causedBy };
    const nothing = { taken: [], actions: [], changes: {} };
    for (const sink of this.#sinks)
      sink([
        { ...stamp, type: 'transition', actor, start: 1, event: { type }, from: 'X', to: 'X', ...nothing },
      ]);
  }
}
