/**
 * What peers weigh: many of them in one process, and whether they grow while they chat for a simulated hour.
 */

import { collectGarbage, serve, settings } from '../children/questions.ts';
import { SimulatedRoom } from '../load/simulated-room.ts';

const SETTLE_MS = 30_000;
const MINUTE_MS = 60_000;
const CHAT_EVERY_MS = 1_000;

/** `minutes` of chat, one message a second; the memory is looked at `samples` times in them. */
const { peers, minutes, samples } = settings<{ peers: number; minutes: number; samples: number }>();

function heapBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const emptyBytes = heapBytes();
const room = new SimulatedRoom();
room.join(peers);
room.clock.advance(SETTLE_MS);
const idleBytes = heapBytes();

const chat: { minute: number; bytes: number }[] = [];
let said = 0;
for (let sample = 1; sample <= samples; sample += 1) {
  const untilMs = room.clock.now() + (minutes / samples) * MINUTE_MS;
  while (room.clock.now() < untilMs) {
    said += 1;
    room.members[said % peers]?.peer.send({ type: 'SEND', text: `message ${said}` });
    room.clock.advance(CHAT_EVERY_MS);
  }
  chat.push({ minute: (sample * minutes) / samples, bytes: heapBytes() });
}
const missed = room.members.filter(({ shown }) => shown !== said).length;

serve({ emptyBytes, idleBytes, chat, missed });
