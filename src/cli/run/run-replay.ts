/** Composes the web console over a recording, until a stop signal comes. */
import type { LogEntry } from '../../log/entry.ts';
import type { RecordingHeader } from '../../log/file/recording-format.ts';
import { readRecording } from '../record/read-recording.ts';
import type { ReplayArguments } from './look-arguments.ts';
import { showRecording } from './show-recording.ts';

const SOURCES: Readonly<Record<RecordingHeader['source'], string>> = {
  peer: 'a peer',
  demo: 'a demo',
  'room-server': 'a room server',
  simulate: 'a simulated world',
};

/** Runs until a stop signal comes; resolves when everything is released. */
export async function runReplay({ file, port }: ReplayArguments): Promise<void> {
  await showRecording({ port }, (tell) => entriesOf(file, tell));
}

/** @throws CannotRunError where it can't be read, or is no recording. */
async function entriesOf(file: string, tell: (line: string) => void): Promise<readonly LogEntry[]> {
  const { header, entries } = await readRecording(file, tell);
  const parties = new Set(entries.map(({ party }) => party)).size;
  const whose = parties === 1 ? '1 party' : `${parties} parties`;
  tell(`A recording of ${SOURCES[header.source]}: ${entries.length} entries of ${whose}.`);
  if (header.source === 'room-server')
    tell('A room server has no windows and no machines: there is nothing to show.');
  if (header.replay !== undefined) tell(`The same world again: ${header.replay}`);
  if (header.world !== undefined) tell(`The same world again: p2pchat simulate --inputs ${file}`);
  return entries;
}
