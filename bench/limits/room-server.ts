/** The limit of a room server: whatever comes is answered with the same bytes. */
import { createServer } from 'node:net';
import { serve } from '../children/questions.ts';
import { listening } from '../load/sockets.ts';

let answer = Buffer.alloc(0);

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', () => socket.write(answer));
});

serve(
  { port: await listening(server) },
  {
    /** From now on these bytes are the answer. */
    answer: (details) => {
      answer = Buffer.from(String(details.bytes), 'latin1');
      return {};
    },
  },
);
