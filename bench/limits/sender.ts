/** The limit of sending: makes the same TEXTs and writes each to the link as soon as it is asked for. */
import { createServer, type Socket } from 'node:net';
import { serve } from '../children/questions.ts';
import { listening } from '../load/sockets.ts';
import { ROOM } from '../load/texts.ts';

let link: Socket | undefined;
let lastId = 0;

function send(text: string): void {
  lastId += 1;
  link?.write(`T:${ROOM}:3382070009828795609:alice:${lastId}:${Buffer.byteLength(text)}:${text}::\r\n`);
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', () => {
    link = socket;
    socket.write('S:0::\r\n');
  });
});
const port = await listening(server);

serve(
  { port },
  {
    send: async (details) => {
      const { count, aTurn, text } = details as { count: number; aTurn: number; text: string };
      for (let sent = 0; sent < count; sent += aTurn) {
        for (let index = 0; index < Math.min(aTurn, count - sent); index += 1) send(text);
        await new Promise(setImmediate);
      }
      return {};
    },
  },
);
