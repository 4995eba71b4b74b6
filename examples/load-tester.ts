/**
 * How a room takes load: some peers of one process join, each says so many messages at so many a second, and
 * what the others hear is counted: `npx tsx examples/load-tester.ts localhost:32340 load 5 200 50` is five
 * peers, 200 messages each, 50 a second. The exit code is 1 where a message was lost or came twice.
 */
import { setTimeout } from 'node:timers/promises';
import { type ChatPeer, createPeer } from 'p2pchat';

const [server = 'localhost:32340', room = 'load', ...numbers] = process.argv.slice(2);
const [peerCount = 5, messageCount = 200, perSecond = 50] = numbers.map(Number);
/** So long after the last message has been sent nothing more is waited for. */
const PATIENCE_MS = 10_000;

const names = Array.from({ length: peerCount }, (_, index) => `load-${index + 1}`);
const peers: ChatPeer[] = [];
for (const name of names) peers.push(await createPeer({ server, room, name }));
// Who has joined last is known to all once it is linked.
await Promise.all(peers.map((peer) => peer.linked()));

const heard = new Map<string, number>();
const latenciesMs: number[] = [];
const awaited = peerCount * messageCount * (peerCount - 1);
let allHeard = () => {};
const everything = new Promise<void>((resolve) => {
  allHeard = resolve;
});
for (const [listener, peer] of peers.entries()) {
  peer.messages.subscribe(({ user, text }) => {
    const [number = '', sentMs = ''] = text.split(' ');
    const key = `${listener} ${user} ${number}`;
    heard.set(key, (heard.get(key) ?? 0) + 1);
    latenciesMs.push(performance.now() - Number(sentMs));
    if (heard.size === awaited) allHeard();
  });
}

async function speak(peer: ChatPeer): Promise<void> {
  for (let number = 1; number <= messageCount; number += 1) {
    await peer.send(`${number} ${performance.now()}`);
    await setTimeout(1_000 / perSecond);
  }
}
await Promise.all(peers.map(speak));
await Promise.race([everything, setTimeout(PATIENCE_MS, undefined, { ref: false })]);

const lost = awaited - heard.size;
const doubled = [...heard.values()].filter((count) => count > 1).length;
latenciesMs.sort((left, right) => left - right);
const quantile = (share: number) => latenciesMs[Math.floor(share * (latenciesMs.length - 1))]?.toFixed(1);
console.log(`${awaited} copies: ${lost} lost, ${doubled} doubled`);
console.log(`latency: half within ${quantile(0.5)} ms, 99 of 100 within ${quantile(0.99)} ms`);
process.exitCode = lost > 0 || doubled > 0 ? 1 : 0;
await Promise.all(peers.map((peer) => peer.close()));
