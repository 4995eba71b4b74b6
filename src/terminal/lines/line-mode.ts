/**
 * Line mode: the face for a stdin that is no terminal. One command a line in; out, every line begins with
 * `[msg] ` (Message window) or `[cmd] ` (Command window), or is one JSON object.
 *
 * Invariants: commands are executed in the order of the lines. No more is read than can be given: what
 * follows a Join waits for its answer, a text waits for the end of the first search for a link, and while the
 * links are full, for them. QUIT is sent once: at /quit, when the output has gone, or, unless it is to stay,
 * at the end of the input, there as soon as nothing is pending any more and every link has taken what was
 * given (`echo /list | p2pchat …` gets its answer, `echo hello | p2pchat …` is heard); after it no more input
 * is read; at the end the input is let go, so that the process can end by itself.
 */

import type { Timer } from '../../io/clock.ts';
import type { Peer } from '../../peer/peer-api.ts';
import { describe, type Window } from '../../words/notices.ts';
import type { RefusalError } from '../../words/refusals.ts';
import type { FaceOptions } from '../face.ts';
import { answerQuery, type FaceNotice, rawLines, refusedLine } from '../face-notice.ts';
import { type Parsed, parseLine } from '../grammar.ts';
import {
  DELIVERY_GRACE_MS,
  INPUT_LINE_MAX_BYTES,
  OUTPUT_QUEUE_MAX_BYTES,
  QUIT_GRACE_MS,
  TEXTS_AT_ONCE_MAX,
} from '../limits.ts';
import { ChatView } from '../view/chat-view.ts';
import { type InputLine, InputLines } from './input-lines.ts';
import { toJsonLine } from './json-line.ts';
import { LineWriter } from './line-writer.ts';

/** How line mode is wanted. */
export interface LineModeOptions extends FaceOptions {
  /** One JSON object a line, for programs. */
  readonly json: boolean;
  /** Reads a line in place of `parseLine`. MUST NOT throw. */
  readonly parse?: (line: string) => Parsed;
  /** True goes on when the input has ended, until the peer is told to quit. */
  readonly stays?: boolean;
  /** A Join that is tried until it succeeds: what is read waits for it, and attempts in vain don't count. */
  readonly join?: { readonly isTrying: boolean };
  /** The output is a pipe: its reader is waited for, as a link is, so that it gets every line. */
  readonly isOutputAwaited?: boolean;
}

const PREFIX: Record<Window, string> = { message: '[msg] ', command: '[cmd] ' };

/**
 * Runs a peer from lines. Subscribes before it returns: MUST be called before the peer's `start`.
 * @returns resolves when the peer has terminated and everything is written, with the number of messages that
 *   had reached nobody when the input ended, and of other lines that were refused; 0 where it was ended by
 *   /quit (PROTOCOL.md, Quit). Never rejects.
 */
export function runLineMode(peer: Peer, options: LineModeOptions): Promise<number> {
  return new LineMode(peer, options).run();
}

class LineMode {
  readonly #peer: Peer;
  readonly #options: LineModeOptions;
  readonly #lines = new InputLines(INPUT_LINE_MAX_BYTES);
  readonly #writer: LineWriter;
  readonly #view: ChatView;
  /** Lines that were read and not executed yet, in order; from `#next` on. */
  #waiting: WaitingLine[] = [];
  #next = 0;
  /** Runs from /quit, or from the end of the input on. */
  #quitTimer: Timer | undefined;
  /** No text waits any more for a link that is searched for. */
  #isImpatient = false;
  #quitting = false;
  /** /quit has been read. */
  #isToQuit = false;
  #inputEnded = false;
  #isInputPaused = false;
  #checking = false;
  /** What the end of the input has found to be in vain. */
  #inVain = 0;
  /** Texts that were refused, and lines that could not be read: they have reached nobody. */
  #refused = 0;
  #lastRefused = '';
  /** Other commands that were refused, and lines that are no command. */
  #failed = 0;
  /** Lines that were not written because nobody read the others. */
  #unwritten = 0;

  constructor(peer: Peer, options: LineModeOptions) {
    this.#peer = peer;
    this.#options = options;
    this.#view = new ChatView(peer, options.view);
    this.#writer = new LineWriter(options.output, OUTPUT_QUEUE_MAX_BYTES, () => this.#quit());
  }

