/**
 * What a case about a peer is played on: a room server, neighbours, and the program, each case its own. All
 * waits end with what came, or with a failure that says what did not.
 */
import {
  CHECK_BY_HAND_MS,
  CHECK_QUIET_MS,
  CHECK_QUIET_RATIO,
  CHECK_SETTLED_LOOKS_MAX,
  CHECK_SLOW_MAX_MS,
  CHECK_SLOW_START_RATIO,
  CHECK_START_MS,
} from '../../limits/check.ts';
import type { StrictFrame } from '../../protocol/dissect/strict-frame.ts';
import { hashId } from '../../protocol/hash-id.ts';
import { LOOPBACK } from '../../protocol/names.ts';
import { quoted } from '../../words/quoted.ts';
import { CheckFailure } from '../failure.ts';
import type { Draw } from '../wire/delivery.ts';
import { freePort } from '../wire/ports.ts';
import { Tape } from '../wire/tape.ts';
import type { WireLink } from '../wire/wire-link.ts';
import { type Neighbour, openNeighbour } from './neighbour.ts';
import { ringAfter } from './ring.ts';
import { openRoomServer, type Request, type RoomServerPart } from './room-server-part.ts';
import type { Subject } from './subject.ts';

/** How a program is started for a case. */
export interface Start {
  readonly roomServerHost: string;
  readonly roomServerPort: number;
  readonly port: number;
  readonly tape: Tape;
  /** Of several programs in one room: 0, 1, 2, … */
  readonly index: number;
}

/** Starts the program. */
type StartSubject = (start: Start) => Subject;

/** What all stages of a run have in common. */
export interface StageOptions {
  readonly start: StartSubject;
  /** What the protocol gives no time for is waited for so long. */
  readonly patienceMs: number;
  /** With --unreliable. */
  readonly draw: Draw | null;
  /** Where a person starts the program: the ports that they were told. */
  readonly ports?: { readonly roomServer: number; readonly own: number };
}

/** The room of all cases. */
export const ROOM = 'check';
/**
 * The name that the program is given, and those of its neighbours. Where a HID lies is decided by the name:
 * the last digits of a port move it little. All of these have 20 digits, so that a program that sorts HIDs as
 * strings fails the case about that, and no other one by chance.
 */
export const USER = 'grace';
const NEIGHBOURS = ['carol', 'judy', 'erin', 'mary', 'heidi', 'peggy', 'dave'];

/** See above. */
export class PeerStage {
  readonly tape: Tape;
  readonly server: RoomServerPart;
  /** The program's port. */
  readonly port: number;
  readonly neighbours: Neighbour[] = [];
  /** Programs that were started, the one that is tested first. */
  readonly programs: Subject[] = [];
  /** The address that the program is told for its room server. */
  roomServerHost = LOOPBACK;
  readonly #options: StageOptions;
  readonly #printed: Subject[] = [];
  /** When the first program was started. */
  #startedMs = 0;

  private constructor(options: StageOptions, tape: Tape, server: RoomServerPart, port: number) {
    this.#options = options;
    this.tape = tape;
    this.server = server;
    this.port = port;
  }

  static async open(options: StageOptions): Promise<PeerStage> {
    const tape = new Tape();
    const serverPort = options.ports?.roomServer ?? (await freePort());
    const port = options.ports?.own ?? (await freePort());
    const server = await openRoomServer(serverPort, tape, options.draw);
    return new PeerStage(options, tape, server, port);
  }

  /** What the programs have printed. */
  get printed(): string {
    return this.#printed.map((program) => program.output).join('\n--- another program ---\n');
  }

  /** The program that is tested. */
  get program(): Subject {
    const [program] = this.programs;
    if (!program) throw new Error('the case has not started the program');
    return program;
  }

  /** A person starts the program, and presses its buttons. */
  get isByHand(): boolean {
    return this.#options.ports !== undefined;
  }

  /** What the program is waited for, now: longer until it has shown that it runs. */
  readonly patienceMs = (): number => {
    if (this.isByHand) return CHECK_BY_HAND_MS;
    const { patienceMs } = this.#options;
    const { firstSignMs } = this.tape;
    if (firstSignMs === undefined) return Math.max(CHECK_START_MS, patienceMs);
    // Where a start has taken long the machine has much else to do, and so have answers.
    const startTookMs = firstSignMs - this.#startedMs;
    return Math.max(patienceMs, Math.min(startTookMs * CHECK_SLOW_START_RATIO, CHECK_SLOW_MAX_MS));
  };

