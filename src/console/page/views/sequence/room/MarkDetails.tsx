/** A mark of the whole room looked at: what became of a connection, or an event of a machine, and why. */
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import { WhyButton } from '../../../explain/causes/WhyButton.tsx';
import { exactTimeOfDay } from '../../../state/clock-time.ts';
import { hueOf } from '../diagram/geometry.ts';
import type { MarkRow } from './room-marks.ts';

export function MarkDetails({ mark, close }: { readonly mark: MarkRow; readonly close: () => void }) {
  const { kind, order, atMs, peer, word, text } = mark;
  return (
    <aside
      className="details"
      aria-label="The mark that is looked at"
      data-hue={hueOf(kind)}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header>
        <h2>{word}</h2>
        <button type="button" onClick={close} aria-label="Close">
          ✕
        </button>
      </header>
      <p className="facts">
        {exactTimeOfDay(atMs)}, <b>{harmlessOnPage(peer.name)}</b>: {harmlessOnPage(text)}
      </p>
      <p>
        <WhyButton serial={order} of={`${word}, ${harmlessOnPage(text)}`} />
      </p>
    </aside>
  );
}
