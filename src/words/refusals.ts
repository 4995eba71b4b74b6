/**
 * Why a command is refused: one class per operating error, its message the sentence that the user reads, with
 * what to do about it.
 */

import { NAME_MAX_CHARACTERS } from '../protocol/names.ts';
import { cutShort } from './cut-short.ts';

/** Base of everything that a command can be refused for. */
export abstract class RefusalError extends Error {
  abstract override readonly name: string;
}

const NAME_RULE = `one word of 1 to ${NAME_MAX_CHARACTERS} printable ASCII characters without ":"`;

/** User: no name, or not one that the protocol can carry. */
export class InvalidUserNameError extends RefusalError {
  override readonly name = 'InvalidUserNameError';
  constructor(user: string) {
    super(user === '' ? `Give a name: ${NAME_RULE}.` : `"${user}" can't be a name: use ${NAME_RULE}.`);
  }
}

/** User after Join. */
export class NameIsFixedError extends RefusalError {
  override readonly name = 'NameIsFixedError';
  constructor(user: string) {
    super(`You are in a room as ${user}: the name can be changed only before joining.`);
  }
}

/** Join: no room, or not a name that the protocol can carry. */
export class InvalidRoomNameError extends RefusalError {
  override readonly name = 'InvalidRoomNameError';
  constructor(room: string) {
    super(room === '' ? `Give a room: ${NAME_RULE}.` : `"${room}" can't be a room: use ${NAME_RULE}.`);
  }
}

/** Join before User. */
export class NoNameError extends RefusalError {
  override readonly name = 'NoNameError';
  constructor() {
    super('Choose a name first: /user NAME.');
  }
}

/** Join in a room. */
export class AlreadyJoinedError extends RefusalError {
  override readonly name = 'AlreadyJoinedError';
  constructor(room: string) {
    super(`You are in ${room} already; quit and start again to join another room.`);
  }
}

/** User or Join while the room server's answer to a Join is awaited. */
export class JoinPendingError extends RefusalError {
  override readonly name = 'JoinPendingError';
  constructor(room: string) {
    super(`Joining ${room}: wait for the room server's answer.`);
  }
}

/** Send or Poke before Join. */
export class NotJoinedError extends RefusalError {
  override readonly name = 'NotJoinedError';
  constructor() {
    super('You are in no room: /join ROOM first.');
  }
}

/** Send: 500 bytes or more. */
export class TextTooLongError extends RefusalError {
  override readonly name = 'TextTooLongError';
  constructor(bytes: number, limitBytes: number) {
    super(
      `The message has ${bytes} bytes and must have less than ${limitBytes}: shorten it or send it in parts.`,
    );
  }
}

/** Send: bytes over 127 where they are not allowed. */
export class NotAsciiError extends RefusalError {
  override readonly name = 'NotAsciiError';
  constructor(characters: string) {
    super(
      `${characters} is not ASCII. Some other chat programs crash on it, so it was not sent. ` +
        '/utf8 on (in a terminal) or --utf8 (at the start) allows it.',
    );
  }
}

/** Poke: a nickname that is not in the room. */
export class UnknownMemberError extends RefusalError {
  override readonly name = 'UnknownMemberError';
  constructor(user: string) {
    super(`${user} is not in this room: /poke alone lists who is.`);
  }
}

/** Poke: our own name. */
export class SelfPokeError extends RefusalError {
  override readonly name = 'SelfPokeError';
  constructor() {
    super("You can't poke yourself: /poke alone lists who is in the room.");
  }
}

/** Poke: the member's address is one that every computer has for itself, and here that is this program. */
export class OwnAddressError extends RefusalError {
  override readonly name = 'OwnAddressError';
  constructor(user: string, ip: string, port: number) {
    super(
      `${user} is listed at ${ip}:${port}, which from here is this program itself: ${user} must join ` +
        'with an address that others can reach (--advertise).',
    );
  }
}

/** Poke: no host has the member's address, or from here it is on this computer. */
export class UnreachableAddressError extends RefusalError {
  override readonly name = 'UnreachableAddressError';
  constructor(user: string, ip: string, port: number) {
    super(
      `${user} is listed at ${ip}:${port}, where no other computer can be: ${user} must join with an address ` +
        'that others can reach (--advertise).',
    );
  }
}

/** Poke: too many wait for an answer. */
export class TooManyPokesError extends RefusalError {
  override readonly name = 'TooManyPokesError';
  constructor(limit: number) {
    super(`${limit} pokes are waiting for an answer: try again in a few seconds.`);
  }
}

/** List or Join: the room server could not be reached. */
export class RoomServerUnreachableError extends RefusalError {
  override readonly name = 'RoomServerUnreachableError';
  constructor(address: string, reason: string) {
    super(`Cannot reach the room server ${address}: ${reason}. Check its address, and that it is running.`);
  }
}

/** List or Join: the room server's F. */
export class RoomServerRefusedError extends RefusalError {
  override readonly name = 'RoomServerRefusedError';
  constructor(request: 'LIST' | 'JOIN', message: string) {
    super(`The room server refused the ${request}: ${cutShort(message)}`);
  }
}

/** Send: the links have not taken what was given before. */
export class QueueFullError extends RefusalError {
  override readonly name = 'QueueFullError';
  constructor() {
    super('The links have not taken what was sent before: send this again in a few seconds.');
  }
}
