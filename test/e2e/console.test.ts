/** The built program with --web, and the demo: real processes, a page that is open, and their end. */
import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import { describe, expect, test } from 'vitest';
import { Client, enter, pageHeaders } from '../console/client.ts';
import type { Message } from '../console/stage.ts';
import { freePort, isFree } from './tools/ports.ts';
import { Program, startMember, startPeer, startRoomServer } from './tools/program.ts';
import { closeBehindTest } from './tools/teardown.ts';
import { Watched } from './tools/watched.ts';

/** PROTOCOL.md, Quit: within a second. */
const QUIT_MS = 1_000;
const URL_PATTERN = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}/;

function urlIn(line: string): string {
  return URL_PATTERN.exec(line)?.[0] ?? '';
}

/** The page of a program that has printed this line. */
async function openPage(line: string): Promise<Client<Message>> {
  const entered = await enter(urlIn(line));
  const page = new Client<Message>(entered.port, '/console', pageHeaders(entered));
  await page.until('hello', () => page.messages[0]?.type === 'hello');
  return page;
}

/** Somebody who watches the machines of a program that has printed this line, without being a browser. */
async function openViewer(line: string): Promise<Client> {
  const { port, token } = await enter(urlIn(line));
  const viewer = await new Client(port, `/inspect?token=${token}`, {}).opened();
  viewer.say({ type: 'xstate.inspecting' });
  await viewer.until('the root', () => viewer.of('service.register').length > 0);
  return viewer;
}

function texts(page: Client<Message>): string[] {
  return page.of('notices').flatMap(({ notices }) => notices.map(({ text }) => text));
}

describe('a peer with --web', () => {
  test('chats from its page and from its terminal, and ends by /quit at once with both sockets open', async () => {
    const server = await startRoomServer();
    const bob = await startMember({ server: server.port, name: 'bob' });
    const alice = await startMember({ server: server.port, name: 'alice', words: ['--web'] });
    const line = await alice.waitFor(/Web console/);
    expect(line).toMatch(new RegExp(`^\\[cmd\\] Web console: ${URL_PATTERN.source}$`));
    const page = await openPage(line);
    const viewer = await openViewer(line);
    await page.until('CONNECTED', () => page.of('status').at(-1)?.status.state === 'CONNECTED');
    page.say({ type: 'command', peer: 'peer-1', command: { type: 'SEND', text: 'from the page' } });
    await bob.waitFor('[msg] alice: from the page');
    await alice.waitFor('[msg] alice: from the page');
    bob.send('to both');
    await page.until('the answer', () => texts(page).includes('to both'));
    expect(texts(page).some((text) => text.startsWith('Joined '))).toBe(true);
    await page.until('both on the wire', () => {
      const frames = page.of('frames').flatMap((message) => message.frames);
      const ways = frames.filter(({ kind }) => kind === 'TEXT').map(({ direction }) => direction);
      return ways.join() === 'out,in';
    });
    const begun = performance.now();
    alice.send('/quit');
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(QUIT_MS);
    expect(await page.ended()).toEqual({ code: 1001 });
    expect(await viewer.ended()).toEqual({ code: 1001 });
    expect(page.of('peers').at(-1)?.peers[0]?.isRunning).toBe(false);
    expect(texts(page).at(-1)).toBe('Goodbye.');
    expect(alice.errors).toBe('');
  });

  test('ends by Quit on the page', async () => {
    const alice = await startPeer({ server: await freePort(), words: ['--web'] });
    const page = await openPage(await alice.waitFor(/Web console/));
    page.say({ type: 'command', peer: 'peer-1', command: { type: 'QUIT' } });
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    expect(alice.lines.at(-1)).toBe('[cmd] Goodbye.');
    expect(await page.ended()).toEqual({ code: 1001 });
  });

  test('does not wait for a page that does not answer', async () => {
    const alice = await startPeer({ server: await freePort(), words: ['--web'] });
    const page = await openPage(await alice.waitFor(/Web console/));
    page.stall();
    const begun = performance.now();
    alice.signal('SIGTERM');
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(QUIT_MS);
  });

  test('lives on whatever a page says', async () => {
    const alice = await startPeer({ server: await freePort(), words: ['--web'] });
    const line = await alice.waitFor(/Web console/);
    for (const text of ['{', '{"type":"command"}', 'x'.repeat(100_000)]) {
      const page = await openPage(line);
      page.sendRaw(text);
      await page.ended();
      const viewer = await openViewer(line);
      viewer.sendRaw(text);
      await viewer.ended();
    }
    expect(await alice.state()).toBe('START');
    expect(alice.errors).toBe('');
  });

  test('tells its URL to programs, too', async () => {
    const alice = await startPeer({ server: await freePort(), words: ['--web', '--json'] });
    const notice = JSON.parse(await alice.waitFor(/console opened/));
    expect(notice).toMatchObject({ window: 'command', type: 'console opened' });
    expect(notice.url).toMatch(URL_PATTERN);
    await openPage(notice.url);
  });

  test('takes the port that it is given; one that somebody has is told in a sentence', async () => {
    const server = await freePort();
    const web = await freePort();
    const alice = await startPeer({ server, words: ['--web', String(web)] });
    expect(await alice.waitFor(/Web console/)).toContain(`http://127.0.0.1:${web}/`);
    const other = new Program(['127.0.0.1', String(server), String(await freePort()), '--web', String(web)]);
    expect(await other.ended()).toEqual({ code: 1, signal: null });
    expect(other.errors).toBe(`p2pchat: port ${web} is in use (TCP)\n`);
  });

  test('ends where it can not listen, and takes the console with it', async () => {
    const alice = await startPeer({ server: await freePort() });
    const web = await freePort();
    const words = ['127.0.0.1', '9', String(alice.port), '--web', String(web)];
    const other = new Program(words);
    expect(await other.ended()).toEqual({ code: 1, signal: null });
    expect(other.errors).toBe(`p2pchat: port ${alice.port} is in use (TCP)\n`);
    expect(await isFree(web)).toBe(true);
  });

  test('has no console without it', async () => {
    const alice = await startPeer({ server: await freePort() });
    await alice.sync();
    expect(alice.lines.filter((line) => line.includes('http'))).toEqual([]);
  });

  test('ends in a terminal, too, when its page says Quit', async () => {
    const terminal = new Terminal(['127.0.0.1', '9', String(await freePort()), '--web', '--no-color']);
    const page = await openPage(await terminal.until('the URL', () => terminal.shown(URL_PATTERN)));
    page.say({ type: 'command', peer: 'peer-1', command: { type: 'USER', name: 'alice' } });
    await terminal.until('the prompt', () => terminal.shown(/NAMED alice \(\/join ROOM\)> /));
    page.say({ type: 'command', peer: 'peer-1', command: { type: 'QUIT' } });
    expect(await terminal.until('its end', () => terminal.exitCode?.toString())).toBe('0');
  });
});

