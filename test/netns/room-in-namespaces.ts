/**
 * A room of real processes, each on a host of its own (`namespaces.ts`): a room server, peers in line mode
 * that are fed at a rate, and a book of who has said and shown what. The faults are those of networks and of
 * computers: a cable that is cut, an address that changes, a process that stands still.
 */
import { Books } from '../../bench/load/processes/books.ts';
import { MeasuredProgram } from '../../bench/load/processes/program.ts';
import { TalkingPeer } from '../../bench/load/processes/talking-peer.ts';
import type { PeerLimits } from '../../src/limits/peer.ts';
import { type Host, Namespaces } from './namespaces.ts';

const ROOM = 'os';
const SERVER_PORT = 32_340;
/** The same on every host. */
const PEER_PORT = 5_001;
const SECOND_MS = 1_000;

/** A peer and the host that it runs on. */
export interface HostedPeer {
  readonly peer: TalkingPeer;
  readonly host: Host;
}

/** How a peer is started, where not as the others. */
export interface JoinOptions {
  /** Its host; otherwise a new one. */
  readonly host?: Host;
  readonly room?: string;
  readonly words?: readonly string[];
  readonly limits?: Partial<PeerLimits>;
}

/** See above. */
export class RoomInNamespaces {
  readonly namespaces: Namespaces;
  readonly serverHost: Host;
  readonly serverPort = SERVER_PORT;
  readonly books = new Books(Number.POSITIVE_INFINITY);
  readonly joined: HostedPeer[] = [];
  readonly #programs: MeasuredProgram[] = [];
  readonly #closings: (() => void)[] = [];

  private constructor(namespaces: Namespaces, serverHost: Host) {
    this.namespaces = namespaces;
    this.serverHost = serverHost;
  }

  /** A room server and nobody else. Whatever happens, `close` has to be called. */
  static async open(): Promise<RoomInNamespaces> {
    const namespaces = await Namespaces.open();
    const room = new RoomInNamespaces(namespaces, await namespaces.host());
    const server = room.run(room.serverHost, ['room-server', String(SERVER_PORT), '--host', '0.0.0.0']);
    await server.until('the room server listens', (line) => line.includes('listening'));
    return room;
  }

  get peers(): readonly TalkingPeer[] {
    return this.joined.map(({ peer }) => peer);
  }

  /** Starts a peer on a host of its own; resolves when it has joined. */
  async join(name: string, options: JoinOptions = {}): Promise<HostedPeer> {
    const { room = ROOM, words = [], limits = {} } = options;
    const host = options.host ?? (await this.namespaces.host());
    const roomServer = { host: this.serverHost.address, port: SERVER_PORT };
    const env = { P2PCHAT_LIMITS: JSON.stringify({ peer: limits }) };
    const process = { launcher: host.launcher, env };
    const identity = { name, room, port: PEER_PORT, roomServer, words, options: process };
    const peer = new TalkingPeer(identity, this.books);
    const hosted = { peer, host };
    this.joined.push(hosted);
    await peer.start();
    return hosted;
  }

  /** Adds so many peers, one after the other; resolves when their links make one piece of them. */
  async joinAll(names: readonly string[], options?: JoinOptions): Promise<HostedPeer[]> {
    const hosted: HostedPeer[] = [];
    for (const name of names) hosted.push(await this.join(name, options));
    await this.books.untilWhole(this.peers);
    return hosted;
  }

  /** Runs the program on a host; ended by `close` where it has not ended before. */
  run(host: Host, words: readonly string[], listen?: (line: string) => void): MeasuredProgram {
    const program = new MeasuredProgram(words, listen, { launcher: host.launcher });
    this.#programs.push(program);
    return program;
  }

  /** Calls `close` before the hosts are taken down. */
  whenClosed(close: () => void): void {
    this.#closings.push(close);
  }

  /** One message of this peer, for the book. */
  say(peer: TalkingPeer): void {
    peer.say(this.books.sent(peer, this.peers));
  }

  /** Each of these says so many messages a second from now on. @returns what ends it. */
  talk(perSecond: number, speakers = this.peers): () => void {
    let turn = 0;
    const timer = setInterval(
      () => {
        const speaker = speakers[turn % speakers.length];
        turn += 1;
        if (speaker?.isJoined) this.say(speaker);
      },
      SECOND_MS / perSecond / speakers.length,
    );
    const stop = () => clearInterval(timer);
    this.#closings.push(stop);
    return stop;
  }

  /** Ends every process and every host. */
  async close(): Promise<void> {
    for (const close of this.#closings.splice(0)) close();
    for (const { peer } of this.joined) if (peer.pid !== undefined) await peer.kill();
    for (const program of this.#programs) await program.stop();
    await this.namespaces.close();
  }
}
