/** The commands that look at what is over: a recording, and the lessons. Parsing only. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parsePort } from '../../protocol/names.ts';

/** A recording to look at. */
export interface ReplayArguments {
  readonly file: string;
  /** Of the web console, 0 for any free one. */
  readonly port: number;
}

/** The lessons. */
export interface LessonsArguments {
  /** The one to begin with. */
  readonly lesson: string;
  /** Of the web console, 0 for any free one. */
  readonly port: number;
}

/** The lessons by name, each with what it is about. */
export const LESSON_WORDS = {
  joining: 'a newcomer finds the others',
  'forward-link': 'whom a peer dials, and why just this one',
  flooding: 'how a message reaches everybody, and what duplicates are',
  keepalive: 'what goes over the wires when nobody speaks',
  crash: 'a host without power, and who notices',
  split: 'a room in two pieces, and how they find together',
} as const;

/** Stands for port 0, which the system replaces by a free one. */
export const ANY_PORT = 'any';

/** Reads the port of a console. @throws InvalidArgumentError with a sentence. */
export function consolePort(text: string): number {
  const parsed = text === ANY_PORT || text === '0' ? 0 : parsePort(text);
  if (parsed === undefined) {
    throw new InvalidArgumentError(
      `The port of the console is a whole number up to 65535, or "${ANY_PORT}": any free one.`,
    );
  }
  return parsed;
}

const ENDING = '\nCtrl-C ends it. Exit codes: 0 ended, 1 could not run, 2 wrong usage.';

function consoleOption(): Option {
  return new Option('--port <port>', 'port of the web console (default: any free one)').argParser(
    consolePort,
  );
}

/** Adds `replay` to the command line. */
export function addReplay(program: Command, run: (given: ReplayArguments) => void): void {
  program
    .command('replay')
    .description('look at a recording (--record) in the web console')
    .argument('<file>', 'the recording')
    .addOption(consoleOption())
    .addHelpText('after', ENDING)
    .allowExcessArguments(false)
    .action((file: string, options) => run({ port: 0, ...options, file }));
}

function lessonName(text: string): string {
  if (Object.hasOwn(LESSON_WORDS, text)) return text;
  throw new InvalidArgumentError(`Give one of: ${Object.keys(LESSON_WORDS).join(', ')}.`);
}

const LESSONS_HELP = `
Lessons:
${Object.entries(LESSON_WORDS)
  .map(([name, words]) => `  ${name.padEnd(14)}${words}`)
  .join('\n')}

The room of the lessons is simulated, the same each time. docs/CONSOLE.md has a section for teachers.
${ENDING}`;

/** Adds `lessons` to the command line. */
export function addLessons(program: Command, run: (given: LessonsArguments) => void): void {
  program
    .command('lessons')
    .description('six guided lessons in the web console, with a question at each step')
    .argument('[lesson]', 'the one to begin with', lessonName, 'joining')
    .addOption(consoleOption())
    .addHelpText('after', LESSONS_HELP)
    .allowExcessArguments(false)
    .action((lesson: string, options) => run({ port: 0, ...options, lesson }));
}
