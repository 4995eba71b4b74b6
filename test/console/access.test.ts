/** Who comes in, and who does not: the page and its files, and both sockets. */
import { describe, expect, test } from 'vitest';
import { isFree } from '../e2e/tools/ports.ts';
import { ask, Client, enter, hangOn, openAtLast, pageHeaders } from './client.ts';
import { logRoom, openConsole, PAGE, pageDirectory, setStage } from './stage.ts';

const FOREIGN = 'http://evil.example';

describe('the page', () => {
  test('the token of the URL is exchanged for a cookie that scripts and other sites do not see', async () => {
    const { web } = await setStage();
    const { port, pathname, search, hostname } = new URL(web.url);
    expect([hostname, pathname]).toEqual(['127.0.0.1', '/']);
    // 256 bits in base64url.
    expect(search).toMatch(/^\?token=[\w-]{43}$/);
    const { status, headers } = await ask(Number(port), { path: pathname + search });
    expect([status, headers.location]).toEqual([303, '/']);
    const [value = '', ...attributes] = (headers['set-cookie']?.[0] ?? '').split('; ');
    expect(value).toMatch(new RegExp(`^p2pchat-${port}=[\\w-]{43}$`));
    expect(attributes).toEqual(['HttpOnly', 'SameSite=Strict', 'Path=/']);
    expect(value).not.toContain(search.slice('?token='.length));
  });

  test('two consoles have different tokens and cookies', async () => {
    const page = await pageDirectory();
    const room = logRoom();
    const first = await openConsole(page, { room });
    const { token, cookie } = await enter(first.url);
    await first.close();
    const other = await enter((await openConsole(page, { room })).url);
    expect(other.token).not.toBe(token);
    expect(other.cookie.split('=')[1]).not.toBe(cookie.split('=')[1]);
  });

  test('with the cookie the page and its files come, under a strict policy', async () => {
    const { entered } = await setStage();
    const { port, cookie } = entered;
    const page = await ask(port, { headers: { cookie } });
    expect([page.status, page.body]).toEqual([200, PAGE]);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
    const script = await ask(port, { path: '/main.js', headers: { cookie: `other=1; ${cookie}` } });
    expect([script.status, script.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    const head = await ask(port, { method: 'HEAD', headers: { cookie } });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', String(PAGE.length)]);
  });

  test('localhost is as good as 127.0.0.1', async () => {
    const { entered } = await setStage();
    const { port, cookie } = entered;
    const headers = { cookie, host: `localhost:${port}`, origin: `http://localhost:${port}` };
    expect((await ask(port, { headers })).status).toBe(200);
    const page = new Client(port, '/console', headers);
    await page.until('hello', () => page.messages[0]?.type === 'hello');
  });

  test.each([
    ['neither token nor cookie', () => ({})],
    ['a wrong token', () => ({ path: '/?token=wrong' })],
    ['an empty token', () => ({ path: '/?token=' })],
    ['a wrong token and the right cookie', (cookie: string) => ({ path: '/?token=x', headers: { cookie } })],
    ['a wrong cookie', (cookie: string) => ({ headers: { cookie: `${cookie}x` } })],
    ['an empty cookie', (cookie: string) => ({ headers: { cookie: `${cookie.split('=')[0]}=` } })],
    ['the cookie under another name', (cookie: string) => ({ headers: { cookie: `x${cookie}` } })],
    ['a foreign Host', (cookie: string) => ({ headers: { cookie, host: 'evil.example' } })],
    ['Host with another port', (cookie: string) => ({ headers: { cookie, host: '127.0.0.1:80' } })],
    ['Host without a port', (cookie: string) => ({ headers: { cookie, host: '127.0.0.1' } })],
    ['a foreign Origin', (cookie: string) => ({ headers: { cookie, origin: FOREIGN } })],
    ['the Origin of a sandbox', (cookie: string) => ({ headers: { cookie, origin: 'null' } })],
  ])('%s is refused', async (_, given) => {
    const { entered } = await setStage();
    const { status, headers, body } = await ask(entered.port, given(entered.cookie));
    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(body).not.toContain(PAGE);
  });

  test('the right token with a foreign Host or Origin is refused', async () => {
    const { entered } = await setStage();
    const path = `/?token=${entered.token}`;
    expect((await ask(entered.port, { path, headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await ask(entered.port, { path, headers: { origin: FOREIGN } })).status).toBe(403);
    expect((await ask(entered.port, { path })).status).toBe(303);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not answered', async (method) => {
    const { entered } = await setStage();
    const { status, headers } = await ask(entered.port, { method, headers: { cookie: entered.cookie } });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '//etc/passwd.html',
    '/.hidden.js',
    '/main.js/',
    '/none.js',
    '/main.js%00.html',
    '/console',
    '/inspect',
  ])('nothing lies at %s', async (path) => {
    const { entered } = await setStage();
    expect((await ask(entered.port, { path, headers: { cookie: entered.cookie } })).status).toBe(404);
  });

  test('a page that was not built says so, with the cookie only', async () => {
    const { url } = await openConsole('/nowhere');
    const { port, cookie } = await enter(url);
    const { status, body } = await ask(port, { headers: { cookie } });
    expect(status).toBe(503);
    expect(body).toContain('npm run build');
    expect((await ask(port, {})).status).toBe(403);
  });

  test('a request whose head is too long, or never comes to its end, is cut off', async () => {
    const { entered } = await setStage({ limits: { requestTimeoutMs: 100 } });
    const long = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${entered.port}\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`;
    const tooLong = await hangOn(entered.port, long);
    await tooLong.until('its answer', () => tooLong.received.startsWith('HTTP/1.1 431 '));
    const tooSlow = await hangOn(entered.port, 'GET / HTTP/1.1\r\nX: ');
    await tooSlow.until('its answer', () => tooSlow.received.startsWith('HTTP/1.1 408 '));
  });
});

describe.each(['/console', '/inspect'])('the socket %s', (path) => {
  test('takes the page', async () => {
    const { entered } = await setStage();
    await new Client(entered.port, path, pageHeaders(entered)).opened();
  });

  test.each([
    ['no cookie', () => ({ cookie: '' })],
    ['a wrong cookie', (cookie: string) => ({ cookie: `${cookie}x` })],
    ['a foreign Host', () => ({ host: 'evil.example' })],
    ['a foreign Origin', () => ({ origin: FOREIGN })],
    ['the Origin of a sandbox', () => ({ origin: 'null' })],
    ['the Origin of another port', () => ({ origin: 'http://127.0.0.1:80' })],
    ['the Origin of the other name', (_: string, port: number) => ({ origin: `http://localhost:${port}` })],
  ])('refuses %s', async (_, changed) => {
    const { entered } = await setStage();
    const headers = { ...pageHeaders(entered), ...changed(entered.cookie, entered.port) };
    expect(await new Client(entered.port, path, headers).ended()).toEqual({ status: 403 });
  });

  test('refuses the cookie without an Origin', async () => {
    const { entered } = await setStage();
    const { cookie } = entered;
    expect(await new Client(entered.port, path, { cookie }).ended()).toEqual({ status: 403 });
  });

  test('refuses a wrong token, whatever else is right', async () => {
    const { entered } = await setStage();
    for (const headers of [{}, { origin: pageHeaders(entered).origin as string }]) {
      expect(await new Client(entered.port, `${path}?token=wrong`, headers).ended()).toEqual({ status: 403 });
    }
  });

  test('takes a bounded number of viewers', async () => {
    const { entered } = await setStage({ limits: { socketsMax: 2 } });
    const open = () => new Client(entered.port, path, pageHeaders(entered));
    const first = await open().opened();
    await open().opened();
    expect(await open().ended()).toEqual({ status: 503 });
    first.close();
    await openAtLast(open);
  });

  test('closes on a message that is too long, and on a binary one', async () => {
    const { entered } = await setStage({ limits: { pageMessageMaxBytes: 100 } });
    const long = await new Client(entered.port, path, pageHeaders(entered)).opened();
    long.sendRaw(JSON.stringify('x'.repeat(100)));
    expect(await long.ended()).toEqual({ code: 1009 });
    const binary = await new Client(entered.port, path, pageHeaders(entered)).opened();
    binary.sendRaw(Buffer.from('{}'));
    expect(await binary.ended()).toEqual({ code: 1008 });
  });
});

test('the end takes whatever hangs on: silent connections, half requests, refused ones, sockets that do not read', async () => {
  const { web, entered, page } = await setStage();
  const { port } = entered;
  const silent = await hangOn(port, '');
  const half = await hangOn(port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  const refused = await hangOn(port, `GET /console HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${upgrade}`);
  await refused.until('its answer', () => refused.received.includes('403'));
  const stalled = await page();
  stalled.stall();
  await web.close();
  for (const each of [silent, half, refused]) await each.until('its end', () => each.isOver);
  stalled.resume();
  await stalled.ended();
  expect(await isFree(port)).toBe(true);
});

describe('viewers that are no browsers', () => {
  test('come in on /inspect with the token, and with no foreign Origin', async () => {
    const { entered } = await setStage();
    const path = `/inspect?token=${entered.token}`;
    await new Client(entered.port, path, {}).opened();
    await new Client(entered.port, path, { origin: `http://127.0.0.1:${entered.port}` }).opened();
    expect(await new Client(entered.port, path, { origin: FOREIGN }).ended()).toEqual({ status: 403 });
    expect(await new Client(entered.port, path, { host: 'evil.example' }).ended()).toEqual({ status: 403 });
  });

  test('do not come in on /console', async () => {
    const { entered } = await setStage();
    const { port, token } = entered;
    expect(await new Client(port, `/console?token=${token}`, {}).ended()).toEqual({ status: 403 });
  });

  test('find no other socket', async () => {
    const { entered } = await setStage();
    expect(await new Client(entered.port, '/other', pageHeaders(entered)).ended()).toEqual({ status: 404 });
  });
});
