/** What can go wrong for a program that uses a peer, besides what its user is refused (words/refusals.ts). */

/** The peer has ended, or is ending. */
export class PeerClosedError extends Error {
  override readonly name = 'PeerClosedError';
  constructor() {
    super('The peer has left the room.');
  }
}

/** Nobody has answered a poke. */
export class PokeUnansweredError extends Error {
  override readonly name = 'PokeUnansweredError';
  constructor(user: string, afterMs: number) {
    super(`${user} has not answered the poke within ${Math.round(afterMs)} ms.`);
  }
}

/** The room server's address can't be read. */
export class InvalidAddressError extends Error {
  override readonly name = 'InvalidAddressError';
  constructor(given: string) {
    super(`"${given}" is no address of a room server: give HOST:PORT, as in localhost:32340.`);
  }
}
