/**
 * Which events a viewer of the socket `/inspect` may send to which machine, with the fields of each. Read by
 * the server, which refuses everything else, and by the page, which offers them.
 *
 * Sendable is what a user, the network or the time could cause at any moment: every machine is made to
 * survive it in every state, whatever its fields say. What only the machines' own actors can know is not: an
 * accepted connection's number, a link that has come up, who the member at its end is; nor what only a parent
 * can judge, such as that a session without a room has nothing to refresh. Such an event, made up, would have
 * a machine act on something that does not exist, or count links that are not there.
 */

/** The fields of an event, besides its type; all of them are needed, and there are no others. */
export type EventFields = Readonly<Record<string, 'string' | 'boolean'>>;

/** By the id of the machine (not of the actor), then by the type of the event. */
export const SENDABLE_EVENTS: Readonly<Record<string, Readonly<Record<string, EventFields>>>> = {
  user: {
    USER: { name: 'string' },
    LIST: {},
    JOIN: { room: 'string' },
    SEND: { text: 'string' },
    POKE: { name: 'string' },
    QUIT: {},
    FRESH_LIST_NEEDED: {},
  },
  roomSession: {
    LIST_REQUESTED: {},
    HEARD_AGAIN: {},
    ADDRESSES_CHANGED: { hasAppeared: 'boolean' },
    FAIL_RECEIVED: { message: 'string' },
    CLOSED: { reason: 'string' },
  },
  forwardLink: {
    HEARD_AGAIN: {},
    ADDRESSES_CHANGED: { hasAppeared: 'boolean' },
  },
  link: {
    LIST_CONFIRMED: { isLatest: 'boolean' },
    ACKNOWLEDGED: {},
    UNACKNOWLEDGED: {},
    UNPROVABLE: {},
    ADDRESSES_CHANGED: { hasAppeared: 'boolean' },
    CLOSE: { reason: 'string' },
    CLOSED: { reason: 'string', isBroken: 'boolean' },
  },
  connectivity: {
    ADDRESSES_CHANGED: { hasAppeared: 'boolean' },
    SIGN_FOUND: {},
    NO_SIGN: {},
  },
  poke: {
    ACK_RECEIVED: {},
  },
};
