/** The tables and schemas of what `--json` writes and reads: docs/JSON.md and the two files beside it. */
import { commandsSchema } from '../src/terminal/lines/json-command.ts';
import { JSON_NOTICES, noticesSchema } from '../src/terminal/lines/json-notices.ts';

const NOTICES_MARK = /<!-- notices -->[\s\S]*?<!-- end notices -->/;

/** A JSON Schema as far as these have it. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** The files, by their path from the root of the repository. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const text = (schema: object) => `${JSON.stringify(schema, null, 2)}\n`;
  return new Map([
    ['docs/notices.schema.json', text(noticesSchema())],
    ['docs/commands.schema.json', text(commandsSchema())],
  ]);
}

/** The document with its table of notices as they are. @throws Error where it has no place for it. */
export function withNotices(document: string): string {
  if (!NOTICES_MARK.test(document)) throw new Error('there is no place for the table of notices');
  const { anyOf = [] } = noticesSchema() as Schema;
  if (anyOf.length !== JSON_NOTICES.length) throw new Error('a notice is missing in the schema');
  const table = ['| `window` | `type` | fields | |', '|---|---|---|---|', ...anyOf.map(row)].join('\n');
  return document.replace(NOTICES_MARK, () => `<!-- notices -->\n${table}\n<!-- end notices -->`);
}

function row({ properties = {}, required = [], description = '' }: Schema): string {
  const { window, type, time: _, ...fields } = properties;
  const words = Object.entries(fields).map(([name, field]) => {
    const optional = required.includes(name) ? '' : '?';
    const about = field.description && !isMember(field) ? ` (${field.description})` : '';
    return `\`${name}${optional}\`: ${kindOf(field)}${about}`;
  });
  return `| ${window?.const} | ${type?.const} | ${words.join('; ')} | ${description} |`;
}

function kindOf(schema: Schema): string {
  const { type, anyOf, items, properties } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  if (anyOf) return anyOf.map(kindOf).join(' or ');
  if (isMember(schema)) return 'member';
  if (items) return `list of ${kindOf(items)}`;
  if (properties) return `{ ${Object.keys(properties).join(', ')} }`;
  return type === 'object' ? 'numbers by name' : [type].flat().join(' or ');
}

function isMember({ properties = {} }: Schema): boolean {
  return Object.keys(properties).join() === 'user,ip,port,hid';
}
