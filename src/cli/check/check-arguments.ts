/** The commands `check` and `decode`. Parsing only. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseArgsStringToArgv } from 'string-argv';
import { parseWords, type Words } from '../../check/stage/words.ts';
import { CHECK_REACTION_MS } from '../../limits/check.ts';
import { port, wholeNumber } from '../values/value-parsers.ts';

/** What peers and room servers have in common. */
export interface CheckOutputs {
  /** A section or a case: `4.2`. */
  readonly only?: string;
  readonly list: boolean;
  readonly strict: boolean;
  readonly unreliable: boolean;
  readonly seed: number;
  readonly watch: boolean;
  readonly patience: number;
  readonly lanes?: number;
  readonly color: boolean;
  readonly junit?: string;
  readonly json?: string;
  readonly gradescope?: string;
  readonly html?: string;
  readonly pcap?: string;
}

/** A peer that is tested. */
export interface CheckPeerArguments extends CheckOutputs {
  /** The program with its arguments; empty with `listen`, `list` and `matrix`. */
  readonly command: readonly string[];
  /** The room server's port, where a person starts the program. */
  readonly listen?: number;
  readonly words?: Words;
  /** A Python program with windows: driven without a display. */
  readonly tkinter?: boolean;
  /** A second program for rooms of several, as one would type it; empty: none. */
  readonly against?: readonly string[];
  /** Several programs to be put beside each other. */
  readonly matrix?: readonly (readonly string[])[];
}

/** A room server that is tested. */
export interface CheckServerArguments extends CheckOutputs {
  /** `HOST:PORT`, or a program with its arguments. */
  readonly target: readonly string[];
}

/** Bytes that are decoded. */
export interface DecodeArguments {
  /** Standard input where it is not given. */
  readonly file?: string;
  readonly json: boolean;
}

/** What is to be done. */
export type CheckTask =
  | { readonly type: 'check-peer'; readonly arguments: CheckPeerArguments }
  | { readonly type: 'check-server'; readonly arguments: CheckServerArguments }
  | { readonly type: 'decode'; readonly arguments: DecodeArguments };

function wordsFile(path: string): Words {
  try {
    return parseWords(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** A command in one word, as a shell would cut it. */
function commandLine(text: string): readonly string[] {
  const words = parseArgsStringToArgv(text);
  if (words.length === 0)
    throw new InvalidArgumentError('Give a command, such as "./chat {addr} {port} {myport}".');
  return words;
}

function moreCommands(
  text: string,
  before: readonly (readonly string[])[] = [],
): readonly (readonly string[])[] {
  return [...before, commandLine(text)];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= SECONDS_MAX))
    throw new InvalidArgumentError(`Give a number of seconds over 0, up to ${SECONDS_MAX}.`);
  return value;
}

/** What is about one program. */
const REPORTS = ['junit', 'json', 'gradescope', 'html', 'pcap', 'listen'];
const SECONDS_MAX = 60;
const DEFAULT_PATIENCE_S = CHECK_REACTION_MS / 1_000;
const LANES_MAX = 64;

const EXAMPLES = `
Examples:
  p2pchat check peer -- python3 P2PChat.py {addr} {port} {myport}
  p2pchat check peer --tkinter -- python3 P2PChat.py {addr} {port} {myport}
  p2pchat check peer --only 2.2 --words words.txt -- ./chat {addr} {port} {myport}
  p2pchat check peer --listen 32340
  p2pchat check --matrix "python3 a.py" "./b {addr} {port} {myport}"
  p2pchat check room-server 127.0.0.1:32340
  p2pchat check room-server -- ./room_server {port}

docs/CHECK.md has all cases, and how a program is driven.
Exit codes: 0 all passed, 1 some failed, 2 could not run.`;

function withOutputs(command: Command): Command {
  return command
    .option('--only <address>', 'the cases of one section of docs/PROTOCOL.md, or one case: 2.2, 2.2.5')
    .option('--list', 'show the cases, and run none', false)
    .option('--strict', 'what a program should do fails it, too', false)
    .option('--unreliable', 'write in small pieces, several frames in one, and late', false)
    .option(
      '--seed <n>',
      'with --unreliable: the same pieces again',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
      1,
    )
    .option('--watch', 'run again when a file of the command changes', false)
    .option('--patience <seconds>', 'how long an answer may take', seconds, DEFAULT_PATIENCE_S)
    .option('--lanes <n>', 'short cases at one time (default: 2 per processor)', wholeNumber(1, LANES_MAX))
    .option('--junit <file>', "write JUnit's XML")
    .option('--json <file>', 'write everything, frames included')
    .option('--gradescope <file>', "write Gradescope's results.json")
    .option('--html <file>', 'write a page: a case opens to its frames')
    .option('--pcap <file>', 'write what went over the wires, for Wireshark')
    .option('--no-color', 'no colours (NO_COLOR is honoured, too)')
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES);
}

