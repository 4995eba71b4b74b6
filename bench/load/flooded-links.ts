/**
 * The load on a relay: one link that TEXTs come from, three that they must go to. With a window, the way is
 * never filled with more bytes than that; without one the sender writes whatever its socket takes, and it is
 * the relay that has to slow it down. A link that is closed meanwhile has lost the run (`LinkDroppedError`).
 */
import type { Socket } from 'node:net';
import { encode } from '../../src/protocol/encode.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { Condition, freePort, LOOPBACK, open } from './sockets.ts';
import { ROOM } from './texts.ts';

/** Under the bound of bytes that may wait for one link (src/limits.ts, linkQueueMaxBytes). */
const WINDOW_BYTES = 786_432;
const PIECE_BYTES = 65_536;
const RECEIVERS = 3;

/** Four members that dial the relay. */
export async function neighbours(): Promise<MemberAddress[]> {
  const members: MemberAddress[] = [];
  for (const user of ['from', 'one', 'two', 'three'])
    members.push({ user, ip: LOOPBACK, port: await freePort() });
  return members;
}

/** How a sender is slowed down: by what has come out at the other end, or by its own socket only. */
export type Pacing = 'window' | 'socket';

/** The relay has closed a link: whatever was under way on it is lost. */
export class LinkDroppedError extends Error {
  override readonly name = 'LinkDroppedError';
}

/** The links of one relay. */
export class FloodedLinks {
  readonly #sender: Socket;
  readonly #received: number[];
  readonly #receivers: readonly Socket[];
  readonly #condition = new Condition();
  /** Bytes that count as arrived, beyond those at the receivers; see `alsoAwait`. */
  #other: (() => number) | undefined;
  #pump: (() => void) | undefined;
  #hasDropped = false;
  readonly #pacing: Pacing;

  private constructor(sender: Socket, receivers: readonly Socket[], received: number[], pacing: Pacing) {
    this.#pacing = pacing;
    this.#sender = sender;
    this.#receivers = receivers;
    this.#received = received;
    sender.on('drain', () => this.#pump?.());
    for (const socket of [sender, ...receivers])
      socket.on('close', () => {
        this.#hasDropped = true;
        this.arrived();
      });
  }

  /** Dials a relay on this port as these members, and shakes hands. */
  static async dial(
    port: number,
    members: readonly MemberAddress[],
    pacing: Pacing = 'window',
  ): Promise<FloodedLinks> {
    const received = Array.from({ length: RECEIVERS }, () => 0);
    let links: FloodedLinks | undefined;
    const sockets: Socket[] = [];
    for (const [index, member] of members.entries()) {
      const take = (bytes: Buffer) => {
        if (index > 0) received[index - 1] = (received[index - 1] as number) + bytes.length;
        links?.arrived();
      };
      sockets.push(await shakeHands(port, member, take));
    }
    const [sender, ...receivers] = sockets;
    links = new FloodedLinks(sender as Socket, receivers, received.fill(0), pacing);
    return links;
  }

  /** The share of what was sent (0 to 1) that has come out elsewhere, to be waited for as well. */
  alsoAwait(share: () => number): void {
    this.#other = share;
  }

  /**
   * Sends all of it and waits until every receiver has got as many bytes.
   * @returns how long that took, in ms.
   * @throws LinkDroppedError where a link was closed before.
   */
  async pass(bytes: Buffer): Promise<number> {
    this.#received.fill(0);
    const fromMs = performance.now();
    let sent = 0;
    this.#pump = () => {
      while (sent < bytes.length && this.#mayWrite(sent - this.#arrivedBytes(bytes.length))) {
        const piece = bytes.subarray(sent, sent + PIECE_BYTES);
        sent += piece.length;
        this.#sender.write(piece);
      }
    };
    this.#pump();
    const isDone = () => this.#hasDropped || this.#arrivedBytes(bytes.length) >= bytes.length;
    try {
      await this.#condition.until('every receiver has everything', isDone);
    } catch (cause) {
      throw new Error(`of ${bytes.length} bytes have come ${this.#received.join(', ')}`, { cause });
    }
    const tookMs = performance.now() - fromMs;
    if (this.#hasDropped) throw new LinkDroppedError(`the relay closed a link: ${this.#received.join(', ')}`);
    if (this.#received.some((count) => count !== bytes.length))
      throw new Error(`too much: ${this.#received.join(', ')}`);
    return tookMs;
  }

  /** Something has come out somewhere. */
  arrived(): void {
    this.#pump?.();
    this.#condition.changed();
  }

  close(): void {
    for (const socket of [this.#sender, ...this.#receivers]) socket.destroy();
  }

  #mayWrite(underWayBytes: number): boolean {
    return this.#pacing === 'window' ? underWayBytes < WINDOW_BYTES : !this.#sender.writableNeedDrain;
  }

  #arrivedBytes(total: number): number {
    const least = Math.min(...this.#received);
    return this.#other ? Math.min(least, this.#other() * total) : least;
  }
}

/** Dials and shakes hands as this member. @param take gets what comes behind the handshake. */
export async function shakeHands(
  port: number,
  { user, ip, port: own }: MemberAddress,
  take: (bytes: Buffer) => void,
): Promise<Socket> {
  const condition = new Condition();
  let answer = '';
  let isLinked = false;
  const socket = await open(port, (bytes) => {
    if (isLinked) {
      take(bytes);
      return;
    }
    answer += bytes.toString('latin1');
    condition.changed();
  });
  socket.write(encode({ kind: 'HANDSHAKE', room: ROOM, user, ip, port: own, msgId: 0 }));
  await condition.until('the handshake is answered', () => /^S:\d+::\r\n$/.test(answer));
  isLinked = true;
  return socket;
}
