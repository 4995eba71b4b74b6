/**
 * Goal: a room stays in one piece with a member of another implementation that dials us while we dial it and
 * keeps both links for ever (PROTOCOL.md, "Crossing dials").
 *
 * The room: three members whose forward links make a circle of their own, so that they look for nobody; the
 * other member, which has joined and waits; and we, whose first choice it is. Two links between it and us
 * and none to the three are two pieces: one of the two has to go, and we have to search on.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { Watched } from '../e2e/tools/watched.ts';
import { type Address, hid, ringFrom } from '../e2e/tools/wire.ts';
import { testInRoom } from './in-namespaces.ts';
import type { HostedPeer, RoomInNamespaces } from './room-in-namespaces.ts';

const PORT = 5_001;
const TIMEOUT_MS = 60_000;
const COMPLETE_MS = 15_000;
const NAMES_TRIED = 10_000;

/** The other implementation of `keeps-both.ts`, on a host of its own. */
class KeepsBoth extends Watched {
  isOver = false;
  joined = false;
  /** Links that it has had. */
  links = 0;
  /** What it has shown. */
  readonly texts: string[] = [];
  readonly #happened: string[] = [];
  readonly #child;

  constructor(launcher: readonly string[], settings: object) {
    super();
    const script = fileURLToPath(new URL('keeps-both.ts', import.meta.url));
    const node = [process.execPath, '--import', 'tsx', script, JSON.stringify(settings)];
    const [command, ...words] = [...launcher, ...node];
    this.#child = spawn(command as string, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.on('exit', () => {
      this.isOver = true;
      this.changed();
    });
    let rest = '';
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.#happened.push(line);
        const { type, content = '' } = JSON.parse(line) as { type: string; content?: string };
        if (type === 'text') this.texts.push(content);
        if (type === 'joined') this.joined = true;
        if (type === 'linked') this.links += 1;
      }
      this.changed();
    });
  }

  say(content: string): void {
    this.#child.stdin.write(`${content}\n`);
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  transcript(): string {
    return this.#happened.join('\n');
  }
}

/** A name for which this member has the place on the ring that it needs. */
function memberFor(base: string, ip: string, fits: (member: Address) => boolean): Address {
  for (let number = 0; number < NAMES_TRIED; number += 1) {
    const member = { user: `${base}${number}`, ip, port: PORT };
    if (fits(member)) return member;
  }
  throw new Error(`no name for ${base} has the place that it needs`);
}

function place(member: Address): bigint {
  return BigInt(hid(member));
}

/** Three peers whose forward links are a circle. */
async function circle(room: RoomInNamespaces): Promise<{ peers: HostedPeer[]; addresses: Address[] }> {
  const peers: HostedPeer[] = [];
  const addresses: Address[] = [];
  for (const base of ['ada', 'bob', 'cyd']) {
    const host = await room.namespaces.host();
    // Each dials the one before it, so that the first one, which has nobody to dial yet, will dial the last.
    const member = memberFor(base, host.address, (self) => ringFrom(self, addresses)[0] === addresses.at(-1));
    peers.push(await room.join(member.user, { host }));
    addresses.push(member);
    await room.books.untilWhole(room.peers);
  }
  // The first one does not know who says this, asks for a fresh list, and finds whom to dial.
  const last = peers.at(-1) as HostedPeer;
  room.say(last.peer);
  await room.books.until('everybody has a forward link', () =>
    room.peers.every(({ forward }) => forward !== undefined),
  );
  return { peers, addresses };
}

const CROSSINGS = [
  { ours: 'higher', answers: 'before' },
  { ours: 'higher', answers: 'after' },
  { ours: 'lower', answers: 'before' },
  { ours: 'lower', answers: 'after' },
] as const;

for (const { ours, answers } of CROSSINGS)
  testInRoom(
    `five are one piece though one keeps both links; it answers ${answers} it dials, our hash ID is ${ours}`,
    TIMEOUT_MS,
    async (room) => {
      const { peers, addresses } = await circle(room);
      const [itsHost, ourHost] = [await room.namespaces.host(), await room.namespaces.host()];
      const it = memberFor('it', itsHost.address, (self) =>
        addresses.every((member) => place(member) > place(self)),
      );
      const us = memberFor('us', ourHost.address, (self) => {
        const isHigher = place(self) > place(it);
        return ringFrom(self, [...addresses, it])[0] === it && isHigher === (ours === 'higher');
      });
      const server = { host: room.serverHost.address, port: room.serverPort };
      const other = new KeepsBoth(itsHost.launcher, { name: it.user, ...it, room: 'os', server, answers });
      room.whenClosed(() => other.stop());
      await other.until('it has joined', () => other.joined);
      const { peer } = await room.join(us.user, { host: ourHost });
      await other.until('both have dialled', () => other.links >= 2);
      const isLinked = () =>
        peers.some((one) => peer.forward === one.peer.name || peer.backward.has(one.peer.name));
      await room.books.until('we are linked to one of the three as well', isLinked, COMPLETE_MS);
      const first = peers[0] as HostedPeer;
      const before = other.texts.length;
      other.say(room.books.sent(undefined, room.peers));
      const said = room.books.sent(first.peer, room.peers);
      first.peer.say(said);
      const verdict = await room.books.completed(COMPLETE_MS);
      await other.until('it shows what was said', () => other.texts.length > before);
      expect(verdict).toMatchObject({ lost: 0, doubled: 0, losses: [] });
      expect(other.texts.slice(before)).toEqual([said]);
    },
  );
