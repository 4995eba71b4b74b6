/** A log that is over, in the web console, until a stop signal comes. */
import { openReplay } from '../../console/replay/open-replay.ts';
import { builtPage } from '../../console/web/site.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import type { LogEntry } from '../../log/entry.ts';
import { OUTPUT_QUEUE_MAX_BYTES } from '../../terminal/limits.ts';
import { harmless } from '../../words/harmless.ts';
import { VERSION } from '../arguments.ts';
import { programLimits } from '../limits/limits-override.ts';
import { ConsoleLines, openStandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';

/** How it is shown. */
interface ShownRecording {
  /** Of the web console, 0 for any free one. */
  readonly port: number;
  /** The lesson to begin with, where this is the world of the lessons. */
  readonly lesson?: string;
}

/**
 * Runs until a stop signal comes; resolves when everything is released.
 * @param read gets the log; what it tells is printed.
 */
export async function showRecording(
  { port, lesson }: ShownRecording,
  read: (tell: (line: string) => void) => Promise<readonly LogEntry[]>,
): Promise<void> {
  const lines = new ConsoleLines(openStandardOutput(), OUTPUT_QUEUE_MAX_BYTES);
  const tell = (line: string) => lines.write(harmless(line));
  const asked = new Promise<void>((resolve) => onStopSignal(resolve));
  try {
    const entries = await read(tell);
    const { console: limits } = await programLimits(process.env);
    const options = { entries, clock: systemClock, limits, port, page: builtPage(), version: VERSION };
    const replay = await openReplay({ ...options, ...(lesson === undefined ? {} : { lesson }) });
    tell(`Web console: ${replay.url}`);
    tell('Ctrl-C ends it.');
    await asked;
    await replay.close();
  } finally {
    await lines.finish();
  }
}
