/** The stage with a real process in line mode, and real sockets. */
import type { UserCommand } from '../../../src/machines/user/events.ts';
import { freePort } from '../../e2e/tools/ports.ts';
import { type PeerProgram, startPeer } from '../../e2e/tools/program.ts';
import {
  dial,
  type RawPeer,
  type RawRoomServer,
  startRawPeer,
  startRawRoomServer,
} from '../../e2e/tools/raw.ts';
import { until } from '../../e2e/tools/watched.ts';
import { handshakeOk, LIST, members, ROOM } from '../../e2e/tools/wire.ts';
import { type Cast, type Line, listed, type PlayedServer, STAGE_LIMITS, type Stage } from './stage.ts';

type RawLine = Awaited<ReturnType<typeof dial>>;

function asLine(connection: RawLine): Line {
  return {
    get received() {
      return connection.received;
    },
    get isEnded() {
      return connection.end !== undefined;
    },
    write: (text) => connection.write(text),
    close: () => connection.close(),
  };
}

/** A command as the user types it. */
function typed(command: UserCommand): string {
  switch (command.type) {
    case 'USER':
      return `/user ${command.name}`;
    case 'JOIN':
      return `/join ${command.room}`;
    case 'SEND':
      return [command.text, ...(command.more ?? [])].map((text) => `/send ${text}`).join('\n');
    case 'POKE':
      return `/poke ${command.name}`;
    default:
      return `/${command.type.toLowerCase()}`;
  }
}

/** Starts a program with everybody around it. */
export async function openProcessStage(): Promise<Stage> {
  const server = await startRawRoomServer();
  const ports = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const at = (user: string, index: number) => ({ user, ip: '127.0.0.1', port: ports[index] ?? 0 });
  const bob = await startRawPeer('bob');
  const cast: Cast = {
    alice: at('alice', 0),
    bob: { user: 'bob', ip: bob.ip, port: bob.port },
    callers: [at('carol', 1), at('dave', 2), at('erin', 3)],
    stranger: at('mallory', 4),
  };
  const { alice: address } = cast;
  const words = ['--no-catch-up'];
  const alice = await startPeer({ server: server.port, port: address.port, limits: STAGE_LIMITS, words });
  return new ProcessStage(cast, alice, server, bob);
}

class ProcessStage implements Stage {
  readonly holdsWhileJoining = true;
  readonly cast: Cast;
  readonly server: PlayedServer;
  readonly links: Line[] = [];
  bobAnswers = false;
  readonly #alice: PeerProgram;
  readonly #bob: RawPeer;
  readonly #dialled: RawLine[] = [];
  readonly #server: RawRoomServer;

  constructor(cast: Cast, alice: PeerProgram, server: RawRoomServer, bob: RawPeer) {
    this.cast = cast;
    this.#alice = alice;
    this.#server = server;
    this.#bob = bob;
    bob.onHandshake = (connection) => {
      if (this.bobAnswers) connection.write(handshakeOk());
      else connection.close();
    };
    const played: PlayedServer = {
      requests: server.requests,
      letsIn: false,
      write: (text) => server.connection.write(text),
      close: () => server.connection.close(),
      isClosed: () => server.connection.end !== undefined,
    };
    server.answer = (request) => {
      if (request === LIST) return `G:${ROOM}::\r\n`;
      return played.letsIn ? members(listed(cast)) : null;
    };
    this.server = played;
  }

  get lines(): readonly string[] {
    return this.#alice.lines;
  }

  get isOver(): boolean {
    return this.#alice.isOver;
  }

  get datagrams(): readonly string[] {
    return this.#bob.udp.datagrams.map(({ text }) => text);
  }

  get bobsLines(): readonly Line[] {
    return this.#bob.accepted.map(asLine);
  }

  command(command: UserCommand): void {
    this.#alice.send(typed(command));
  }

  async dial(): Promise<Line> {
    const connection = await dial(this.cast.alice.port);
    this.#dialled.push(connection);
    return asLine(connection);
  }

  async isDeaf(): Promise<boolean> {
    return dial(this.cast.alice.port).then(
      () => false,
      () => true,
    );
  }

  datagram(text: string): void {
    this.#bob.udp.send(text, this.cast.alice.port);
  }

  until(what: string, condition: () => boolean): Promise<void> {
    const sources = [this.#alice, this.#server, this.#bob, this.#bob.udp];
    return until(
      [...sources, ...this.#dialled, ...this.#server.connections],
      what,
      () => condition() || undefined,
    ).then(() => {});
  }

  async settle(): Promise<void> {
    if (!this.isOver) await this.#alice.sync();
  }

  async state(): Promise<string | undefined> {
    if (this.isOver) return this.#alice.exit?.code === 0 ? 'TERMINATED' : 'ended badly';
    const state = await this.#alice.state();
    // While it joins it would not have answered.
    return state === 'NAMED' ? 'NAMED.IDLE' : state;
  }

  async close(): Promise<void> {
    if (this.isOver) return;
    this.#alice.send('/quit');
    await this.#alice.ended();
  }
}
