/**
 * A member of the room, played by the tester: it takes connections, answers handshakes and pokes, and can
 * dial the program. A case tells it to refuse, to be silent, or to lie.
 */
import { connect, createServer, type Server } from 'node:net';
import type { StrictFrame } from '../../protocol/dissect/strict-frame.ts';
import { END_MARK, type MemberAddress } from '../../protocol/frames.ts';
import { hashId } from '../../protocol/hash-id.ts';
import { LOOPBACK } from '../../protocol/names.ts';
import { CheckFailure } from '../failure.ts';
import type { Draw } from '../wire/delivery.ts';
import { listening } from '../wire/ports.ts';
import type { Tape } from '../wire/tape.ts';
import { openDatagrams, type WireDatagrams } from '../wire/wire-datagrams.ts';
import { WireLink } from '../wire/wire-link.ts';

/** `S:0`, what a member answers that has said nothing. */
export const ACCEPT = `S:0${END_MARK}`;
const ACK = `A${END_MARK}`;
const DIAL_PAUSE_MS = 40;

/** What a neighbour does with a frame that comes over a connection that it has taken. */
type OnFrame = (frame: StrictFrame, link: WireLink) => void;

/** Answers a handshake with S. */
const accept: OnFrame = (frame, link) => {
  if (frame.kind === 'HANDSHAKE') link.send(ACCEPT);
};

/** See above. */
export class Neighbour implements MemberAddress {
  readonly user: string;
  readonly ip = LOOPBACK;
  readonly port: number;
  readonly hid: string;
  /** Connections that the program has opened to it. */
  readonly accepted: WireLink[] = [];
  /** Connections that it has opened to the program. */
  readonly dialled: WireLink[] = [];
  onFrame: OnFrame = accept;
  /** What a poke is answered with; `null`: nothing. */
  ack: string | null = ACK;
  #server: Server | undefined;
  #datagrams: WireDatagrams | undefined;
  readonly #tape: Tape;
  readonly #draw: Draw | null;

  constructor(user: string, port: number, tape: Tape, draw: Draw | null) {
    this.user = user;
    this.port = port;
    this.hid = hashId(user, LOOPBACK, port);
    this.#tape = tape;
    this.#draw = draw;
  }

  get datagrams(): WireDatagrams {
    if (!this.#datagrams) throw new Error(`${this.user} has no UDP socket`);
    return this.#datagrams;
  }

  /** Begins to listen, TCP and UDP. */
  async open(): Promise<void> {
    this.#datagrams = await openDatagrams(this.user, this.port, this.#tape, ({ frame, port }) => {
      if (frame.kind === 'POKE' && this.ack !== null) this.datagrams.send(this.ack, port);
      this.#tape.changed();
    });
    await this.listen();
  }

  /** Takes connections. */
  async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true });
    server.on('connection', (socket) => {
      const onFrame: OnFrame = (frame, link) => this.onFrame(frame, link);
      this.accepted.push(new WireLink(socket, { ...this.#linkOptions(), isDialled: false, onFrame }));
      this.#tape.changed();
    });
    this.#server = await listening(server, this.port);
  }

  /** Refuses connections from now on. */
  stopListening(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /**
   * Opens a connection to the program, which may not listen yet.
   * @param timeoutMs asked for at each attempt.
   */
  async dial(port: number, timeoutMs: () => number): Promise<WireLink> {
    const startedMs = this.#tape.nowMs;
    for (;;) {
      try {
        const socket = await connected(port);
        const link = new WireLink(socket, { ...this.#linkOptions(), isDialled: true });
        this.dialled.push(link);
        return link;
      } catch (error) {
        if (this.#tape.nowMs - startedMs > timeoutMs())
          throw new CheckFailure(
            `The program does not take connections on its port ${port} (${error instanceof Error ? error.message : error}).`,
          );
        await new Promise((resolve) => setTimeout(resolve, DIAL_PAUSE_MS));
      }
    }
  }

  /** `P:…` of this member. */
  handshake(room: string, msgId: number | string = 0): string {
    return `P:${room}:${this.user}:${this.ip}:${this.port}:${msgId}${END_MARK}`;
  }

  /** `T:…` of this member. */
  text(room: string, msgId: number, content: string): string {
    const bytes = Buffer.byteLength(content, 'latin1');
    return `T:${room}:${this.hid}:${this.user}:${msgId}:${bytes}:${content}${END_MARK}`;
  }

  /** Pokes the program at this port. */
  poke(room: string, port: number): void {
    this.datagrams.send(`K:${room}:${this.user}${END_MARK}`, port);
  }

  close(): void {
    this.stopListening();
    this.#datagrams?.close();
    for (const link of [...this.accepted, ...this.dialled]) link.destroy();
  }

  #linkOptions() {
    return { owner: this.user, tape: this.#tape, draw: this.#draw };
  }
}

function connected(port: number) {
  return new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const socket = connect({ host: LOOPBACK, port, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Starts a member. */
export async function openNeighbour(
  user: string,
  port: number,
  tape: Tape,
  draw: Draw | null,
): Promise<Neighbour> {
  const neighbour = new Neighbour(user, port, tape, draw);
  await neighbour.open();
  return neighbour;
}
