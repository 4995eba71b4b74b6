/**
 * The other side of the wire, played by the test: a room server that answers as it is told and a peer of bare
 * sockets. Both record what comes in exactly as it came in: one entry per `data` event, one character per
 * byte.
 */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './ports.ts';
import { type PeerProgram, startMember } from './program.ts';
import { closeBehindTest } from './teardown.ts';
import { Watched } from './watched.ts';
import { type Address, handshake, handshakeOk, LIST, LOOPBACK, members, ROOM } from './wire.ts';

/** How the other side has ended a connection: an orderly end of stream, or a reset. */
export type StreamEnd = 'FIN' | 'RST';

/** One TCP connection of bare bytes. */
export class RawConnection extends Watched {
  /** What each `data` event held. */
  readonly chunks: string[] = [];
  end: StreamEnd | undefined;
  readonly #socket: Socket;

  constructor(socket: Socket, onChunk: (connection: RawConnection, chunk: string) => void = () => {}) {
    super();
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      const chunk = bytes.toString('latin1');
      this.chunks.push(chunk);
      onChunk(this, chunk);
      this.changed();
    });
    socket.on('end', () => this.#ended('FIN'));
    socket.on('error', () => this.#ended('RST'));
    closeBehindTest(() => {
      socket.destroy();
    });
  }

  get isOver(): boolean {
    return this.end !== undefined;
  }

  /** Everything that has come in. */
  get received(): string {
    return this.chunks.join('');
  }

  transcript(): string {
    const chunks = this.chunks.map((chunk) => JSON.stringify(chunk)).join('\n');
    const { localPort, remotePort } = this.#socket;
    return `--- connection ${localPort}-${remotePort}\n${chunks}\n(${this.end ?? 'open'})`;
  }

  /** @param text one character per byte. */
  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Sends each byte by a write of its own. */
  writeBytewise(text: string): void {
    for (const character of text) this.write(character);
  }

  close(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Resolves when this is all that has come in, or more than this. */
  async waitForText(expected: string): Promise<void> {
    await this.until(`text ${JSON.stringify(expected)}`, () => this.received.includes(expected));
  }

  waitForEnd(): Promise<StreamEnd> {
    return this.until('the end of the stream', () => this.end);
  }

  #ended(end: StreamEnd): void {
    this.end ??= end;
    this.changed();
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port }, resolve);
  });
}

/** A room server that records each `data` event as one request and answers as it is told. */
export class RawRoomServer extends Watched {
  readonly port: number;
  readonly requests: string[] = [];
  readonly connections: RawConnection[] = [];
  /** Who is in the room, for the answers to J. */
  members: readonly Address[] = [];
  /** The answer to a request, whose number in `requests` is given; `null`: none for now. */
  answer: (request: string, index: number) => string | null = (request) => this.goodAnswer(request);
  readonly isOver = false;

  constructor(server: Server, port: number) {
    super();
    this.port = port;
    server.on('connection', (socket) => {
      this.connections.push(
        new RawConnection(socket, (connection, chunk) => this.#onRequest(connection, chunk)),
      );
      this.changed();
    });
    closeBehindTest(() => {
      server.close();
    });
  }

  /** What a healthy server says. */
  goodAnswer(request: string): string {
    return request === LIST ? `G:${ROOM}::\r\n` : members(this.members);
  }

  transcript(): string {
    return `--- raw room server\n${this.requests.map((request) => JSON.stringify(request)).join('\n')}`;
  }

  /** The newest connection. */
  get connection(): RawConnection {
    const connection = this.connections.at(-1);
    if (!connection) throw new Error('nobody has connected to the raw room server');
    return connection;
  }

  /** Resolves when so many requests have come. */
  async waitForRequests(count: number): Promise<void> {
    await this.until(`${count} requests`, () => this.requests.length >= count);
  }

  #onRequest(connection: RawConnection, request: string): void {
    this.requests.push(request);
    const answer = this.answer(request, this.requests.length - 1);
    if (answer !== null) connection.write(answer);
    this.changed();
  }
}

/** Starts a raw room server. */
export async function startRawRoomServer(): Promise<RawRoomServer> {
  const port = await freePort();
  const server = createServer();
  const raw = new RawRoomServer(server, port);
  await listening(server, port);
  return raw;
}

/** A datagram that has come in. */
export interface RawDatagram {
  readonly text: string;
  readonly from: number;
}

/** A UDP socket of bare bytes. */
export class RawUdp extends Watched {
  readonly datagrams: RawDatagram[] = [];
  readonly isOver = false;
  readonly #socket: UdpSocket;

