/**
 * A real peer in a process of its own: everything but a face, with a listener that counts what a face would
 * show.
 */

import { filter, firstValueFrom } from 'rxjs';
import { openEndpoint } from '../../src/actors/endpoint.ts';
import { createNodeNetwork } from '../../src/io/node/node-network.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { systemRandom } from '../../src/io/node/system-random.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { assemblePeer } from '../../src/peer/peer.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { collectGarbage, serve, settings } from '../children/questions.ts';
import { ROOM } from '../load/texts.ts';

/** `listens` false: nobody listens to what it shows once it has joined, as in the limit program. */
interface Settings {
  readonly name: string;
  readonly roomServerPort: number;
  readonly listens: boolean;
}

const { name, roomServerPort, listens } = settings<Settings>();
const network = createNodeNetwork({ closeGraceMs: PEER_LIMITS.closeGraceMs });
const endpoint = await firstValueFrom(openEndpoint(network, LOOPBACK, [0, 0, 0, 0, 0]));
const peer = assemblePeer({
  network,
  clock: systemClock,
  random: systemRandom,
  limits: PEER_LIMITS,
  endpoint,
  roomServer: { host: LOOPBACK, port: roomServerPort },
  allowUtf8: false,
  strictSource: false,
});
let texts = 0;
const isJoined = firstValueFrom(peer.notices.pipe(filter(({ type }) => type === 'joined')));
if (listens)
  peer.notices.subscribe(({ type }) => {
    if (type === 'text') texts += 1;
  });
peer.start();
peer.send({ type: 'USER', name });
peer.send({ type: 'JOIN', room: ROOM });
await isJoined;

/** Sends so many messages of its own, as many a turn of the event loop as a pipe brings lines. */
async function sendMany({
  count,
  aTurn,
  text,
}: {
  count: number;
  aTurn: number;
  text: string;
}): Promise<void> {
  for (let sent = 0; sent < count; sent += aTurn) {
    for (let index = 0; index < Math.min(aTurn, count - sent); index += 1) peer.send({ type: 'SEND', text });
    await new Promise(setImmediate);
  }
}

serve(
  { port: endpoint.port },
  {
    status: () => ({
      state: peer.status().state,
      links: peer.status().links.length,
      ...peer.status().counters,
    }),
    memory: () => {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      return { heapBytes: heapUsed + external };
    },
    send: async (details) => {
      await sendMany(details as unknown as Parameters<typeof sendMany>[0]);
      return {};
    },
  },
  () => (listens ? texts : (peer.status().counters['messages received'] ?? 0)),
);
