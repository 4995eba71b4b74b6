/**
 * The console's HTTP server: the files of the page and the upgrades to its two WebSockets, on 127.0.0.1 only.
 * It asks access.ts about every request before anything else.
 *
 * Invariants: nothing but GET and HEAD; every answer carries the headers below; times and sizes are bounded;
 * after `close` nothing of it keeps the process alive.
 */

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { bindError } from '../../io/node/node-errors.ts';
import { LOOPBACK } from '../../protocol/names.ts';
import type { ConsoleLimits } from '../limits.ts';
import { Access, splitUrl } from './access.ts';
import { PageNotBuiltError, type Site } from './site.ts';
import type { ViewerSocket } from './viewer-socket.ts';

/** Everything of the page comes from here; nothing may frame it, and it may talk to nobody else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

const STATUS = {
  ok: 200,
  seeOther: 303,
  forbidden: 403,
  notFound: 404,
  wrongMethod: 405,
  broken: 500,
  unavailable: 503,
} as const;
const TEXT = 'text/plain; charset=utf-8';

/** What the server serves. */
interface WebServerOptions {
  /** 0 takes any free one. */
  readonly port: number;
  readonly limits: ConsoleLimits;
  readonly site: Pick<Site, 'file'>;
  /** Without them (a recording) nobody can open a WebSocket. */
  readonly console?: ViewerSocket;
  readonly inspect?: ViewerSocket;
}

/** A server that listens. */
interface WebServer {
  /** What to open in a browser; whoever has it is let in. */
  readonly url: string;
  /** Ends both sockets and everything else; resolves when all is released. */
  close(): Promise<void>;
}

/** Starts the server. Rejects with a NetworkError where the port can't be had. */
export function openWebServer(options: WebServerOptions): Promise<WebServer> {
  const { port, limits } = options;
  const server = createServer({
    maxHeaderSize: limits.requestHeadMaxBytes,
    headersTimeout: limits.requestTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.requestTimeoutMs,
  });
  server.maxConnections = limits.connectionsMax;
  return new Promise((resolve, reject) => {
    // After listening, when nobody waits for it any more, an error is one of accepting (too many open files):
    // that connection is lost, others will come.
    server.on('error', (error) => reject(bindError(error, LOOPBACK, port, 'TCP')));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      resolve(new RunningWebServer(server, options));
    });
  });
}

class RunningWebServer implements WebServer {
  readonly #server: Server;
  readonly #options: WebServerOptions;
  readonly #access: Access;

  constructor(server: Server, options: WebServerOptions) {
    this.#server = server;
    this.#options = options;
    this.#access = new Access((server.address() as AddressInfo).port);
    server.on('request', (request, response) => this.#answer(request, response));
    server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
  }

  get url(): string {
    return this.#access.url;
  }

  async close(): Promise<void> {
    const { console, inspect } = this.#options;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all([console?.close(), inspect?.close()]);
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      // Whatever else it brings is not read.
      response.setHeader('Connection', 'close').setHeader('Allow', 'GET, HEAD');
      tell(response, STATUS.wrongMethod, 'GET and HEAD only.');
      return;
    }
    const verdict = this.#access.ofRequest(request);
    if (verdict.kind === 'refused') tell(response, STATUS.forbidden, verdict.why);
    else if (verdict.kind === 'enter') {
      response.writeHead(STATUS.seeOther, { 'Set-Cookie': verdict.cookie, Location: '/' }).end();
    } else this.#serve(splitUrl(request.url ?? '').path, response);
  }

  #serve(path: string, response: ServerResponse): void {
    this.#options.site.file(path).then(
      (file) => {
        if (!file) tell(response, STATUS.notFound, 'There is nothing here.');
        else send(response, STATUS.ok, file.type, file.bytes);
      },
      (error: unknown) => {
        if (error instanceof PageNotBuiltError) tell(response, STATUS.unavailable, error.message);
        else tell(response, STATUS.broken, `The page can't be read: ${String(error)}`);
      },
    );
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // It may be reset before it is a WebSocket; then there is nobody left to be told.
    stream.on('error', () => {});
    const { console, inspect } = this.#options;
    const { path } = splitUrl(request.url ?? '');
    const socket = path === '/console' ? console : path === '/inspect' ? inspect : undefined;
    const verdict = this.#access.ofUpgrade(request, path === '/inspect');
    if (verdict.kind !== 'granted') rejectUpgrade(stream, STATUS.forbidden);
    else if (!socket) rejectUpgrade(stream, STATUS.notFound);
    else if (socket.isFull) rejectUpgrade(stream, STATUS.unavailable);
    else socket.accept(request, stream, head);
  }
}

function tell(response: ServerResponse, status: number, text: string): void {
  send(response, status, TEXT, Buffer.from(`${text}\n`));
}

/** Node leaves the body out by itself where HEAD was asked for. */
function send(response: ServerResponse, status: number, type: string, body: Buffer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length }).end(body);
}

function rejectUpgrade(stream: Duplex, status: number): void {
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'Connection: close', 'Content-Length: 0'];
  // Nobody else closes it: an upgrade takes the connection out of the HTTP server's care.
  stream.end(`${head.join('\r\n')}\r\n\r\n`, () => stream.destroy());
}
