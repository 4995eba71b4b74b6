/**
 * Who may come in: the one who has been given the URL, in a browser that stands on this very server, and
 * nobody else.
 *
 * - Host must name this server: else a foreign name that resolves to 127.0.0.1 (DNS rebinding) would be
 *   same-origin.
 * - Origin, where a browser sends one, must be this server; on a WebSocket of a page it must be there,
 *   because browsers let every page open WebSockets to anywhere, and send our cookie along from every other
 *   port of this host.
 * - The token of the URL is exchanged for a cookie at once, so that it does not stay in the address bar.
 * - Viewers that are no browsers may show the token itself on /inspect; they have no Origin to be checked.
 *
 * Secrets are 256 random bits each and compared in constant time.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What becomes of a request. */
type Verdict =
  | { readonly kind: 'granted' }
  /** It has shown the token: set this cookie and send it to the page. */
  | { readonly kind: 'enter'; readonly cookie: string }
  /** `why` is the sentence that whoever sees the answer reads. */
  | { readonly kind: 'refused'; readonly why: string };

const GRANTED: Verdict = { kind: 'granted' };
const NO_KEY = 'Open the URL that the program has printed: without its token nobody comes in.';
const WRONG_HOST = 'This server answers to 127.0.0.1 and localhost only.';
const WRONG_ORIGIN = 'Only the page of this server may ask for this.';

const SECRET_BYTES = 32;

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** True for equal strings, in a time that tells nothing of where they differ, or how long the secret is. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/** The part of a request's URL before its query, and the query. */
export function splitUrl(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', ...query] = url.split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

/** The doorkeeper of one server. */
export class Access {
  readonly #token = newSecret();
  readonly #session = newSecret();
  readonly #cookieName: string;
  readonly #hosts: ReadonlySet<string>;
  /** Where a browser comes in. */
  readonly url: string;

  /** @param port where the server listens. */
  constructor(port: number) {
    // Cookies know no ports: two consoles on one host would overwrite each other's.
    this.#cookieName = `p2pchat-${port}`;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    this.url = `http://127.0.0.1:${port}/?token=${this.#token}`;
  }

  /** For the page and its files. */
  ofRequest(request: IncomingMessage): Verdict {
    const refusal = this.#refusalOf(request);
    if (refusal) return refusal;
    const { path, query } = splitUrl(request.url ?? '');
    const token = query.get('token');
    if (path === '/' && token !== null) {
      return isSame(token, this.#token) ? { kind: 'enter', cookie: this.#cookie() } : refused(NO_KEY);
    }
    return this.#hasCookie(request) ? GRANTED : refused(NO_KEY);
  }

  /**
   * For a WebSocket. @param allowsToken true where viewers that are no browsers may come in with the token.
   */
  ofUpgrade(request: IncomingMessage, allowsToken: boolean): Verdict {
    const refusal = this.#refusalOf(request);
    if (refusal) return refusal;
    const token = splitUrl(request.url ?? '').query.get('token');
    if (allowsToken && token !== null) return isSame(token, this.#token) ? GRANTED : refused(NO_KEY);
    if (request.headers.origin === undefined) return refused(WRONG_ORIGIN);
    return this.#hasCookie(request) ? GRANTED : refused(NO_KEY);
  }

  #refusalOf({ headers: { host, origin } }: IncomingMessage): Verdict | undefined {
    if (host === undefined || !this.#hosts.has(host)) return refused(WRONG_HOST);
    if (origin !== undefined && origin !== `http://${host}`) return refused(WRONG_ORIGIN);
    return undefined;
  }

  /** No Expires: it ends with the browser, and is worth nothing once this program has ended. */
  #cookie(): string {
    return `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  #hasCookie({ headers: { cookie = '' } }: IncomingMessage): boolean {
    const prefix = `${this.#cookieName}=`;
    return cookie
      .split(';')
      .map((pair) => pair.trim())
      .some((pair) => pair.startsWith(prefix) && isSame(pair.slice(prefix.length), this.#session));
  }
}

function refused(why: string): Verdict {
  return { kind: 'refused', why };
}
