/**
 * The load on a relay: one link that TEXTs come from, three that they must go to. The way is never filled
 * with more than a window of bytes; where a sender of its own fills it (programs/link-sender.ts), it is the
 * relay that has to slow that down. A link that is closed meanwhile has lost the run (`LinkDroppedError`).
 */

import type { Socket } from 'node:net';
import { encode } from '../../src/protocol/encode.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { Condition, freePort, open } from './sockets.ts';
import { ROOM } from './texts.ts';

/** Under the bound of bytes that may wait for one link (src/limits/, linkQueueMaxBytes). */
const WINDOW_BYTES = 786_432;
const PIECE_BYTES = 65_536;

/** Four members that dial the relay. */
export async function neighbours(): Promise<MemberAddress[]> {
  const members: MemberAddress[] = [];
  for (const user of ['from', 'one', 'two', 'three'])
    members.push({ user, ip: LOOPBACK, port: await freePort() });
  return members;
}

/** The relay has closed a link: whatever was under way on it is lost. */
export class LinkDroppedError extends Error {
  override readonly name = 'LinkDroppedError';
}

/** The links of one relay. */
export class FloodedLinks {
  /** Missing where a process of its own sends. */
  readonly #sender: Socket | undefined;
  readonly #received: number[];
  readonly #receivers: readonly Socket[];
  readonly #condition = new Condition();
  /** Bytes that count as arrived, beyond those at the receivers; see `alsoAwait`. */
  #other: (() => number) | undefined;
  #pump: (() => void) | undefined;
  #hasDropped = false;

  private constructor(sender: Socket | undefined, receivers: readonly Socket[], received: number[]) {
    this.#sender = sender;
    this.#receivers = receivers;
    this.#received = received;
    for (const socket of this.#sockets)
      socket.on('close', () => {
        this.#hasDropped = true;
        this.arrived();
      });
  }

  /** Dials a relay on this port as these members, of which the first one sends, and shakes hands. */
  static async dial(port: number, members: readonly MemberAddress[]): Promise<FloodedLinks> {
    const [first, ...others] = members;
    let links: FloodedLinks | undefined;
    const sender = await shakeHands(port, first as MemberAddress, () => links?.arrived());
    links = await FloodedLinks.#receiving(port, others, sender);
    return links;
  }

  /** Dials as members that receive only; somebody else sends. */
  static dialReceivers(port: number, members: readonly MemberAddress[]): Promise<FloodedLinks> {
    return FloodedLinks.#receiving(port, members, undefined);
  }

  static async #receiving(
    port: number,
    members: readonly MemberAddress[],
    sender: Socket | undefined,
  ): Promise<FloodedLinks> {
    const received = members.map(() => 0);
    let links: FloodedLinks | undefined;
    const sockets: Socket[] = [];
    for (const [index, member] of members.entries()) {
      const take = (bytes: Buffer) => {
        received[index] = (received[index] as number) + bytes.length;
        links?.arrived();
      };
      sockets.push(await shakeHands(port, member, take));
    }
    links = new FloodedLinks(sender, sockets, received.fill(0));
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
    const sender = this.#sendingSocket;
    let sent = 0;
    this.#received.fill(0);
    this.#pump = () => {
      while (sent < bytes.length && sent - this.#arrivedBytes(bytes.length) < WINDOW_BYTES) {
        const piece = bytes.subarray(sent, sent + PIECE_BYTES);
        sent += piece.length;
        sender.write(piece);
      }
    };
    this.#pump();
    return this.#arrival(bytes.length);
  }

  /**
   * The same for so many bytes that somebody else sends, who is to begin when this has returned.
   */
  receive(bytes: number): Promise<number> {
    this.#received.fill(0);
    return this.#arrival(bytes);
  }

  /** Something has come out somewhere. */
  arrived(): void {
    this.#pump?.();
    this.#condition.changed();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  get #sendingSocket(): Socket {
    if (!this.#sender) throw new Error('somebody else sends');
    return this.#sender;
  }

  get #sockets(): readonly Socket[] {
    return this.#sender ? [this.#sender, ...this.#receivers] : this.#receivers;
  }

  async #arrival(bytes: number): Promise<number> {
    const fromMs = performance.now();
    const isDone = () => this.#hasDropped || this.#arrivedBytes(bytes) >= bytes;
    try {
      await this.#condition.until('every receiver has everything', isDone);
    } catch (cause) {
      throw new Error(`of ${bytes} bytes have come ${this.#received.join(', ')}`, { cause });
    }
    const tookMs = performance.now() - fromMs;
    if (this.#hasDropped) throw new LinkDroppedError(`the relay closed a link: ${this.#received.join(', ')}`);
    if (this.#received.some((count) => count !== bytes))
      throw new Error(`too much: ${this.#received.join(', ')}`);
    return tookMs;
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
