/**
 * A log as a file: NDJSON, a header and then an entry a line, in order. It is written as it happens, so that
 * it can be read to its last whole line whatever ends the program. Where entries are missing, because a bound
 * or a full disk has cut them, serials jump.
 */
import { z } from 'zod';
import { worldOrigin } from '../by-hand/inputs.ts';
import type { LogEntry } from '../entry.ts';

/** The first line. */
export const recordingHeader = z.object({
  /** What this file is. */
  p2pchat: z.literal('recording'),
  /** Of this format. */
  version: z.literal(1),
  /** Of the program that wrote it. */
  program: z.string(),
  source: z.enum(['peer', 'demo', 'room-server', 'simulate']),
  /** Milliseconds since 1970; `null` for a simulated world, whose entries count from its beginning. */
  startedMs: z.number().nullable(),
  /** False where what people say was left out. */
  hasTexts: z.boolean(),
  /** The line that runs a simulated world again. */
  replay: z.string().optional(),
  /** The simulated world that ran live: with the entries `input` it can be run again. */
  world: worldOrigin.optional(),
});

/** See above. */
export type RecordingHeader = z.infer<typeof recordingHeader>;

/** What an entry is in a file. */
export function lineOf(written: LogEntry | RecordingHeader): string {
  return `${JSON.stringify(written)}\n`;
}

/** Notices whose sentence quotes what somebody has said or typed. */
const QUOTING: ReadonlySet<string> = new Set(['text', 'messages in doubt', 'messages sent again', 'refused']);

/** Events that carry what somebody says. */
const SAYING: ReadonlySet<string> = new Set(['SEND', 'TEXTS_ALLOWED', 'TEXT_REFUSED']);

/** The entry without what people say: who speaks to whom and when stays. */
export function withoutText(entry: LogEntry): LogEntry {
  switch (entry.type) {
    case 'notice':
      return QUOTING.has(entry.notice) ? { ...entry, text: '' } : entry;
    case 'frame':
      // Whatever could not be read may hold text.
      return entry.kind === 'TEXT' || entry.kind === 'MALFORMED' ? { ...entry, bytes: '' } : entry;
    case 'violation':
      // It may quote a message.
      return { ...entry, what: '' };
    case 'drop':
      return entry.reason === 'malformed' ? { ...entry, what: '' } : entry;
    case 'command':
      return entry.command.type === 'SEND' ? { ...entry, command: { type: 'SEND' } } : entry;
    case 'input':
      return entry.act.type === 'command' && entry.act.command?.type === 'SEND'
        ? { ...entry, act: { ...entry.act, command: null } }
        : entry;
    case 'transition':
      return SAYING.has(entry.event.type)
        ? { ...entry, event: { type: entry.event.type }, changes: {} }
        : entry;
    default:
      return entry;
  }
}
