/**
 * Composes a room that runs live in the simulation, behind the web console, until a stop signal comes
 * (`simulate --web`, `demo --simulated`).
 */
import type { Endpoint } from '../../io/network.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import type { WorldOrigin } from '../../log/by-hand/inputs.ts';
import { SERVER } from '../../simulation/stage/stage.ts';
import { OUTPUT_QUEUE_MAX_BYTES } from '../../terminal/limits.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import { harmless } from '../../words/harmless.ts';
import { ConsoleLines, openStandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';
import { onLastResort } from '../process/trouble.ts';
import { openRecordingFile } from '../record/open-recording.ts';
import type { RecordArguments } from '../record/record-options.ts';
import { programLimits } from '../settings/limits-override.ts';
import { openInspection } from './inspection.ts';
import { openConsole } from './open-console.ts';

/** What the command line says of it. */
export interface SimulatedRoomArguments extends RecordArguments {
  readonly origin: WorldOrigin;
  /** Of the web console, 0 for any free one. */
  readonly port: number;
}

/** Runs until a stop signal comes; resolves when everything is released. */
export async function runSimulatedRoom(given: SimulatedRoomArguments): Promise<void> {
  const { origin, port, record, pcap } = given;
  const limits = await programLimits(process.env);
  const { SteeredRoom } = await import('../../demo/simulated/steered-room.ts');
  const lines = new ConsoleLines(openStandardOutput(), OUTPUT_QUEUE_MAX_BYTES);
  const tell = (line: string) => lines.write(harmless(line));
  const asked = stopSignal();
  const { registry, release } = openInspection();
  const header = { source: 'simulate', startedMs: null, world: origin } as const;
  const openRecord = again(record, (path) => openRecordingFile(path, given, header, { tell }), tell);
  const capturing = pcap === undefined ? undefined : await import('../record/open-capture.ts');
  const openCapture = again(pcap, (path) => capturing?.openCapture(path, given, { tell }) ?? null, tell);
  const variant = { limits: limits.peer, roomServerLimits: limits.roomServer };
  try {
    const room = new SteeredRoom(origin, { clock: systemClock, registry, variant, openRecord, openCapture });
    try {
      const web = await openConsole({
        ...{ port, limits: limits.console, roomServer: SERVER satisfies Endpoint, control: room, registry },
        log: room.log,
        simulated: {
          room,
          deliver: (service, event) => room.deliver(service, event),
          nowMs: () => room.nowMs,
        },
      });
      room.open(web);
      tell(`A simulated room from the seed ${origin.seed}: ${room.names.join(', ')}.`);
      tell(`Web console: ${web.url}`);
      tell('Ctrl-C ends all of it.');
      await asked.came;
      room.close();
      await web.close();
    } finally {
      room.close();
    }
  } finally {
    asked.release();
    release();
    await lines.finish();
  }
}

/**
 * Opens a file anew for each story. Only the first time it ends the program that it can't be written.
 * @param path nothing where no file is wanted.
 */
function again<File>(
  path: string | undefined,
  open: (path: string) => File,
  tell: (line: string) => void,
): () => File | null {
  let hasBegun = false;
  return () => {
    if (path === undefined) return null;
    try {
      const opened = open(path);
      hasBegun = true;
      return opened;
    } catch (error) {
      if (!hasBegun || !(error instanceof CannotRunError)) throw error;
      tell(error.message);
      return null;
    }
  };
}

/** The signal that ends it, as something to wait for. */
function stopSignal(): { readonly came: Promise<void>; release(): void } {
  let stop: () => void = () => undefined;
  const came = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const offs = [onStopSignal(() => stop()), onLastResort(() => stop())];
  return {
    came,
    release: () => {
      for (const off of offs) off();
    },
  };
}
