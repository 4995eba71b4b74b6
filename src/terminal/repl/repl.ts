/**
 * The REPL: the face for a stdin that is a terminal, on node:readline. The prompt shows the state; what the
 * windows show is printed above it. Lines that are pasted together are shown above it, too, and wait for
 * Enter.
 *
 * Invariants: what is typed is never disturbed and never lost (the Up key brings a refused line back to be
 * mended); QUIT is sent once (/quit, Ctrl-C or Ctrl-D on an empty line, or the terminal has gone), and from
 * then on nothing is read; when the peer has terminated stdin is let go, so that the process ends by itself.
 */
import { createInterface, type Interface } from 'node:readline';
import type { Timer } from '../../io/clock.ts';
import { WAITING_COMMANDS_MAX } from '../../limits/peer.ts';
import type { Command, Peer } from '../../peer/peer-api.ts';
import { WaitingCommands } from '../../peer/waiting-commands.ts';
import { harmless } from '../../words/harmless.ts';
import { QueueFullError } from '../../words/refusals.ts';
import { type ColourDepth, colorLevel } from '../color-level.ts';
import type { FaceOptions } from '../face.ts';
import { answerQuery, describeLines, type FaceNotice, refusedLine } from '../face-notice.ts';
import { parseLine } from '../grammar.ts';
import { HISTORY_MAX_LINES, SUSPENSION_MS, TYPED_LINE_MAX_CHARACTERS } from '../limits.ts';
import { createRenderer, type Renderer } from '../render.ts';
import { callOf } from '../view/call.ts';
import { ChatView } from '../view/chat-view.ts';
import { formatLongDay } from '../view/dates.ts';
import { complete } from './completion.ts';
import { EnteredLines } from './entered-lines.ts';
import { appendHistory, historyPath, readHistory } from './history.ts';
import { ASK_FOR_PASTE_MARKS, Keyboard, type KeyboardInput, NO_PASTE_MARKS } from './keyboard.ts';
import { linesOf, PastedQuitError, TextTooLongToTypeError } from './pasted-lines.ts';
import { PromptScreen, type ScreenOutput } from './prompt-screen.ts';
import { WaitProgress } from './wait-progress.ts';

/** How the REPL is wanted. */
export interface ReplOptions extends FaceOptions {
  readonly input: KeyboardInput;
  readonly output: ScreenOutput & ColourDepth;
  /** False where `--no-color` was given. */
  readonly color: boolean;
  /** NO_COLOR, TERM, XDG_STATE_HOME and HOME are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a peer from a terminal. Subscribes before it returns: MUST be called before the peer's `start`.
 * @returns resolves when the peer has terminated and the terminal is let go; never rejects.
 */
export function runRepl(peer: Peer, options: ReplOptions): Promise<void> {
  return new Repl(peer, options).run();
}

class Repl {
  readonly #peer: Peer;
  readonly #options: ReplOptions;
  readonly #render: Renderer;
  readonly #view: ChatView;
  readonly #keyboard: Keyboard;
  readonly #readline: Interface;
  readonly #screen: PromptScreen;
  readonly #commands: WaitingCommands;
  readonly #entered = new EnteredLines();
  /** What Up shows, newest first: readline adds to it. */
  readonly #history: string[] = [];
  /** Entered in this session, oldest first. */
  readonly #session: string[] = [];
  #self: string | null = null;
  /** True when prompt and name have to be asked of the peer again. Not at first: a peer begins in START. */
  #stale = false;
  /** Pasted lines that the next Enter sends, ahead of the one on the prompt. */
  #pasted: string[] = [];
  /** Typed text has been left out of this line, and that was told. */
  #isCut = false;
  #quitting = false;
  /** Of the last line. */
  #day: string | undefined;
  #suspension: Timer | undefined;
  readonly #progress: WaitProgress;

  constructor(peer: Peer, options: ReplOptions) {
    this.#peer = peer;
    this.#options = options;
    this.#commands = new WaitingCommands(peer, WAITING_COMMANDS_MAX);
    const { input, output, clock, color, env } = options;
    this.#progress = new WaitProgress(peer, clock, () => this.#redrawSoon());
    this.#render = createRenderer(colorLevel(output, color, env));
    this.#view = new ChatView(peer, options.view);
    const failure = attempt(() => this.#history.push(...readHistory(historyPath(env)).reverse()));
    // Ahead of readline, which would take what is half typed for a line that was entered.
    input.on('end', () => this.#quit());
    this.#keyboard = new Keyboard({
      ...{ input, clock },
      typed: (text) => this.#putIn(text),
      pasted: (text, length) => this.#paste(text, length),
    });
    this.#readline = createInterface({
      input: this.#keyboard,
      output,
      terminal: true,
      history: this.#history,
      historySize: HISTORY_MAX_LINES,
      crlfDelay: Number.POSITIVE_INFINITY,
      completer: (line: string) => complete(line, peer.status(), this.#view.speakers),
    });
    this.#screen = new PromptScreen(this.#readline, output, () => this.#refresh());
    if (failure !== undefined) this.#warn(`The history could not be read: ${failure}`);
  }

