/** A console over one peer that does what the test tells it, on a port of its own. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEVER, of, Subject } from 'rxjs';
import type { FollowedPeer } from '../../src/console/feed/followed-peer.ts';
import type { RoomMessage, ServerMessage } from '../../src/console/feed/messages.ts';
import type { PeerControl } from '../../src/console/feed/page-feed.ts';
import { CONSOLE_LIMITS, type ConsoleLimits } from '../../src/console/limits.ts';
import { openWebConsole, type WebConsole } from '../../src/console/web/web-console.ts';
import type { Connection, Network } from '../../src/io/network.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { RoomLog } from '../../src/log/room-log.ts';
import { ServiceRegistry } from '../../src/log/service-registry.ts';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { viewOfWhole } from '../../src/protocol/frame-view.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { FakePeer } from '../terminal/fake-peer.ts';
import { Client, type Entered, enter, pageHeaders } from './client.ts';

export const ROOM_SERVER = { host: '127.0.0.1', port: 32_340 };

/** What the page's file says in these tests. */
export const PAGE = '<!doctype html><title>P2PChat</title><div id="page"></div>';

export interface StageOptions {
  readonly limits?: Partial<ConsoleLimits>;
  readonly control?: PeerControl;
  /** What the console shows; one of its own by default. */
  readonly room?: LoggedRoom;
}

/** A log of a room, and where its machines register. */
export interface LoggedRoom {
  readonly log: RoomLog;
  readonly registry: ServiceRegistry;
}

/** A log in real time; its registry is this process's until the test is over. */
export function logRoom(): LoggedRoom {
  const registry = new ServiceRegistry();
  closeBehindTest(registry.install());
  return { registry, log: new RoomLog({ nowMs: () => systemClock.timeOfDay(), registry }) };
}

/** A message of the server on `/console`. */
export type Message = (ServerMessage | RoomMessage) & { readonly [field: string]: unknown };

/** A console, somebody who may come in, and its first peer. */
export interface Stage {
  readonly web: WebConsole;
  readonly entered: Entered;
  readonly followed: FollowedPeer;
  readonly peer: FakePeer;
  /** Another peer takes the place. */
  follow(peer: FakePeer): void;
  /** These bytes come in over a link. @param remote `HOST:PORT`. */
  arrive(bytes: string, via: string, remote: string): void;
  /** Opens one more page; resolves when it has been greeted. */
  page(): Promise<Client<Message>>;
}

/** A directory with a page in it; it is gone behind the test. */
export async function pageDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'p2pchat-page-'));
  closeBehindTest(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'index.html'), PAGE);
  await writeFile(join(directory, 'main.js'), 'export {};');
  return directory;
}

/** Opens a console that is closed behind the test. */
export async function openConsole(page: string, options: StageOptions = {}): Promise<WebConsole> {
  const web = await openWebConsole({
    ...(options.room ?? logRoom()),
    clock: systemClock,
    limits: { ...CONSOLE_LIMITS, batchMs: 5, ...options.limits },
    port: 0,
    page,
    version: '1.2.3',
    roomServer: ROOM_SERVER,
    control: options.control ?? null,
  });
  closeBehindTest(() => web.close());
  return web;
}

/** Sets everything up. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const room = logRoom();
  const web = await openConsole(await pageDirectory(), { ...options, room });
  const followed = web.add('peer-1', 'peer 1');
  const party = room.log.party('peer-1');
  const follow = (other: FakePeer) => followed.follow(party.follow(other));
  const peer = new FakePeer();
  follow(peer);
  peer.start();
  const entered = await enter(web.url);
  return {
    ...{ web, entered, followed, peer, follow },
    arrive: (bytes, via, remote) => arrive(peer, party, { bytes, via, remote }),
    page: async () => {
      const client = new Client<Message>(entered.port, '/console', pageHeaders(entered));
      await client.until('hello', () => client.messages[0]?.type === 'hello');
      return client;
    },
  };
}

/**
 * A connection of the party's network brings the bytes, and the peer tells of the frames as a real one does.
 */
function arrive(
  peer: FakePeer,
  party: ReturnType<RoomLog['party']>,
  { bytes, via, remote }: { readonly bytes: string; readonly via: string; readonly remote: string },
): void {
  const [host = '', port = ''] = remote.split(':');
  const chunks = new Subject<Buffer>();
  const connection = {
    ...{ local: { host: '127.0.0.1', port: 5_001 }, remote: { host, port: Number(port) } },
    ...{ bytes: chunks, closed: NEVER, taken: NEVER },
  } as unknown as Connection;
  const network = { localAddresses: NEVER, connect: () => of(connection) } as unknown as Network;
  party
    .network(network)
    .connect({ host, port: Number(port) }, 1)
    .subscribe((watched) => {
      const decoder = new FrameDecoder(1_048_576);
      watched.bytes.subscribe((chunk) => {
        const frames = decoder
          .push(chunk)
          .map((raw) => viewOfWhole(raw.kind === 'MALFORMED' ? raw.sample : raw.bytes));
        peer.trace.next({ type: 'frames', direction: 'in', via, remote, frames, count: frames.length });
      });
    });
  chunks.next(Buffer.from(bytes, 'latin1'));
}
