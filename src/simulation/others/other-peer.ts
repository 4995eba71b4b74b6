/**
 * A peer as other implementations are: one recv is one frame, message IDs from 0 again after a restart, no
 * failback, no verification of strangers, duplicates told in one of their ways (other-duplicates.ts), and one
 * of their habits on the wire (wire-habits.ts).
 * Straight code, no statechart, and a contrast worth reading: about what the assignment asks.
 */
import { Subject } from 'rxjs';
import type { Clock, Timer } from '../../io/clock.ts';
import type { Connection, Endpoint, Network } from '../../io/network.ts';
import { type Member, toMember } from '../../overlay/member.ts';
import { Membership } from '../../overlay/membership.ts';
import { decode } from '../../protocol/decode.ts';
import { encode } from '../../protocol/encode.ts';
import { FrameDecoder } from '../../protocol/frame-decoder.ts';
import type { HandshakeFrame } from '../../protocol/frames.ts';
import { readFrame } from '../../protocol/read-frame.ts';
import type { DuplicateCheck } from './other-duplicates.ts';
import { type HabitName, wholeHabit } from './wire-habits.ts';

const KEEPALIVE_MS = 20_000;
const RETRY_MS = 10_000;
const CONNECT_MS = 5_000;
/** What one recv takes at most. */
const RECV_MAX_BYTES = 1_000;

/** What such a peer is told. */
interface OtherPeerOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly roomServer: Endpoint;
  readonly room: string;
  readonly user: string;
  readonly ip: string;
  readonly port: number;
  readonly duplicates: DuplicateCheck;
  readonly habit: HabitName;
}

/** A message in its window. */
interface OtherText {
  readonly user: string;
  readonly originHid: string;
  readonly content: string;
}

interface OtherLink {
  readonly connection: Connection;
  readonly member: Member;
  readonly isForward: boolean;
}

/** One peer of another implementation, from its Join to its end. */
export class OtherPeer {
  readonly texts = new Subject<OtherText>();
  readonly self: Member;
  readonly #options: OtherPeerOptions;
  readonly #habit: ReturnType<typeof wholeHabit>;
  readonly #membership = new Membership();
  readonly #links = new Set<OtherLink>();
  readonly #timers = new Set<Timer>();
  readonly #closing: (() => void)[] = [];
  readonly #open = new Set<Connection>();
  #isDialling = false;
  #isOver = false;
  #msgId = 0;
  #server: Connection | undefined;

  constructor(options: OtherPeerOptions) {
    this.#options = options;
    this.#habit = wholeHabit(options.habit);
    this.self = toMember(options);
  }

