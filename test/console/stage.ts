/** A console over one peer that does what the test tells it, on a port of its own. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FollowedPeer } from '../../src/console/feed/followed-peer.ts';
import type { ServerMessage } from '../../src/console/feed/messages.ts';
import type { PeerControl } from '../../src/console/feed/page-feed.ts';
import { CONSOLE_LIMITS, type ConsoleLimits } from '../../src/console/limits.ts';
import { openWebConsole, type WebConsole } from '../../src/console/web/web-console.ts';
import { systemClock } from '../../src/io/node/system-clock.ts';
import { ServiceRegistry } from '../../src/log/service-registry.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { FakePeer } from '../terminal/fake-peer.ts';
import { Client, type Entered, enter, pageHeaders } from './client.ts';

export const ROOM_SERVER = { host: '127.0.0.1', port: 32_340 };

/** What the page's file says in these tests. */
export const PAGE = '<!doctype html><title>P2PChat</title>';

export interface StageOptions {
  readonly limits?: Partial<ConsoleLimits>;
  readonly control?: PeerControl;
}

/** A message of the server on `/console`. */
export type Message = ServerMessage & { readonly [field: string]: unknown };

/** A console, somebody who may come in, and its first peer. */
export interface Stage {
  readonly web: WebConsole;
  readonly entered: Entered;
  readonly followed: FollowedPeer;
  readonly peer: FakePeer;
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
  const registry = new ServiceRegistry();
  const uninstall = registry.install();
  const web = await openWebConsole({
    registry,
    clock: systemClock,
    limits: { ...CONSOLE_LIMITS, batchMs: 5, ...options.limits },
    port: 0,
    page,
    version: '1.2.3',
    roomServer: ROOM_SERVER,
    control: options.control ?? null,
  });
  const close = async () => {
    uninstall();
    await web.close();
  };
  closeBehindTest(close);
  return { ...web, close };
}

/** Sets everything up. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const web = await openConsole(await pageDirectory(), options);
  const followed = web.add('peer-1', 'peer 1');
  const peer = new FakePeer();
  followed.follow(peer);
  peer.start();
  const entered = await enter(web.url);
  return {
    ...{ web, entered, followed, peer },
    page: async () => {
      const client = new Client<Message>(entered.port, '/console', pageHeaders(entered));
      await client.until('hello', () => client.messages[0]?.type === 'hello');
      return client;
    },
  };
}
