/**
 * The fields of every notice, once: the types that the program is checked by (notices.ts) are made from
 * these, and so is the JSON Schema that programs are given (docs/notices.schema.json). Only types are taken
 * from here by what runs in a peer: zod is not loaded for a chat.
 *
 * Invariant: names of notices and of fields stay; what is new is added.
 */
import { z } from 'zod';

/** A member of the room, as its entry in the member list has it. */
export const MEMBER = z
  .object({
    user: z.string().describe('nickname'),
    ip: z.string().describe('IPv4 address'),
    port: z.number().int().describe('TCP and UDP port'),
    hid: z.string().describe('Hash ID, in decimal'),
  })
  .readonly();
const MEMBERS = z.array(MEMBER).readonly();
const NAMES = z.array(z.string()).readonly();
const COUNT = z.number().int();
const HOST = z.string().describe('IPv4 address or name of the room server');
const PORT = z.number().int();
const RETRY_MS = z.number().describe('milliseconds until the next attempt');
const REASON = z.string().describe('a fragment of a sentence; `end` is the same for programs');

/** States of the diagram (PROTOCOL.md, "The state diagram"). */
export const USER_STATE = z.enum(['START', 'NAMED', 'JOINED', 'CONNECTED', 'TERMINATED']);
/** How a link has ended (overlay/link-table.ts, LinkEnd). */
const LINK_END = z
  .enum(['closed', 'reset', 'lost'])
  .describe('closed by one of the two sides; reset by the other host; lost: nothing came any more');
/** The six commands of the assignment, as far as they can be refused. */
const COMMAND_NAME = z.enum(['user', 'list', 'join', 'send', 'poke', 'quit']);
/** Why frames are dropped without being shown. */
const DROP_KIND = z.enum([
  'duplicate',
  'wrong room',
  'own name',
  'over its share',
  'malformed',
  'unexpected',
  'refused poke',
]);
/** Why a command was refused, where it is written down: in the program it is the RefusalError itself. */
export const REFUSAL = z
  .object({
    name: z.string().describe('the reason as a code, as NotJoinedError'),
    message: z.string().describe('the reason as a sentence'),
  })
  .readonly();

/** What the Message window shows. */
export const MESSAGE_NOTICES = {
  text: z.object({
    user: z.string(),
    content: z.string(),
    own: z.boolean().describe('said by this peer'),
    originHid: z.string().describe('Hash ID of its author'),
    msgId: z.number().int().describe("its author's number of it; with originHid it names the message"),
    late: z.exactOptional(z.boolean()).describe('said a while ago, and held up by a broken link'),
  }),
  poked: z.object({ user: z.string() }).describe('shown in both windows'),
};

/** What the Command window shows. */
export const COMMAND_NOTICES = {
  listening: z.object({ port: PORT }),
  'room server started': z.object({ host: HOST, port: PORT }).describe('here in this program'),
  'console opened': z.object({ url: z.string().describe('whoever has it comes in') }),
  named: z.object({ user: z.string() }),
  groups: z.object({ rooms: NAMES }),
  joined: z.object({ room: z.string(), self: MEMBER, members: MEMBERS }),
  'members changed': z.object({ joined: MEMBERS, left: MEMBERS, count: COUNT.describe('members now') }),
  state: z.object({ from: USER_STATE, to: USER_STATE }),
  'forward linked': z.object({ member: MEMBER }),
  'forward lost': z.object({ member: MEMBER, reason: REASON, end: LINK_END }),
  'forward failback': z
    .object({ from: MEMBER, to: MEMBER })
    .describe('a preferred member answers again, and is linked to'),
  'forward yielded': z
    .object({ member: MEMBER })
    .describe('the member of our forward link has linked to us: one link is enough'),
  'forward renewed': z
    .object({ member: MEMBER })
    .describe('the member was dialled anew, because the old link was dead or may have been'),
  'backward linked': z.object({ member: MEMBER }),
  'backward lost': z.object({ member: MEMBER, reason: REASON, end: LINK_END }),
  'search exhausted': z.object({
    tried: NAMES.describe('the first ten'),
    count: COUNT.describe('how many were tried'),
    retryMs: RETRY_MS,
  }),
  'room server lost': z.object({ reason: z.string(), retryMs: RETRY_MS }),
  'room server back': z.object({ host: HOST, port: PORT }),
  'room server unreachable': z.object({ host: HOST, port: PORT, reason: z.string(), retryMs: RETRY_MS }),
  'room server failed': z
    .object({
      request: z.enum(['LIST', 'JOIN']),
      message: z.string().describe("the room server's own words"),
      repeatMs: z.number().nullable().describe('milliseconds until it is asked again; null for never'),
    })
    .describe('it has answered F'),
  'nobody linked': z.object({
    isKept: z.boolean().describe('a link that comes up within 10 minutes is given the message'),
  }),
  'messages in doubt': z
    .object({ count: COUNT, last: z.string() })
    .describe('messages of ours that may have reached nobody'),
  'messages sent again': z
    .object({ count: COUNT, last: z.string(), member: MEMBER })
    .describe('messages that were in doubt, over a link with this member'),
  'maybe offline': z.object({
    silentMs: z.number().describe('milliseconds without a sign of anybody, though something was written'),
  }),
  'online again': z.object({ afterMs: z.number() }),
  'poke received': z.object({ user: z.string() }).describe('and answered'),
  'poke whom': z.object({ nicknames: NAMES }),
  'poke sent': z.object({ user: z.string(), ip: z.string(), port: PORT }),
  'poke answered': z.object({ user: z.string(), afterMs: z.number() }),
  'poke unanswered': z.object({ user: z.string(), afterMs: z.number() }),
  dropped: z.object({
    kind: DROP_KIND,
    count: COUNT.describe('frames of this kind since the last such notice'),
    last: z.string(),
  }),
  fault: z
    .object({
      neighbour: z.string().describe('who it is, for people'),
      kind: z.string().describe('what is wrong, for programs'),
      words: z.string().describe('what is wrong, as a sentence'),
      field: z.string().nullable().describe('the field of the frame that is wrong'),
      bytes: z.string().nullable().describe('the beginning of the frame, one character a byte'),
    })
    .describe('something is wrong with a neighbour: told once of each and kind'),
  refused: z.object({ command: COMMAND_NAME, input: z.string(), error: REFUSAL }),
  quit: z.object({}),
};

/** What an object has; of one without fields zod says that it may have any. */
type Fields<Schema extends z.ZodObject> = string extends keyof z.infer<Schema> ? unknown : z.infer<Schema>;
/** Fields of notices by their type, as they are written down. */
type FieldsOf<Schemas extends Record<string, z.ZodObject>> = {
  [Type in keyof Schemas]: Fields<Schemas[Type]>;
};
export type MessageFields = FieldsOf<typeof MESSAGE_NOTICES>;
export type CommandFields = FieldsOf<typeof COMMAND_NOTICES>;

/** The assignment's two windows. */
export type Window = 'message' | 'command';
/** See COMMAND_NAME. */
export type CommandName = z.infer<typeof COMMAND_NAME>;
/** See USER_STATE. */
export type UserState = z.infer<typeof USER_STATE>;
/** See DROP_KIND. */
export type DropKind = z.infer<typeof DROP_KIND>;