  /** Starts the program, once. */
  start(): Subject {
    return this.startAnother(this.port);
  }

  /** Starts one more program in the same room. */
  startAnother(port: number): Subject {
    if (this.programs.length === 0) this.#startedMs = this.tape.nowMs;
    const start = {
      roomServerHost: this.roomServerHost,
      roomServerPort: this.server.port,
      port,
      tape: this.tape,
      index: this.programs.length,
    };
    const program = this.#options.start(start);
    this.programs.push(program);
    this.#printed.push(program);
    return program;
  }

  /**
   * Members of the room beside the program, listed before it joins.
   * @returns in the order in which a program of that name has to dial them.
   */
  async cast(count: number, user = USER): Promise<Neighbour[]> {
    const names = NEIGHBOURS.slice(0, count);
    const opened: Neighbour[] = [];
    for (const name of names) opened.push(await this.neighbour(name));
    return ringAfter(hashId(user, LOOPBACK, this.port), opened);
  }

  /** Two other members, in the order in which the program has to dial them. */
  async castPair(): Promise<[Neighbour, Neighbour]> {
    const [first, second] = await this.cast(2);
    if (!first || !second) throw new Error('a cast of two has fewer');
    return [first, second];
  }

  /** The only other member of the room. */
  async castOne(): Promise<Neighbour> {
    const [one] = await this.cast(1);
    if (!one) throw new Error('a cast of one has nobody');
    return one;
  }

