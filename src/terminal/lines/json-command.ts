/**
 * Commands of programs: with `--json`, a line that begins with `{` is one command as JSON, the same that a
 * word with `/` says. What is in it is taken as it is: no blank is cut off, and a text may begin with `/`.
 */
import { z } from 'zod';
import { userCommand } from '../../peer/user-command.ts';
import { RefusalError } from '../../words/refusals.ts';
import { type Parsed, parseLine } from '../grammar.ts';
import { INPUT_LINE_MAX_BYTES } from '../limits.ts';

/** A line that begins with `{` and is no command. */
class InvalidJsonCommandError extends RefusalError {
  override readonly name = 'InvalidJsonCommandError';
  constructor(what: string) {
    super(`This is no command in JSON: ${what}. {"type":"SEND","text":"{"} sends a text that begins with {.`);
  }
}

const QUERY = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('MEMBERS') }),
  z.strictObject({ type: z.literal('LINKS') }),
  z.strictObject({ type: z.literal('STATUS') }),
  z.strictObject({ type: z.literal('INVITE') }),
  z.strictObject({ type: z.literal('ROOMS'), page: z.number().int().min(1) }),
  z.strictObject({ type: z.literal('HELP') }),
]);
const COMMAND = userCommand(INPUT_LINE_MAX_BYTES);
const LINE = z.discriminatedUnion('type', [...COMMAND.options, ...QUERY.options]);

/** Reads one line, JSON or not. Never throws. */
export function parseJsonLine(line: string): Parsed {
  if (!line.startsWith('{')) return parseLine(line);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refused('it can not be parsed');
  }
  const { data, error } = LINE.safeParse(value);
  if (error) {
    const [issue] = error.issues;
    const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
    return refused(`${where}${issue?.message ?? 'nothing is known of it'}`);
  }
  const query = QUERY.safeParse(data);
  if (query.success) return { kind: 'query', query: query.data };
  return { kind: 'command', command: COMMAND.parse(data) };
}

/** A command line as a JSON Schema, draft 2020-12. */
export function commandsSchema(): object {
  const { $schema, ...any } = z.toJSONSchema(LINE, { io: 'input' });
  return { $schema, title: 'A command that p2pchat --json reads', ...any };
}

function refused(what: string): Parsed {
  return { kind: 'error', error: new InvalidJsonCommandError(what) };
}
