/** Composes the lessons: their world, made now, in the web console, until a stop signal comes. */
import { lineOf } from '../../log/file/recording-format.ts';
import { recordLessonWorld } from '../../simulation/lessons/lesson-world.ts';
import { headerOf } from '../record/open-recording.ts';
import { openInspection } from './inspection.ts';
import type { LessonsArguments } from './look-arguments.ts';
import { showRecording } from './show-recording.ts';

/** Runs until a stop signal comes; resolves when everything is released. */
export async function runLessons({ lesson, port }: LessonsArguments): Promise<void> {
  const { registry, release } = openInspection();
  const entries = recordLessonWorld(registry);
  release();
  const header = headerOf({ source: 'simulate', startedMs: null }, true);
  const recording = Buffer.from([header, ...entries].map(lineOf).join(''));
  await showRecording({
    port,
    read: async () => recording,
    attributes: { name: 'lessons', lesson },
    about: async (tell) => tell(`Six lessons, in a simulated room of ${entries.length} log entries.`),
  });
}
