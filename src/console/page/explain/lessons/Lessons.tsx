/**
 * The guided lessons beside the view: a step shows a moment in a view, asks what will come, and then shows
 * what came. It only chooses what the page shows; whoever wants to look elsewhere in between can.
 */
import { useCallback, useContext, useEffect, useRef } from 'react';
import { navigate } from '../../frame/use-route.ts';
import { keep, selectionKey, useKept } from '../../state/kept.ts';
import { PageStore, usePage } from '../../state/page-store.ts';
import {
  beginOf,
  isLessonState,
  type LessonPlace,
  type LessonState,
  placeOf,
  stepBy,
} from './lesson-state.ts';
import { LESSONS, type Scene } from './lessons.ts';
import './lessons.css';

/** Shows a scene: its view, of its peer, at its moment. */
function useGoTo(): (scene: Scene) => void {
  const select = usePage((page) => page.select);
  const showTime = usePage((page) => page.showTime);
  const store = useContext(PageStore);
  return useCallback(
    ({ tab, peer, atMs, selection = null }) => {
      select(peer);
      keep(selectionKey(tab, peer), selection);
      showTime(atMs);
      navigate({ tab, peer, selection, moment: store?.getState().moment ?? null });
    },
    [select, showTime, store],
  );
}

/** The panel; nothing where the page does not show the world of the lessons. */
export function Lessons() {
  const first = usePage(({ hello }) => hello?.lesson);
  return first === undefined ? null : <LessonPanel first={first} />;
}

function LessonPanel({ first }: { readonly first: string }) {
  const [state, setState] = useKept<LessonState>(`lesson ${first}`, beginOf(first), isLessonState);
  const goTo = useGoTo();
  const place = placeOf(state);
  const scene = place?.scene;
  useEffect(() => {
    if (scene) goTo(scene);
  }, [scene, goTo]);
  return (
    <aside className="lesson" aria-label="Lessons">
      {place === null ? (
        <LessonList begin={(name) => setState(beginOf(name))} />
      ) : (
        <Step key={`${state.lesson} ${state.step}`} place={place} state={state} setState={setState} />
      )}
    </aside>
  );
}

function LessonList({ begin }: { readonly begin: (name: string) => void }) {
  return (
    <>
      <h2>Lessons</h2>
      <p>A room of five, and six things to learn in it. Each step asks what will come before it is shown.</p>
      <ol>
        {LESSONS.map(({ name, title }) => (
          <li key={name}>
            <button type="button" onClick={() => begin(name)}>
              {title}
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

interface StepProps {
  readonly place: LessonPlace;
  readonly state: LessonState;
  readonly setState: (state: LessonState) => void;
}

function Step({ place, state, setState }: StepProps) {
  const { lesson, step, isLast } = place;
  const { answer } = state;
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed is gone: the keyboard goes on from the new step.
  useEffect(() => heading.current?.focus(), []);
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (answer !== null) told.current?.scrollIntoView({ block: 'nearest' });
  }, [answer]);
  return (
    <>
      <p className="lesson-count">
        Step {state.step + 1} of {lesson.steps.length}
      </p>
      <h2 ref={heading} tabIndex={-1}>
        {lesson.title}
      </h2>
      <p>{step.words}</p>
      <fieldset>
        <legend>{step.question}</legend>
        {step.choices.map((choice, index) => (
          <button
            key={choice}
            type="button"
            className="choice"
            aria-pressed={answer === index}
            data-right={answer !== null && index === step.right}
            disabled={answer !== null}
            onClick={() => setState({ ...state, answer: index })}
          >
            {choice}
          </button>
        ))}
      </fieldset>
      <div ref={told} role="status" className="lesson-answer">
        {answer !== null && (
          <p>
            <b>{answer === step.right ? 'Yes.' : `No: ${step.choices[step.right]}.`}</b> {step.explanation}
          </p>
        )}
      </div>
      <div className="lesson-buttons">
        <button type="button" onClick={() => setState(beginOf(null))}>
          All lessons
        </button>
        <button type="button" disabled={state.step === 0} onClick={() => setState(stepBy(state, -1))}>
          Back
        </button>
        <button type="button" disabled={answer === null} onClick={() => setState(stepBy(state, 1))}>
          {isLast ? 'Finish' : 'Next'}
        </button>
      </div>
    </>
  );
}
