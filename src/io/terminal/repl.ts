/**
 * The REPL: the face for a stdin that is a terminal, on node:readline. The prompt shows the state; what the
 * windows show is printed above it.
 *
 * Invariants: what is typed is never disturbed and never lost (a refused line comes back to be mended); QUIT
 * is sent once (/quit, Ctrl-C or Ctrl-D on an empty line, or the terminal has gone), and from then on nothing
 * is read; when the peer has terminated stdin is let go, so that the process ends by itself.
 */
import { createInterface, type Interface } from 'node:readline';
import type { Command, Peer } from '../../actors/peer-api.ts';
import { type ColourDepth, colorLevel } from './color-level.ts';
import { complete } from './completion.ts';
import { EnteredLines } from './entered-lines.ts';
import type { FaceOptions } from './face.ts';
import { answerQuery, type FaceNotice, refusedLine } from './face-notice.ts';
import { parseLine } from './grammar.ts';
import { appendHistory, historyPath, readHistory } from './history.ts';
import { HISTORY_MAX_LINES } from './limits.ts';
import { mendPaste } from './mend-paste.ts';
import { PromptScreen, type ScreenOutput } from './prompt-screen.ts';
import { createRenderer, type Renderer } from './render.ts';

/** How the REPL is wanted. */
export interface ReplOptions extends FaceOptions {
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
  readonly #readline: Interface;
  readonly #screen: PromptScreen;
  readonly #entered = new EnteredLines();
  /** Entered in this session, oldest first. */
  readonly #session: string[] = [];
  #self: string | null = null;
  /** True when prompt and name have to be asked of the peer again. Not at first: a peer begins in START. */
  #stale = false;
  #quitting = false;

  constructor(peer: Peer, options: ReplOptions) {
    this.#peer = peer;
    this.#options = options;
    const { input, output, color, env } = options;
    this.#render = createRenderer(colorLevel(output, color, env));
    const past: string[] = [];
    const failure = attempt(() => past.push(...readHistory(historyPath(env)).reverse()));
    // Ahead of readline, which would take what is half typed for a line that was entered.
    input.on('end', () => this.#quit());
    this.#readline = createInterface({
      input,
      output,
      terminal: true,
      history: past,
      historySize: HISTORY_MAX_LINES,
      crlfDelay: Number.POSITIVE_INFINITY,
      completer: (line: string) => complete(line, peer.status()),
    });
    mendPaste(this.#readline);
    this.#screen = new PromptScreen(this.#readline, output, env.TERM === 'dumb', () => this.#refresh());
    if (failure !== undefined) this.#warn(`The history could not be read: ${failure}`);
  }

  async run(): Promise<void> {
    this.#peer.notices.subscribe((notice) => this.#show(notice));
    this.#peer.changes.subscribe(() => {
      this.#stale = true;
      this.#screen.schedule();
    });
    const terminated = new Promise<void>((resolve) => {
      this.#peer.terminated.subscribe({ next: resolve, complete: resolve });
    });
    this.#listen();
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
    this.#readline.on('line', (line) => this.#take(line));
    this.#readline.on('close', () => this.#quit());
    this.#readline.on('SIGINT', () => this.#interrupt());
    // A terminal that has gone: there is nobody left to tell.
    this.#readline.on('error', () => this.#quit());
    this.#options.output.on('error', () => this.#quit());
  }

  #take(line: string): void {
    if (this.#quitting) return;
    if (line.trim() !== '' && line !== this.#session.at(-1)) this.#session.push(line);
    if (this.#session.length > HISTORY_MAX_LINES) this.#session.shift();
    const parsed = parseLine(line);
    if (parsed.kind === 'error') this.#show(refusedLine(line, parsed.error));
    if (parsed.kind === 'query') this.#show(answerQuery(parsed.query, this.#peer.status()));
    if (parsed.kind === 'command') this.#execute(line, parsed.command);
    this.#screen.prompt();
  }

  #execute(line: string, command: Command): void {
    if (command.type === 'QUIT') {
      this.#quit();
      return;
    }
    this.#entered.remember(line, command);
    if (command.type === 'SEND') this.#screen.eraseEntered(line);
    this.#peer.send(command);
  }

  #interrupt(): void {
    if (this.#readline.line === '') {
      this.#quit();
      return;
    }
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#readline.write(null, { ctrl: true, name: 'u' });
  }

  #quit(): void {
    if (this.#quitting) return;
    this.#leave();
    this.#peer.send({ type: 'QUIT' });
  }

  #leave(): void {
    this.#quitting = true;
    this.#screen.leave();
    this.#readline.close();
  }

  #show(notice: FaceNotice): void {
    if (this.#stale && notice.type === 'text') this.#refresh();
    const lines = this.#render.lines(notice, this.#self, this.#options.clock.timeOfDay());
    for (const line of lines) this.#screen.print(line);
    if (notice.type !== 'refused' || this.#quitting) return;
    const { command, input } = notice;
    this.#screen.offer(command === null ? input : this.#entered.lineOf(command, input));
  }

  #warn(message: string): void {
    this.#show({ window: 'command', type: 'warning', message });
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    const { state, room, user } = this.#peer.status();
    this.#self = user;
    this.#screen.setPrompt(this.#render.prompt(state, room, user));
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
