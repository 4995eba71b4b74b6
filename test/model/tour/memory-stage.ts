/** The stage with a peer in the simulated network, on a stepped clock. */
import { openEndpoint } from '../../../src/actors/endpoint.ts';
import { MemoryNetwork } from '../../../src/io/memory/memory-network.ts';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import type { Connection, DatagramSocket } from '../../../src/io/network.ts';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import type { UserCommand } from '../../../src/machines/user/events.ts';
import { assemblePeer } from '../../../src/peer/peer.ts';
import type { Peer } from '../../../src/peer/peer-api.ts';
import { describe } from '../../../src/words/notices.ts';
import { handshakeOk, LIST, members, ROOM } from '../../e2e/tools/wire.ts';
import { followMachines } from '../../log/logged-machines.ts';
import { type Cast, type Line, listed, type PlayedServer, STAGE_LIMITS, type Stage } from './stage.ts';

const SERVER = { host: '10.0.0.1', port: 32_340 };
const PORT = 5_000;
const WAIT_MS = 3_000;
const CONNECT_MS = 1_000;
const PREFIX = { message: '[msg] ', command: '[cmd] ' };

function at(user: string, index: number): Cast['alice'] {
  return { user, ip: `10.0.1.${index}`, port: PORT };
}

const CAST: Cast = {
  alice: at('alice', 1),
  bob: at('bob', 2),
  callers: [at('carol', 3), at('dave', 4), at('erin', 5)],
  stranger: at('mallory', 6),
};

/** The other end of one of alice's connections. */
class MemoryLine implements Line {
  received = '';
  isEnded = false;
  readonly #connection: Connection;

  constructor(connection: Connection, onText: (line: MemoryLine, text: string) => void = () => {}) {
    this.#connection = connection;
    connection.closed.subscribe(() => {
      this.isEnded = true;
    });
    connection.bytes.subscribe((bytes) => {
      const text = bytes.toString('latin1');
      this.received += text;
      onText(this, text);
    });
  }

  write(text: string): void {
    this.#connection.write(Buffer.from(text, 'latin1'));
  }

  close(): void {
    this.#connection.end();
  }
}

/** Starts a peer with everybody around it. */
export async function openMemoryStage(): Promise<Stage> {
  return new MemoryStage();
}

class MemoryStage implements Stage {
  readonly holdsWhileJoining = false;
  readonly cast = CAST;
  readonly server: PlayedServer;
  readonly links: Line[] = [];
  readonly lines: string[] = [];
  readonly datagrams: string[] = [];
  readonly bobsLines: MemoryLine[] = [];
  bobAnswers = false;
  isOver = false;
  readonly #clock = new StepClock();
  readonly #network = new MemoryNetwork({ clock: this.#clock });
  readonly #serverLines: MemoryLine[] = [];
  readonly #events: string[] = [];
  #bobsSocket: DatagramSocket | undefined;
  #peer!: Peer;

  constructor() {
    this.server = this.#playServer();
    this.#playBob();
    for (const { ip } of [...CAST.callers, CAST.stranger]) this.#network.host(ip);
    this.#startAlice();
  }

  command(command: UserCommand): void {
    this.#peer.send(command);
  }

