/**
 * A join storm: 10,000 members join one room and refresh as KEEPALIVE does, a part of them over real
 * connections, the rest over the registry of the same process. Nobody may be refused or forgotten, and the
 * memory has to be what it should be (what the connections cost before they have joined is left out: they are
 * there already).
 */
import type { Socket } from 'node:net';
import { encode } from '../../src/protocol/encode.ts';
import { NAME_MAX_CHARACTERS } from '../../src/protocol/names.ts';
import { Child } from '../children/child.ts';
import { longestMemberOf } from '../load/members.ts';
import { Condition, open } from '../load/sockets.ts';
import { type Effort, type Row, type RowGroup, scaled } from '../results/row.ts';

const MEMBERS = 10_000;
const CONNECTIONS = 200;
const ROUNDS = 3;
const KEEPALIVE_MS = 20_000;
/** As long as a name may be, like those of the members: the formula is one of the worst case. */
const ROOM = 'storm'.padEnd(NAME_MAX_CHARACTERS, 'x');
const WARM_ROOM = 'warm';
const WARM_MEMBERS = 2_000;
/**
 * docs/LIMITS.md, "Memory of a room server": what each of these costs beside the M, which is kept once at
 * rest.
 */
const MEMBER_BYTES = 510;
const OWNER_BYTES = 240;
const REMEMBERED_BYTES = 750;
const MEGABYTE = 1_048_576;

interface Memory {
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly refused: number;
}

/** One member with a connection of its own; counts its answers by their ends, and looks for an F. */
class Member {
  readonly #socket: Socket;
  readonly #request: Buffer;
  answers = 0;
  lastBytes = 0;
  failures = 0;

  private constructor(socket: Socket, request: Buffer) {
    this.#socket = socket;
    this.#request = request;
  }

  static async connect(port: number, number: number, room: string, changed: () => void): Promise<Member> {
    let member: Member | undefined;
    let come = 0;
    const socket = await open(port, (bytes) => {
      if (!member) return;
      if (come === 0 && bytes[0] !== 'M'.charCodeAt(0)) member.failures += 1;
      come += bytes.length;
      if (bytes.at(-1) !== '\n'.charCodeAt(0)) return;
      member.lastBytes = come;
      come = 0;
      member.answers += 1;
      changed();
    });
    member = new Member(socket, encode({ kind: 'JOIN', room, ...longestMemberOf(number) }));
    return member;
  }

  ask(): void {
    this.#socket.write(this.#request);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** What a program is compiled to while it serves for the first time is no part of what its members cost. */
async function warmUp(child: Child, port: number): Promise<void> {
  const condition = new Condition();
  const first = await Member.connect(port, 0, WARM_ROOM, () => condition.changed());
  const others = { room: WARM_ROOM, from: 1, to: WARM_MEMBERS, isLongest: true };
  await child.ask('join', others);
  first.ask();
  await condition.until('an answer', () => first.answers === 1);
  first.close();
  await child.ask('leave', others);
}

async function storm(effort: Effort): Promise<Row> {
  const { child, ready } = await Child.start<{ port: number }>('programs/room-server', {});
  const all = scaled(MEMBERS, effort, 300);
  const own = Math.min(CONNECTIONS, Math.floor(all / 2));
  const condition = new Condition();
  const members: Member[] = [];
  try {
    for (let number = 0; number < own; number += 1)
      members.push(await Member.connect(ready.port, number, ROOM, () => condition.changed()));
    await warmUp(child, ready.port);
    const before = await child.ask<Memory>('collect');
    const fromMs = performance.now();
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const member of members) member.ask();
      await child.ask('join', { room: ROOM, from: own, to: all, isLongest: true });
      await condition.until('everybody is answered', () =>
        members.every(({ answers }) => answers === round + 1),
      );
      const nextMs = fromMs + (round + 1) * KEEPALIVE_MS * effort.scale;
      if (round < ROUNDS)
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - performance.now())));
    }
    const tookMs = performance.now() - fromMs;
    const after = await child.ask<Memory>('collect');
    return stormRow(all, own, members, before, after, tookMs);
  } finally {
    for (const member of members) member.close();
    await child.stop();
  }
}

function stormRow(
  all: number,
  own: number,
  members: readonly Member[],
  before: Memory,
  after: Memory,
  tookMs: number,
): Row {
  const failures = after.refused + members.reduce((sum, { failures: count }) => sum + count, 0);
  const frameBytes = Math.max(...members.map(({ lastBytes }) => lastBytes));
  const formula = all * (MEMBER_BYTES + OWNER_BYTES) + own * REMEMBERED_BYTES + frameBytes;
  const grown = after.heapBytes - before.heapBytes;
  const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);
  return {
    name: `room server, join storm of ${all.toLocaleString('en')}, ${own} over connections`,
    ratio: grown / formula,
    spread: 0,
    aim: 'no error, memory ≤ formula',
    holds: failures === 0 && grown <= formula,
    figures: `${failures} errors, ${megabytes(grown)} MiB of ${megabytes(formula)} by the formula, M of ${frameBytes.toLocaleString('en')} bytes, ${Math.round(tookMs / 1_000)} s`,
  };
}

/** Join storm. */
export const JOIN_STORM: RowGroup = {
  name: 'join-storm',
  async *measure(effort) {
    yield await storm(effort);
  },
};
