/**
 * Browsers and other programs as the console's server sees them: requests with any headers, WebSockets that
 * keep what they were told, and raw connections that do what no browser would.
 */
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { ServerMessage } from '../../src/console/feed/messages.ts';
import { RoomMessages } from '../../src/console/feed/room-messages.ts';
import { CONSOLE_LIMITS } from '../../src/console/limits.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { Watched } from '../e2e/tools/watched.ts';

/** What a request was answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Request {
  readonly method?: string;
  /** As it stands in the request's first line. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the server on this port; its Host is right unless one is given. */
export function ask(port: number, { method = 'GET', path = '/', headers = {} }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    asking.on('error', reject);
    asking.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, body: Buffer.concat(chunks).toString() });
      });
    });
    asking.end();
  });
}

/** A browser that has opened the URL. */
export interface Entered {
  readonly port: number;
  readonly token: string;
  /** `name=value`. */
  readonly cookie: string;
}

/** Opens the URL that a console has printed. */
export async function enter(url: string): Promise<Entered> {
  const { port: portText, searchParams } = new URL(url);
  const port = Number(portText);
  const token = searchParams.get('token') ?? '';
  const { headers } = await ask(port, { path: `/?token=${token}` });
  const [cookie = ''] = (headers['set-cookie']?.[0] ?? '').split(';');
  return { port, token, cookie };
}

/** The headers of the page's own WebSockets. */
export function pageHeaders({ port, cookie }: Entered): Record<string, string> {
  return { cookie, origin: `http://127.0.0.1:${port}` };
}

/** How a connection has ended: a WebSocket's code, or the status that its upgrade was answered with. */
export type End = { readonly code: number } | { readonly status: number };

/** A message as far as all kinds of them have it in common. */
export interface Told {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * One WebSocket with everything that came over it; entries of a log are there as what a page makes of them.
 */
export class Client<Message extends Told = Told> extends Watched {
  readonly messages: Message[] = [];
  end: End | undefined;
  isOpen = false;
  readonly #socket: WebSocket;
  #shown = new RoomMessages(CONSOLE_LIMITS);

  constructor(port: number, path: string, headers: Readonly<Record<string, string>>) {
    super();
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    this.#socket.on('open', () => {
      this.isOpen = true;
      this.changed();
    });
    this.#socket.on('message', (data) => {
      this.#take(JSON.parse(data.toString()) as Message);
      this.changed();
    });
    this.#socket.on('unexpected-response', (_, response) => this.#over({ status: response.statusCode ?? 0 }));
    this.#socket.on('close', (code) => this.#over({ code }));
    // What it ended by is told by the two above, or by the server's reset: code 1006.
    this.#socket.on('error', () => {});
    closeBehindTest(() => this.#socket.terminate());
  }

  get isOver(): boolean {
    return this.end !== undefined;
  }

  transcript(): string {
    return `${this.messages.map((message) => JSON.stringify(message).slice(0, 300)).join('\n')}\n(${JSON.stringify(this.end)})`;
  }

  /** Resolves when the upgrade is done. */
  async opened(): Promise<this> {
    await this.until('its opening', () => this.isOpen);
    return this;
  }

  /** Resolves with the end. */
  ended(): Promise<End> {
    return this.until('its end', () => this.end);
  }

  say(message: unknown): void {
    this.sendRaw(JSON.stringify(message));
  }

  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** Stops reading: what comes waits in the kernels, and then at the server. */
  stall(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.close();
  }

  /** Messages of one type. */
  of<Type extends Message['type']>(type: Type): Extract<Message, { type: Type }>[] {
    return this.messages.filter((message) => message.type === type) as Extract<Message, { type: Type }>[];
  }

  #take(message: Message): void {
    const told = message as Told as ServerMessage;
    if (told.type === 'hello') this.#shown = new RoomMessages(CONSOLE_LIMITS);
    if (told.type === 'entries')
      this.messages.push(...([...this.#shown.of(told.entries)] as Told[] as Message[]));
    else this.messages.push(message);
  }

  #over(end: End): void {
    if (this.end) return;
    this.end = end;
    this.changed();
  }
}

/**
 * Opens a socket that may be full for now: the first one that comes in, as soon as the server has room for
 * it.
 */
export async function openAtLast(open: () => Client): Promise<Client> {
  for (;;) {
    const client = open();
    const end = await client.until('its opening or its end', () => client.isOpen || client.end);
    if (end === true) return client;
    if (!('status' in end) || end.status !== STATUS_FULL) throw new Error(`refused: ${JSON.stringify(end)}`);
  }
}

const STATUS_FULL = 503;

/** A TCP connection that has sent just these bytes, and does not go by itself. */
class Hanging extends Watched {
  received = '';
  isOver = false;
  isOpen = false;

  constructor(port: number, text: string) {
    super();
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => {
      this.isOpen = true;
      socket.write(text);
      this.changed();
    });
    socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
      this.changed();
    });
    for (const event of ['end', 'error', 'close']) {
      socket.on(event, () => {
        this.isOver = true;
        this.changed();
      });
    }
    closeBehindTest(() => {
      socket.destroy();
    });
  }

  transcript(): string {
    return this.received;
  }
}

/** Such a connection, when it is there. */
export async function hangOn(port: number, text: string): Promise<Hanging> {
  const hanging = new Hanging(port, text);
  await hanging.until('its opening', () => hanging.isOpen);
  return hanging;
}
