/**
 * The command line: what may be written there, what it means, and the help. Parsing only; it loads nothing of
 * the program itself, so `--help` answers at once.
 */
import { availableParallelism } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { parseStoreUrl } from '../room-server/redis/clients/store-url.ts';
import { FAULT_NAMES, FAULTS, type FaultName } from '../simulation/faults/faults.ts';
import { helpLines } from '../terminal/commands.ts';
import type { CallFor } from '../terminal/grammar.ts';
import { addCheck, addDecode, type CheckTask } from './check/check-arguments.ts';
import { addRecordOptions, type RecordArguments } from './record/record-options.ts';
import {
  ANY_PORT,
  addLessons,
  addReplay,
  consolePort,
  type LessonsArguments,
  type ReplayArguments,
} from './run/look-arguments.ts';
import { readSettings } from './settings/settings.ts';
import { ROOM_SERVER_PORT } from './values/addresses.ts';
import {
  faultNames,
  ipv4,
  port,
  positiveNumber,
  protocolName,
  roomServerHost,
  seedRange,
  wholeNumber,
  wordOf,
} from './values/value-parsers.ts';

/** The assignment's three arguments. */
interface PeerAddresses {
  readonly roomServerHost: string;
  readonly roomServerPort: number;
  readonly port: number;
}

/** Options of a peer, as `--help` lists them. */
export interface PeerArguments extends RecordArguments {
  /** `null`: none were given, the defaults apply. */
  readonly addresses: PeerAddresses | null;
  readonly name?: string;
  readonly room?: string;
  readonly advertise?: string;
  readonly utf8: boolean;
  /** False sends nothing again over a link that mends a break. */
  readonly catchUp: boolean;
  /** True goes on when the input, which is no terminal, has ended. */
  readonly stay: boolean;
  /** True tries to join the room until that succeeds. */
  readonly retry: boolean;
  readonly strictSource: boolean;
  readonly json: boolean;
  readonly color: boolean;
  /** When the terminal calls its user. */
  readonly notify?: CallFor;
  /** True leaves out the lines about links and duplicates. */
  readonly quiet?: boolean;
  /** A folder for what is said. */
  readonly transcript?: string;
  /** The room server where no addresses are given; one of this computer by default. */
  readonly server?: { readonly host: string; readonly port: number };
  readonly log?: string;
  /** Port of the web console, 0 for any free one; without it there is no console. */
  readonly web?: number;
}

/** Options of the demo. */
export interface DemoArguments extends RecordArguments {
  readonly peers: number;
  /** In the simulation, from this seed; over real sockets where it is not given. */
  readonly simulatedSeed?: number;
  /** Of the web console, 0 for any free one. */
  readonly port: number;
}

/** Options of the room server alone. */
export interface RoomServerArguments extends RecordArguments {
  readonly host: string;
  readonly port: number;
  readonly log?: string;
  /** `memory`, or the URL of a Redis: it may hold a password, so it goes into no message. */
  readonly store: string;
  /** The port of the metrics on 127.0.0.1; none are kept where it is not given. */
  readonly metrics?: number;
}

/** Options of the simulation. */
export interface SimulateArguments extends RecordArguments {
  readonly firstSeed: number;
  readonly lastSeed: number;
  readonly peers?: number;
  readonly minutes: number;
  readonly faults?: readonly FaultName[];
  /** Port of the web console over one world that runs live, 0 for any free one. */
  readonly web?: number;
  /** A recording of such a world, to be run again. */
  readonly inputs?: string;
  /** Processes at one time. */
  readonly jobs: number;
  readonly report?: string;
  readonly trace: boolean;
  readonly json: boolean;
}

/** What is to be run; `nothing` where the command line was answered already (`--help`, `--version`). */
type Task =
  | { readonly type: 'peer'; readonly arguments: PeerArguments }
  | { readonly type: 'room-server'; readonly arguments: RoomServerArguments }
  | { readonly type: 'simulate'; readonly arguments: SimulateArguments }
  | { readonly type: 'demo'; readonly arguments: DemoArguments }
  | { readonly type: 'replay'; readonly arguments: ReplayArguments }
  | { readonly type: 'lessons'; readonly arguments: LessonsArguments }
  | { readonly type: 'config' }
  | CheckTask
  | { readonly type: 'nothing' };

