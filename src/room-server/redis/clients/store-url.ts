/**
 * Where a store is, as the command line or the environment names it. Not `new URL`: it knows no list of
 * hosts, and it takes a `#`, `/` or `?` in a password for the end of it, and reports the password with that.
 *
 * Invariant: no sentence that comes from here holds any part of what stands before the last `@`.
 */

/** One Redis, one that Sentinels watch, or a cluster. */
type StoreKind = 'single' | 'sentinel' | 'cluster';

/** A store, taken apart. */
export interface StoreAddress {
  readonly kind: StoreKind;
  readonly isTls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** At least one: the Redis, the Sentinels, or nodes of the cluster. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** What the Sentinels call the Redis; of a Sentinel store only. */
  readonly service: string;
  readonly database: number;
  /** The URL without user and password, for everybody to read. */
  readonly name: string;
}

/** What is wrong with a URL, in a sentence that says what to do. */
interface StoreProblem {
  readonly problem: string;
}

/** User and password are greedy: they end at the last `@`, so that one may stand in a password. */
const URL_PARTS = /^(rediss?)(\+sentinel|\+cluster)?:\/\/(?:(.*)@)?([^@]*)$/s;
const PLACE_PARTS = /^([^/?#]+)(?:\/(.*))?$/s;
const HOST = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]\s,]+)(?::(\d{1,5}))?$/;
const REDIS_PORT = 6_379;
const SENTINEL_PORT = 26_379;
const PORT_MAX = 65_535;

const FORMS: Readonly<Record<StoreKind, string>> = {
  single: 'redis://USER:PASSWORD@HOST:PORT/DB',
  sentinel: 'redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT,HOST:PORT/NAME/DB',
  cluster: 'redis+cluster://USER:PASSWORD@HOST:PORT,HOST:PORT,HOST:PORT',
};

/** Takes a URL apart, or says what is wrong with it. */
export function parseStoreUrl(url: string): StoreAddress | StoreProblem {
  const parts = URL_PARTS.exec(url);
  if (!parts) return { problem: 'It begins with redis://, redis+sentinel:// or redis+cluster://.' };
  const [, protocol = '', plus = '', credentials, place = ''] = parts;
  const kind: StoreKind = plus === '+sentinel' ? 'sentinel' : plus === '+cluster' ? 'cluster' : 'single';
  const wrongForm = { problem: `Write ${FORMS[kind].replace('redis', protocol)}.` };
  const who = readCredentials(credentials);
  if (!who)
    return {
      problem:
        'A % in its user or password begins no percent-code: write %25 for it (and %3A for a : in the user).',
    };
  const placeParts = PLACE_PARTS.exec(place);
  if (!placeParts) return wrongForm;
  const [, hostList = '', path = ''] = placeParts;
  const hosts = readHosts(hostList, kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT);
  const where = readPath(kind, path);
  if (!hosts || !where || (kind === 'single' && hosts.length > 1)) return wrongForm;
  const name = `${protocol}${plus}://${place.replace(/\/$/, '')}`;
  return { kind, isTls: protocol === 'rediss', ...who, hosts, ...where, name };
}

function readCredentials(text: string | undefined) {
  if (text === undefined) return { username: undefined, password: undefined };
  const colon = text.indexOf(':');
  try {
    const username = decodeURIComponent(colon < 0 ? text : text.slice(0, colon));
    const password = colon < 0 ? '' : decodeURIComponent(text.slice(colon + 1));
    return { username: username || undefined, password: password || undefined };
  } catch {
    // It throws at a malformed percent-code only, and says no more than that.
    return undefined;
  }
}

function readHosts(text: string, defaultPort: number) {
  const hosts: { host: string; port: number }[] = [];
  for (const part of text.split(',')) {
    const found = HOST.exec(part);
    const port = Number(found?.[2] ?? defaultPort);
    if (!found || port < 1 || port > PORT_MAX) return undefined;
    hosts.push({ host: (found[1] ?? '').replace(/^\[(.*)\]$/, '$1'), port });
  }
  return hosts;
}

/** NAME/DB of a Sentinel store, DB of a single one; a cluster has one database. */
function readPath(kind: StoreKind, path: string): { service: string; database: number } | undefined {
  const words = path === '' ? [] : path.replace(/\/$/, '').split('/');
  const service = kind === 'sentinel' ? words.shift() : '';
  const database = words.shift() ?? '';
  if (service === undefined || words.length > 0 || !/^\d{0,4}$/.test(database)) return undefined;
  if (!/^[\w.-]*$/.test(service) || (kind === 'sentinel') !== (service !== '')) return undefined;
  if (kind === 'cluster' && database !== '') return undefined;
  return { service, database: Number(database) };
}
