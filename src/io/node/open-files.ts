/**
 * Notices that this process may open no more files. Sockets are files: then a connect fails, and a connection
 * that comes in is closed by libuv, which tells nobody.
 *
 * Invariants: it is told once, and once more when files can be opened again; nothing here throws, keeps the
 * process alive, or looks more often than once a second.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { FILES_LOOK_MS } from '../../limits/sockets.ts';

/** Takes a sentence for people. MUST NOT throw. */
export type TellPeople = (sentence: string) => void;

const TOO_MANY: readonly unknown[] = ['EMFILE', 'ENFILE'];

/** Whether files can be opened; one per network. */
export class OpenFiles {
  readonly #tell: TellPeople;
  #timer: NodeJS.Timeout | undefined;
  #isFull = false;

  constructor(tell: TellPeople) {
    this.#tell = tell;
  }

  /** A file has been opened, or could not be: soon it is looked whether another one can. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.#look(), FILES_LOOK_MS).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const isFull = !canOpen();
    if (isFull && !this.#isFull)
      this.#tell(
        'Too many files are open: new connections fail until some are closed. Allow more: ulimit -n.',
      );
    if (!isFull && this.#isFull) this.#tell('Files can be opened again: new connections are taken.');
    this.#isFull = isFull;
    if (isFull) this.changed();
  }
}

function canOpen(): boolean {
  try {
    closeSync(openSync(devNull, 'r'));
    return true;
  } catch (error) {
    return !TOO_MANY.includes((error as NodeJS.ErrnoException).code);
  }
}