/** Version of the program. */
export const VERSION = packageJson.version;

/** Default port of the metrics: the one that Prometheus exporters of this kind take. */
const METRICS_PORT = 9_464;
/** The store of a room server that keeps its rooms to itself. */
export const MEMORY_STORE = 'memory';

const EXAMPLES = `
Without arguments: the room server is 127.0.0.1:${ROOM_SERVER_PORT} (started in this program if nothing listens there) and
myport is the first free port from ${ROOM_SERVER_PORT + 1}.

Type a line to send it to the room. Commands:
${helpLines()
  .map((line) => `  ${line}`)
  .join('\n')}

Examples:
  p2pchat                                         chat on this machine
  p2pchat 192.168.1.5 32340 5001 --name alice     chat over a LAN, room server on 192.168.1.5
  p2pchat room-server                             the room server alone
  p2pchat demo                                    a whole room in the browser
  p2pchat lessons                                 learn how it works, in the browser
  p2pchat check peer -- ./chat {addr} {port} {myport}   test another program

Exit codes: 0 quit; 1 could not run, or before the end of the input a text reached nobody or a command was
refused; 2 wrong usage.`;

/** Builds the command line; `run` is called with the task once it has been read. */
function createProgram(run: (task: Task) => void): Command {
  const program = new Command('p2pchat')
    .description(
      'Peer-to-peer group chat: finds the members of a room through a room server, then talks to them directly.',
    )
    .version(VERSION)
    .usage(
      '[options] [<roomserver_address> <roomserver_port> <myport>]\n       p2pchat room-server [options] [port]\n       p2pchat simulate [options]\n       p2pchat demo [options]\n       p2pchat replay [options] <file>\n       p2pchat lessons [options] [lesson]\n       p2pchat check peer|room-server [options] …\n       p2pchat decode [options] [file]\n       p2pchat config',
    )
    .argument('[roomserver_address]', 'host name or IPv4 address of the room server', roomServerHost)
    .argument('[roomserver_port]', 'its port', port)
    .argument('[myport]', 'port to listen on, TCP and UDP', port)
    .option('--name <name>', 'choose this name at the start (User)', protocolName)
    .option('--room <room>', 'join this room at the start (Join)', protocolName)
    .option(
      '--advertise <ip>',
      'the address told to others (default: the local end of the room-server connection)',
      ipv4,
    )
    .option('--utf8', 'allow sending text that is not ASCII (some other programs crash on it)')
    .option('--no-catch-up', 'send nothing again over a link that mends a break')
    .option(
      '--strict-source',
      'refuse links from another address than they claim (not for members behind NAT)',
    )
    .option('--stay', 'go on when the input has ended, until SIGTERM (for systemd, docker, nohup)')
    .option('--retry', 'with --room: try to join until that succeeds')
    .option('--json', 'one JSON object a line instead of text, for programs; reads commands as JSON, too')
    .addOption(
      new Option('--web [port]', 'a web console for your browser on this port; stands behind the arguments')
        .preset(ANY_PORT)
        .argParser(consolePort),
    )
    .option('--no-color', 'no colours (NO_COLOR is honoured, too)')
    .option(
      '--notify <when>',
      'when the terminal calls you: off, mentions (pokes, your name) or all',
      wordOf(['off', 'mentions', 'all']),
    )
    .option('--quiet', 'leave out the lines about links and duplicates')
    .option('--transcript <dir>', 'append what is said to text files in this folder, one a room and day')
    .option('--log <file>', 'append a structured log, one JSON object a line; every frame at debug level')
    .addHelpText('after', EXAMPLES)
    .helpCommand('help [command]', 'the help of a command')
    // The options of a command stand behind it: --log of room-server is its own.
    .enablePositionalOptions()
    .allowExcessArguments(false)
    .action((host: string | undefined, hostPort: number | undefined, myPort: number | undefined, options) => {
      const given = { ...NOTHING_GIVEN, ...options, ...setBefore(program) };
      if (given.retry && given.room === undefined) program.error('error: --retry goes with --room.');
      run({ type: 'peer', arguments: { ...given, addresses: addresses(program, host, hostPort, myPort) } });
    });
  addRecordOptions(program);
  addRoomServer(program, run);
  addSimulate(program, run);
  addDemo(program, run);
  addReplay(program, (given) => run({ type: 'replay', arguments: given }));
  addLessons(program, (given) => run({ type: 'lessons', arguments: given }));
  addCheck(program, run);
  addDecode(program, run);
  addConfig(program, run);
  return program;
}

