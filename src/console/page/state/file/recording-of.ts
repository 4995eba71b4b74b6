/**
 * All that the page knows of a live room as a recording (docs/RECORDINGS.md), so that it can be kept, also
 * when the program is gone, and opened again. Pure.
 */
import type { LogEntry } from '../../../../log/entry.ts';
import { lineOf, type RecordingHeader } from '../../../../log/file/recording-format.ts';
import { entryOf } from '../../../feed/room-messages.ts';
import { isOfWorld } from '../clock-time.ts';
import type { ConsoleState } from '../store.ts';

/** What is saved. */
export type Saved = Pick<ConsoleState, 'hello' | 'views' | 'happenings' | 'room'>;

/** The entries that the page has kept, in the order of their serials. */
export function keptEntries({ views, happenings }: Pick<Saved, 'views' | 'happenings'>): readonly LogEntry[] {
  const shown: readonly object[] = [
    ...Object.values(views).flatMap((view) => [
      ...[view.notices, view.frames, view.drops, view.gaps, view.past].flat(),
    ]),
    ...happenings,
  ];
  const bySerial = new Map<number, LogEntry>();
  for (const each of shown) {
    const entry = entryOf(each);
    // A gap is told by the jump of serials.
    if (entry && entry.type !== 'gap') bySerial.set(entry.serial, entry);
  }
  return [...bySerial.values()].sort((one, other) => one.serial - other.serial);
}

/** The recording, line by line: as a whole it may be too long for a string. */
export function recordingOf({ hello, room, ...known }: Saved): readonly string[] {
  const entries = keptEntries(known);
  const firstMs = entries[0]?.atMs ?? 0;
  const source = room !== null ? 'simulate' : hello?.isDemo ? 'demo' : 'peer';
  const startedMs = isOfWorld(firstMs) ? null : firstMs;
  const program = hello?.version ?? '';
  const header: RecordingHeader = {
    ...{ p2pchat: 'recording', version: 1, program, source, startedMs, hasTexts: true },
  };
  return [header, ...entries].map(lineOf);
}
