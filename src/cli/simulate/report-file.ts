/**
 * The report of simulated worlds: the console's page with their recordings in it, in one file. A world that
 * broke an invariant comes first.
 *
 * Invariants: the path is tried before the worlds run; what waits in memory is packed, and bounded in number
 * and in bytes: of a world beyond that only its row is told.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { latencySummary } from '../../console/page/views/figures/statistics.ts';
import type { ListedRecording, RecordingList } from '../../console/replay/recording-list.ts';
import { reportPage } from '../../console/replay/report-page.ts';
import { REPORT_PACKED_MAX_BYTES, REPORT_RECORDINGS_MAX, REPORT_ROWS_MAX } from '../../limits/program.ts';
import { lineOf, withoutText } from '../../log/file/recording-format.ts';
import type { LogSink } from '../../log/log.ts';
import type { Recording } from '../../simulation/recording.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import { headerOf } from '../record/open-recording.ts';
import type { RecordArguments } from '../record/record-options.ts';

interface Told {
  readonly seed: number;
  readonly row: ListedRecording;
  /** `null` where only the row is told. */
  packed: Buffer | null;
}

/** See above. */
export class ReportFile {
  readonly #path: string;
  readonly #given: RecordArguments;
  readonly #told: Told[] = [];

  /** @throws CannotRunError where the report could not be written there, or the page is not built. */
  constructor(path: string, given: RecordArguments) {
    this.#path = path;
    this.#given = given;
    this.#trying(() => closeSync(openSync(path, 'a')));
    pageTemplate();
  }

  /** A world begins: its log is packed as it comes. */
  begin(replay: string): PackedLog {
    return new PackedLog(replay, this.#given);
  }

  /** A world is over. */
  async add(recording: Recording, log: PackedLog): Promise<void> {
    const packed = await log.packed();
    const row = rowOf(recording, log.bytes);
    this.#told.push({ seed: recording.seed, row, packed });
    this.#told.sort((one, other) => rank(one) - rank(other) || one.seed - other.seed);
    let bytes = 0;
    for (const [place, told] of this.#told.entries()) {
      bytes += told.packed?.length ?? 0;
      if (place >= REPORT_RECORDINGS_MAX || bytes > REPORT_PACKED_MAX_BYTES) told.packed = null;
    }
  }

  /** @throws CannotRunError where it can't be written. */
  write(): void {
    const shown = this.#told.slice(0, REPORT_ROWS_MAX);
    const recordings = shown.map(({ row, packed }) => (packed === null ? { ...row, bytes: 0 } : row));
    const [only, ...others] = recordings;
    const title = only && others.length === 0 ? only.name : `${this.#told.length} simulated rooms`;
    const list: RecordingList = { title, recordings, untold: this.#told.length - shown.length };
    this.#trying(() => {
      const file = openSync(this.#path, 'w');
      try {
        const packed = shown.map((told) => told.packed);
        for (const piece of reportPage(pageTemplate(), list, packed)) writeWhole(file, piece);
      } finally {
        closeSync(file);
      }
    });
  }

  #trying(write: () => void): void {
    try {
      write();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CannotRunError(`Cannot write the report ${this.#path}: ${reason}.`, { cause });
    }
  }
}

/** Those with a broken invariant first. */
function rank({ row }: Told): number {
  return row.broken.length > 0 ? 0 : 1;
}

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/**
 * The page that is built for it, beside the bundled program. @throws CannotRunError where it is not built.
 */
function pageTemplate(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const path = new URL(isSource ? '../../../dist/report-page.html' : './report-page.html', import.meta.url);
  try {
    return readFileSync(fileURLToPath(path), 'utf8');
  } catch (cause) {
    throw new CannotRunError('The page of the report is not built: run "npm run build".', { cause });
  }
}

function rowOf({ seed, violations, peers, messages, faults, endMs, replay }: Recording, bytes: number) {
  const latencies = messages
    .flatMap(({ sentMs, from, deliveries }) =>
      deliveries.filter(({ via, peer }) => via !== null || peer !== from).map(({ atMs }) => atMs - sentMs),
    )
    .sort((one, other) => one - other);
  return {
    name: `seed ${seed}`,
    bytes,
    broken: [...new Set(violations.map(({ invariant }) => invariant))],
    ...{ peers: peers.length, messages: messages.length, deliveries: latencies.length },
    latency: latencySummary(latencies) ?? null,
    ...{ faults: faults.length, simulatedMs: endMs, again: replay },
  };
}

/** The recording of a world, packed while it runs. */
export class PackedLog {
  readonly #gzip = createGzip();
  readonly #pieces: Buffer[] = [];
  readonly #given: RecordArguments;
  /** Before it is packed. */
  bytes = 0;

  constructor(replay: string, given: RecordArguments) {
    this.#given = given;
    this.#gzip.on('data', (piece: Buffer) => this.#pieces.push(piece));
    const hasTexts = given.recordNoText !== true;
    this.#add(lineOf(headerOf({ source: 'simulate', startedMs: null, replay }, hasTexts)));
  }

  /** Takes entries; those that are over the bound of a recording are not kept. */
  readonly sink: LogSink = (entries) => {
    const hasTexts = this.#given.recordNoText !== true;
    this.#add(entries.map((entry) => lineOf(hasTexts ? entry : withoutText(entry))).join(''));
  };

  /** All of it. */
  async packed(): Promise<Buffer> {
    const ended = new Promise<void>((resolve, reject) => {
      this.#gzip.once('end', resolve).once('error', reject);
    });
    this.#gzip.end();
    await ended;
    return Buffer.concat(this.#pieces);
  }

  #add(lines: string): void {
    const bytes = Buffer.byteLength(lines);
    if (this.bytes + bytes > this.#given.recordMax) return;
    this.bytes += bytes;
    this.#gzip.write(lines);
  }
}
