/**
 * A neighbour that sends TEXTs as fast as its socket takes them, in a process of its own: one that shared its
 * event loop with those who read them at the other end would wait for them by itself.
 */
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { serve, settings } from '../children/questions.ts';
import { shakeHands } from '../load/flooded-links.ts';
import { Condition } from '../load/sockets.ts';
import { textsOf } from '../load/texts.ts';

const PIECE_BYTES = 65_536;

/** `port`: of the relay; `member`: whom it is told that this is. */
const { port, member } = settings<{ port: number; member: MemberAddress }>();
const condition = new Condition();
const socket = await shakeHands(port, member, () => {});
for (const event of ['drain', 'close']) socket.on(event, () => condition.changed());

serve(
  {},
  {
    /** Answers when the last byte is in the socket, or the socket is closed. */
    send: async (details) => {
      const { count, frameBytes, firstId } = details as {
        count: number;
        frameBytes: number;
        firstId: number;
      };
      const bytes = textsOf(count, frameBytes, firstId);
      for (let at = 0; at < bytes.length && !socket.destroyed; at += PIECE_BYTES) {
        socket.write(bytes.subarray(at, at + PIECE_BYTES));
        await condition.until('it takes more', () => socket.destroyed || !socket.writableNeedDrain);
      }
      return {};
    },
  },
);
