/**
 * The one kind of message that says what happened in a room: plain JSON, each with a serial, a time, whose it
 * is, and what caused it. The live console, a recording in a file and a simulated world are logs of these.
 *
 * Invariants: serials count from 1; in a file they jump where a bound has cut entries, and whoever reads it
 * makes an entry `gap` of that; a cause has a smaller serial than its effect.
 */
import { z } from 'zod';
import { handAct } from './by-hand/inputs.ts';

const serial = z.int().positive();
const address = z.string().max(64);
/** Foreign text may be in it: whoever shows it makes it harmless. */
const text = z.string();

/** What stands in every entry. */
const stamp = {
  serial,
  /** Milliseconds since 1970; in a simulated world since its beginning. */
  atMs: z.number(),
  /** Whose log it is: `peer-1`; in a simulated world its name; `room server`; `world` for its faults. */
  party: z
    .string()
    .min(1)
    .max(64)
    // Whoever keeps things by party in an object would find what every object has.
    .refine((name) => !(name in Object.prototype)),
  /** The entry that caused it; `null` for what comes from outside of all that is logged. */
  causedBy: serial.nullable(),
};

const direction = z.enum(['in', 'out']);
const socket = {
  /** Counts the connections of a party from 1; 0 is its UDP socket. */
  connection: z.int().nonnegative(),
  local: address,
  remote: address,
};

/** A value of a context or an event: JSON, with an actor shown as `{ actor: its name }`. */
const plain = z.json();

const actor = {
  /** Its name, which another actor may have had before it and may have after it. */
  actor: text,
  /** The serial of its start, which no other actor has. */
  start: serial,
};

const member = { user: text, ip: address, port: z.int(), hid: text };
const linkDirection = z.enum(['forward', 'backward']);

/** `MemberStatus`. */
const shownMember = z.strictObject({ ...member, isSelf: z.boolean(), links: z.array(linkDirection) });

/** `PeerStatus` without its members and its counters, which change with every frame. */
const status = z.strictObject({
  state: z.enum(['START', 'NAMED', 'JOINED', 'CONNECTED', 'TERMINATED']),
  user: text.nullable(),
  room: text.nullable(),
  self: z.strictObject(member).nullable(),
  port: z.int(),
  isOffline: z.boolean(),
  roomServer: z.strictObject({ host: text, port: z.int(), state: text }),
  links: z.array(z.strictObject({ id: text, direction: linkDirection, member: z.strictObject(member) })),
  pending: z.array(z.enum(['LIST', 'JOIN', 'POKE'])),
  rooms: z.array(text),
});

/** What entries can be missing: those of a kind, or whichever they were. */
const GAP_KINDS = ['entries', 'notices', 'frames', 'drops', 'steps', 'states', 'timers', 'others'] as const;

/** What can happen to a connection. */
const CONNECTION_EVENTS = [
  /** It is dialled. */
  'opening',
  'opened',
  'accepted',
  /** Nobody listens there. */
  'refused',
  /** The connect was in vain for another reason. */
  'failed',
  /** This party sends FIN or RST. */
  'ending',
  /** Over, by FIN. */
  'closed',
  /** Over, by RST. */
  'reset',
  /** Over, because nothing comes through any more. */
  'broken',
] as const;

