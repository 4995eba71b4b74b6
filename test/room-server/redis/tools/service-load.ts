/**
 * Members of many rooms, each of which sends its J every KEEPALIVE to one of several servers on a store, and
 * everything that may not happen to them: a list without the asker, with strangers, or with a wrong MSID; to
 * be missing in lists for longer than a KEEPALIVE; to expire.
 *
 * A member keeps to its times whatever the answers take, so that the rate stays what it is while a store is
 * away; but it has one question at a time, as a peer has.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { decode } from '../../../../src/protocol/decode.ts';
import type { JoinFrame } from '../../../../src/protocol/frames.ts';
import type { Registry } from '../../../../src/room-server/registry/registry.ts';
import { bodyMsid } from '../../registry/registry-helpers.ts';

/** How big a load is; times in ms. */
export interface LoadShape {
  readonly rooms: number;
  readonly membersPerRoom: number;
  /** Between two J of a member, answered by F or not. */
  readonly keepaliveMs: number;
  /** Between two wakes of the servers' monitors. */
  readonly monitorMs: number;
}

/** A server as the load needs it: its registry, or a process that is asked over the network. */
export type AskedServer = Pick<Registry, 'join' | 'expire'>;

interface LoadMember {
  readonly frame: JoinFrame;
  readonly connection: string;
  readonly server: AskedServer;
  answeredMs: number;
  missingSinceMs: number | undefined;
}

/** See above. */
export class ServiceLoad {
  /** What was wrong, in words; at most the first few. */
  readonly wrong: string[] = [];
  answers = 0;
  refusals = 0;
  /** The longest time without an answer that one member has seen, and the longest that one was not listed. */
  longestSilenceMs = 0;
  longestAbsenceMs = 0;
  readonly #shape: LoadShape;
  readonly #rooms = new Map<string, Map<string, LoadMember>>();
  readonly #members: LoadMember[] = [];
  /** By room, the last list that it was answered with, where that was right and named everybody. */
  readonly #complete = new Map<string, Buffer>();
  readonly #running: Promise<void>[] = [];
  #isOver = false;
  #isChecked = false;

  constructor(shape: LoadShape, servers: readonly AskedServer[]) {
    this.#shape = shape;
    const count = shape.rooms * shape.membersPerRoom;
    for (let index = 0; index < count; index += 1) this.#add(index, servers);
    for (const server of servers) this.#running.push(this.#monitor(server));
  }

  /** Adds everybody, then begins with the KEEPALIVEs. */
  async start(): Promise<void> {
    const members = this.#members;
    for (let at = 0; at < members.length; at += JOINS_AT_ONCE)
      await Promise.all(members.slice(at, at + JOINS_AT_ONCE).map((member) => this.#ask(member)));
    if (this.refusals > 0) this.#note(`${this.refusals} were refused before anything had happened`);
    this.#isChecked = true;
    for (const member of members) member.answeredMs = performance.now();
    for (const [index, member] of members.entries())
      this.#running.push(this.#keepAlive(member, (index / members.length) * this.#shape.keepaliveMs));
  }

  /** Resolves when every member has had so many more answers in a row, or rejects after the time. */
  async untilAllAnswered(count: number, withinMs: number): Promise<void> {
    const from = performance.now();
    for (let round = 0; round < count; round += 1) {
      const sinceMs = performance.now();
      while (this.#members.some(({ answeredMs }) => answeredMs < sinceMs)) {
        if (performance.now() - from > withinMs) throw new Error(`no answers for all within ${withinMs} ms`);
        await delay(LOOK_MS);
      }
    }
  }

  /** Who was not in the last list of their room that anybody has got. */
  get missing(): string[] {
    const missing = this.#members.filter(({ missingSinceMs }) => missingSinceMs !== undefined);
    return missing.map(({ frame }) => frame.user);
  }

  /** The end of all requests. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  #add(index: number, servers: readonly AskedServer[]): void {
    const room = `room${index % this.#shape.rooms}`;
    const server = servers[index % servers.length] as AskedServer;
    const frame: JoinFrame = {
      kind: 'JOIN',
      room,
      user: `u${index}`,
      ip: '10.0.0.1',
      port: 1 + (index % 60_000),
    };
    const member = { frame, connection: String(index), server, answeredMs: 0, missingSinceMs: undefined };
    this.#members.push(member);
    this.#rooms.set(room, (this.#rooms.get(room) ?? new Map()).set(frame.user, member));
  }

  async #keepAlive(member: LoadMember, firstMs: number): Promise<void> {
    let nextMs = performance.now() + firstMs;
    while (!this.#isOver) {
      await delay(Math.max(0, nextMs - performance.now()));
      nextMs = Math.max(performance.now(), nextMs + this.#shape.keepaliveMs);
      await this.#ask(member);
    }
  }

  async #monitor(server: AskedServer): Promise<void> {
    while (!this.#isOver) {
      await delay(this.#shape.monitorMs);
      const { members } = await server.expire(0);
      for (const { member } of members) this.#note(`${member.user} has expired`);
    }
  }

  async #ask(member: LoadMember): Promise<void> {
    const outcome = await member.server.join(member.connection, member.frame, 0, member.frame.ip);
    if (outcome.kind === 'store away') {
      this.refusals += 1;
      return;
    }
    if (outcome.kind !== 'added' && outcome.kind !== 'refreshed') {
      this.#note(`${member.frame.user}: ${outcome.kind}`);
      return;
    }
    const nowMs = performance.now();
    if (this.#isChecked) {
      this.longestSilenceMs = Math.max(this.longestSilenceMs, nowMs - member.answeredMs);
      this.#check(member, outcome.members, nowMs);
    }
    member.answeredMs = nowMs;
    this.answers += 1;
  }

  #check({ frame }: LoadMember, bytes: Buffer, nowMs: number): void {
    // Bytes that were right and named everybody are as right for the next who asks.
    if (this.#complete.get(frame.room)?.equals(bytes)) return;
    const list = decode(bytes);
    const room = this.#rooms.get(frame.room) ?? new Map<string, LoadMember>();
    if (list?.kind !== 'MEMBERS' || list.msid !== bodyMsid(bytes)) {
      this.#note(`${frame.user} has got ${bytes.toString('latin1').slice(0, 100)}`);
      return;
    }
    const users = new Set(list.members.map(({ user }) => user));
    if (!users.has(frame.user)) this.#note(`${frame.user} has got a list without itself`);
    if (users.size !== list.members.length) this.#note(`${frame.user} has got a list with somebody twice`);
    for (const user of users) if (!room.has(user)) this.#note(`${frame.user} has got a list with ${user}`);
    const isComplete = list.members.length === room.size && [...room.keys()].every((user) => users.has(user));
    if (isComplete) this.#complete.set(frame.room, bytes);
    else this.#complete.delete(frame.room);
    for (const [user, member] of room) {
      if (!users.has(user)) member.missingSinceMs ??= nowMs;
      else if (member.missingSinceMs !== undefined) {
        this.longestAbsenceMs = Math.max(this.longestAbsenceMs, nowMs - member.missingSinceMs);
        member.missingSinceMs = undefined;
      }
    }
  }

  #note(words: string): void {
    if (this.wrong.length < NOTES_MAX) this.wrong.push(words);
  }
}

const JOINS_AT_ONCE = 200;
const NOTES_MAX = 20;
const LOOK_MS = 20;
