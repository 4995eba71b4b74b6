/**
 * What went over the wires of one case, in order: the tester's sockets write it as they send and receive.
 * Every report reads it, and whoever waits for something is woken by it.
 */
import { CHECK_TAPE_MAX_BYTES } from '../../limits/check.ts';

/** One address. */
export interface TapeEnd {
  readonly host: string;
  readonly port: number;
}

/** What happened on a wire. */
export type TapeEvent = 'opened' | 'data' | 'FIN' | 'RST' | 'refused';

/** One thing that happened. */
export interface TapeEntry {
  /** Since the case began. */
  readonly atMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly timeMs: number;
  /** Who sent it: `program`, `room server`, `bob`. */
  readonly from: string;
  readonly to: string;
  readonly transport: 'TCP' | 'UDP';
  /** The connections of a case are numbered; 0 for datagrams. */
  readonly connection: number;
  readonly event: TapeEvent;
  readonly source: TapeEnd;
  readonly target: TapeEnd;
  /** Empty where the event has none. */
  readonly bytes: Buffer;
}

/** How the program that is tested is called on a tape. */
export const PROGRAM = 'program';

/** See above. */
export class Tape {
  readonly entries: TapeEntry[] = [];
  readonly #startedMs = performance.now();
  readonly #watchers = new Set<() => void>();
  #keptBytes = 0;
  #connections = 0;
  #sign: number | undefined;

  /** Milliseconds since the case began. */
  get nowMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** When the program was first heard of; `undefined` before that. */
  get firstSignMs(): number | undefined {
    return this.#sign;
  }

  /** The number of a new connection. */
  nextConnection(): number {
    this.#connections += 1;
    return this.#connections;
  }

  /** Writes down what has happened; bytes past the bound are not kept. */
  add(entry: Omit<TapeEntry, 'atMs' | 'timeMs'>): void {
    this.#keptBytes += entry.bytes.length;
    const bytes = this.#keptBytes > CHECK_TAPE_MAX_BYTES ? Buffer.alloc(0) : entry.bytes;
    this.entries.push({
      ...entry,
      bytes,
      atMs: this.nowMs,
      timeMs: performance.timeOrigin + performance.now(),
    });
    if (entry.from === PROGRAM) this.sign();
    this.changed();
  }

  /** The program has shown that it runs. */
  sign(): void {
    this.#sign ??= this.nowMs;
  }

  /** Something has changed that somebody may wait for. */
  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /**
   * Resolves with the first value that is there, looked for after each change; `undefined` when the time is
   * over.
   * @param timeoutMs asked for anew at each change, because a program that has not started yet has longer.
   */
  until<Value>(look: () => Value | undefined, timeoutMs: () => number): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      const startedMs = this.nowMs;
      let timer: NodeJS.Timeout | undefined;
      const settle = (end: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        end();
      };
      const watch = () => {
        try {
          const value = look();
          if (value !== undefined) settle(() => resolve(value));
          else rearm();
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const rearm = () => {
        clearTimeout(timer);
        // A program that has only just started is given the whole time from then on.
        const fromMs = Math.max(startedMs, this.firstSignMs ?? startedMs);
        const leftMs = fromMs + timeoutMs() - this.nowMs;
        timer = setTimeout(() => settle(() => resolve(undefined)), Math.max(0, leftMs));
      };
      this.#watchers.add(watch);
      watch();
    });
  }
}
