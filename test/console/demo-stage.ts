/** A demo's room over real sockets, and a page that asks what its overlay answers. */
import { firstValueFrom } from 'rxjs';
import type {
  ConsoleNotice,
  ConsolePeer,
  ConsoleStamp,
  ConsoleStatus,
  ControlAction,
} from '../../src/console/feed/messages.ts';
import { DemoRoom } from '../../src/demo/demo-room.ts';
import { createNodeNetwork } from '../../src/io/node/node-network.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { systemRandom } from '../../src/io/node/system-random.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';
import { startRoomServer } from '../../src/room-server/room-server.ts';
import { freePort } from '../e2e/tools/ports.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { Client, enter, pageHeaders } from './client.ts';
import { logRoom, type Message, openConsole, type StageOptions } from './stage.ts';

const HOST = '127.0.0.1';
export const ROOM = 'demo';

/** The program's limits, so much shorter that a test sees what they do. */
const LIMITS = {
  ...PEER_LIMITS,
  keepaliveMs: 250,
  connectTimeoutMs: 400,
  searchRetryMs: 100,
  stableLinkMs: 20,
  probeMinMs: 50,
  probeMaxMs: 200,
  closeGraceMs: 200,
};

/** A page over a demo, with the questions that its overlay answers. */
export class DemoPage extends Client<Message> {
  get peers(): readonly ConsolePeer[] {
    const lists = this.messages.flatMap((message) =>
      message.type === 'hello' || message.type === 'peers' ? [message.peers] : [],
    );
    return lists.at(-1) ?? [];
  }

  get running(): readonly string[] {
    return this.peers.filter(({ isRunning }) => isRunning).map(({ id }) => id);
  }

  status(id: string): ConsoleStatus | undefined {
    return this.of('status').findLast(({ peer }) => peer === id)?.status;
  }

  notices(id: string): readonly ConsoleNotice[] {
    return this.of('notices').flatMap(({ notices }) => notices.filter(({ peer }) => peer === id));
  }

  /** What was shown in a peer's Message window: `speaker: text`. */
  texts(id: string): readonly string[] {
    return this.notices(id)
      .filter(({ type }) => type === 'text')
      .map(({ speaker, text }) => `${speaker}: ${text}`);
  }

  /** Everything that was told with a serial. */
  entries(): readonly (ConsoleStamp & { readonly kind: string })[] {
    return this.messages.flatMap((message): readonly (ConsoleStamp & { readonly kind: string })[] => {
      if (message.type === 'frames') return message.frames;
      return message.type === 'happenings' ? message.happenings : [];
    });
  }

  lastLine(id: string): string | undefined {
    return this.notices(id).at(-1)?.text;
  }

  /** Those that somebody is linked to, directly or through others, by what all of them say. */
  piece(id: string): readonly string[] {
    const idOf = new Map(this.running.map((each) => [this.status(each)?.self?.hid, each]));
    const reached = new Set([id]);
    for (const each of reached) {
      for (const { member } of this.status(each)?.links ?? []) {
        const other = idOf.get(member.hid);
        if (other !== undefined) reached.add(other);
      }
    }
    return [...reached].sort();
  }

  /** Resolves when each of these is linked to all of these, and to nobody else. */
  async onePiece(ids: readonly string[]): Promise<void> {
    await this.until(`${ids.join()} are one piece`, () =>
      ids.every((id) => this.piece(id).join() === [...ids].sort().join()),
    );
  }

  control(peer: string, action: ControlAction): void {
    this.say({ type: 'control', peer, action });
  }

  /** One peer says something; resolves when all of these have shown it. */
  async chat(from: string, text: string, to: readonly string[]): Promise<void> {
    const line = `${this.status(from)?.user}: ${text}`;
    this.say({ type: 'command', peer: from, command: { type: 'SEND', text } });
    await this.until(`${line} everywhere`, () => to.every((id) => this.texts(id).includes(line)));
  }
}

/** See above. */
export interface Demo {
  readonly page: DemoPage;
  readonly ids: readonly string[];
  readonly room: DemoRoom;
}

/** @param stage what the console is made of, besides the demo. */
export async function openDemo(count: number, stage: StageOptions = {}): Promise<Demo> {
  const network = createNodeNetwork({ closeGraceMs: LIMITS.closeGraceMs });
  const options = { network, clock: systemClock, limits: ROOM_SERVER_LIMITS, host: HOST, port: 0 };
  const server = await firstValueFrom(startRoomServer(options));
  closeBehindTest(async () => {
    server.stop();
    await firstValueFrom(server.stopped);
  });
  const ports: number[] = [];
  for (let number = 0; number < count; number += 1) ports.push(await freePort());
  const logged = stage.room ?? logRoom();
  const room = new DemoRoom({
    ...{ network, clock: systemClock, random: systemRandom, limits: LIMITS },
    ...{ roomServer: server.address, host: HOST, ports, room: ROOM, log: logged.log },
  });
  const web = await openConsole('/nowhere', { ...stage, control: room, room: logged });
  closeBehindTest(() => room.close());
  await room.open(count, web);
  const entered = await enter(web.url);
  const page = new DemoPage(entered.port, '/console', pageHeaders(entered));
  const ids = Array.from({ length: count }, (_, index) => `peer-${index + 1}`);
  await page.until('every status', () => ids.every((id) => page.status(id)));
  await page.onePiece(ids);
  return { page, ids, room };
}
