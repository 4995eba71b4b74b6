/** A log that is over, in the web console, until a stop signal comes. */
import { openReplay, type ReplayOptions } from '../../console/replay/open-replay.ts';
import { builtPage } from '../../console/web/site.ts';
import { OUTPUT_QUEUE_MAX_BYTES } from '../../terminal/limits.ts';
import { harmless } from '../../words/harmless.ts';
import { ConsoleLines, openStandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';
import { programLimits } from '../settings/limits-override.ts';

/** What is shown, and how. */
interface ShownRecording extends Pick<ReplayOptions, 'read' | 'port' | 'attributes'> {
  /** What is told of it besides, while it can be looked at. */
  about?(tell: (line: string) => void): Promise<void>;
}

/** Runs until a stop signal comes; resolves when everything is released. */
export async function showRecording({ about, ...shown }: ShownRecording): Promise<void> {
  const lines = new ConsoleLines(openStandardOutput(), OUTPUT_QUEUE_MAX_BYTES);
  const tell = (line: string) => lines.write(harmless(line));
  const asked = new Promise<void>((resolve) => onStopSignal(resolve));
  try {
    const { console: limits } = await programLimits(process.env);
    const replay = await openReplay({ ...shown, limits, page: builtPage() });
    tell(`Web console: ${replay.url}`);
    tell('Ctrl-C ends it.');
    await Promise.race([asked, about?.(tell)]);
    await asked;
    await replay.close();
  } finally {
    await lines.finish();
  }
}
