/** Composes the lessons: their world, made now, in the web console, until a stop signal comes. */
import { recordLessonWorld } from '../../simulation/lessons/lesson-world.ts';
import { openInspection } from './inspection.ts';
import type { LessonsArguments } from './look-arguments.ts';
import { showRecording } from './show-recording.ts';

/** Runs until a stop signal comes; resolves when everything is released. */
export async function runLessons({ lesson, port }: LessonsArguments): Promise<void> {
  await showRecording({ port, lesson }, async (tell) => {
    const { registry, release } = openInspection();
    try {
      const entries = recordLessonWorld(registry);
      tell(`Six lessons, in a simulated room of ${entries.length} log entries.`);
      return entries;
    } finally {
      release();
    }
  });
}