  /** One more member; it is listed unless told otherwise. */
  async neighbour(name: string, options: { port?: number; isListed?: boolean } = {}): Promise<Neighbour> {
    const port = options.port ?? (await freePort());
    const neighbour = await openNeighbour(name, port, this.tape, this.#options.draw);
    this.neighbours.push(neighbour);
    if (options.isListed !== false) this.server.members.unshift(neighbour);
    return neighbour;
  }

  /**
   * Starts the program, names it, joins the room, and waits for its J and for the answer to have been sent.
   */
  async join(user = USER): Promise<Request> {
    const program = this.start();
    program.press('user', user);
    program.press('join', ROOM);
    const request = await this.request('JOIN');
    await this.settled();
    return request;
  }

  /** The same with members, and waits for the handshake with the first of them, which it answers. */
  async linked(
    count: number,
    user = USER,
  ): Promise<{ members: Neighbour[]; link: WireLink; frame: StrictFrame }> {
    const members = await this.cast(count, user);
    await this.join(user);
    const link = await this.forwardLink(members);
    const frame = await this.next(link, 'HANDSHAKE', 'after connecting to a member');
    // Nothing on the wire shows that the S has been read: it gets a moment.
    await this.settled();
    return { members, link, frame };
  }

  /** The connection that the program opens to one of these members. */
  async forwardLink(members: readonly Neighbour[], among = 'a member', patienceMs = this.patienceMs) {
    const found = await this.tape.until(() => {
      this.failIfOver();
      return members.map(({ accepted }) => accepted.at(-1)).find((link) => link !== undefined);
    }, patienceMs);
    if (!found)
      throw new CheckFailure(`The program has joined, and has not connected to ${among} of the room.`);
    return found;
  }

  /** A member that dials the program and shakes hands; resolves when S has come. */
  async backward(member: Neighbour, msgId = 0): Promise<WireLink> {
    const link = await member.dial(this.port, this.patienceMs);
    link.send(member.handshake(ROOM, msgId));
    await this.next(link, 'HANDSHAKE OK', `after the P of ${member.user}, a member of the room`);
    return link;
  }

  /** Waits for the request of that kind behind the first `after` ones. */
  async request(kind: 'LIST' | 'JOIN', after = 0, patienceMs = this.patienceMs): Promise<Request> {
    const found = await this.tape.until(() => {
      this.failIfOver();
      return this.server.of(kind)[after];
    }, patienceMs);
    if (found) return found;
    const came = this.server.requests.map(({ frame }) => quoted(frame.bytes));
    const rest = this.server.links.map((link) => link.rest).find((text) => text !== '');
    throw new CheckFailure(
      `${kind === 'LIST' ? 'No LIST request (L)' : `No ${after > 0 ? 'further ' : ''}JOIN request (J)`} came to the room server within ${this.#seconds(patienceMs)}` +
        `${came.length > 0 ? `; what came: ${came.join(', ')}` : ''}${rest === undefined ? '' : `; these bytes are no whole frame: ${quoted(rest)}`}.`,
    );
  }

  /** Takes the next frame of a connection, which has to be of this kind. */
  async next(link: WireLink, kind: StrictFrame['kind'], when: string, patienceMs = this.patienceMs) {
    const frame = await this.tape.until(() => {
      const next = link.take();
      if (next === undefined) {
        this.failIfOver();
        if (link.ended !== undefined) throw new CheckFailure(this.#closedInstead(link, kind, when));
      }
      return next;
    }, patienceMs);
    if (frame?.kind === kind) return frame;
    if (frame !== undefined)
      throw new CheckFailure(`${link.owner} wanted ${kind} ${when}, and got ${quoted(frame.bytes)}.`, {
        frame,
      });
    const rest = link.rest === '' ? '' : `; these bytes are no whole frame: ${quoted(link.rest)}`;
    throw new CheckFailure(
      `${link.owner} got no ${kind} ${when}, within ${this.#seconds(patienceMs)}${rest}.`,
    );
  }

  /**
   * Takes frames of a connection up to the TEXT that has this in its content; `skipped` holds the ones
   * before.
   */
  async text(
    link: WireLink,
    token: string,
    when: string,
  ): Promise<{ frame: StrictFrame; skipped: StrictFrame[] }> {
    const skipped: StrictFrame[] = [];
    const frame = await this.tape.until(() => {
      for (let next = link.take(); next !== undefined; next = link.take()) {
        if (next.kind === 'TEXT' && next.bytes.includes(token)) return next;
        skipped.push(next);
      }
      this.failIfOver();
      if (link.ended !== undefined) throw new CheckFailure(this.#closedInstead(link, 'TEXT', when));
      return undefined;
    }, this.patienceMs);
    if (frame) return { frame, skipped };
    const came =
      skipped.length === 0 ? '' : `; what came: ${skipped.map(({ bytes }) => quoted(bytes)).join(', ')}`;
    const rest = link.rest === '' ? '' : `; these bytes are no whole frame: ${quoted(link.rest)}`;
    throw new CheckFailure(
      `${link.owner} got no TEXT ${JSON.stringify(token)} ${when}, within ${this.#seconds(this.patienceMs)}${came}${rest}.`,
    );
  }

  /** Resolves when the program has ended this connection. */
  async closed(link: WireLink, when: string): Promise<void> {
    const ended = await this.tape.until(() => link.ended, this.patienceMs);
    if (ended === undefined)
      throw new CheckFailure(
        `The connection of ${link.owner} is still open ${when}, after ${this.#seconds(this.patienceMs)}.`,
      );
  }

  /** Takes the next datagram that a member gets. */
  async datagram(member: Neighbour, kind: 'POKE' | 'ACK', when: string) {
    const datagram = await this.tape.until(() => {
      this.failIfOver();
      return member.datagrams.take();
    }, this.patienceMs);
    if (!datagram)
      throw new CheckFailure(
        `${member.user} got no ${kind} by UDP ${when}, within ${this.#seconds(this.patienceMs)}.`,
      );
    if (datagram.frame.kind !== kind)
      throw new CheckFailure(
        `${member.user} wanted ${kind} by UDP ${when}, and got ${quoted(datagram.frame.bytes)}.`,
        { frame: datagram.frame },
      );
    return datagram;
  }

  /** Lets the protocol's own time pass. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** A place to look from, once the program shows nothing more for a moment. */
  async settled(): Promise<number> {
    await this.program.done();
    for (let looks = 0; looks < CHECK_SETTLED_LOOKS_MAX; looks += 1) {
      const { mark } = this.program;
      await this.pass(Math.max(CHECK_QUIET_MS, this.#options.patienceMs * CHECK_QUIET_RATIO));
      if (mark === this.program.mark) break;
    }
    return this.program.mark;
  }

  /** A program that is over answers nothing: that is the first thing to say. */
  failIfOver(): void {
    for (const { problem } of this.programs) if (problem) throw problem;
    const over = this.programs.find((program) => program.exit !== undefined);
    if (!over?.exit) return;
    const { code, signal } = over.exit;
    throw new CheckFailure(`The program has ended (${signal === null ? `exit code ${code}` : signal}).`);
  }

  /** Releases everything; resolves when no process is left. */
  async close(): Promise<void> {
    await Promise.all(this.#printed.map((program) => program.close()));
    for (const neighbour of this.neighbours) neighbour.close();
    this.server.close();
  }

  #closedInstead(link: WireLink, kind: string, when: string): string {
    return `${link.owner} wanted ${kind} ${when}, and the program closed the connection (${link.ended}).`;
  }

  #seconds(ms: () => number): string {
    return `${(ms() / 1_000).toFixed(1)} s`;
  }
}
