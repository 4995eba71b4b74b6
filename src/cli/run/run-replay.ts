/** Composes the web console over a recording, until a stop signal comes. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { LogEntry } from '../../log/entry.ts';
import type { RecordingHeader } from '../../log/file/recording-format.ts';
import { RecordingReader } from '../../log/file/recording-reader.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import type { ReplayArguments } from '../look-arguments.ts';
import { showRecording } from './show-recording.ts';

/** A file of this size or more tells how far it has been read. */
const LARGE_BYTES = 33_554_432;

const SOURCES: Readonly<Record<RecordingHeader['source'], string>> = {
  peer: 'a peer',
  demo: 'a demo',
  'room-server': 'a room server',
  simulate: 'a simulated world',
};

/** As many parts as are told. */
const PARTS = 10;

/** Runs until a stop signal comes; resolves when everything is released. */
export async function runReplay({ file, port }: ReplayArguments): Promise<void> {
  await showRecording({ port }, (tell) => readRecording(file, tell));
}

/** @throws CannotRunError where it can't be read, or is no recording. */
async function readRecording(file: string, tell: (line: string) => void): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  const reader = new RecordingReader((entry) => entries.push(entry));
  try {
    await readWhole(file, reader, tell);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CannotRunError(`Cannot read the recording ${file}: ${reason}.`, { cause });
  }
  const { header, problems, badLines } = reader;
  if (!header) throw new CannotRunError(`${file} is no recording: ${problems[0]?.reason ?? 'it is empty'}.`);
  for (const { line, reason } of problems) tell(`Line ${line} was passed over: ${reason}.`);
  if (badLines > problems.length) tell(`${badLines} lines were passed over in all.`);
  const parties = new Set(entries.map(({ party }) => party)).size;
  const whose = parties === 1 ? '1 party' : `${parties} parties`;
  tell(`A recording of ${SOURCES[header.source]}: ${entries.length} entries of ${whose}.`);
  if (header.source === 'room-server')
    tell('A room server has no windows and no machines: there is nothing to show.');
  if (header.replay !== undefined) tell(`The same world again: ${header.replay}`);
  return entries;
}

async function readWhole(file: string, reader: RecordingReader, tell: (line: string) => void): Promise<void> {
  const { size } = await stat(file);
  let [read, told] = [0, 0];
  for await (const text of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    reader.push(text);
    read += Buffer.byteLength(text);
    const part = Math.floor((read / size) * PARTS);
    if (size < LARGE_BYTES || part === told) continue;
    told = part;
    tell(`Reading ${file}: ${part * PARTS} %`);
  }
  reader.end();
}
