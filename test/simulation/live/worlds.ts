/** Live worlds for tests: quiet ones, logged, whose time is driven by the test. */
import { refusalOf } from '../../../src/console/inspect/send-event.ts';
import type { FrameUnderWay } from '../../../src/log/by-hand/frame-under-way.ts';
import type { HandAct, HandInput, WorldOrigin } from '../../../src/log/by-hand/inputs.ts';
import type { LogEntry } from '../../../src/log/entry.ts';
import { ServiceRegistry } from '../../../src/log/service-registry.ts';
import { planOf } from '../../../src/simulation/live/live-plan.ts';
import { LiveWorld } from '../../../src/simulation/live/live-world.ts';

export const QUIET: WorldOrigin = { seed: 7, kind: 'quiet', peers: 4, minutes: 10 };

/** A world and all that it has logged and traced. */
export interface Watched {
  readonly world: LiveWorld;
  readonly entries: LogEntry[];
  readonly trace: string[];
}

/** Runs something with a world; the machines of one world at a time are inspected in a process. */
export function withWorld<Result>(
  origin: WorldOrigin,
  inputs: readonly HandInput[],
  run: (watched: Watched) => Result,
): Result {
  const registry = new ServiceRegistry();
  const uninstall = registry.install();
  const [entries, trace]: [LogEntry[], string[]] = [[], []];
  try {
    const sink = (more: readonly LogEntry[]) => void entries.push(...more);
    const onTrace = (line: string) => void trace.push(line);
    return run({
      world: new LiveWorld(planOf(origin), inputs, { logged: { registry, sink }, onTrace, refusalOf }),
      entries,
      trace,
    });
  } finally {
    uninstall();
  }
}

/** Does it, and fails where it is refused. */
export function does(world: LiveWorld, act: HandAct): void {
  const refusal = world.act(act);
  if (refusal !== undefined) throw new Error(refusal);
}

/** Everybody is in the room and linked. */
export const SETTLED_MS = 10_000;

export function says(world: LiveWorld, peer: string, text: string): void {
  does(world, { type: 'command', peer, command: { type: 'SEND', text } });
}

/** The copies of a message that are under way. */
export function copiesOf(world: LiveWorld, text: string): readonly FrameUnderWay[] {
  return world.frames.filter((frame) => frame.text === text);
}

/** How often a peer has shown a message. */
export function shown({ entries }: Watched, peer: string, text: string): number {
  return entries.filter(
    (entry) =>
      entry.party === peer && entry.type === 'notice' && entry.speaker !== null && entry.text === text,
  ).length;
}
