/**
 * The world of a recording, run again with all that was done in it by hand (`simulate --inputs`).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { refusalOf } from '../../console/inspect/send-event.ts';
import type { HandInput } from '../../log/by-hand/inputs.ts';
import type { LogEntry } from '../../log/entry.ts';
import type { LogSink } from '../../log/log.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { planOf } from '../../simulation/live/live-plan.ts';
import { LiveWorld, OtherWorldError } from '../../simulation/live/live-world.ts';
import type { WireTap, WorldOptions } from '../../simulation/world-options.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import { readRecording } from '../record/read-recording.ts';

/** After this long the process looks after other things. */
const TURN_MS = 50;

/** What a recording says of a live world. */
interface RecordedWorld {
  readonly plan: ReturnType<typeof planOf>;
  readonly inputs: readonly HandInput[];
  readonly origin: Parameters<typeof planOf>[0];
  /** How far it went. */
  readonly endMs: number;
  /** The hash of its trace at its end; `null` where the recording was cut off before. */
  readonly traceHash: string | null;
}

/** @throws CannotRunError where the file can't be read, or is no recording of a world that ran live. */
export async function readWorld(file: string, tell: (line: string) => void): Promise<RecordedWorld> {
  const { header, entries } = await readRecording(file, tell);
  const { world: origin, hasTexts } = header;
  if (!origin)
    throw new CannotRunError(`${file} is no recording of a room of simulate --web or demo --simulated.`);
  if (!hasTexts) throw new CannotRunError(`${file} can't be run again: what people say was left out of it.`);
  const inputs = entries.flatMap(inputOf);
  const end = inputs.find(({ act }) => act.type === 'end');
  const traceHash = end?.act.type === 'end' ? end.act.traceHash : null;
  return { plan: plannedBy(origin, file), inputs, origin, endMs: entries.at(-1)?.atMs ?? 0, traceHash };
}

/** @throws CannotRunError where the file names a fault that there is not. */
function plannedBy(origin: RecordedWorld['origin'], file: string): RecordedWorld['plan'] {
  try {
    return planOf(origin);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CannotRunError(`${file} can't be run again: ${cause.message}`, { cause });
  }
}

function inputOf(entry: LogEntry): HandInput[] {
  return entry.type === 'input' ? [{ atMs: entry.atMs, step: entry.step, act: entry.act }] : [];
}

/** What is looked at while it runs. */
interface AgainOptions {
  readonly variant: WorldOptions['variant'];
  readonly registry: ServiceRegistry;
  readonly sink: LogSink;
  readonly onTrace?: (line: string) => void;
  readonly captured?: WireTap;
  /** True ends it. */
  isStopped(): boolean;
}

/**
 * Runs it to its end.
 * @returns the hash of its trace; `undefined` where it was stopped.
 * @throws CannotRunError where what was done does not fit to it.
 */
export async function runAgain(recorded: RecordedWorld, options: AgainOptions): Promise<string | undefined> {
  const { plan, inputs, endMs } = recorded;
  const { variant, registry, sink, onTrace, captured, isStopped } = options;
  const world = new LiveWorld(plan, inputs, {
    ...(variant ? { variant } : {}),
    ...(onTrace ? { onTrace } : {}),
    ...(captured ? { captured } : {}),
    logged: { registry, sink },
    refusalOf,
  });
  const end = inputs.find(({ act }) => act.type === 'end');
  try {
    for (let isThere = false; !isThere; await nextTurn()) {
      if (isStopped()) return undefined;
      const turnMs = performance.now();
      isThere = world.advanceTo(end ?? { atMs: endMs }, () => performance.now() - turnMs > TURN_MS);
    }
  } catch (cause) {
    if (!(cause instanceof OtherWorldError)) throw cause;
    throw new CannotRunError(cause.message, { cause });
  }
  world.stop();
  return world.traceHash;
}