  async dial(): Promise<Line> {
    let line: Line | undefined;
    this.#connect((connection) => {
      line = new MemoryLine(connection);
    });
    await this.until('a connection', () => line !== undefined);
    return line as Line;
  }

  async isDeaf(): Promise<boolean> {
    let isRefused = false;
    this.#connect(
      () => {},
      () => {
        isRefused = true;
      },
    );
    this.#clock.advance(CONNECT_MS);
    return isRefused;
  }

  datagram(text: string): void {
    this.#bobsSocket?.send(Buffer.from(text, 'latin1'), { host: CAST.alice.ip, port: CAST.alice.port });
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    for (let ms = 0; !condition(); ms += 1) {
      if (ms > WAIT_MS) throw new Error(`${what}: not within ${WAIT_MS} ms\n${this.lines.join('\n')}`);
      this.#clock.advance(1);
    }
  }

  /** Time for everything that is on its way, and not for the next try of anything. */
  async settle(): Promise<void> {
    this.#clock.advance(10);
  }

  async state(): Promise<string> {
    const { state, pending } = this.#peer.status();
    if (state !== 'NAMED') return state;
    return pending.includes('JOIN') ? 'NAMED.JOINING' : 'NAMED.IDLE';
  }

  events(): readonly string[] {
    return this.#events.splice(0);
  }

  async close(): Promise<void> {
    this.#peer.send({ type: 'QUIT' });
    await this.until('its end', () => this.isOver);
    if (this.#clock.pending > 0) throw new Error(`${this.#clock.pending} timers are left`);
  }

  #connect(onConnection: (connection: Connection) => void, onError = () => {}): void {
    const to = { host: CAST.alice.ip, port: CAST.alice.port };
    const network = this.#network.host(CAST.stranger.ip);
    network.connect(to, CONNECT_MS).subscribe({ next: onConnection, error: onError });
  }

  #playServer(): PlayedServer {
    const played: PlayedServer = {
      requests: [],
      letsIn: false,
      write: (text) => this.#serverLines.at(-1)?.write(text),
      close: () => this.#serverLines.at(-1)?.close(),
      isClosed: () => this.#serverLines.at(-1)?.isEnded ?? true,
    };
    const requests: string[] = [];
    const answer = (line: MemoryLine, request: string) => {
      requests.push(request);
      if (request === LIST) line.write(`G:${ROOM}::\r\n`);
      else if (played.letsIn) line.write(members(listed(CAST)));
    };
    this.#network
      .host(SERVER.host)
      .listen(SERVER)
      .subscribe(({ connections }) =>
        connections.subscribe((connection) => this.#serverLines.push(new MemoryLine(connection, answer))),
      );
    return Object.assign(played, { requests });
  }

  #playBob(): void {
    const network = this.#network.host(CAST.bob.ip);
    const address = { host: CAST.bob.ip, port: CAST.bob.port };
    const answer = (line: MemoryLine) => (this.bobAnswers ? line.write(handshakeOk()) : line.close());
    network
      .listen(address)
      .subscribe(({ connections }) =>
        connections.subscribe((connection) => this.bobsLines.push(new MemoryLine(connection, answer))),
      );
    network.bind(address).subscribe((socket) => {
      this.#bobsSocket = socket;
      socket.datagrams.subscribe(({ bytes }) => this.datagrams.push(bytes.toString('latin1')));
    });
    this.#clock.advance(1);
  }

  #startAlice(): void {
    const { ip } = CAST.alice;
    const network = this.#network.host(ip);
    openEndpoint(network, '0.0.0.0', [PORT]).subscribe((endpoint) => {
      this.#peer = assemblePeer({
        network,
        clock: this.#clock,
        random: { next: () => 0 },
        limits: { ...PEER_LIMITS, ...STAGE_LIMITS },
        endpoint,
        roomServer: SERVER,
        allowUtf8: false,
        strictSource: false,
        // What is sent again, and when a list is asked for it, is no business of this chart
        // (test/actors/mending/catch-up.test.ts).
        isCatchingUp: false,
        isInspected: true,
      });
    });
    this.#clock.advance(1);
    this.#peer.notices.subscribe((notice) => this.lines.push(PREFIX[notice.window] + describe(notice)));
    followMachines(this.#peer, ({ actor, event, state }) => {
      if (actor !== 'user') return;
      // XState's own word for a child that has ended, which no chart hears.
      if (event.startsWith('done.invoke.')) return;
      this.#events.push(`${event.split(' ')[0]} → ${state.replace('IN_ROOM.', '').split('.')[0]}`);
    });
    this.#peer.terminated.subscribe(() => {
      this.isOver = true;
    });
    this.#peer.start();
    this.#events.length = 0;
  }
}
