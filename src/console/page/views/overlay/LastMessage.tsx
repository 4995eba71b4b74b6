/** The newest message's way in words, and the button that shows it again. */
import { harmless } from '../../../../io/terminal/harmless.ts';
import { floodFacts } from './flood-schedule.ts';
import type { Flood } from './floods.ts';
import type { Overlay } from './overlay.ts';
import { plural } from './pieces.ts';

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

function describeFlood(flood: Flood, { members, isWhole }: Overlay): string {
  const { reached, hops, duplicates, tookMs } = floodFacts(flood);
  const origin = members.find(({ hid }) => hid === flood.originHid)?.user ?? flood.originHid;
  const name = `Message #${flood.msgId} of ${harmless(origin)}`;
  if (!isWhole) return `${name} was seen on ${plural(flood.hops.length, 'link')} of this peer.`;
  const dropped = duplicates === 0 ? 'no duplicate' : `${plural(duplicates, 'duplicate')} dropped`;
  return `${name} reached ${plural(reached, 'other')} in ${plural(hops, 'hop')} and ${tookMs} ms; ${dropped}.`;
}
