/**
 * The limit of latency: a link of a bare chain. Whatever comes from either side goes out at the other,
 * nothing is read.
 */

import { connect, createServer, type Socket } from 'node:net';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { serve, settings } from '../children/questions.ts';
import { listening } from '../load/sockets.ts';

/**
 * `next`: the port of the next one in the chain; the last one of it has none and lets a second connection in.
 */
const { next } = settings<{ next?: number }>();

function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => from.destroy());
    from.on('data', (chunk) => to.write(chunk));
  }
}

let waiting: Socket | undefined;
const server = createServer({ noDelay: true }, (socket) => {
  if (next !== undefined) {
    join(socket, connect({ host: LOOPBACK, port: next, noDelay: true }));
  } else if (waiting) {
    join(waiting, socket);
  } else {
    waiting = socket;
    socket.on('error', () => socket.destroy());
  }
});

serve({ port: await listening(server) });
