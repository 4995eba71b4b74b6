/**
 * Five processes that chat, linked in a star, a chain or a ring: the real program in line mode with a room
 * server in a process of its own, or five processes of the limit program.
 *
 * How the real program, unchanged, comes to these links: whoever joins dials the next member on the ring of
 * Hash IDs among those who are there already, so the names are chosen (`nameFor`) so that this is the wanted
 * one. The first member has nobody to dial; it would dial the last one as soon as its list showed it, so
 * nobody's list is refreshed (a KEEPALIVE of weeks). For the ring one message is said: the first member does
 * not know who said it, asks for a fresh list, and dials. What has come of it is checked.
 */

import { fileURLToPath } from 'node:url';
import { forwardCandidates } from '../../../src/overlay/dialling/candidates.ts';
import { type Member, toMember } from '../../../src/overlay/member.ts';
import { compareHashIds } from '../../../src/protocol/hash-id.ts';
import { LOOPBACK } from '../../../src/protocol/names.ts';
import { Condition, freePort } from '../sockets.ts';
import { ROOM } from '../texts.ts';
import { LineModeProcess } from './line-mode-process.ts';
import { ENTRY } from './program.ts';

/** How the five are linked; the first speaks: a leaf of the star, an end of the chain. */
export type Topology = 'star' | 'chain' | 'ring';
export const TOPOLOGIES: readonly Topology[] = ['star', 'chain', 'ring'];

const BASE_NAMES = ['ada', 'bob', 'cyd', 'dan', 'eve'] as const;
const NAMES_TRIED = 1_000;
/** Choices of all five names; most of them succeed. */
const CHOICES_TRIED = 100;
/** Longer than any run; timers take no more. */
const NEVER_MS = 2_000_000_000;
const LIMITS = JSON.stringify({
  peer: { keepaliveMs: NEVER_MS },
  roomServer: { memberExpiryMs: NEVER_MS },
});
const LIMIT_PROGRAM = fileURLToPath(new URL('./limits/room-member.js', import.meta.url));

/** Whom each member dials when it joins, by place in the order of joining. */
const DIALS: Readonly<Record<Topology, readonly (number | undefined)[]>> = {
  star: [undefined, 0, 0, 0, 0],
  chain: [undefined, 0, 1, 2, 3],
  ring: [undefined, 0, 1, 2, 3],
};
/** The ring is closed by the first one. */
const CLOSES: Readonly<Record<Topology, readonly [number, number][]>> = {
  star: [],
  chain: [],
  ring: [[0, 4]],
};
/** Of a star the first one is the hub, and a leaf speaks. */
const SPEAKERS: Readonly<Record<Topology, number>> = { star: 1, chain: 0, ring: 0 };

const FORWARD = /^\[cmd\] Forward link (to|back to) /;
const LEFT_OUT = /^\[cmd\] (\d+) notices were left out here/;
const FORWARD_LOST = /^\[cmd\] Forward link to .* lost/;

/** What is wanted of a room. */
export interface ChatRoomOptions {
  readonly topology: Topology;
  /** Numbered lines have numbers below this. */
  readonly numbersMost: number;
  /** Called with a member's place and the number of each numbered line that it prints for the first time. */
  readonly onNumber?: (place: number, number: number) => void;
}

/** See above. */
export class ChatRoom {
  readonly members: readonly Member[];
  readonly processes: LineModeProcess[] = [];
  readonly speaker: number;
  readonly condition = new Condition();
  readonly #options: ChatRoomOptions;
  #server: LineModeProcess | undefined;

  private constructor(members: readonly Member[], options: ChatRoomOptions) {
    this.members = members;
    this.#options = options;
    this.speaker = SPEAKERS[options.topology];
  }

