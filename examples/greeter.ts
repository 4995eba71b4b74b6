/** A bot that greets who joins; greeter.test.ts tests it in a room in memory. */
import type { ChatPeer } from 'p2pchat';

/** Greets everybody who comes after us, until the peer ends. */
export async function greet(peer: ChatPeer): Promise<void> {
  const known = new Set<string>();
  let isFirst = true;
  for await (const members of peer.members) {
    for (const { user, hid } of members) {
      if (!isFirst && !known.has(hid)) await peer.send(`Welcome, ${user}!`);
      known.add(hid);
    }
    isFirst = false;
  }
}
