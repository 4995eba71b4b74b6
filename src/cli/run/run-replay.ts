/** Composes the web console over a recording, until a stop signal comes. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { RecordingHeader } from '../../log/file/recording-format.ts';
import { lookAtRecording, readHeader } from '../record/read-recording.ts';
import type { ReplayArguments } from './look-arguments.ts';
import { showRecording } from './show-recording.ts';

const SOURCES: Readonly<Record<RecordingHeader['source'], string>> = {
  peer: 'a peer',
  demo: 'a demo',
  'room-server': 'a room server',
  simulate: 'a simulated world',
};

/**
 * Runs until a stop signal comes; resolves when everything is released.
 * @throws CannotRunError where the file can't be read, or is no recording.
 */
export async function runReplay({ file, port }: ReplayArguments): Promise<void> {
  const header = await readHeader(file);
  const read = () => readFile(file);
  const about = (tell: (line: string) => void) => tellOf(file, header, tell);
  await showRecording({ port, read, attributes: { name: basename(file) }, about });
}

/** The page names what is wrong in the file, too; it does not wait for this. */
async function tellOf(file: string, header: RecordingHeader, tell: (line: string) => void): Promise<void> {
  if (header.source === 'room-server')
    tell('A room server has no windows and no machines: there is nothing to show.');
  if (header.replay !== undefined) tell(`The same world again: ${header.replay}`);
  if (header.world !== undefined) tell(`The same world again: p2pchat simulate --inputs ${file}`);
  const parties = new Set<string>();
  let entries = 0;
  await lookAtRecording(file, tell, ({ party }) => {
    entries += 1;
    parties.add(party);
  });
  const whose = parties.size === 1 ? '1 party' : `${parties.size} parties`;
  tell(`A recording of ${SOURCES[header.source]}: ${entries} entries of ${whose}.`);
}