  constructor(socket: UdpSocket) {
    super();
    this.#socket = socket;
    socket.on('message', (bytes: Buffer, { port }: RemoteInfo) => {
      this.datagrams.push({ text: bytes.toString('latin1'), from: port });
      this.changed();
    });
    closeBehindTest(() => {
      socket.close();
    });
  }

  transcript(): string {
    const datagrams = this.datagrams.map(({ text }) => JSON.stringify(text)).join('\n');
    return `--- UDP ${this.#socket.address().port}\n${datagrams}`;
  }

  send(text: string, port: number): void {
    this.#socket.send(Buffer.from(text, 'latin1'), port, LOOPBACK);
  }

  async waitForDatagrams(count: number): Promise<readonly RawDatagram[]> {
    await this.until(`${count} datagrams`, () => this.datagrams.length >= count);
    return this.datagrams;
  }
}

/** Opens a UDP socket, on any port unless one is given. */
export function openUdp(port = 0): Promise<RawUdp> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind({ address: LOOPBACK, port }, () => resolve(new RawUdp(socket)));
  });
}

/** Dials a port with bare TCP. */
export function dial(
  port: number,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: LOOPBACK, port, ...options });
    socket.once('error', reject);
    socket.once('connect', () => resolve(new RawConnection(socket)));
  });
}

/** A member of bare sockets. It answers each handshake by S, unless it is told otherwise. */
export class RawPeer extends Watched implements Address {
  readonly user: string;
  readonly ip = LOOPBACK;
  readonly port: number;
  readonly udp: RawUdp;
  /** Connections that have come in. */
  readonly accepted: RawConnection[] = [];
  /** What is done with the first chunk of a connection that has come in. */
  onHandshake: (connection: RawConnection) => void = (connection) => connection.write(handshakeOk());
  readonly isOver = false;

  constructor(user: string, port: number, server: Server, udp: RawUdp) {
    super();
    this.user = user;
    this.port = port;
    this.udp = udp;
    server.on('connection', (socket) => {
      const onChunk = (connection: RawConnection) => {
        if (connection.chunks.length === 1) this.onHandshake(connection);
        this.changed();
      };
      this.accepted.push(new RawConnection(socket, onChunk));
      this.changed();
    });
    closeBehindTest(() => {
      server.close();
    });
  }

  transcript(): string {
    const connections = this.accepted.map((connection) => connection.transcript());
    return [`--- raw peer ${this.user}`, ...connections].join('\n');
  }

  /** The first connection that has come in and has sent something. */
  forwardLink(): Promise<RawConnection> {
    return this.until('a handshake', () => this.accepted.find(({ chunks }) => chunks.length > 0));
  }

  /** Dials a peer and shakes hands with it: a backward link there. */
  async link(port: number): Promise<RawConnection> {
    const connection = await dial(port);
    connection.write(handshake(this));
    await connection.until('S', () => connection.received.startsWith('S:'));
    return connection;
  }
}

/** Starts a raw peer that listens, TCP and UDP. */
export async function startRawPeer(user: string, port?: number): Promise<RawPeer> {
  const at = port ?? (await freePort());
  const server = createServer({ allowHalfOpen: false });
  const peer = new RawPeer(user, at, server, await openUdp(at));
  await listening(server, at);
  return peer;
}

/** A room of one real member, alice, whose room server and neighbours are played by the test. */
export interface Scene {
  readonly alice: PeerProgram;
  readonly server: RawRoomServer;
  readonly others: readonly RawPeer[];
}

/** How a scene is set. */
export interface SceneOptions {
  /** Raw members that are listed from the start; alice dials one of them. */
  readonly others?: readonly string[];
  readonly limits?: Parameters<typeof startMember>[0]['limits'];
  readonly words?: readonly string[];
}

/**
 * Sets a scene: alice has joined, and has told all that there was to tell; where others are, one is linked.
 */
export async function setScene({
  others: names = [],
  limits = {},
  words = [],
}: SceneOptions = {}): Promise<Scene> {
  const server = await startRawRoomServer();
  const others = await Promise.all(names.map((name) => startRawPeer(name)));
  const port = await freePort();
  server.members = [{ user: 'alice', ip: LOOPBACK, port }, ...others];
  const alice = await startMember({ server: server.port, port, name: 'alice', limits, words });
  if (others.length > 0) {
    await alice.waitFor('[cmd] JOINED → CONNECTED.');
    await alice.sync();
  }
  return { alice, server, others };
}
