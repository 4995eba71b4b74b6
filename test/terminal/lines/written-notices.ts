/**
 * What is wrong with a line of JSON by the schema that programs are given (docs/notices.schema.json), and by
 * the habit that a field which is not in it must not be written.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ROOT } from '../../docs/code-files.ts';

interface Schema {
  readonly anyOf: readonly {
    readonly properties: Readonly<Record<string, { readonly const?: unknown }>>;
  }[];
}

const schema: Schema = JSON.parse(readFileSync(join(ROOT, 'docs/notices.schema.json'), 'utf8'));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const kinds = schema.anyOf.map((kind) => ({
  window: kind.properties.window?.const,
  type: kind.properties.type?.const,
  validate: ajv.compile({ ...kind, additionalProperties: false }),
}));

/** Kinds of lines that the schema knows. */
export const SCHEMA_KINDS: readonly string[] = kinds.map(({ window, type }) => `${window} ${type}`);

/** What is wrong, in words; empty for a line that is as the schema has it. */
export function faultsOf(notice: { readonly window: string; readonly type: string }): readonly string[] {
  const own = kinds.filter(({ window, type }) => window === notice.window && type === notice.type);
  if (own.length === 0) return [`the schema has no "${notice.type}" in the ${notice.window} window`];
  if (own.some(({ validate }) => validate(notice))) return [];
  return own.flatMap(({ validate }) => ajv.errorsText(validate.errors));
}
