/** Reads the file of a recording as a whole: what is wrong in it is told line by line, and passed over. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { LogEntry } from '../../log/entry.ts';
import type { RecordingHeader } from '../../log/file/recording-format.ts';
import { RecordingReader } from '../../log/file/recording-reader.ts';
import { CannotRunError } from '../../words/cannot-run.ts';

/** A file of this size or more tells how far it has been read. */
const LARGE_BYTES = 33_554_432;
/** As many parts as are told. */
const PARTS = 10;

/** What is in a file. */
interface ReadRecording {
  readonly header: RecordingHeader;
  readonly entries: readonly LogEntry[];
}

/**
 * Reads it.
 * @param tell takes a sentence for people.
 * @throws CannotRunError where it can't be read, or is no recording.
 */
export async function readRecording(file: string, tell: (line: string) => void): Promise<ReadRecording> {
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
  return { header, entries };
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
