/**
 * One of the two WebSockets over a recording: tells each viewer all of it, from the beginning, as fast as the
 * viewer takes it.
 */
import type { Clock, Timer } from '../../io/clock.ts';
import type { Viewer } from '../web/viewer.ts';
import type { ViewerHandler } from '../web/viewer-socket.ts';

/** What it needs. */
interface ReplaySocketPorts {
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** True where a viewer is told at once, false where it asks for it first. */
  readonly beginsAtOnce: boolean;
  /** All that a viewer is told, made anew for each. */
  messages(): Iterable<object>;
  /**
   * Hears what a viewer says.
   * @returns `begin` where it asks to be told, or what it is answered; nobody in a recording does anything.
   */
  heard(text: string): 'begin' | object | undefined;
}

/** As much may wait for a viewer before it is told more. */
const WAITING_MAX_BYTES = 1_048_576;
/** Messages that are handed over in one turn: others have to have theirs. */
const TURN_MESSAGES_MAX = 500;
const TURN_MS = 5;

/** See above. */
export class ReplaySocket implements ViewerHandler {
  readonly #ports: ReplaySocketPorts;
  readonly #telling = new Map<Viewer, Timer>();

  constructor(ports: ReplaySocketPorts) {
    this.#ports = ports;
  }

  opened(viewer: Viewer): void {
    if (this.#ports.beginsAtOnce) this.#begin(viewer);
  }

  received(viewer: Viewer, text: string): void {
    const heard = this.#ports.heard(text);
    if (heard === 'begin') this.#begin(viewer);
    else if (heard) viewer.send(JSON.stringify(heard));
    else viewer.refuse('this is a recording');
  }

  ended(viewer: Viewer): void {
    this.#ports.clock.clearTimeout(this.#telling.get(viewer));
    this.#telling.delete(viewer);
  }

  #begin(viewer: Viewer): void {
    this.#ports.clock.clearTimeout(this.#telling.get(viewer));
    this.#tell(viewer, this.#ports.messages()[Symbol.iterator]());
  }

  #tell(viewer: Viewer, messages: Iterator<object>): void {
    this.#telling.delete(viewer);
    if (!viewer.isOpen) return;
    for (let count = 0; count < TURN_MESSAGES_MAX && viewer.queuedBytes < WAITING_MAX_BYTES; count += 1) {
      const next = messages.next();
      if (next.done === true) return;
      viewer.send(JSON.stringify(next.value));
    }
    const timer = this.#ports.clock.setTimeout(() => this.#tell(viewer, messages), TURN_MS);
    this.#telling.set(viewer, timer);
  }
}
