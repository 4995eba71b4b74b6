/**
 * `p2pchat simulate --inputs FILE`: runs the world of a recording again, with all that was done in it by
 * hand. Exit code 0: the same trace as recorded, or a recording without its end; 1 another one; 130 stopped.
 */
import { harmless } from '../../words/harmless.ts';
import type { SimulateArguments } from '../arguments.ts';
import { EXIT } from '../errors.ts';
import { writeError } from '../output/standard-error.ts';
import { openStandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';
import { onLastResort } from '../process/trouble.ts';
import { captureOf } from '../record/captured.ts';
import type { Capture } from '../record/open-capture.ts';
import { openRecordingFile } from '../record/open-recording.ts';
import { programLimits } from '../settings/limits-override.ts';
import { readWorld, runAgain } from '../simulate/world-again.ts';
import { openInspection } from './inspection.ts';

/** Runs it. @returns the exit code. */
export async function runInputs(given: SimulateArguments & { readonly inputs: string }): Promise<number> {
  const { inputs: file, record, trace, json } = given;
  const output = openStandardOutput();
  const write = (line: string) => output.stream.write(`${harmless(line)}\n`);
  const tell = (line: string) => writeError(`${harmless(line)}\n`);
  let isStopped = false;
  const stop = () => {
    isStopped = true;
  };
  output.stream.on('error', stop);
  const offs = [onStopSignal(stop), onLastResort(stop)];
  const { registry, release } = openInspection();
  let capture: Capture | null = null;
  try {
    capture = await captureOf(given, { tell });
    const world = await readWorld(file, tell);
    const limits = await programLimits(process.env);
    const header = { source: 'simulate', startedMs: null, world: world.origin } as const;
    const recording = record === undefined ? null : openRecordingFile(record, given, header, { tell });
    const traceHash = await runAgain(world, {
      variant: { limits: limits.peer, roomServerLimits: limits.roomServer },
      ...{ registry, sink: recording?.sink ?? (() => undefined), isStopped: () => isStopped },
      ...(capture ? { captured: capture.tap } : {}),
      ...(trace ? { onTrace: (line: string) => void write(line) } : {}),
    });
    recording?.close();
    if (traceHash === undefined) return EXIT.interrupted;
    const isSame = world.traceHash === null || world.traceHash === traceHash;
    const simulatedMs = world.endMs;
    if (json) write(JSON.stringify({ seed: world.origin.seed, simulatedMs, traceHash, isSame }));
    else write(`${words(world.traceHash, isSame)} ${simulatedMs} ms, trace ${traceHash}`);
    return isSame ? EXIT.quit : EXIT.couldNotRun;
  } finally {
    capture?.close();
    release();
    for (const off of offs) off();
    await output.finish();
  }
}

function words(recorded: string | null, isSame: boolean): string {
  if (recorded === null) return 'The recording has no end to compare with.';
  return isSame ? 'The same as recorded.' : 'NOT the same as recorded.';
}
