/** Goal: from the first step of a lesson to its end and back, whatever a storage holds. */
import { expect, test } from 'vitest';
import {
  beginOf,
  isLessonState,
  placeOf,
  stepBy,
} from '../../../../src/console/page/explain/lessons/lesson-state.ts';
import { LESSONS } from '../../../../src/console/page/explain/lessons/lessons.ts';

test.each(LESSONS)('the steps of $name, each with a scene before and after the answer', ({ name, steps }) => {
  let state = beginOf(name);
  steps.forEach((step, index) => {
    expect(placeOf(state)).toMatchObject({ step, scene: step.before, isLast: index === steps.length - 1 });
    const answered = { ...state, answer: 0 };
    expect(placeOf(answered)?.scene).toBe(step.after);
    state = stepBy(answered, 1);
    expect(state.answer).toBeNull();
  });
  expect(placeOf(state)).toBeNull();
});

test('before the first step, and of a name that there is not, it is the list', () => {
  expect(placeOf(stepBy(beginOf('joining'), -1))).toBeNull();
  expect(placeOf(beginOf('nothing'))).toBeNull();
});

test('what a storage holds is looked at', () => {
  expect(isLessonState(beginOf('crash'))).toBe(true);
  for (const wrong of [
    null,
    7,
    'crash',
    {},
    { lesson: 1, step: 0, answer: null },
    { lesson: 'crash', step: 'x' },
  ])
    expect(isLessonState(wrong)).toBe(false);
});
