/**
 * What a user has set for good: in a file (`$XDG_CONFIG_HOME/p2pchat/config`, lines of `name = value`), or in
 * variables P2PCHAT_…, which outweigh the file. The command line outweighs both.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parse } from 'ini';
import { CONFIG_FILE_MAX_BYTES } from '../../limits/program.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import { protocolName, roomServerPlace, switchValue, wordOf } from '../values/value-parsers.ts';

/** One thing that can be set. */
export interface Setting {
  readonly name: string;
  readonly variable: string;
  /** Of the command line; `null` where that says it otherwise. */
  readonly option: string | null;
  readonly help: string;
  /** What it is where nobody sets it. */
  readonly usual: string;
  /** @throws InvalidArgumentError with what is wanted. */
  read(text: string): unknown;
}

/** Everything that can be set, in the order in which it is shown. */
export const SETTINGS = [
  {
    name: 'name',
    variable: 'P2PCHAT_NAME',
    option: 'name',
    help: 'your nickname at the start',
    usual: 'none',
    read: protocolName,
  },
  {
    name: 'server',
    variable: 'P2PCHAT_SERVER',
    option: null,
    help: 'the room server where no address is given, HOST or HOST:PORT',
    usual: '127.0.0.1:32340',
    read: roomServerPlace,
  },
  {
    name: 'notify',
    variable: 'P2PCHAT_NOTIFY',
    option: 'notify',
    help: 'when the terminal calls you: off, mentions or all',
    usual: 'mentions',
    read: wordOf(['off', 'mentions', 'all']),
  },
  {
    name: 'quiet',
    variable: 'P2PCHAT_QUIET',
    option: 'quiet',
    help: 'leave out the lines about links and duplicates: on or off',
    usual: 'off',
    read: switchValue,
  },
  {
    name: 'utf8',
    variable: 'P2PCHAT_UTF8',
    option: 'utf8',
    help: 'allow sending text that is not ASCII: on or off',
    usual: 'off',
    read: switchValue,
  },
  {
    name: 'color',
    variable: 'P2PCHAT_COLOR',
    option: 'color',
    help: 'colours: on or off',
    usual: 'on',
    read: switchValue,
  },
  {
    name: 'transcript',
    variable: 'P2PCHAT_TRANSCRIPT',
    option: 'transcript',
    help: 'a folder for what is said, a text file a room and day',
    usual: 'none',
    read: (text: string) => text,
  },
] as const satisfies readonly Setting[];

/** A setting that somebody has made. */
export interface Made {
  readonly setting: Setting;
  readonly text: string;
  readonly value: unknown;
  /** The variable, or the path of the file. */
  readonly from: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `$XDG_CONFIG_HOME/p2pchat/config`; a relative path in the variable is ignored, as XDG wants it. */
export function configPath(env: Environment): string {
  const told = env.XDG_CONFIG_HOME ?? '';
  const home = isAbsolute(told) ? told : join(env.HOME || homedir(), '.config');
  return join(home, 'p2pchat', 'config');
}

/**
 * What the environment and the file set. A variable that is set to nothing is one that is not set.
 * @throws CannotRunError that says where and what is wrong.
 */
export function readSettings(env: Environment): readonly Made[] {
  const path = configPath(env);
  const file = readConfig(path);
  return SETTINGS.flatMap((setting) => {
    const variable = env[setting.variable];
    if (variable) return [made(setting, variable, setting.variable)];
    const text = file.get(setting.name);
    return text === undefined ? [] : [made(setting, text, path)];
  });
}

function made(setting: Setting, text: string, from: string): Made {
  try {
    return { setting, text, value: setting.read(text), from };
  } catch (error) {
    const wanted = error instanceof Error ? error.message : String(error);
    throw new CannotRunError(`${from}: ${setting.name} can't be ${JSON.stringify(text)}. ${wanted}`);
  }
}

/** How a system says that there is no such file. */
const NOT_THERE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

function readConfig(path: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    const stats = statSync(path);
    if (stats.size > CONFIG_FILE_MAX_BYTES) throw new Error('it is too big');
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const isThere = !(cause instanceof Error && 'code' in cause && NOT_THERE.has(cause.code));
    if (!isThere) return new Map();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CannotRunError(`Cannot read the settings ${path}: ${reason}.`, { cause });
  }
  const lines = Object.entries(parse(text) as Readonly<Record<string, unknown>>);
  const known = SETTINGS.map(({ name }) => name);
  const odd = lines.find(
    ([name, value]) => !known.some((each) => each === name) || typeof value === 'object',
  );
  if (odd) {
    throw new CannotRunError(`${path}: there is no setting "${odd[0]}". There are ${known.join(', ')}.`);
  }
  // The parser makes booleans of true and false.
  return new Map(lines.map(([name, value]) => [name, String(value)]));
}

/** Lines that show every setting, what it is, and who has set it. */
export function settingsLines(env: Environment): readonly string[] {
  const all = readSettings(env);
  const path = configPath(env);
  const rows = SETTINGS.map(({ name, variable, usual, help }) => {
    const own = all.find(({ setting }) => setting.name === name);
    return [name, own?.text ?? usual, own ? `set in ${own.from}` : `as usual; ${variable}: ${help}`] as const;
  });
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  return [
    `Settings: the file ${path} has lines of "name = value"; variables outweigh it, options both.`,
    ...rows.map(([name, text, from]) => `  ${name.padEnd(width(0))}  ${text.padEnd(width(1))}  ${from}`),
  ];
}
