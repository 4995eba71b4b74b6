/** Parties of a log that are no peers. */

/** The room server. */
export const ROOM_SERVER = 'room server';
/** A simulated world, whose faults, inputs and broken invariants are its own. */
export const WORLD = 'world';
