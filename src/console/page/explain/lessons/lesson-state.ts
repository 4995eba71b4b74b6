/** Where a reader is in the lessons, and what they have answered. Pure: plain data that outlives a reload. */
import { LESSONS, type Lesson, type LessonStep, type Scene } from './lessons.ts';

/** `lesson` is `null` where the list of lessons is shown. */
export interface LessonState {
  readonly lesson: string | null;
  readonly step: number;
  /** Index of the choice that was taken; `null` before. */
  readonly answer: number | null;
}

/** What the state stands for; `null` for the list of lessons. */
export interface LessonPlace {
  readonly lesson: Lesson;
  readonly step: LessonStep;
  readonly isLast: boolean;
  /** What the page is to show. */
  readonly scene: Scene;
}

/** The beginning of a lesson; of a name that there is not, the list. */
export function beginOf(name: string | null): LessonState {
  return { lesson: LESSONS.some((lesson) => lesson.name === name) ? name : null, step: 0, answer: null };
}

/** True for what is a state, whatever a storage holds. */
export function isLessonState(value: unknown): boolean {
  const { lesson, step, answer } = (value ?? {}) as Partial<Record<keyof LessonState, unknown>>;
  return (
    (lesson === null || typeof lesson === 'string') &&
    Number.isInteger(step) &&
    (answer === null || Number.isInteger(answer))
  );
}

/** Reads a state. */
export function placeOf({ lesson: name, step: at, answer }: LessonState): LessonPlace | null {
  const lesson = LESSONS.find((each) => each.name === name);
  const step = lesson?.steps[at];
  if (!lesson || !step) return null;
  return {
    lesson,
    step,
    isLast: at === lesson.steps.length - 1,
    scene: answer === null ? step.before : step.after,
  };
}

/** One step on or back, unanswered; beyond the ends it is the list of lessons. */
export function stepBy(state: LessonState, by: -1 | 1): LessonState {
  const step = state.step + by;
  const steps = LESSONS.find(({ name }) => name === state.lesson)?.steps.length ?? 0;
  return step < 0 || step >= steps ? beginOf(null) : { ...state, step, answer: null };
}
