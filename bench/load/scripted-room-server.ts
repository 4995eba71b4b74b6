/**
 * A room server that says what the bench wants it to: every J is answered with the members that the bench has
 * listed for who asks. So a peer sees the neighbours that it is meant to have, and nobody else.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { decode } from '../../src/protocol/decode.ts';
import { encode } from '../../src/protocol/encode.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import type { JoinFrame, MemberAddress } from '../../src/protocol/frames.ts';
import { listening } from './sockets.ts';

const REQUEST_MAX_BYTES = 1_024;

/** See above. */
export class ScriptedRoomServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #members: (from: MemberAddress) => readonly MemberAddress[];
  #version = 0;

  /** @param members whom the one who asks is told besides itself. */
  constructor(members: (from: MemberAddress) => readonly MemberAddress[]) {
    this.#members = members;
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  }

  /** @returns the port that it listens on. */
  start(): Promise<number> {
    return listening(this.#server);
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    const decoder = new FrameDecoder(REQUEST_MAX_BYTES, false);
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const raw of decoder.push(chunk)) {
        const request = raw.kind === 'CONTROL' ? decode(raw.bytes) : undefined;
        if (request?.kind === 'JOIN') socket.write(this.#answer(request));
        else socket.write(encode({ kind: 'GROUPS', rooms: [] }));
      }
    });
  }

  #answer({ user, ip, port }: JoinFrame): Buffer {
    const self = { user, ip, port };
    const members = [...this.#members(self), self];
    // A new number for each list: the peer takes the same one for the same list.
    this.#version += 1;
    return encode({ kind: 'MEMBERS', msid: String(this.#version), members });
  }
}