  async run(): Promise<number> {
    const { input } = this.#options;
    this.#peer.notices.subscribe((notice) => {
      if (notice.type === 'refused') {
        if (notice.command === 'send') this.#countRefused(notice.input);
        else if (notice.command !== 'join' || !this.#isTrying) this.#failed += 1;
      }
      this.#show(notice);
      this.#goOnOnceAnswered();
    });
    this.#peer.changes.subscribe(() => this.#goOnOnceAnswered());
    const { troubles, isOutputAwaited = false } = this.#options;
    if (isOutputAwaited) this.#writer.feed = this.#peer.awaitOutput(() => this.#writer.queued);
    troubles?.subscribe((message) => this.#show({ window: 'command', type: 'warning', message }));
    const terminated = new Promise<void>((resolve) => {
      this.#peer.terminated.subscribe({ next: resolve, complete: resolve });
    });
    input.on('data', this.#onData);
    input.on('end', this.#onEnd);
    input.on('error', this.#onEnd);
    input.on('close', this.#onEnd);
    await terminated;
    this.#quitting = true;
    this.#options.clock.clearTimeout(this.#quitTimer);
    this.#letInputGo();
    this.#tellUnwritten();
    await this.#writer.flushed();
    return this.#inVain;
  }

  readonly #onData = (chunk: Buffer | string): void => {
    for (const line of this.#lines.push(Buffer.from(chunk))) this.#take(line);
    this.#work();
  };

  readonly #onEnd = (): void => {
    if (this.#inputEnded) return;
    for (const line of this.#lines.end()) this.#take(line);
    this.#inputEnded = true;
    if (!this.#options.stays) this.#leaveSoon(DELIVERY_GRACE_MS);
    this.#work();
  };

  /** The end of the input is the end of the program: not where it is to stay, unless that is of no use. */
  get #isAtEnd(): boolean {
    return this.#inputEnded && (!this.#options.stays || this.#isInVain);
  }

  /** A command has failed, the Join perhaps, nobody can give another one, and nobody is there to be heard. */
  get #isInVain(): boolean {
    return this.#failed > 0 && !this.#isJoining() && this.#peer.status().room === null;
  }

  get #isTrying(): boolean {
    return this.#options.join?.isTrying === true;
  }

  #letInputGo(): void {
    const { input } = this.#options;
    input.off('data', this.#onData);
    input.pause();
    // A pipe that was paused before goes on filling its buffer: that must not keep the process.
    if ('unref' in input && typeof input.unref === 'function') input.unref();
  }

  /** Nothing is read behind /quit. */
  #take(line: InputLine): void {
    if (this.#quitting || this.#isToQuit) return;
    if ('error' in line) {
      this.#waiting.push(line);
      return;
    }
    const { parse = parseLine } = this.#options;
    const parsed = parse(line.text);
    this.#waiting.push({ text: line.text, parsed });
    if (!isQuit(parsed)) return;
    this.#isToQuit = true;
    // Texts ahead of it wait for links; but nobody waits that long for a room server that does not answer.
    const isBehindTexts = this.#waiting.length - this.#next > 1 && !this.#isJoining();
    this.#leaveSoon(isBehindTexts ? DELIVERY_GRACE_MS : QUIT_GRACE_MS);
  }

  /** Quit waits for answers and links, but not for ever. */
  #leaveSoon(graceMs: number): void {
    if (this.#quitting) return;
    const { clock } = this.#options;
    clock.clearTimeout(this.#quitTimer);
    this.#quitTimer = clock.setTimeout(() => this.#hurry(), graceMs);
  }

  #hurry(): void {
    if (this.#isTrying && !this.#isToQuit) this.#leaveSoon(DELIVERY_GRACE_MS);
    else if (!this.#isImpatient && this.#next < this.#waiting.length && !this.#isJoining()) {
      // What is still to be said is said now, linked or not, and its author told.
      this.#isImpatient = true;
      this.#leaveSoon(DELIVERY_GRACE_MS);
      this.#work();
    } else this.#quit();
  }

  #isJoining(): boolean {
    return this.#isTrying || this.#peer.status().pending.includes('JOIN');
  }

  /** Executes what waits, up to the first line whose time has not come. */
  #work(): void {
    let isJoining = this.#isJoining();
    while (this.#next < this.#waiting.length && !this.#quitting && !isJoining) {
      const line = this.#waiting[this.#next] as WaitingLine;
      const isText = textOf(line) !== undefined;
      if (isText && !this.#mayTalk()) break;
      if (isText) this.#say();
      else {
        this.#next += 1;
        this.#execute(line);
        isJoining = this.#isJoining();
      }
    }
    if (this.#next === this.#waiting.length) this.#waiting = [];
    if (this.#waiting.length === 0) this.#next = 0;
    // What is not read now waits in the pipe, not in our memory.
    this.#setInputPaused(this.#quitting || this.#waiting.length > 0);
    // What waits goes on when something changes: looking again and again would take a processor.
    if (this.#waiting.length === 0) this.#goOnOnceAnswered();
  }

  /** A stream that is resumed and paused in one turn goes on reading, and keeps the process alive. */
  #setInputPaused(isPaused: boolean): void {
    if (this.#isInputPaused === isPaused) return;
    this.#isInputPaused = isPaused;
    if (isPaused) this.#options.input.pause();
    else this.#options.input.resume();
  }

  #mayTalk(): boolean {
    const { intake } = this.#peer;
    return intake === 'open' || (intake === 'searching' && this.#isImpatient);
  }

  /** Texts that follow one another are given together: that costs a fraction of each by itself. */
  #say(): void {
    const texts: string[] = [];
    for (; this.#next < this.#waiting.length && texts.length < TEXTS_AT_ONCE_MAX; this.#next += 1) {
      const next = textOf(this.#waiting[this.#next] as WaitingLine);
      if (next === undefined) break;
      texts.push(next);
    }
    const [text = '', ...more] = texts;
    this.#peer.send(more.length > 0 ? { type: 'SEND', text, more } : { type: 'SEND', text });
  }

  #execute(line: WaitingLine): void {
    if ('error' in line) {
      this.#countRefused('');
      this.#show(refusedLine('', line.error));
      return;
    }
    const { text, parsed } = line;
    if (parsed.kind === 'error') {
      this.#failed += 1;
      this.#show(refusedLine(text, parsed.error));
    }
    if (parsed.kind === 'view') this.#show(this.#view.answer(parsed.query));
    if (parsed.kind === 'query') this.#show(answerQuery(parsed.query, this.#peer.status()));
    if (parsed.kind !== 'command') return;
    // QUIT is sent when what was asked for before it is answered.
    if (parsed.command.type !== 'QUIT') this.#peer.send(parsed.command);
  }

  /** Looks at the end of this turn, when what has just happened is in the peer's status too. */
  #goOnOnceAnswered(): void {
    const isLeaving = this.#isAtEnd || this.#isToQuit;
    const isIdle = this.#waiting.length === 0 && !isLeaving;
    if (isIdle || this.#quitting || this.#checking) return;
    this.#checking = true;
    setImmediate(() => {
      this.#checking = false;
      if (this.#waiting.length > 0) this.#work();
      else if (this.#isAllDone()) this.#quit();
    });
  }

  #isAllDone(): boolean {
    if (this.#quitting || !(this.#isAtEnd || this.#isToQuit)) return false;
    return (
      (this.#isToQuit || !this.#isTrying) &&
      this.#peer.status().pending.length === 0 &&
      this.#peer.isDelivered
    );
  }

  #quit(): void {
    if (this.#quitting) return;
    this.#options.clock.clearTimeout(this.#quitTimer);
    this.#quitting = true;
    if (!this.#isToQuit && this.#isAtEnd) this.#tellUnheard();
    this.#peer.send({ type: 'QUIT' });
  }

  #countRefused(text: string): void {
    this.#refused += 1;
    this.#lastRefused = text;
  }

  #tellUnheard(): void {
    const { count, last } = this.#peer.unheard;
    // Texts that were never given have reached nobody, too.
    const left = this.#waiting.slice(this.#next).flatMap((line) => textOf(line) ?? []);
    const unheard = count + this.#refused + left.length;
    this.#inVain = unheard + this.#failed;
    if (unheard === 0) return;
    const subject = unheard === 1 ? '1 message' : `${unheard} messages`;
    const named = left.at(-1) || this.#lastRefused || last;
    const theLast = named === '' ? '' : ` The last: ${JSON.stringify(named)}.`;
    this.#show({
      window: 'command',
      type: 'warning',
      message: `${subject} may have reached nobody.${theLast}`,
    });
  }

  #show(notice: FaceNotice): void {
    if (!this.#view.take(notice, this.#options.clock.timeOfDay())) return;
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
      this.#writer.line(toJsonLine(notice, this.#options.clock.timeOfDay()));
      return;
    }
    const prefix = PREFIX[notice.window];
    // Nearly all are of one kind, and a line each.
    if (notice.type === 'text') this.#writer.line(prefix + describe(notice));
    else for (const line of rawLines(notice)) this.#writer.line(prefix + line);
  }
}

/** A line that was read, and what it means. */
type WaitingLine = { readonly error: RefusalError } | { readonly text: string; readonly parsed: Parsed };

/** The message that a line says; `undefined` for any other line. */
function textOf(line: WaitingLine): string | undefined {
  if ('error' in line || line.parsed.kind !== 'command') return undefined;
  const { command } = line.parsed;
  return command.type === 'SEND' ? command.text : undefined;
}

function isQuit(parsed: Parsed): boolean {
  return parsed.kind === 'command' && parsed.command.type === 'QUIT';
}
