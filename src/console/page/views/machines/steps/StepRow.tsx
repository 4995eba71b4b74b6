// biome-ignore-all lint/a11y/useSemanticElements: rows of a <table> can't be placed by themselves
/** One line of the table of steps, and what it unfolds to. */
import { memo } from 'react';
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import { useOnPath } from '../../../explain/causes/use-on-path.ts';
import { WhyButton } from '../../../explain/causes/WhyButton.tsx';
import type { Step, StepDetail } from '../../../inspection/actor.ts';
import { eventWords } from '../../../inspection/chart.ts';
import { hasMoved, moveWords } from '../../../inspection/move-words.ts';
import { exactTimeOfDay } from '../../../state/clock-time.ts';

/** JSON with line breaks, if it is whole; else as it is. */
function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    // Cut where it was too long: shown as it came.
    return json;
  }
}

/** A heading and some text that may be long: it scrolls. */
function Passage({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div role="gridcell" tabIndex={-1} className="passage">
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll only what has the focus */}
      <pre tabIndex={0}>{harmlessLines(text)}</pre>
    </div>
  );
}

/** A line for each change: `+` has come, `-` has gone, `→` is another one now. */
function changeLines({ changes }: StepDetail): string {
  if (changes.length === 0) return 'nothing';
  return changes
    .map(({ path, before, after }) => {
      if (before === null) return `+ ${path}: ${after}`;
      return after === null ? `- ${path}: ${before}` : `${path}: ${before} → ${after}`;
    })
    .join('\n');
}

function Unfolded({ step }: { readonly step: Step }) {
  const detail = step.detail();
  const { payload, context } = detail;
  if (payload === '' && context === '') return null;
  return (
    <div className="unfolded" role="row" tabIndex={-1}>
      <div role="gridcell" tabIndex={-1}>
        <WhyButton serial={step.serial} of={`${step.actor}, ${eventCell(step)}`} />
      </div>
      {payload === '' ? null : <Passage title="Event" text={pretty(payload)} />}
      {step.kind === 'event' ? <Passage title="Changed in the context" text={changeLines(detail)} /> : null}
      {context === '' ? null : <Passage title="Context after it" text={pretty(context)} />}
    </div>
  );
}

function harmlessLines(text: string): string {
  return text.split('\n').map(harmlessOnPage).join('\n');
}

function eventCell({ kind, event, sender }: Step): string {
  if (kind !== 'event') return kind === 'found' ? 'found running' : kind;
  // The end of an actor names it already.
  return sender === '' || event.startsWith('done.')
    ? eventWords(event)
    : `${eventWords(event)} from ${sender}`;
}

interface StepRowProps {
  readonly id: string;
  readonly step: Step;
  readonly rowIndex: number;
  readonly isSelected: boolean;
  readonly isUnfolded: boolean;
  go(step: Step): void;
  fold(step: Step): void;
}

export const StepRow = memo(function StepRow(props: StepRowProps) {
  const { id, step, rowIndex, isSelected, isUnfolded, go, fold } = props;
  const isOnPath = useOnPath(step.serial);
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the table has the focus, and takes the keys */}
      <div
        id={id}
        className="step-line"
        role="row"
        tabIndex={-1}
        aria-rowindex={rowIndex}
        aria-selected={isSelected}
        data-kind={step.kind}
        data-moved={hasMoved(step)}
        data-on-path={isOnPath}
        onClick={() => go(step)}
      >
        <div role="gridcell" tabIndex={-1} className="step-time">
          <button
            type="button"
            tabIndex={-1}
            className="unfold"
            aria-expanded={isUnfolded}
            aria-label="Payload and context"
            onClick={(event) => {
              event.stopPropagation();
              fold(step);
            }}
          >
            {isUnfolded ? '▾' : '▸'}
          </button>
          {exactTimeOfDay(step.atMs)}
        </div>
        <div role="gridcell" tabIndex={-1}>
          {step.actor}
        </div>
        <div role="gridcell" tabIndex={-1}>
          {harmlessOnPage(eventCell(step))}
        </div>
        <div role="gridcell" tabIndex={-1}>
          {moveWords(step)}
        </div>
      </div>
      {isUnfolded ? <Unfolded step={step} /> : null}
    </>
  );
});