/** What the environment and the file of settings say, where the command line does not. */
function setBefore(program: Command): Partial<PeerArguments> {
  const made = readSettings(process.env).filter(
    ({ setting: { option } }) => option === null || program.getOptionValueSource(option) !== 'cli',
  );
  return Object.fromEntries(made.map(({ setting, value }) => [setting.name, value]));
}

function addConfig(program: Command, run: (task: Task) => void): void {
  program
    .command('config')
    .description('show the settings: what each is, and whether a variable or the file has set it')
    .allowExcessArguments(false)
    .action(() => run({ type: 'config' }));
}

const NOTHING_GIVEN = { utf8: false, json: false, strictSource: false, stay: false, retry: false };

const STORE_HELP = `
Stores:
  memory                              this program's own memory (default)
  redis://HOST:PORT/DB                a Redis or Valkey: any number of room servers on one store are one service
  redis+sentinel://HOST:PORT,…/NAME   the Redis that Sentinels call NAME: when it dies, its replica takes over
  redis+cluster://HOST:PORT,…         a cluster: rooms are spread over several Redis, for more than one can do
  rediss://…, rediss+sentinel://…, rediss+cluster://… are the same over TLS. USER:PASSWORD@ stands in front of
  the hosts, with %25 for a % in it; a password is better given in the environment (P2PCHAT_STORE).

docs/ROOM-SERVICE.md says how to run several.`;

function addRoomServer(program: Command, run: (task: Task) => void): void {
  const store = new Option('--store <url>', 'where the rooms are kept, see below')
    .env('P2PCHAT_STORE')
    // What the environment holds is not shown: it may be a password.
    .default(MEMORY_STORE);
  const metrics = new Option('--metrics [port]', 'Prometheus metrics on this port, for this computer only')
    .argParser(port)
    .preset(String(METRICS_PORT));
  addRecordOptions(program.command('room-server'))
    .description('run the room server alone')
    .argument('[port]', 'port to listen on', port, ROOM_SERVER_PORT)
    .option('--host <ip>', 'IPv4 address to listen on', ipv4, '0.0.0.0')
    .option('--log <file>', 'append a structured log, one JSON object a line')
    .addOption(store)
    .addOption(metrics)
    .addHelpText('after', STORE_HELP)
    .allowExcessArguments(false)
    .action((listenPort: number, given, command: Command) => {
      // A variable that is set to nothing is one that is not set.
      const isUnset = given.store === '' && command.getOptionValueSource('store') === 'env';
      const options = isUnset ? { ...given, store: MEMORY_STORE } : given;
      // Not by an argParser: its message would repeat what was given.
      const problem = problemOfStore(options.store);
      if (problem !== undefined)
        program.error(`error: --store wants memory, redis://HOST:PORT or rediss://…. ${problem}`);
      run({ type: 'room-server', arguments: { port: listenPort, ...options } });
    });
}

/** What is wrong with a store, without any of its password; nothing where it can be used. */
function problemOfStore(text: string): string | undefined {
  if (text === MEMORY_STORE) return undefined;
  const parsed = parseStoreUrl(text);
  return 'problem' in parsed ? parsed.problem : undefined;
}