/** The program in a pseudo-terminal, wide enough for a URL. */
class Terminal extends Watched {
  exitCode: number | undefined;
  readonly #pty: IPty;
  #output = '';

  constructor(words: readonly string[]) {
    super();
    const cwd = fileURLToPath(new URL('../../', import.meta.url));
    const env = { ...process.env, XDG_STATE_HOME: '/nonexistent' };
    this.#pty = spawn(process.execPath, ['dist/cli.js', ...words], { cwd, env, cols: 200, rows: 30 });
    this.#pty.onData((data) => {
      this.#output += data;
      this.changed();
    });
    this.#pty.onExit(({ exitCode }) => {
      this.exitCode = exitCode;
      this.changed();
    });
    closeBehindTest(() => {
      if (this.exitCode === undefined) this.#pty.kill('SIGKILL');
    });
  }

  get isOver(): boolean {
    return this.exitCode !== undefined;
  }

  transcript(): string {
    return this.#output;
  }

  /** What matches of all that was ever shown. */
  shown(pattern: RegExp): string | undefined {
    return pattern.exec(this.#output)?.[0];
  }
}

describe('the demo', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'joins its peers, shows one page, and ends by %s',
    async (signal) => {
      const demo = new Program(['demo', '--peers', '3']);
      const line = await demo.waitFor(/^Web console: /);
      await demo.waitFor('Ctrl-C ends all of it.');
      expect(demo.lines.slice(0, 2)).toEqual([
        expect.stringMatching(/^Room server on 127\.0\.0\.1:\d+\.$/),
        'In the room demo: alice, bob, carol.',
      ]);
      const page = await openPage(line);
      expect(page.of('hello')[0]).toMatchObject({ isDemo: true, peers: [{}, {}, {}] });
      page.say({ type: 'control', peer: 'peer-2', action: 'kill' });
      await page.until('its end', () => page.of('peers').at(-1)?.peers[1]?.isRunning === false);
      demo.signal(signal);
      expect(await demo.ended()).toEqual({ code: 0, signal: null });
      expect(await page.ended()).toEqual({ code: 1001 });
      expect(
        page
          .of('peers')
          .at(-1)
          ?.peers.map(({ isRunning }) => isRunning),
      ).toEqual([false, false, false]);
      expect(demo.errors).toBe('');
    },
  );

  test('takes others into its room', async () => {
    const demo = new Program(['demo', '--peers', '2']);
    const hint = await demo.waitFor(/^Another peer: /);
    const [, port = '', room = ''] =
      /p2pchat 127\.0\.0\.1 (\d+) 5001 --name YOURNAME --room (\S+)$/.exec(hint) ?? [];
    const page = await openPage(await demo.waitFor(/^Web console: /));
    const guest = await startMember({ server: Number(port), name: 'guest', room });
    await guest.waitFor(/Forward link to/);
    guest.send('hello');
    await page.until(
      'the message at both',
      () => texts(page).filter((text) => text === 'hello').length === 2,
    );
  });

  test('ends before it has begun, if it must', async () => {
    const demo = new Program(['demo', '--peers', '50']);
    await demo.waitFor(/^Room server on /);
    demo.signal('SIGINT');
    expect(await demo.ended()).toEqual({ code: 0, signal: null });
    expect(demo.errors).toBe('');
  });
});
