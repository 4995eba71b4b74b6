/** Opens the recording of this program. Nothing of it is loaded where none is wanted. */
import type { Clock } from '../../io/clock.ts';
import { systemClock } from '../../io/node/system-clock.ts';
import { type RecordingHeader, withoutText } from '../../log/file/recording-format.ts';
import type { LogSink } from '../../log/log.ts';
import { RoomLog } from '../../log/room-log.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { VERSION } from '../arguments.ts';
import type { RecordArguments } from './record-options.ts';
import { RecordingFile } from './recording-file.ts';

/** What a recording is made of. */
export interface RecordingPorts {
  readonly source: RecordingHeader['source'];
  /** Where the interpreters of its peers register. */
  readonly registry: ServiceRegistry;
  /** Takes a sentence for people. MUST NOT throw. */
  tell(sentence: string): void;
}

/** A recording that is open. */
export interface Recording {
  readonly log: RoomLog;
  /** Nothing is recorded any more, and all is in the file. */
  close(): void;
}

/** The file of a recording as a sink of entries, and its end. */
export interface RecordingSink {
  readonly sink: LogSink;
  close(): void;
}

/**
 * Opens the file alone, for a log that somebody else makes.
 * @throws CannotRunError where it can't be written.
 */
export function openRecordingFile(
  path: string,
  { recordMax: maxBytes, recordNoText }: RecordArguments,
  header: Pick<RecordingHeader, 'source' | 'startedMs' | 'replay'>,
  { tell, clock = systemClock }: Pick<RecordingPorts, 'tell'> & { readonly clock?: Clock },
): RecordingSink {
  const hasTexts = recordNoText !== true;
  const whole: RecordingHeader = { p2pchat: 'recording', version: 1, program: VERSION, hasTexts, ...header };
  const file = new RecordingFile(path, whole, { clock, maxBytes, tell });
  return {
    sink: (entries) => file.add(hasTexts ? entries : entries.map(withoutText)),
    close: () => file.close(),
  };
}

/**
 * Opens a recording of real time.
 * @throws CannotRunError where its file can't be written.
 */
export function openRecording(path: string, given: RecordArguments, ports: RecordingPorts): Recording {
  const { source, registry, tell } = ports;
  const nowMs = () => systemClock.timeOfDay();
  const { sink, close } = openRecordingFile(path, given, { source, startedMs: nowMs() }, { tell });
  const log = new RoomLog({ nowMs, registry, sink });
  return {
    log,
    close: () => {
      log.stop();
      close();
    },
  };
}
