/**
 * Line mode: the face for a stdin that is no terminal. One command a line in; out, every line begins with
 * `[msg] ` (Message window) or `[cmd] ` (Command window), or is one JSON object.
 *
 * Invariants: QUIT is sent once: at /quit, when the output has gone, or at the end of the input, there as
 * soon as nothing is pending any more (`echo /list | p2pchat …` gets its answer); after it no more input is
 * read; at the end the input is let go, so that the process can end by itself.
 */
import type { Peer } from '../../actors/peer-api.ts';
import type { Window } from '../../machines/notices.ts';
import type { Timer } from '../clock.ts';
import type { FaceOptions } from './face.ts';
import { answerQuery, type FaceNotice, rawLines, refusedLine } from './face-notice.ts';
import { parseLine } from './grammar.ts';
import { type InputLine, InputLines } from './input-lines.ts';
import { toJsonLine } from './json-line.ts';
import { INPUT_LINE_MAX_BYTES, OUTPUT_QUEUE_MAX_BYTES, QUIT_GRACE_MS } from './limits.ts';
import { LineWriter } from './line-writer.ts';

/** How line mode is wanted. */
export interface LineModeOptions extends FaceOptions {
  /** One JSON object a line, for programs. */
  readonly json: boolean;
}

const PREFIX: Record<Window, string> = { message: '[msg] ', command: '[cmd] ' };

/**
 * Runs a peer from lines. Subscribes before it returns: MUST be called before the peer's `start`.
 * @returns resolves when the peer has terminated and everything is written; never rejects.
 */
export function runLineMode(peer: Peer, options: LineModeOptions): Promise<void> {
  return new LineMode(peer, options).run();
}

class LineMode {
  readonly #peer: Peer;
  readonly #options: LineModeOptions;
  readonly #lines = new InputLines(INPUT_LINE_MAX_BYTES);
  readonly #writer: LineWriter;
  /** Lines that wait for the answer to a Join, in order. */
  readonly #waiting: InputLine[] = [];
  /** Runs from /quit on. */
  #quitTimer: Timer | undefined;
  #quitting = false;
  #inputEnded = false;
  #checking = false;
  /** Lines that were not written because nobody read the others. */
  #unwritten = 0;

  constructor(peer: Peer, options: LineModeOptions) {
    this.#peer = peer;
    this.#options = options;
    this.#writer = new LineWriter(options.output, OUTPUT_QUEUE_MAX_BYTES, () => this.#quit());
  }

  async run(): Promise<void> {
    const { input } = this.#options;
    this.#peer.notices.subscribe((notice) => {
      this.#show(notice);
      this.#goOnOnceAnswered();
    });
    this.#peer.changes.subscribe(() => this.#goOnOnceAnswered());
    const terminated = new Promise<void>((resolve) => {
      this.#peer.terminated.subscribe({ next: resolve, complete: resolve });
    });
    input.on('data', this.#onData);
    input.on('end', this.#onEnd);
    input.on('error', this.#onEnd);
    input.on('close', this.#onEnd);
    await terminated;
    this.#quitting = true;
    this.#letInputGo();
    this.#tellUnwritten();
    await this.#writer.flushed();
  }

  readonly #onData = (chunk: Buffer | string): void => {
    for (const line of this.#lines.push(Buffer.from(chunk))) this.#take(line);
    // What is not read now waits in the pipe, not in our memory.
    if (this.#waiting.length > 0) this.#options.input.pause();
  };

  readonly #onEnd = (): void => {
    for (const line of this.#lines.end()) this.#take(line);
    this.#inputEnded = true;
    this.#goOnOnceAnswered();
  };

  #letInputGo(): void {
    const { input } = this.#options;
    input.off('data', this.#onData);
    input.pause();
  }

  /**
   * A script may write `/join ROOM`, a message and `/quit` at once: what follows a Join waits for its answer.
   */
  #take(line: InputLine): void {
    if (this.#quitting || this.#quitTimer !== undefined) return;
    const parsed = 'error' in line ? null : parseLine(line.text);
    if (parsed?.kind === 'command' && parsed.command.type === 'QUIT') this.#quitSoon();
    else if (this.#waiting.length === 0 && !this.#isJoining()) this.#execute(line);
    else this.#waiting.push(line);
  }

  /**
   * At once where nothing is asked for; else when it is answered, but soon in any case: Quit waits for
   * nobody.
   */
  #quitSoon(): void {
    if (this.#waiting.length === 0 && this.#peer.status().pending.length === 0) {
      this.#quit();
      return;
    }
    this.#quitTimer = this.#options.clock.setTimeout(() => this.#quit(), QUIT_GRACE_MS);
    this.#goOnOnceAnswered();
  }

  #isJoining(): boolean {
    return this.#peer.status().pending.includes('JOIN');
  }

  #takeWaiting(): void {
    if (this.#waiting.length === 0 || this.#quitting) return;
    while (this.#waiting.length > 0 && !this.#isJoining()) this.#execute(this.#waiting.shift() as InputLine);
    if (this.#waiting.length === 0) this.#options.input.resume();
  }

  #execute(line: InputLine): void {
    if (this.#quitting) return;
    if ('error' in line) {
      this.#show(refusedLine('', line.error));
      return;
    }
    const parsed = parseLine(line.text);
    if (parsed.kind === 'error') this.#show(refusedLine(line.text, parsed.error));
    if (parsed.kind === 'query') this.#show(answerQuery(parsed.query, this.#peer.status()));
    if (parsed.kind !== 'command') return;
    if (parsed.command.type === 'QUIT') this.#quit();
    else this.#peer.send(parsed.command);
  }

  /** Looks at the end of this turn, when what has just happened is in the peer's status too. */
  #goOnOnceAnswered(): void {
    const isLeaving = this.#inputEnded || this.#quitTimer !== undefined;
    const isIdle = this.#waiting.length === 0 && !isLeaving;
    if (isIdle || this.#quitting || this.#checking) return;
    this.#checking = true;
    setImmediate(() => {
      this.#checking = false;
      this.#takeWaiting();
      const isAnswered = this.#waiting.length === 0 && this.#peer.status().pending.length === 0;
      if (isLeaving && !this.#quitting && isAnswered) this.#quit();
    });
  }

  #quit(): void {
    if (this.#quitting) return;
    if (this.#quitTimer !== undefined) this.#options.clock.clearTimeout(this.#quitTimer);
    this.#quitting = true;
    this.#peer.send({ type: 'QUIT' });
  }

  #show(notice: FaceNotice): void {
    if (this.#writer.full) {
      this.#unwritten += 1;
      return;
    }
    this.#tellUnwritten();
    this.#write(notice);
  }

  #tellUnwritten(): void {
    if (this.#unwritten === 0) return;
    const message = `${this.#unwritten} notices were left out here: the output was not read fast enough.`;
    this.#unwritten = 0;
    this.#write({ window: 'command', type: 'warning', message });
  }

  #write(notice: FaceNotice): void {
    if (this.#options.json) {
      this.#writer.line(toJsonLine(notice, this.#options.clock.now()));
      return;
    }
    const prefix = PREFIX[notice.window];
    for (const line of rawLines(notice)) this.#writer.line(prefix + line);
  }
}
