/**
 * Joins two rooms, of one room server or of two, and says in each what is said in the other:
 * `npx tsx examples/bridge.ts localhost:32340/tea localhost:32340/coffee`, until Ctrl-C.
 *
 * A peer never hears itself, so nothing goes round. Two bridges between the same rooms would echo for ever:
 * what a bridge has passed on is therefore not passed on again.
 */
import { type ChatPeer, createPeer } from 'p2pchat';

const NAME = 'bridge';
const places = process.argv.slice(2).map((place) => place.split('/'));
if (places.length !== 2 || places.some(([server, room]) => !server || !room)) {
  console.error('Give two rooms: npx tsx examples/bridge.ts HOST:PORT/ROOM HOST:PORT/ROOM');
  process.exitCode = 2;
} else {
  const join = ([server = '', room = '']: string[]) =>
    createPeer({ server, room, name: NAME, allowUtf8: true });
  const [one, other] = (await Promise.all(places.map(join))) as [ChatPeer, ChatPeer];
  process.once('SIGINT', () => Promise.all([one.close(), other.close()]));
  await Promise.all([passOn(one, other), passOn(other, one)]);
}

async function passOn(from: ChatPeer, to: ChatPeer): Promise<void> {
  for await (const { user, text } of from.messages) {
    if (user === NAME) continue;
    await to.send(`${user}: ${text}`).catch((error: Error) => console.error(error.message));
  }
}
