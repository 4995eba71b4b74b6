/** What every terminal face is given. */
import type { Readable, Writable } from 'node:stream';
import type { Observable } from 'rxjs';
import type { Clock } from '../io/clock.ts';
import type { ViewSettings } from './view/chat-view.ts';

/** The outside of a face: where lines come from, where they go, and the time of day for their stamps. */
export interface FaceOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly clock: Clock;
  /** What the user wants to see, at the start. */
  readonly view?: ViewSettings | undefined;
  /** Sentences about what goes wrong beside the chat (a log that can't be written), to be shown. */
  readonly troubles?: Observable<string> | undefined;
}
