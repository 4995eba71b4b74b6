/**
 * What line mode writes with `--json`, as a schema: every notice of the peer (words/notice-fields.ts) and the
 * few that only a face has. docs/JSON.md shows it to people, docs/notices.schema.json to programs.
 */
import { z } from 'zod';
import {
  COMMAND_NOTICES,
  MEMBER,
  MESSAGE_NOTICES,
  REFUSAL,
  USER_STATE,
  type Window,
} from '../../words/notice-fields.ts';

const DIRECTION = z.enum(['forward', 'backward']);
const COUNTS = z.record(z.string(), z.number()).describe('numbers by name');

/** Answers to questions, and what a face says of itself; all in the Command window. */
export const OWN_NOTICES = {
  members: z.object({
    room: z.string().nullable(),
    members: z
      .array(
        z.object({
          ...MEMBER.unwrap().shape,
          isSelf: z.boolean(),
          links: z.array(DIRECTION).readonly().describe('empty where there is no direct link'),
        }),
      )
      .readonly(),
  }),
  links: z.object({
    links: z
      .array(
        z.object({
          id: z.string(),
          direction: DIRECTION,
          member: MEMBER,
          dropped: COUNTS.describe('frames that were dropped, by kind'),
        }),
      )
      .readonly(),
  }),
  status: z.object({
    state: USER_STATE,
    user: z.string().nullable(),
    room: z.string().nullable(),
    self: MEMBER.nullable(),
    port: z.number().int(),
    roomServer: z.object({ host: z.string(), port: z.number().int(), state: z.string() }),
    isOffline: z.boolean(),
    pending: z
      .array(z.enum(['LIST', 'JOIN', 'POKE']))
      .readonly()
      .describe('what is not answered yet'),
    rooms: z.array(z.string()).readonly(),
    counters: COUNTS,
    memberCount: z.number().int(),
    linkCount: z.number().int(),
  }),
  invite: z.object({
    command: z.string().nullable().describe('what others type in a shell; null while in no room'),
    isOnlyHere: z.boolean().describe('true where it works on this computer only'),
  }),
  rooms: z.object({ page: z.number().int(), rooms: z.array(z.string()).readonly() }),
  help: z.object({
    commands: z.array(z.object({ name: z.string(), argument: z.string(), help: z.string() })).readonly(),
  }),
  messages: z.object({
    messages: z
      .array(
        z.object({
          user: z.string(),
          content: z.string(),
          own: z.boolean(),
          timeMs: z.number().describe('when it was shown, in milliseconds since the Unix epoch'),
        }),
      )
      .readonly()
      .describe('oldest first'),
  }),
  warning: z.object({ message: z.string() }).describe('trouble of the program itself'),
  hint: z.object({ message: z.string() }),
};

/**
 * A line that is no command: `refused`, as the peer says it of one that it has read, but without its name.
 */
const UNREAD_LINE = z.object({ command: z.null(), input: z.string(), error: REFUSAL });

const TIME = z.iso.datetime().describe('when it was written');

function noticeOf<W extends Window, Type extends string, Shape extends z.ZodRawShape>(
  window: W,
  type: Type,
  fields: z.ZodObject<Shape>,
) {
  const whole = z.object({
    window: z.literal(window),
    type: z.literal(type),
    ...fields.shape,
    time: TIME,
  });
  return fields.description === undefined ? whole : whole.describe(fields.description);
}

/** Every kind of line, with the window that it belongs to. */
export const JSON_NOTICES: readonly z.ZodObject[] = [
  ...Object.entries(MESSAGE_NOTICES).map(([type, fields]) =>
    noticeOf('message', type, fields as z.ZodObject),
  ),
  ...Object.entries({ ...COMMAND_NOTICES, ...OWN_NOTICES }).map(([type, fields]) =>
    noticeOf('command', type, fields as z.ZodObject),
  ),
  noticeOf('command', 'refused', UNREAD_LINE),
];

/** One line of the output as a JSON Schema, draft 2020-12. */
export function noticesSchema(): object {
  const { $schema, ...any } = z.toJSONSchema(z.union(JSON_NOTICES as [z.ZodObject, ...z.ZodObject[]]), {
    io: 'input',
    // `format` says it all.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return {
    $schema,
    title: 'A line that p2pchat --json writes',
    description: 'Names and fields stay as they are; new ones may come: pass over what you do not know.',
    ...any,
  };
}
