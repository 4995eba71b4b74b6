/** Sending: one peer's own messages, from the command to the other end of its link. */

import { END_MARK, type MemberAddress } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { Child } from '../children/child.ts';
import { shakeHands } from '../load/flooded-links.ts';
import { ScriptedRoomServer } from '../load/scripted-room-server.ts';
import { Condition, freePort } from '../load/sockets.ts';
import { byTurns, compared, medians, type RowGroup, scaled } from '../results/row.ts';

const MESSAGES = 50_000;
/** As many commands as a chunk of 64 KiB of typed lines brings. */
const A_TURN = 1_000;
const TEXT = 'the quick brown fox';
const LEAST_PER_SECOND = 50_000;
const END = Buffer.from(END_MARK, 'latin1');

interface Sent {
  readonly perSecond: number;
  readonly cpuUs: number;
}

/** Somebody that sends, and a link that counts what comes. */
interface Sending {
  send(count: number): Promise<Sent>;
  stop(): Promise<void>;
}

async function neighbour(): Promise<MemberAddress> {
  return { user: 'receiver', ip: LOOPBACK, port: await freePort() };
}

/** Counts frames by their ends; a chunk may cut one. */
class FrameCount {
  count = 0;
  #tail = Buffer.alloc(0);

  take(bytes: Buffer): void {
    const all = Buffer.concat([this.#tail, bytes]);
    let at = 0;
    for (let mark = all.indexOf(END); mark >= 0; mark = all.indexOf(END, at)) {
      at = mark + END.length;
      this.count += 1;
    }
    this.#tail = Buffer.from(all.subarray(at));
  }
}

async function follow(child: Child, port: number, member: MemberAddress, stop: () => void): Promise<Sending> {
  const frames = new FrameCount();
  const condition = new Condition();
  const socket = await shakeHands(port, member, (bytes) => {
    frames.take(bytes);
    condition.changed();
  });
  return {
    send: async (count) => {
      const expected = frames.count + count;
      await child.usage();
      const fromMs = performance.now();
      const asked = child.ask('send', { count, aTurn: A_TURN, text: TEXT });
      await condition.until('all have come', () => frames.count >= expected);
      const tookMs = performance.now() - fromMs;
      await asked;
      const { cpuMs } = await child.usage();
      return { perSecond: (count / tookMs) * 1_000, cpuUs: (cpuMs / count) * 1_000 };
    },
    stop: async () => {
      socket.destroy();
      await child.stop();
      stop();
    },
  };
}

async function startPeer(): Promise<Sending> {
  const member = await neighbour();
  const server = new ScriptedRoomServer(() => [member]);
  const roomServerPort = await server.start();
  const settings = { name: 'sender', roomServerPort, listens: true };
  const { child, ready } = await Child.start<{ port: number }>('programs/peer', settings);
  return follow(child, ready.port, member, () => server.stop());
}

async function startLimit(): Promise<Sending> {
  const { child, ready } = await Child.start<{ port: number }>('limits/sender', {});
  return follow(child, ready.port, await neighbour(), () => {});
}

/** Sending. */
export const SEND: RowGroup = {
  name: 'send',
  async *measure(effort) {
    const [program, limit] = [await startPeer(), await startLimit()];
    const count = scaled(MESSAGES, effort);
    try {
      const pairs = await byTurns(
        effort,
        () => program.send(count),
        () => limit.send(count),
      );
      const speed = medians(pairs, ({ perSecond }) => perSecond);
      const cpu = medians(pairs, ({ cpuUs }) => cpuUs);
      const aim = {
        words: `≥ ${LEAST_PER_SECOND.toLocaleString('en')}/s`,
        isMetBy: () => speed.program >= LEAST_PER_SECOND,
      };
      const figures = `${Math.round(speed.program).toLocaleString('en')} of ${Math.round(speed.limit).toLocaleString('en')} messages/s, ${cpu.program.toFixed(1)} against ${cpu.limit.toFixed(1)} µs CPU a message`;
      yield compared('send, from command to wire', aim, pairs, ({ perSecond }) => perSecond, figures);
    } finally {
      await program.stop();
      await limit.stop();
    }
  },
};
