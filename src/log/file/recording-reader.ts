/**
 * Reads a recording, which is foreign input: each line is looked at by itself, a bad one is named and passed
 * over, and nothing in it can run. Pure: whoever has the bytes (a file, a page that it was dropped on) gives
 * them piece by piece.
 *
 * Invariants: entries come out with rising serials; a jump of serials comes out as an entry `gap`; at most
 * one line is held.
 */
import { type LogEntry, logEntry } from '../entry.ts';
import { quickCheck } from './quick-check.ts';
import { type RecordingHeader, recordingHeader } from './recording-format.ts';

/** The longest line: an entry holds a frame of a few megabytes at most. */
const LINE_MAX_CHARACTERS = 8_388_608;
const TOO_LONG = `it is longer than ${LINE_MAX_CHARACTERS} characters`;
/** Problems that are told one by one. */
const PROBLEMS_MAX = 20;

const isEntry = quickCheck(logEntry);

/** A line that can't be read. */
interface LineProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/** See above. */
export class RecordingReader {
  readonly #onEntry: (entry: LogEntry) => void;
  readonly #problems: LineProblem[] = [];
  #header: RecordingHeader | undefined;
  #rest = '';
  #lines = 0;
  #badLines = 0;
  #lastSerial = 0;
  #isSkipping = false;

  /** @param onEntry takes the entries in order. */
  constructor(onEntry: (entry: LogEntry) => void) {
    this.#onEntry = onEntry;
  }

  /** What the first line says; `undefined` before it has come, and where this is no recording. */
  get header(): RecordingHeader | undefined {
    return this.#header;
  }

  /** The first of the lines that can't be read. */
  get problems(): readonly LineProblem[] {
    return this.#problems;
  }

  /** How many they are. */
  get badLines(): number {
    return this.#badLines;
  }

  /** Takes the next piece of text. */
  push(text: string): void {
    const parts = text.split('\n');
    const rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = this.#rest + part;
      this.#rest = '';
      this.#take(line);
    }
    this.#rest += rest;
    if (this.#rest.length <= LINE_MAX_CHARACTERS) return;
    this.#rest = '';
    this.#isSkipping = true;
  }

  /** The text has ended: a line without its end was cut off in the middle (the program was killed). */
  end(): void {
    if (this.#isSkipping) this.#bad(TOO_LONG);
    else if (this.#rest !== '') this.#bad('it is cut off in the middle');
    this.#rest = '';
  }

  #take(line: string): void {
    this.#lines += 1;
    if (this.#isSkipping) {
      this.#isSkipping = false;
      this.#tell(TOO_LONG);
      return;
    }
    if (line.length > LINE_MAX_CHARACTERS) {
      this.#tell(TOO_LONG);
      return;
    }
    if (line.trim() === '') return;
    const json = jsonOf(line);
    if (json === undefined) this.#tell('it is not JSON');
    else if (this.#header === undefined) this.#takeHeader(json);
    else this.#takeEntry(json);
  }

  #takeHeader(json: unknown): void {
    const { data, error } = recordingHeader.safeParse(json);
    if (data) this.#header = data;
    else this.#tell(`it is no header of a recording: ${firstOf(error)}`);
  }

  #takeEntry(json: unknown): void {
    if (!isEntry(json)) {
      const { error } = logEntry.safeParse(json);
      this.#tell(`it is no entry: ${error ? firstOf(error) : 'it is something else'}`);
      return;
    }
    const data = json as LogEntry;
    if (data.serial <= this.#lastSerial) {
      this.#tell(`its serial ${data.serial} does not follow ${this.#lastSerial}`);
      return;
    }
    if (data.causedBy !== null && data.causedBy >= data.serial) {
      this.#tell('its cause comes after it');
      return;
    }
    const missing = data.serial - this.#lastSerial - 1;
    if (missing > 0) this.#onEntry(this.#gapBefore(data, missing));
    this.#lastSerial = data.serial;
    this.#onEntry(data);
  }

  /** Stands for the last of the missing entries. */
  #gapBefore({ serial, atMs, party }: LogEntry, missing: number): LogEntry {
    return { type: 'gap', serial: serial - 1, atMs, party, causedBy: null, missing, of: 'entries' };
  }

  /** The line that is not whole has no number yet. */
  #bad(reason: string): void {
    this.#lines += 1;
    this.#tell(reason);
  }

  #tell(reason: string): void {
    this.#badLines += 1;
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push({ line: this.#lines, reason });
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Where it is wrong, and why. */
function firstOf(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  if (!issue) return 'it is something else';
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message;
}
