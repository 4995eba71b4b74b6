/** Runs the world of the lessons and keeps what it logs: the recording that `p2pchat lessons` opens. */
import type { LogEntry } from '../../log/entry.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { worldSteps } from '../world.ts';
import { lessonPlan } from './lesson-plan.ts';

/**
 * Made when it is asked for, in a second or two; the same each time.
 * @param registry where the interpreters of this process register.
 */
export function recordLessonWorld(registry: ServiceRegistry): readonly LogEntry[] {
  const { calmMs } = lessonPlan();
  const entries: LogEntry[] = [];
  const sink = (added: readonly LogEntry[]) => entries.push(...added);
  const steps = worldSteps(lessonPlan(), { logged: { registry, sink } });
  // What comes after the last lesson are the probes of the simulator, which are none of its business.
  while ((entries.at(-1)?.atMs ?? 0) < calmMs && steps.next().done !== true);
  return entries.filter(({ atMs }) => atMs <= calmMs);
}