const bodies = [
  /** A life of a party has begun, or is over. */
  z.strictObject({ ...stamp, type: z.literal('life'), what: z.enum(['started', 'ended']) }),
  /** Its user has given a command. */
  z.strictObject({ ...stamp, type: z.literal('command'), command: z.looseObject({ type: text }) }),
  /** A line of one of the two windows. */
  z.strictObject({
    ...stamp,
    type: z.literal('notice'),
    window: z.enum(['message', 'command']),
    /** The notice's own type, such as `forward linked`. */
    notice: text,
    text,
    /** Who speaks, for a chat message. */
    speaker: text.nullable(),
    isOwn: z.boolean(),
  }),
  /** A frame that came in or went out. */
  z.strictObject({
    ...stamp,
    type: z.literal('frame'),
    direction,
    ...socket,
    /** The link, `forward-1`; `room server`, `datagram`; `null` where the party does not say. */
    via: text.nullable(),
    /** The kind of frame, such as `TEXT`, or `MALFORMED`. */
    kind: text,
    /** Length of the frame, in bytes; of one that is malformed, of the part that is shown. */
    size: z.int().nonnegative(),
    /** The frame, base64; nothing where texts are left out. */
    bytes: z.base64(),
    /** Which message a TEXT carries. */
    message: z.strictObject({ originHid: text, msgId: z.number() }).nullable(),
  }),
  /** A frame that was neither shown nor forwarded, and why. */
  z.strictObject({ ...stamp, type: z.literal('drop'), reason: text, via: text, what: text }),
  /** A TCP connection; `remote` is where it is dialled to, before it is open. */
  z.strictObject({
    ...stamp,
    type: z.literal('connection'),
    what: z.enum(CONNECTION_EVENTS),
    ...socket,
    /** Who has done it: this party or the other side; `null` for the network, or where nobody knows. */
    by: z.enum(['here', 'there']).nullable(),
    /** Why it is refused, failed, closed, reset or broken, in words. */
    reason: text.nullable(),
  }),
  /**
   * An actor that runs a machine has started or stopped. `found` stands for entries that a bound has cut:
   * what the actor was after the last of them, whose serial and time it has; in a file there is none.
   */
  z.strictObject({
    ...stamp,
    type: z.literal('actor'),
    what: z.enum(['started', 'found', 'stopped']),
    ...actor,
    /** The machine that it runs. */
    machine: text,
    parent: z.strictObject(actor).nullable(),
    state: plain,
    context: plain,
    /** Of the first actor of this log that runs this machine: what it is, as JSON; `null` for all others. */
    definition: text.nullable(),
  }),
  /** A machine has taken an event: stamped when that is received, before all that it causes. */
  z.strictObject({
    ...stamp,
    type: z.literal('transition'),
    ...actor,
    event: z.looseObject({ type: text }),
    from: plain,
    to: plain,
    /**
     * The arrows of the chart that were taken: states by their ids, `user.IN_ROOM`. Of a chain that is run
     * through at once it is the last one, as XState tells it.
     */
    taken: z.array(
      z.strictObject({ source: text, targets: z.array(text), event: text, guard: text.nullable() }),
    ),
    /** Actions that have run, by name, in order: on leaving states, on the arrows, on entering states. */
    actions: z.array(text),
    /** What has changed in the context: before and after, by field. */
    changes: z.record(z.string(), z.strictObject({ before: plain, after: plain })),
  }),
  /** A timer of this party. */
  z.strictObject({
    ...stamp,
    type: z.literal('timer'),
    what: z.enum(['started', 'fired']),
    timer: z.int().positive(),
    delayMs: z.number(),
  }),
  /** What a peer is from now on, apart from its members. */
  z.strictObject({ ...stamp, type: z.literal('status'), status }),
  /** The whole member list, in HID order, whenever it or a mark of a link has changed. */
  z.strictObject({ ...stamp, type: z.literal('members'), members: z.array(shownMember) }),
  /** Something was broken, or is whole again, on purpose. */
  z.strictObject({ ...stamp, type: z.literal('fault'), what: text, isOver: z.boolean() }),
  /** An invariant of a simulated world is broken; `peers` is what each peer says of itself then. */
  z.strictObject({
    ...stamp,
    type: z.literal('violation'),
    invariant: text,
    what: text,
    peers: z.array(text),
  }),
  /** Something was done by hand in a simulated world: `step` and its time say when (inputs.ts). */
  z.strictObject({ ...stamp, type: z.literal('input'), step: z.int().nonnegative(), act: handAct }),
  /** Entries are missing here: a bound has cut them. */
  z.strictObject({ ...stamp, type: z.literal('gap'), missing: z.int().positive(), of: z.enum(GAP_KINDS) }),
] as const;

/** See above. */
export const logEntry = z.discriminatedUnion('type', bodies);

/** See above. */
export type LogEntry = z.infer<typeof logEntry>;

/** What stands in every entry. */
export type Stamp = Pick<LogEntry, keyof typeof stamp>;

/** One type of entry. */
export type EntryOf<Type extends LogEntry['type']> = Extract<LogEntry, { readonly type: Type }>;

type WithoutStamp<Entry> = Entry extends LogEntry ? Omit<Entry, keyof typeof stamp> : never;

/** What an entry says, before it has its place in the log. */
export type EntryBody = WithoutStamp<LogEntry>;

/** JSON, as contexts and events are shown. */
export type Plain = z.infer<typeof plain>;