  /** Names of the members that it is linked to. */
  get neighbours(): readonly string[] {
    return [...this.#links].map(({ member }) => member.user);
  }

  /** Listens, joins, keeps alive, and looks for a forward link. */
  start(): void {
    const { network, port } = this.#options;
    network.listen({ host: '0.0.0.0', port }).subscribe((listener) => {
      this.#closing.push(() => listener.close());
      listener.connections.subscribe((connection) => this.#accept(connection));
    });
    network.bind({ host: '0.0.0.0', port }).subscribe((socket) => {
      this.#closing.push(() => socket.close());
      socket.datagrams.subscribe(({ bytes, from }) => {
        const read = bytes.subarray(0, this.#habit.pokeMaxBytes);
        if (decode(read)?.kind === 'POKE') socket.send(encode({ kind: 'ACK' }), from);
      });
    });
    this.#connectToServer();
  }

  /** Sends a message over every link; its own window shows it. */
  say(content: string): void {
    this.#msgId += 1;
    const { hid: originHid, user: originUser } = this.self;
    const frame = { room: this.#options.room, originHid, originUser, msgId: this.#msgId };
    const bytes = encode({ kind: 'TEXT', ...frame, content: Buffer.from(content) });
    for (const { connection } of this.#links) connection.write(this.#habit.text(bytes, originUser));
    this.texts.next({ user: originUser, originHid, content });
  }

  /** Closes everything that it knows of. */
  quit(): void {
    this.#isOver = true;
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer);
    for (const close of this.#closing) close();
    for (const connection of this.#open) connection.end();
    this.texts.complete();
  }

  #connectToServer(): void {
    const { network, roomServer } = this.#options;
    network.connect(roomServer, CONNECT_MS).subscribe({
      next: (connection) => {
        this.#opened(connection);
        this.#server = connection;
        const decoder = new FrameDecoder(1_048_576, false);
        connection.bytes.subscribe((chunk) => {
          for (const raw of decoder.push(chunk)) if (raw.kind === 'CONTROL') this.#replied(raw.bytes);
        });
        connection.closed.subscribe(() => this.#after(RETRY_MS, () => this.#connectToServer()));
        this.#keepAlive(connection);
      },
      error: () => this.#after(RETRY_MS, () => this.#connectToServer()),
    });
  }

  #keepAlive(connection: Connection): void {
    if (this.#server !== connection) return;
    const { room } = this.#options;
    const { user, ip, port } = this.self;
    connection.write(encode({ kind: 'JOIN', room, user, ip, port }));
    this.#after(KEEPALIVE_MS, () => this.#keepAlive(connection));
  }

  #replied(bytes: Buffer): void {
    const frame = decode(bytes);
    if (frame?.kind !== 'MEMBERS') return;
    this.#membership.replace(frame.msid, frame.members);
    this.#search();
  }

  #search(): void {
    const hasForward = [...this.#links].some(({ isForward }) => isForward);
    if (hasForward || this.#isDialling) return;
    const linked = new Set([...this.#links].map(({ member }) => member.hid));
    const candidates = this.#habit.candidates(this.#membership.ring, this.self);
    this.#dial(candidates.filter(({ hid }) => !linked.has(hid)));
  }

  #dial([candidate, ...others]: readonly Member[]): void {
    if (!candidate) {
      this.#after(RETRY_MS, () => this.#search());
      return;
    }
    this.#isDialling = true;
    const failed = () => {
      this.#isDialling = false;
      this.#dial(others);
    };
    const { network, room } = this.#options;
    network.connect({ host: candidate.ip, port: candidate.port }, CONNECT_MS).subscribe({
      next: (connection) => {
        this.#opened(connection);
        const { user, ip, port } = this.self;
        const greeting = { kind: 'HANDSHAKE', room, user, ip, port, msgId: this.#msgId } as const;
        connection.write(this.#habit.greeting(greeting));
        let link: OtherLink | undefined;
        connection.bytes.subscribe((chunk) => {
          if (link) this.#received(link, chunk);
          else if (chunk[0] === CAPITAL_S) {
            this.#isDialling = false;
            link = this.#linked(connection, candidate, true);
          } else connection.end();
        });
        connection.closed.subscribe(() => (link ? this.#lost(link) : failed()));
      },
      error: failed,
    });
  }

  #accept(connection: Connection): void {
    this.#opened(connection);
    let link: OtherLink | undefined;
    connection.bytes.subscribe((chunk) => {
      if (link) {
        this.#received(link, chunk);
        return;
      }
      const frame = decode(chunk);
      if (frame?.kind === 'HANDSHAKE' && frame.room === this.#options.room)
        link = this.#answer(connection, frame);
      else connection.end();
    });
    connection.closed.subscribe(() => {
      if (link) this.#lost(link);
    });
  }

  /** @returns the link, where the handshake is welcome. */
  #answer(connection: Connection, frame: HandshakeFrame): OtherLink | undefined {
    const { refusal } = this.#habit;
    if (refusal && !this.#membership.find(frame)) {
      connection.write(refusal);
      return undefined;
    }
    const { welcome, welcomeAfterMs } = this.#habit;
    const answer = () => connection.write(welcome(frame, this.#msgId));
    if (welcomeAfterMs === 0) answer();
    else this.#after(welcomeAfterMs, answer);
    return this.#linked(connection, toMember(frame), false);
  }

  #linked(connection: Connection, member: Member, isForward: boolean): OtherLink {
    const link = { connection, member, isForward };
    this.#links.add(link);
    return link;
  }

  #lost(link: OtherLink): void {
    this.#links.delete(link);
    if (link.isForward) this.#search();
  }

  /** One recv is one frame: what came behind the first in the same chunk is lost, and so is what was cut. */
  #received(from: OtherLink, chunk: Buffer): void {
    const text = readFrame(chunk.subarray(0, RECV_MAX_BYTES));
    if (text?.kind !== 'TEXT' || text.room !== this.#options.room) return;
    const { originHid, originUser, msgId, bytes } = text;
    const content = text.contentText;
    if (originHid === this.self.hid || !this.#options.duplicates.isNew(originHid, msgId)) return;
    for (const link of this.#links) {
      const getsCopy = link === from ? this.#habit.echoes : link.member.hid !== originHid;
      if (getsCopy) link.connection.write(this.#habit.text(bytes, this.self.user));
    }
    this.texts.next({ user: originUser, originHid, content });
  }

  #opened(connection: Connection): void {
    this.#open.add(connection);
    connection.closed.subscribe(() => this.#open.delete(connection));
    if (this.#isOver) connection.end();
  }

  #after(delayMs: number, act: () => void): void {
    if (this.#isOver) return;
    const { clock } = this.#options;
    const timer = clock.setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }
}

const CAPITAL_S = 0x53;
