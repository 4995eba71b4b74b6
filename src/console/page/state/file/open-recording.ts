/**
 * Opens a recording in the page, wherever its bytes come from: a file that was dropped, the server of
 * `p2pchat replay`, the page's own HTML. It is foreign input: each line is checked by itself, a bad one is
 * named and passed over, nothing in it can run. The page can be used meanwhile, and is told how far it is.
 */
import { z } from 'zod';
import type { LogEntry } from '../../../../log/entry.ts';
import type { RecordingHeader } from '../../../../log/file/recording-format.ts';
import { RecordingReader } from '../../../../log/file/recording-reader.ts';
import { OPENING_LIMITS } from '../../../limits.ts';
import { RecordedRoom, type ShownRoom } from './recorded-room.ts';

// What zod would make code of text for is forbidden in the page.
z.config({ jitless: true });

/** Bytes that may be a recording. */
export interface RecordingSource {
  /** What it is called, such as the name of its file. */
  readonly name: string;
  /** As many bytes as there are, about; 0 where that is not known. */
  readonly size: number;
  bytes(): Promise<ReadableStream<Uint8Array>>;
  /** The lesson to begin with, where this is the world of the lessons. */
  readonly lesson?: string;
  /** True where the page is to begin with a moment of it that shows something, not with its end. */
  readonly beginsInside?: boolean;
}

/** What is told of a recording that is open. */
export interface OpenRecording {
  readonly name: string;
  /** The moment to begin with; `null` for its end. */
  readonly begin: number | null;
  readonly header: RecordingHeader;
  readonly entries: number;
  /** Sentences on what could not be read; of many, the first. */
  readonly problems: readonly string[];
  /** Lines that were passed over. */
  readonly badLines: number;
  readonly source: RecordingSource;
}

/** This is no recording, or can't be read. Its message is a sentence for people. */
export class NoRecordingError extends Error {
  override readonly name = 'NoRecordingError';
}

/**
 * Opens it.
 * @param told how much of it has been read, from 0 to 1.
 * @throws NoRecordingError
 */
export async function openRecording(
  source: RecordingSource,
  told: (share: number) => void,
): Promise<{ readonly recording: OpenRecording; readonly room: ShownRoom }> {
  const room = new RecordedRoom();
  let batch: LogEntry[] = [];
  let entries = 0;
  const reader = new RecordingReader((entry) => batch.push(entry));
  const take = () => {
    room.take(batch);
    entries += batch.length;
    batch = [];
  };
  await readAll(source, (text, share) => {
    reader.push(text);
    if (batch.length >= OPENING_LIMITS.entriesAtOnce) take();
    told(share);
  });
  reader.end();
  take();
  const { header, badLines } = reader;
  const problems = [
    ...reader.problems.map(({ line, reason }) => `Line ${line} was passed over: ${reason}.`),
    ...room.problems,
  ];
  if (!header) throw new NoRecordingError(`${source.name} is no recording. ${problems[0] ?? 'It is empty.'}`);
  const begin = source.beginsInside === true ? room.begin : null;
  const recording = { name: source.name, begin, header, entries, problems, badLines, source };
  return { recording, room: room.shown(header.program, source.lesson) };
}

/** Piece by piece; in between the page is drawn. */
async function readAll(source: RecordingSource, take: (text: string, share: number) => void): Promise<void> {
  const decoder = new TextDecoder();
  const { size } = source;
  let read = 0;
  let turnMs = performance.now();
  const pieces = (await readable(source, source.bytes())).getReader();
  for (;;) {
    const { done, value } = await readable(source, pieces.read());
    if (done) break;
    read += value.length;
    take(decoder.decode(value, { stream: true }), size === 0 ? 0 : Math.min(1, read / size));
    if (performance.now() - turnMs < OPENING_LIMITS.turnMs) continue;
    await new Promise((resolve) => setTimeout(resolve));
    turnMs = performance.now();
  }
  take(decoder.decode(), 1);
}

/** A file or a server that is gone, and bytes that are not what they should be, are told in a sentence. */
async function readable<Read>({ name }: RecordingSource, reading: Promise<Read>): Promise<Read> {
  try {
    return await reading;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoRecordingError(`${name} can't be read: ${reason}.`, { cause: error });
  }
}
