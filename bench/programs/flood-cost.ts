/** What a broadcast costs in a room of many peers: frames written, and how many hops it takes to each. */

import { serve, settings } from '../children/questions.ts';
import { SimulatedRoom } from '../load/simulated-room.ts';

/** Time in which every link is there and every message has come. */
const SETTLE_MS = 30_000;
const SPREAD_MS = 500;

const { peers, broadcasts } = settings<{ peers: number; broadcasts: number }>();
const room = new SimulatedRoom();
room.join(peers);
room.clock.advance(SETTLE_MS);

const texts = room.countTexts();
const frames: number[] = [];
const hops: number[] = [];
let missed = 0;
for (let index = 0; index < broadcasts; index += 1) {
  const sender = room.members[Math.floor((index * peers) / broadcasts)];
  if (!sender) throw new Error('nobody is there');
  const before = room.members.map(({ shown }) => shown);
  const writtenBefore = texts.written;
  const fromMs = room.clock.now();
  sender.peer.send({ type: 'SEND', text: `broadcast ${index}` });
  room.clock.advance(SPREAD_MS);
  frames.push(texts.written - writtenBefore);
  for (const [at, member] of room.members.entries()) {
    if (member.shown !== (before[at] ?? 0) + 1) missed += 1;
    else if (member !== sender) hops.push((member.shownAtMs - fromMs) / room.hopMs);
  }
}

serve({ frames, hops, missed });
