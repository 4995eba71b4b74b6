/** What P2PCHAT_LIMITS may hold (limits-override.ts), and the sentence for whatever else it holds. */
import { z } from 'zod';
import { CannotRunError } from '../../words/cannot-run.ts';

/** Limits by their names, in groups. */
type Groups<Group extends string> = Readonly<Record<Group, object>>;

/** Any of the limits of one group, each a number that is not negative. */
function someOf(defaults: object) {
  const names = Object.keys(defaults);
  return z.strictObject(Object.fromEntries(names.map((name) => [name, z.number().nonnegative().optional()])));
}

/**
 * The limits with those that `text` names replaced.
 * @param variable where the text comes from, for the sentence of an error.
 * @throws CannotRunError for the first thing that is wrong.
 */
export function readLimits<Limits extends Groups<Extract<keyof Limits, string>>>(
  text: string,
  defaults: Limits,
  variable: string,
): Limits {
  const groups = Object.entries<object>(defaults);
  const schema = z.strictObject(
    Object.fromEntries(groups.map(([group, limits]) => [group, someOf(limits).optional()])),
  );
  const parsed = schema.safeParse(parseJson(text, variable));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const known = { text, variable, groups: Object.keys(defaults) };
    throw new CannotRunError(issue ? sentence(issue, known) : parsed.error.message, { cause: parsed.error });
  }
  const replaced = groups.map(([group, limits]) => [group, { ...limits, ...parsed.data[group] }]);
  return Object.fromEntries(replaced) as Limits;
}

function parseJson(text: string, variable: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CannotRunError(`${variable} is no JSON: ${text}`, { cause });
  }
}

interface Given {
  readonly text: string;
  readonly variable: string;
  readonly groups: readonly string[];
}

/** What is wrong, said of the whole object, of one of its groups, or of a limit in it. */
function sentence(issue: z.core.$ZodIssue, { text, variable, groups }: Given): string {
  const [group, limit] = issue.path;
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  if (limit !== undefined) return `${variable}: ${String(limit)} wants a number that is not negative.`;
  if (group !== undefined)
    return unknown === undefined
      ? `${variable} wants an object of limits.`
      : `${variable}: there is no limit ${unknown}.`;
  return unknown === undefined
    ? `${variable} is no JSON object: ${text}`
    : `${variable} has "${unknown}", not one of ${groups.join(', ')}.`;
}