  async run(): Promise<void> {
    this.#peer.notices.subscribe((notice) => this.#show(notice));
    this.#peer.changes.subscribe(() => this.#redrawSoon());
    const terminated = new Promise<void>((resolve) => {
      this.#peer.terminated.subscribe({ next: resolve, complete: resolve });
    });
    this.#options.troubles?.subscribe((message) => this.#warn(message));
    this.#listen();
    this.#options.output.write(ASK_FOR_PASTE_MARKS);
    this.#screen.setPrompt(this.#render.prompt('START', null, null));
    this.#screen.prompt();
    await terminated;
    this.#leave();
    const { env } = this.#options;
    const failure = attempt(() => appendHistory(historyPath(env), this.#session));
    if (failure !== undefined) this.#warn(`The history could not be written: ${failure}`);
    this.#screen.flush();
  }

  #listen(): void {
    // Text that comes after a key is no rest of what was left out.
    this.#keyboard.on('data', () => {
      this.#isCut = false;
    });
    this.#readline.on('line', (line) => this.#take(line));
    this.#readline.on('close', () => this.#quit());
    this.#readline.on('SIGINT', () => this.#interrupt());
    this.#readline.on('SIGTSTP', () => this.#suspend());
    // A terminal that has gone: there is nobody left to tell.
    this.#readline.on('error', () => this.#quit());
    this.#options.output.on('error', () => this.#quit());
    process.on('SIGCONT', this.#goOn);
  }