  /** Five processes of the real program and a room server. */
  static async ofPrograms(options: ChatRoomOptions): Promise<ChatRoom> {
    const room = new ChatRoom(await membersOf(options.topology), options);
    return room.#opened(async () => {
      const port = await freePort();
      const words = [ENTRY, 'room-server', String(port), '--host', LOOPBACK];
      const env = { P2PCHAT_LIMITS: LIMITS };
      room.#server = new LineModeProcess({ words, env, numbersMost: 0, onPrinted: () => {} });
      await room.#server.until('the room server listens', /listening/);
      for (const [place, member] of room.members.entries()) {
        const { user, port: own } = member;
        const joined = room.#start(
          [ENTRY, LOOPBACK, String(port), String(own), '--name', user, '--room', ROOM],
          place,
          env,
        );
        await joined.until(`${user} has joined`, /^\[cmd\] Joined /);
        if (place > 0) await joined.until(`${user} has linked`, FORWARD);
      }
      await room.#close();
      room.#check();
    });
  }

  /** Five processes of the limit program. */
  static async ofLimits(options: ChatRoomOptions): Promise<ChatRoom> {
    const room = new ChatRoom(await membersOf(options.topology), options);
    return room.#opened(async () => {
      for (const [place, { user, hid, port }] of room.members.entries()) {
        const targets = [
          DIALS[options.topology][place],
          CLOSES[options.topology].find(([from]) => from === place)?.[1],
        ].filter((target) => target !== undefined);
        const dials = targets.map((target) => room.members[target]?.port);
        const settings = JSON.stringify({ name: user, hid, room: ROOM, port, dials });
        const member = room.#start([LIMIT_PROGRAM, settings], place);
        await member.until(`${user} listens`, /^\[cmd\] Joined/);
      }
      for (const [place, member] of room.processes.entries())
        await member.until('its links are there', / link /, room.#linksOf(place));
    });
  }

  /** Bytes of the frame that goes out for a line of the speaker, with a message ID of six digits. */
  frameBytes(lineBytes: number): number {
    const { user, hid } = this.members[this.speaker] as Member;
    return `T:${ROOM}:${hid}:${user}:123456:${lineBytes}:::\r\n`.length + lineBytes;
  }

  /** The length of a line whose frame is so long, with a message ID of six digits. */
  lineBytes(frameBytes: number): number {
    for (let bytes = 1; bytes < frameBytes; bytes += 1)
      if (this.frameBytes(bytes) === frameBytes) return bytes;
    throw new RangeError(`no line makes a frame of ${frameBytes} bytes`);
  }

  /** The processes that listen to the speaker. */
  get listeners(): readonly LineModeProcess[] {
    return this.processes.filter((_, place) => place !== this.speaker);
  }

  /** Links that were lost since the beginning, each counted where it was a forward link. */
  get dropped(): number {
    return this.processes.reduce((sum, one) => sum + one.countOther(FORWARD_LOST), 0);
  }

  /** Lines that members have not printed because this process did not read the others fast enough. */
  get leftOut(): number {
    const lines = this.processes.flatMap(({ otherLines }) => otherLines);
    return lines.reduce((sum, line) => sum + Number(LEFT_OUT.exec(line)?.[1] ?? 0), 0);
  }

  /** The most memory that any of the five has had resident. */
  peakBytes(): number {
    return Math.max(...this.processes.map((one) => one.peakBytes()));
  }

  /** Ends every process. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.stop()));
    await this.#server?.stop();
  }

  /** A room that could not be opened leaves no process. */
  async #opened(open: () => Promise<void>): Promise<ChatRoom> {
    try {
      await open();
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  #start(
    words: readonly string[],
    place: number,
    env: Readonly<Record<string, string>> = {},
  ): LineModeProcess {
    const { numbersMost, onNumber } = this.#options;
    const started = new LineModeProcess({
      ...{ words, env, numbersMost },
      onPrinted: () => this.condition.changed(),
      onNumber: (number) => onNumber?.(place, number),
    });
    this.processes.push(started);
    return started;
  }

  /** Closes the ring: see above. */
  async #close(): Promise<void> {
    for (const [from, to] of CLOSES[this.#options.topology]) {
      this.processes[to]?.feed('hello\n');
      await this.processes[from]?.until('the ring is closed', FORWARD);
      await this.processes[to]?.until('the ring is closed', /^\[cmd\] Backward link from /);
    }
  }

  /** @throws Error where the links are not those that were wanted. */
  #check(): void {
    const { topology } = this.#options;
    const dials = DIALS[topology].map((to, from) => [from, to] as const);
    for (const [from, to] of [...dials, ...CLOSES[topology]]) {
      if (to === undefined) continue;
      const lines = this.processes[from]?.otherLines ?? [];
      const user = this.members[to]?.user;
      if (lines.filter((line) => line.startsWith(`[cmd] Forward link to ${user} `)).length !== 1)
        throw new Error(`no ${topology}: member ${from} is not linked to ${user}:\n${lines.join('\n')}`);
    }
  }

  #linksOf(place: number): number {
    const { topology } = this.#options;
    const links = [...DIALS[topology].map((to, from) => [from, to] as const), ...CLOSES[topology]];
    return links.filter(([from, to]) => to !== undefined && (from === place || to === place)).length;
  }
}

/** Five members whose names lead to these links. */
async function membersOf(topology: Topology): Promise<Member[]> {
  for (let tries = 0; tries < CHOICES_TRIED; tries += 1) {
    const members = await chosenMembers(topology);
    if (members) return members;
  }
  throw new Error(`no names lead to a ${topology}`);
}

/** Chooses them one after the other; two that happen to be close on the ring leave no place between them. */
async function chosenMembers(topology: Topology): Promise<Member[] | undefined> {
  const members: Member[] = [];
  for (const [place, base] of BASE_NAMES.entries()) {
    const target = DIALS[topology][place];
    const dialled = target === undefined ? undefined : members[target];
    const member = nameFor(base, await freePort(), members, dialled);
    if (!member) return undefined;
    members.push(member);
  }
  return members;
}

/** A member that dials `target` when the others are there before it; `undefined` where no name gives that. */
function nameFor(
  base: string,
  port: number,
  others: readonly Member[],
  target: Member | undefined,
): Member | undefined {
  for (let number = 0; number < NAMES_TRIED; number += 1) {
    const member = toMember({ user: number === 0 ? base : `${base}${number}`, ip: LOOPBACK, port });
    const ring = [...others, member].sort((one, other) => compareHashIds(one.hid, other.hid));
    if (forwardCandidates(ring, member)[0] === target) return member;
  }
  return undefined;
}
