/**
 * A console's page and an inspector, as a browser would open them: they take what they are told and do
 * nothing with it.
 */

import { once } from 'node:events';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { LOOPBACK } from '../../src/protocol/names.ts';

/** An open page. */
export class Page {
  readonly #sockets: readonly WebSocket[];
  /** Bytes that it was told. */
  bytes = 0;

  private constructor(sockets: readonly WebSocket[]) {
    this.#sockets = sockets;
    for (const socket of sockets)
      socket.on('message', (data: Buffer) => {
        this.bytes += data.length;
      });
  }

  /** @param url as the program has printed it. */
  static async open(url: string): Promise<Page> {
    const { port, searchParams, origin } = new URL(url);
    const cookie = await enter(Number(port), searchParams.get('token') ?? '');
    const headers = { cookie, origin };
    const console = new WebSocket(`ws://${LOOPBACK}:${port}/console`, { headers });
    const inspector = new WebSocket(`ws://${LOOPBACK}:${port}/inspect`, { headers });
    const page = new Page([console, inspector]);
    await Promise.all([once(console, 'open'), once(inspector, 'open')]);
    inspector.send(JSON.stringify({ type: 'xstate.inspecting' }));
    await once(inspector, 'message');
    return page;
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}

/** Shows the token once. @returns the cookie that it is exchanged for. */
async function enter(port: number, token: string): Promise<string> {
  const asking = request({ host: LOOPBACK, port, path: `/?token=${token}`, agent: false });
  asking.end();
  const [response] = await once(asking, 'response');
  response.resume();
  const [cookie = ''] = (response.headers['set-cookie']?.[0] ?? '').split(';');
  return cookie;
}