  /**
   * Ctrl-Z gives the terminal back to the shell. The whole job stops, as a terminal in its usual mode would
   * have it: `npm`, where that has started us, must not wait in the foreground.
   */
  #suspend(): void {
    this.#options.output.write(NO_PASTE_MARKS);
    this.#keyboard.setRawMode(false);
    process.kill(0, 'SIGTSTP');
    // Where there is no shell to come back from, as in a container, nothing stops.
    this.#suspension = this.#options.clock.setTimeout(this.#goOn, SUSPENSION_MS);
  }

  /** Stopped and brought back (`fg`), the terminal is as the shell wants it. */
  readonly #goOn = (): void => {
    this.#keyboard.setRawMode(false).setRawMode(true);
    this.#options.output.write(ASK_FOR_PASTE_MARKS);
    this.#screen.redraw();
  };

  #putIn(text: string): void {
    if (this.#quitting) return;
    const length = this.#readline.line.length + text.length;
    // A long paste without marks comes in pieces: what follows a piece that was left out is left out as well.
    const isRest = this.#isCut && text.length > 1;
    if (!isRest && length <= TYPED_LINE_MAX_CHARACTERS) {
      this.#isCut = false;
      this.#readline.write(text);
      return;
    }
    if (!this.#isCut) this.#show(refusedLine('', new TextTooLongToTypeError(length)));
    this.#isCut = true;
  }

  /** What is left of the cursor goes with the first line; the last one stays on the prompt. */
  #paste(text: string, length: number): void {
    if (this.#quitting) return;
    const { line, cursor } = this.#readline;
    const lines = linesOf(text, length, line.length);
    if (lines instanceof Error) {
      this.#show(refusedLine('', lines));
      return;
    }
    const [first = '', ...others] = lines;
    const last = others.pop();
    if (last === undefined || (others.length === 0 && last === '')) {
      this.#putIn(first);
      return;
    }
    const entered = [line.slice(0, cursor) + first, ...others];
    this.#clearLine();
    this.#readline.write(last + line.slice(cursor));
    this.#pasted.push(...entered);
    for (const each of entered) this.#screen.print(`   ${harmless(each)}`);
    const count = this.#pasted.length;
    this.#hint(
      `${count} pasted ${count === 1 ? 'line waits' : 'lines wait'}: Enter sends, Ctrl-C drops them.`,
    );
  }

  #clearLine(): void {
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#readline.write(null, { ctrl: true, name: 'u' });
  }

  #take(line: string): void {
    if (this.#quitting) return;
    this.#isCut = false;
    const pasted = this.#pasted;
    this.#pasted = [];
    const parsed = pasted.map((each) => ({ line: each, ...parseLine(each) }));
    for (const each of parsed) {
      const isQuit = each.kind === 'command' && each.command.type === 'QUIT';
      if (isQuit) this.#show(refusedLine('', new PastedQuitError()));
      else this.#enter(each.line, false);
    }
    this.#enter(line, true);
    this.#screen.prompt();
  }

  #enter(line: string, isOnScreen: boolean): void {
    if (line.trim() !== '' && line !== this.#session.at(-1)) this.#session.push(line);
    if (this.#session.length > HISTORY_MAX_LINES) this.#session.shift();
    const parsed = parseLine(line);
    if (parsed.kind === 'error') this.#show(refusedLine(line, parsed.error));
    if (parsed.kind === 'query') this.#show(answerQuery(parsed.query, this.#peer.status()));
    if (parsed.kind === 'view') this.#show(this.#view.answer(parsed.query));
    if (parsed.kind === 'command') this.#execute(line, parsed.command, isOnScreen);
  }

  #execute(line: string, command: Command, isOnScreen: boolean): void {
    if (command.type === 'QUIT') {
      this.#quit();
      return;
    }
    this.#entered.remember(line, command);
    if (command.type === 'SEND' && isOnScreen) this.#screen.eraseEntered(line);
    if (!this.#commands.send(command)) this.#show(refusedLine(line, new QueueFullError()));
    // The prompt says so while something waits.
    this.#redrawSoon();
  }

  #redrawSoon(): void {
    this.#stale = true;
    this.#screen.schedule();
  }

  #interrupt(): void {
    if (this.#readline.line === '' && this.#pasted.length === 0) {
      this.#quit();
      return;
    }
    if (this.#pasted.length > 0) this.#hint('The pasted lines are dropped.');
    this.#pasted = [];
    this.#isCut = false;
    this.#clearLine();
  }

  #quit(): void {
    if (this.#quitting) return;
    this.#leave();
    this.#peer.send({ type: 'QUIT' });
  }

  #leave(): void {
    this.#commands.stop();
    if (!this.#quitting) this.#options.output.write(NO_PASTE_MARKS);
    this.#quitting = true;
    this.#options.clock.clearTimeout(this.#suspension);
    this.#progress.stop();
    process.off('SIGCONT', this.#goOn);
    this.#screen.leave();
    this.#readline.close();
    this.#keyboard.letGo();
  }

  #show(notice: FaceNotice): void {
    if (this.#stale && notice.type === 'text') this.#refresh();
    const timeMs = this.#options.clock.timeOfDay();
    if (this.#view.take(notice, timeMs)) this.#print(notice, timeMs);
    if (notice.type !== 'refused' || this.#quitting) return;
    const { command, input } = notice;
    this.#offerUnderUp(command === null ? input : this.#entered.lineOf(command, input));
  }

  #print(notice: FaceNotice, timeMs: number): void {
    const { lights } = this.#view;
    const self = this.#self;
    this.#tellDay(timeMs);
    for (const line of this.#render.lines(notice, self === null ? lights : [self, ...lights], timeMs))
      this.#screen.print(line);
    if (!this.#view.calls(notice, self)) return;
    const [what = ''] = describeLines(notice);
    this.#options.output.write(callOf(what, this.#options.env));
  }

  /** Times of day alone would lie after midnight. */
  #tellDay(timeMs: number): void {
    const day = formatLongDay(timeMs);
    const hasChanged = this.#day !== undefined && this.#day !== day;
    this.#day = day;
    if (hasChanged) this.#hint(`${day}.`);
  }

  /** A line that was refused comes back with the Up key; the line that is being typed is left alone. */
  #offerUnderUp(line: string): void {
    // A control character can't have been typed, and would be a command to readline.
    if (line === '' || line === this.#history[0] || /\p{Cc}/u.test(line)) return;
    this.#history.unshift(line);
  }

  #hint(message: string): void {
    this.#show({ window: 'command', type: 'hint', message });
  }

  #warn(message: string): void {
    this.#show({ window: 'command', type: 'warning', message });
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    const status = this.#peer.status();
    const { state, room, user, isOffline } = status;
    this.#self = user;
    const isSending = this.#commands.count > 0 || this.#peer.intake === 'busy';
    const waitsFor = this.#progress.look(status);
    this.#screen.setPrompt(this.#render.prompt(state, room, user, { isOffline, isSending, waitsFor }));
  }
}

/** Runs something that may fail; what comes back is the reason why it has failed. */
function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
