/**
 * The child's side of child.ts: reads the settings, says when it is ready, answers what it is asked. `usage`
 * every program can answer.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Usage } from './child.ts';

type Answers = Readonly<
  Record<string, (details: Readonly<Record<string, unknown>>) => object | Promise<object>>
>;

const NANOSECONDS_PER_MS = 1e6;
const MICROSECONDS_PER_MS = 1e3;
const STALL_RESOLUTION_MS = 1;

/** What this process was started with. */
export function settings<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}') as Settings;
}

/** A memory figure is only worth something when what is dead has gone. */
export function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('node runs without --expose-gc');
  globalThis.gc();
  // The first one may have finished a collection that had begun, and keeps what has died since it began.
  globalThis.gc();
}

/**
 * Says that the program is ready, and answers from now on; ends the process when its parent has gone.
 * @param ready what the parent is told with it.
 * @param count what `usage` tells as its count, since the last time.
 */
export function serve(ready: object, answers: Answers = {}, count: () => number = () => 0): void {
  const stalls = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  let cpu = process.cpuUsage();
  let counted = 0;
  const usage = (): Usage => {
    const { user, system } = process.cpuUsage(cpu);
    const stallMs = stalls.max / NANOSECONDS_PER_MS;
    const now = count();
    const { rss: residentBytes, heapUsed: heapBytes } = process.memoryUsage();
    const answer = {
      cpuMs: (user + system) / MICROSECONDS_PER_MS,
      stallMs,
      residentBytes,
      heapBytes,
      count: now - counted,
    };
    cpu = process.cpuUsage();
    counted = now;
    stalls.reset();
    return answer;
  };
  // Not from the start: the watch itself wakes the process a thousand times a second.
  const watchStalls = () => ({ isEnabled: stalls.enable() });
  const all: Answers = { usage, watchStalls, ...answers };
  process.on('message', async (message: { question: string }) => {
    const answer = await all[message.question]?.({ ...message });
    if (!answer) throw new Error(`nobody answers ${message.question}`);
    process.send?.({ ...answer, question: message.question });
  });
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.send?.({ ...ready, question: 'ready' });
}
