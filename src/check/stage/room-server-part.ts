/**
 * The room server, played by the tester: it answers as the original does unless a case says otherwise, and
 * keeps what was asked, request by request.
 */
import { createServer, type Server } from 'node:net';
import { type StrictFrame, valueIn } from '../../protocol/dissect/strict-frame.ts';
import { END_MARK, type MemberAddress } from '../../protocol/frames.ts';
import { sdbm } from '../../protocol/hash-id.ts';
import type { Draw } from '../wire/delivery.ts';
import { listening } from '../wire/ports.ts';
import type { Tape } from '../wire/tape.ts';
import { WireLink } from '../wire/wire-link.ts';

/** One request of the program. */
export interface Request {
  readonly frame: StrictFrame;
  readonly link: WireLink;
  readonly atMs: number;
}

/** How the tester calls it. */
export const ROOM_SERVER = 'room server';

/** `M:…` for these members, newest first. */
export function membersText(members: readonly MemberAddress[]): string {
  const body = members.map(({ user, ip, port }) => `${user}:${ip}:${port}:`).join('');
  return `M:${sdbm(Buffer.from(body, 'latin1'))}:${body}${END_MARK.slice(1)}`;
}

/** See above. */
export class RoomServerPart {
  readonly requests: Request[] = [];
  readonly links: WireLink[] = [];
  readonly port: number;
  /** Newest first. Neighbours stand in it from the beginning, the program from its J on. */
  members: MemberAddress[] = [];
  /** The answer to L. */
  groups = `G${END_MARK}`;
  /** What a request is answered with; `null`: nothing. */
  answer: (request: Request) => string | null = (request) => this.usualAnswer(request);
  readonly #server: Server;
  readonly #tape: Tape;
  readonly #joiners = new Map<WireLink, MemberAddress>();

  constructor(server: Server, port: number, tape: Tape, draw: Draw | null) {
    this.#server = server;
    this.#tape = tape;
    this.port = port;
    server.on('connection', (socket) => {
      const onFrame = (frame: StrictFrame, link: WireLink) => this.#onRequest(frame, link);
      const link = new WireLink(socket, { owner: ROOM_SERVER, tape, draw, isDialled: false, onFrame });
      this.links.push(link);
      socket.on('close', () => this.#forget(link));
    });
  }

  /** The requests of one kind, in order, malformed ones included. */
  of(kind: 'LIST' | 'JOIN'): Request[] {
    return this.requests.filter(({ frame }) => frame.kind === kind || isBegunAs(frame, kind));
  }

  /** What the original answers. */
  usualAnswer({ frame, link }: Request): string {
    if (isBegunAs(frame, 'LIST') && frame.faults.length > 0)
      return `F:LIST message - Wrong format!!${END_MARK}`;
    if (frame.kind === 'LIST') return this.groups;
    if (frame.kind !== 'JOIN') return `F:Unknown message - Unknown request!!${END_MARK}`;
    this.enlist(frame, link);
    return membersText(this.members);
  }

  /** Puts whoever sends this J into the list. */
  enlist(frame: StrictFrame, link: WireLink): void {
    const [user, ip, port] = ['user', 'ip', 'port'].map((name) => valueIn(frame, name));
    const member = { user: user ?? '', ip: ip ?? '', port: Number(port) };
    const isListed = this.members.some((one) => sameMember(one, member));
    if (!isListed) this.members.unshift(member);
    this.#joiners.set(link, member);
  }

  /** Takes somebody off the list. */
  remove(member: MemberAddress): void {
    this.members = this.members.filter((one) => !sameMember(one, member));
  }

  /** Nobody can connect any more; connections stay. */
  stopListening(): void {
    this.#server.close();
  }

  close(): void {
    this.#server.close();
    for (const link of this.links) link.destroy();
  }

  #onRequest(frame: StrictFrame, link: WireLink): void {
    const request = { frame, link, atMs: this.#tape.nowMs };
    this.requests.push(request);
    const answer = this.answer(request);
    if (answer !== null) link.send(answer);
    this.#tape.changed();
  }

  #forget(link: WireLink): void {
    const member = this.#joiners.get(link);
    if (member) this.remove(member);
  }
}

/** True for a frame with that letter at its front, whatever follows. */
function isBegunAs({ bytes }: StrictFrame, kind: 'LIST' | 'JOIN'): boolean {
  return bytes.toString('latin1', 0, 1) === kind.slice(0, 1);
}

function sameMember(one: MemberAddress, other: MemberAddress): boolean {
  return one.user === other.user && one.ip === other.ip && one.port === other.port;
}

/** Starts one. */
export async function openRoomServer(port: number, tape: Tape, draw: Draw | null): Promise<RoomServerPart> {
  const server = createServer({ allowHalfOpen: true });
  await listening(server, port);
  return new RoomServerPart(server, port, tape, draw);
}
