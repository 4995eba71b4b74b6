/** Opens the recording of this program. Nothing of it is loaded where none is wanted. */
import type { Clock } from '../../io/clock.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import { lineOf, type RecordingHeader, withoutText } from '../../log/file/recording-format.ts';
import type { LogSink } from '../../log/log.ts';
import { VERSION } from '../arguments.ts';
import { BoundedFile } from './bounded-file.ts';
import type { RecordArguments } from './record-options.ts';

/** What a recording is made of. */
export interface RecordingPorts {
  readonly source: RecordingHeader['source'];
  /** Takes a sentence for people. MUST NOT throw. */
  tell(sentence: string): void;
}

/** A recording that is open: a file as a sink of entries. */
export interface Recording {
  readonly sink: LogSink;
  /** Nothing is recorded any more, and all is in the file. */
  close(): void;
}

/** What differs from one recording of this program to another. */
export type HeaderOptions = Pick<RecordingHeader, 'source' | 'startedMs' | 'replay' | 'world'>;

/** The first line of a recording of this program. */
export function headerOf(header: HeaderOptions, hasTexts: boolean): RecordingHeader {
  return { p2pchat: 'recording', version: 1, program: VERSION, hasTexts, ...header };
}

/**
 * Opens a recording of whatever time the entries have.
 * @throws CannotRunError where its file can't be written.
 */
export function openRecordingFile(
  path: string,
  { recordMax: maxBytes, recordNoText }: RecordArguments,
  header: HeaderOptions,
  { tell, clock = systemClock }: Pick<RecordingPorts, 'tell'> & { readonly clock?: Clock },
): Recording {
  const hasTexts = recordNoText !== true;
  const head = Buffer.from(lineOf(headerOf(header, hasTexts)));
  const file = new BoundedFile(path, head, { what: 'recording', clock, maxBytes, tell });
  return {
    sink: (entries) => {
      for (const entry of entries)
        if (file.isOpen) file.add(Buffer.from(lineOf(hasTexts ? entry : withoutText(entry))));
    },
    close: () => file.close(),
  };
}

/**
 * Opens a recording of real time.
 * @throws CannotRunError where its file can't be written.
 */
export function openRecording(path: string, given: RecordArguments, ports: RecordingPorts): Recording {
  const { source, tell } = ports;
  return openRecordingFile(path, given, { source, startedMs: systemClock.timeOfDay() }, { tell });
}
