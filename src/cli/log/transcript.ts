/**
 * What is said, in plain text files of the user's own: `ROOM-2026-11-28.txt`, one a room and day, local time.
 *
 * Invariants: whole lines are appended, harmless to print; a file that can't be written costs its own lines
 * and nothing else (log-file.ts); only its owner can read it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Subscription } from 'rxjs';
import type { Clock } from '../../io/clock.ts';
import type { Peer } from '../../peer/peer-api.ts';
import { formatDay, formatTime } from '../../terminal/view/dates.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import { harmless } from '../../words/harmless.ts';
import { describe } from '../../words/notices.ts';
import { LogFile } from './log-file.ts';

/** What a transcript needs. */
interface TranscriptPorts {
  readonly clock: Pick<Clock, 'now' | 'timeOfDay'>;
  /** Takes a sentence for people. MUST NOT throw. */
  tell(sentence: string): void;
}

const DIRECTORY_MODE = 0o700;

/** See above. `close` it with the peer. */
export class Transcript {
  readonly #folder: string;
  readonly #ports: TranscriptPorts;
  #following: Subscription | undefined;
  #room = '';
  #path = '';
  #file: LogFile | null = null;

  /** @throws CannotRunError where the folder can't be made. */
  constructor(folder: string, ports: TranscriptPorts) {
    this.#folder = folder;
    this.#ports = ports;
    try {
      mkdirSync(folder, { recursive: true, mode: DIRECTORY_MODE });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CannotRunError(`Cannot make the folder of transcripts ${folder}: ${reason}.`, { cause });
    }
  }

  /** Writes what this peer says and hears. */
  follow(peer: Pick<Peer, 'notices'>): void {
    this.#following = peer.notices.subscribe((notice) => {
      if (notice.type === 'joined') this.#room = notice.room;
      if (notice.type === 'text') this.#write(describe(notice));
      if (notice.type === 'poked') this.#write(`** ${describe(notice)}`);
    });
  }

  close(): void {
    this.#following?.unsubscribe();
    this.#file?.close();
  }

  #write(line: string): void {
    const timeMs = this.#ports.clock.timeOfDay();
    this.#turnTo(join(this.#folder, `${fileName(this.#room)}-${formatDay(timeMs)}.txt`));
    this.#file?.write(`${formatTime(timeMs)} ${harmless(line)}\n`);
  }

  #turnTo(path: string): void {
    if (this.#path === path) return;
    this.#path = path;
    this.#file?.close();
    this.#file = null;
    const { clock, tell } = this.#ports;
    try {
      this.#file = new LogFile(path, {
        clock,
        tell,
        name: 'The transcript',
        lost: (lines) => `(${lines} lines could not be written here)\n`,
        maxBytes: Number.POSITIVE_INFINITY,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tell(`The transcript ${path} can't be written: ${reason}. Chat goes on.`);
    }
  }
}

/** A room's name may hold anything but `:`; a file's may not. */
function fileName(room: string): string {
  return encodeURIComponent(room).replaceAll('.', '%2E').replaceAll('*', '%2A');
}