function addDemo(program: Command, run: (task: Task) => void): void {
  addRecordOptions(program.command('demo'))
    .description('a room server and several peers in this program, and one web console over all of them')
    .option('--peers <n>', 'peers in the room', wholeNumber(2, DEMO_PEERS_MAX), 5)
    .option('--port <port>', 'port of the web console (default: any free one)', consolePort)
    .option('--simulated', 'in the simulation: the page can pause, step, break, rewind and fork it')
    .option('--seed <n>', 'with --simulated: the world (default: 1)', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .addHelpText('after', '\nCtrl-C ends all of it. Exit codes: 0 ended, 1 could not run, 2 wrong usage.')
    .allowExcessArguments(false)
    .action(({ simulated, seed, ...options }) => {
      if (seed !== undefined && !simulated) program.error('error: --seed goes with --simulated.');
      const simulatedSeed = simulated ? { simulatedSeed: seed ?? 1 } : {};
      run({ type: 'demo', arguments: { port: 0, ...options, ...simulatedSeed } });
    });
}

/** More of them would be busy with one another in one process. */
const DEMO_PEERS_MAX = 50;

const FAULT_HELP = `
Faults:
${FAULT_NAMES.map((name) => `  ${name.padEnd(12)}${FAULTS[name]}`).join('\n')}

Exit codes: 0 every invariant held, 1 a violation, 2 wrong usage.`;

function addSimulate(program: Command, run: (task: Task) => void): void {
  addRecordOptions(program.command('simulate'))
    .description('run chat rooms in a simulated network that breaks, thousands of them, each from one seed')
    .option('--peers <n>', 'peers in each room (default: drawn from the seed)', wholeNumber(2, PEERS_MAX))
    .option('--seed <n>', 'run this world', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--seeds <a-b>', 'run these worlds', seedRange)
    .option('--minutes <n>', 'simulated minutes of chat and faults', positiveNumber, 10)
    .option(
      '--faults <list>',
      'all, none, or names separated by commas (default: drawn from the seed)',
      faultNames,
    )
    .option('--jobs <n>', 'processes at one time (default: one per processor)', wholeNumber(1, JOBS_MAX))
    .option('--report <file>', 'write a report as one HTML file')
    .option('--trace', 'print everything that happens')
    .option('--json', 'one JSON object a seed, for programs')
    .addOption(
      new Option(
        '--web [port]',
        'run one world live, in a web console that can pause, step, break and rewind it',
      )
        .preset(ANY_PORT)
        .argParser(consolePort),
    )
    .option('--inputs <file>', 'run the world of a recording of --web again, with all that was done by hand')
    .addHelpText('after', FAULT_HELP)
    .allowExcessArguments(false)
    .action(({ seed, seeds, ...options }, command: Command) => {
      if (seed !== undefined && seeds !== undefined)
        program.error('error: give --seed or --seeds, not both.');
      const file = seeds && FILES_OF_ONE_WORLD.find(({ option }) => options[option] !== undefined);
      if (file) program.error(`error: --${file.option} ${file.does} one world: give --seed.`);
      if (options.web !== undefined && (seeds !== undefined || options.report !== undefined))
        program.error('error: --web runs one world live: give --seed, and no --report.');
      if (options.web !== undefined && (options.trace || options.json))
        program.error('error: --web prints its address only: give no --trace and no --json.');
      const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
      const other = OF_A_WORLD.find((name) => isGiven(name));
      if (options.inputs !== undefined && other !== undefined)
        program.error(`error: --inputs has its world in the recording: give no --${other}.`);
      const range = seeds ?? { firstSeed: seed ?? 1, lastSeed: seed ?? 1 };
      const given = { trace: false, json: false, jobs: availableParallelism(), ...options, ...range };
      run({ type: 'simulate', arguments: given });
    });
}

const FILES_OF_ONE_WORLD = [
  { option: 'record', does: 'records' },
  { option: 'pcap', does: 'captures' },
] as const;
/** Options that say which worlds are run, and how. */
const OF_A_WORLD = ['seed', 'seeds', 'peers', 'minutes', 'faults', 'jobs', 'report', 'web'];
const PEERS_MAX = 1_000;
const JOBS_MAX = 256;

function addresses(
  program: Command,
  host?: string,
  hostPort?: number,
  myPort?: number,
): PeerAddresses | null {
  if (host === undefined) return null;
  if (hostPort === undefined || myPort === undefined) {
    program.error(
      'error: give all three of <roomserver_address> <roomserver_port> <myport>, or none of them.',
    );
  }
  return { roomServerHost: host, roomServerPort: hostPort, port: myPort };
}

/**
 * Reads the command line. What it answers itself (help, version, errors) is written to the standard streams.
 * @param words the arguments behind the program's name.
 * @throws CommanderError with exitCode 0 after help and version, and another code after a usage error.
 */
export function parseArguments(words: readonly string[]): Task {
  let task: Task = { type: 'nothing' };
  const program = createProgram((read) => {
    task = read;
  });
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().showHelpAfterError('Run p2pchat --help to see what can be given.');
  }
  program.parse(words, { from: 'user' });
  return task;
}

/** True where commander has answered the command line itself, and well (`--help`, `--version`). */
export function isAnswered(error: unknown): error is CommanderError {
  return error instanceof CommanderError;
}
