/**
 * A schema as a plain function that says whether a value is of it. zod builds such functions itself only
 * where code may be made out of text, which the console's page forbids; without them it takes ten times as
 * long as parsing the JSON, and a recording has hundreds of thousands of lines.
 *
 * Invariant: for JSON that was parsed from text it says what the schema's own `safeParse` says, except that a
 * number beyond those of JavaScript (1e999) passes inside of `z.json()`. What kind of schema it does not know
 * it leaves to zod.
 */
import { z } from 'zod';

/** Names that are remembered for each field: those of a big room, and its connections. */
const NAMES_MAX = 10_000;

/** True for a value of the schema. */
type Check = (value: unknown) => boolean;

/** Makes it; once for each schema. */
export function quickCheck(schema: z.ZodType): Check {
  if (schema instanceof z.ZodDiscriminatedUnion) return ofUnion(schema);
  if (schema instanceof z.ZodObject) return ofObject(schema);
  if (schema instanceof z.ZodArray) {
    const element = quickCheck(schema.element as z.ZodType);
    if (schema.def.checks?.length) return byZod(schema);
    return (value) => Array.isArray(value) && value.every(element);
  }
  if (schema instanceof z.ZodRecord) {
    const of = quickCheck(schema.valueType as z.ZodType);
    return (value) => isFields(value) && Object.keys(value).every((name) => of(value[name]));
  }
  if (schema instanceof z.ZodNullable) {
    const inner = quickCheck(schema.unwrap() as z.ZodType);
    return (value) => value === null || inner(value);
  }
  if (schema instanceof z.ZodOptional) {
    const inner = quickCheck(schema.unwrap() as z.ZodType);
    return (value) => value === undefined || inner(value);
  }
  return ofLeaf(schema);
}

function ofLeaf(schema: z.ZodType): Check {
  // `z.json()` is the only one that is lazy: whatever was parsed is JSON.
  if (schema instanceof z.ZodLazy) return (value) => value !== undefined;
  if (schema instanceof z.ZodUnknown) return () => true;
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === 'boolean';
  if (schema instanceof z.ZodLiteral) return (value) => schema.values.has(value as never);
  if (schema instanceof z.ZodEnum) {
    const options = new Set<unknown>(schema.options);
    return (value) => options.has(value);
  }
  if (schema instanceof z.ZodBase64) return isBase64;
  if (schema instanceof z.ZodString) return ofText(schema);
  if (schema instanceof z.ZodNumber) return ofNumber(schema);
  return byZod(schema);
}

function byZod(schema: z.ZodType): Check {
  return (value) => schema.safeParse(value).success;
}

/** Any text; where it is bounded, it is a name or an address, and zod is asked once for each. */
function ofText(schema: z.ZodString): Check {
  if (!schema.def.checks?.length) return (value) => typeof value === 'string';
  const isGood = byZod(schema);
  const good = new Set<unknown>();
  return (value) => {
    if (good.has(value)) return true;
    if (!isGood(value)) return false;
    if (good.size < NAMES_MAX) good.add(value);
    return true;
  };
}

/** Numbers and whole numbers, with what zod says of their least. */
function ofNumber(schema: z.ZodNumber): Check {
  const isPlain = (schema.def.checks ?? []).every((check) => check._zod.def.check === 'greater_than');
  if (!isPlain || (schema.format !== null && schema.format !== 'safeint')) return byZod(schema);
  const isWhole = schema.format === 'safeint';
  const bounds = (schema.def.checks ?? []).map(
    (check) => check._zod.def as unknown as { readonly value: number; readonly inclusive: boolean },
  );
  return (value) =>
    typeof value === 'number' &&
    (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    bounds.every(({ value: least, inclusive }) => (inclusive ? value >= least : value > least));
}

const BASE64 = /^[0-9a-zA-Z+/]*={0,2}$/;

function isBase64(value: unknown): boolean {
  return typeof value === 'string' && value.length % 4 === 0 && BASE64.test(value);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ofObject(schema: z.ZodObject): Check {
  const fields = new Map(
    Object.entries(schema.shape).map(([name, of]) => [name, quickCheck(of as z.ZodType)] as const),
  );
  const names = [...fields];
  const isOpen = !(schema.def.catchall instanceof z.ZodNever);
  return (value) => {
    if (!isFields(value)) return false;
    let found = 0;
    for (const name of Object.keys(value)) {
      const of = fields.get(name);
      if (of === undefined ? !isOpen : !of(value[name])) return false;
      if (of !== undefined) found += 1;
    }
    return found === fields.size || names.every(([name, of]) => Object.hasOwn(value, name) || of(undefined));
  };
}

/** By the field that tells them apart. */
function ofUnion(schema: z.ZodDiscriminatedUnion): Check {
  const { discriminator } = schema.def;
  const options = new Map<unknown, Check>();
  for (const option of schema.options as readonly z.ZodObject[]) {
    const of = option.shape[discriminator] as z.ZodLiteral | z.ZodEnum;
    const check = quickCheck(option);
    for (const value of of instanceof z.ZodLiteral ? of.values : of.options) options.set(value, check);
  }
  return (value) => isFields(value) && (options.get(value[discriminator])?.(value) ?? false);
}