/** Adds `check` with its two subjects. */
export function addCheck(program: Command, run: (task: CheckTask) => void): void {
  const check = program
    .command('check')
    .description("test other people's peers and room servers against the protocol")
    .usage(
      'peer [options] -- COMMAND {addr} {port} {myport}\n       p2pchat check room-server [options] HOST:PORT',
    )
    .enablePositionalOptions()
    .addOption(
      new Option('--matrix <commands...>', 'peers, each in one word, beside each other').argParser(
        moreCommands,
      ),
    )
    .option('--only <address>', 'with --matrix: the cases of one section, or one case')
    .option('--strict', 'with --matrix: what a program should do fails it, too', false)
    .option('--patience <seconds>', 'with --matrix: how long an answer may take', seconds, DEFAULT_PATIENCE_S)
    .option('--no-color', 'with --matrix: no colours')
    .addHelpText('after', EXAMPLES)
    .action(({ matrix, ...options }, self: Command) => {
      if (matrix === undefined) self.error('error: say what is tested: peer, room-server, or --matrix.');
      const given = {
        list: false,
        unreliable: false,
        seed: 1,
        watch: false,
        command: [],
        matrix,
        ...options,
      };
      run({ type: 'check-peer', arguments: given });
    });
  addCheckPeer(check, (given) => run({ type: 'check-peer', arguments: given }));
  addCheckServer(check, (given) => run({ type: 'check-server', arguments: given }));
}

/** Adds `decode`. */
export function addDecode(program: Command, run: (task: CheckTask) => void): void {
  program
    .command('decode')
    .description('bytes, or hexadecimal digits, as frames with their fields; what is wrong is pointed at')
    .argument('[file]', 'standard input unless given')
    .option('--json', 'one JSON object a frame', false)
    .allowExcessArguments(false)
    .addHelpText('after', DECODE_HELP)
    .action((file: string | undefined, options) => {
      run({ type: 'decode', arguments: file === undefined ? options : { ...options, file } });
    });
}

const DECODE_HELP = `
An input of hexadecimal digits alone (with blanks or colons between them) is the bytes that they write down.
  printf 'K:tea:alice::\\r\\n' | p2pchat decode
Exit codes: 0 all are frames of the contract, 1 some are not, 2 could not run.`;

function addCheckPeer(check: Command, run: (given: CheckPeerArguments) => void): void {
  withOutputs(
    check.command('peer').description('test a peer: the tester is its room server and its neighbours'),
  )
    .argument('[command...]', 'behind "--": the program, with {addr} {port} {myport} where they belong')
    .addOption(new Option('--listen <port>', 'you start the program, and press its buttons').argParser(port))
    .addOption(
      new Option(
        '--words <file>',
        'how the program is told what to do, where not by /user, /join …',
      ).argParser(wordsFile),
    )
    .option(
      '--tkinter',
      'a Python program with the windows of the assignment, without a display (needs python3)',
    )
    .addOption(
      new Option('--against <command>', 'in rooms of several programs every second one is this').argParser(
        commandLine,
      ),
    )
    .addOption(
      new Option('--matrix <commands...>', 'several programs, each in one word, beside each other').argParser(
        moreCommands,
      ),
    )
    .action((command: string[], options, self: Command) => {
      const isNamed = options.list || options.listen !== undefined || options.matrix !== undefined;
      if (options.matrix !== undefined && REPORTS.some((name) => options[name] !== undefined))
        self.error('error: with --matrix there is a table, and no report.');
      if (command.length > 0 && options.matrix !== undefined)
        self.error('error: give all programs to --matrix, and none behind "--".');
      if (command.length === 0 && !isNamed)
        self.error('error: give the program behind "--", or --listen PORT.');
      if (command.length > 0 && options.listen !== undefined)
        self.error('error: with --listen you start the program: give no command.');
      run({ ...options, command });
    });
}

function addCheckServer(check: Command, run: (given: CheckServerArguments) => void): void {
  withOutputs(check.command('room-server').description('test a room server: the tester is its clients'))
    .argument(
      '[target...]',
      'HOST:PORT of one that runs; or, behind "--", a program, with {port} where it belongs',
    )
    .action((target: string[], options, self: Command) => {
      if (target.length === 0 && !options.list)
        self.error('error: give HOST:PORT, or the program behind "--".');
      run({ ...options, target });
    });
}
