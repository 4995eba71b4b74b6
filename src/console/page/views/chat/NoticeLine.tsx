/**
 * One line of a window. Names and texts are inserted as text, with what could reorder or hide text written
 * out.
 */
import { memo } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { ConsoleNotice } from '../../../feed/messages.ts';
import { useOnPath } from '../../explain/causes/use-on-path.ts';
import { WhyButton } from '../../explain/causes/WhyButton.tsx';
import { timeOfDay } from '../../state/clock-time.ts';
import { speakerHue } from './speaker-hue.ts';

/** How a line is marked, by the type of its notice. */
function toneOf({ type }: ConsoleNotice): string {
  if (type === 'refused') return 'refused';
  if (type === 'poked' || type === 'poke received') return 'poke';
  if (type === 'state') return 'state';
  if (/lost|failed|unreachable|unanswered|exhausted|dropped|fault|warning/.test(type)) return 'trouble';
  return 'plain';
}

const MARKS: Readonly<Record<string, string>> = { refused: '!!', poke: '**', trouble: '-!' };

function Words({ notice }: { readonly notice: ConsoleNotice }) {
  if (notice.speaker === null) {
    const mark = MARKS[toneOf(notice)];
    return (
      <>
        {mark === undefined ? null : <span className="line-mark">{mark}</span>}
        <bdi className="line-text">{harmlessOnPage(notice.text)}</bdi>
      </>
    );
  }
  const hue = { '--hue': speakerHue(notice.speaker) } as React.CSSProperties;
  return (
    <>
      <bdi className="speaker" style={hue}>
        {harmlessOnPage(notice.speaker)}
      </bdi>
      <span className="unseen">: </span>
      <bdi className="line-text">{harmlessOnPage(notice.text)}</bdi>
    </>
  );
}

export const NoticeLine = memo(function NoticeLine({ notice }: { readonly notice: ConsoleNotice }) {
  const isOnPath = useOnPath(notice.serial);
  return (
    <p className="line" data-on-path={isOnPath} data-tone={toneOf(notice)} data-own={notice.isOwn}>
      <time dateTime={new Date(notice.atMs).toISOString()}>{timeOfDay(notice.atMs)}</time>
      <span className="line-words">
        <Words notice={notice} />
      </span>
      <WhyButton serial={notice.serial} of={harmlessOnPage(notice.text)} isSkipped />
    </p>
  );
});
