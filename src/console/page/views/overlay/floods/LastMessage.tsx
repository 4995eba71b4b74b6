/** The newest message's way in words, and the button that shows it again. */
import { describeFlood } from '../descriptions.ts';
import type { Overlay } from '../overlay.ts';
import type { Flood } from './floods.ts';
import type { NewestFlood } from './use-floods.ts';

interface LastMessageProps {
  readonly flood: NewestFlood;
  readonly overlay: Overlay;
  readonly replay: (flood: Flood) => void;
}

function words(flood: NewestFlood, overlay: Overlay): string {
  if (flood === null) return 'No message has been seen yet.';
  return flood === 'underway' ? 'A message is under way…' : describeFlood(flood, overlay);
}

export function LastMessage({ flood, overlay, replay }: LastMessageProps) {
  return (
    <section className="last-message" aria-label="The last message">
      <p>{words(flood, overlay)}</p>
      {flood !== null && flood !== 'underway' && (
        <button type="button" onClick={() => replay(flood)}>
          Show it again
        </button>
      )}
    </section>
  );
}
