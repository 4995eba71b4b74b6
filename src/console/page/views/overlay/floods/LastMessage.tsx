/** The newest message's way in words, and the button that shows it again. */
import { describeFlood } from '../descriptions.ts';
import type { Overlay } from '../overlay.ts';
import type { Flood } from './floods.ts';

export interface LastMessageProps {
  readonly flood: Flood | null;
  readonly overlay: Overlay;
  readonly replay: (flood: Flood) => void;
}

export function LastMessage({ flood, overlay, replay }: LastMessageProps) {
  return (
    <section className="last-message" aria-label="The last message">
      <p>{flood ? describeFlood(flood, overlay) : 'No message has been seen yet.'}</p>
      {flood && (
        <button type="button" onClick={() => replay(flood)}>
          Show it again
        </button>
      )}
    </section>
  );
}
