/** Reads the file of a recording: what is wrong in it is told line by line, and passed over. */
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
  const header = await lookAtRecording(file, tell, (entry) => entries.push(entry));
  return { header, entries };
}

/** The same without keeping the entries. */
export async function lookAtRecording(
  file: string,
  tell: (line: string) => void,
  onEntry: (entry: LogEntry) => void,
): Promise<RecordingHeader> {
  const reader = new RecordingReader(onEntry);
  await reading(file, () => readWhole(file, reader, tell));
  const { problems, badLines } = reader;
  for (const { line, reason } of problems) tell(`Line ${line} was passed over: ${reason}.`);
  if (badLines > problems.length) tell(`${badLines} lines were passed over in all.`);
  return headerIn(file, reader);
}

/** Its first line only. @throws CannotRunError where it can't be read, or is no recording. */
export async function readHeader(file: string): Promise<RecordingHeader> {
  const reader = new RecordingReader(() => undefined);
  await reading(file, async () => {
    for await (const text of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      reader.push(text);
      if (reader.header) return;
    }
    reader.end();
  });
  return headerIn(file, reader);
}

async function reading(file: string, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CannotRunError(`Cannot read the recording ${file}: ${reason}.`, { cause });
  }
}

function headerIn(file: string, { header, problems }: RecordingReader): RecordingHeader {
  if (!header) throw new CannotRunError(`${file} is no recording: ${problems[0]?.reason ?? 'it is empty'}.`);
  return header;
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
