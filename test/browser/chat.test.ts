/**
 * The Chat view as its users have it: two pages that chat, what every button refuses, the keyboard alone, a
 * reload.
 */
import { describe, expect, test } from 'vitest';
import { type PeerProgram, startPeer, startRoomServer } from '../e2e/tools/program.ts';
import { BROWSER_PATH, TestBrowser } from './tools/browser.ts';
import { ConsolePage, consoleUrl, TAB_NAMES } from './tools/console.ts';

const browser = new TestBrowser();
const ROOM = 'tea';

async function openPeer(
  server: number,
  words: readonly string[] = [],
): Promise<{ peer: PeerProgram; page: ConsolePage }> {
  const peer = await startPeer({ server, words: ['--web', ...words] });
  return { peer, page: new ConsolePage(await browser.open(await consoleUrl(peer))) };
}

describe.skipIf(BROWSER_PATH === undefined)('the Chat view', () => {
  test('two pages chat and poke, each told what happens', async () => {
    const server = await startRoomServer();
    const { page: alice } = await openPeer(server.port);
    const { page: bob } = await openPeer(server.port);
    await alice.join('alice', ROOM);
    await bob.join('bob', ROOM);
    await Promise.all([alice, bob].map((page) => page.shows('Command window', 'JOINED → CONNECTED.')));
    await bob.press('Send', 'is it <b>ready</b>?');
    await alice.shows('Message window', 'is it <b>ready</b>?');
    // Enter is Send.
    await alice.field().fill('come over');
    await alice.field().press('Enter');
    await bob.shows('Message window', 'come over');
    await bob.press('Poke', 'alice');
    await alice.shows('Message window', 'bob pokes you!');
    await bob.shows('Command window', 'alice answered the poke');
    await alice.press('List');
    await alice.shows('Command window', `Rooms: ${ROOM}.`);
    expect(await alice.page.getByText('ready', { exact: true }).count()).toBe(0);
    await bob.quit();
    await bob.shows('Command window', 'Goodbye.');
    await alice.shows('Command window', 'CONNECTED → JOINED.');
  });

  test('every button that the state forbids says why, and what was typed wrong is told', async () => {
    const server = await startRoomServer();
    const { page } = await openPeer(server.port);
    const refuses = async (button: string, why: string) => {
      // A person can press it all the same; Playwright waits for what is disabled.
      await page.button(button).click({ force: true });
      await expect.poll(() => page.hint().textContent()).toBe(`${button}: ${why}`);
      expect(await page.button(button).getAttribute('aria-disabled')).toBe('true');
    };
    await refuses('Join', 'Choose a name first.');
    await refuses('Send', 'Choose a name and join a room first.');
    await refuses('Poke', 'Choose a name and join a room first.');
    await page.press('User', 'a:b');
    await page.shows('Command window', '"a:b" can\'t be a name');
    expect(await page.field().inputValue()).toBe('a:b');
    await page.press('User', 'alice');
    await page.shows('Command window', 'START → NAMED.');
    await refuses('Send', 'Join a room first.');
    await refuses('Poke', 'Join a room first.');
    await page.press('Join', 'two words');
    await page.shows('Command window', '"two words" can\'t be a room');
    await page.press('Join', ROOM);
    await page.shows('Command window', 'NAMED → JOINED.');
    await refuses('User', 'You are in a room as alice: the name stays until you quit.');
    await refuses('Join', `You are in ${ROOM} already.`);
    await page.press('Send', 'x'.repeat(500));
    await page.shows('Command window', 'The message has 500 bytes');
    await page.press('Poke', 'nobody');
    await page.shows('Command window', 'nobody is not in this room');
    expect(await page.window('Message window').getByText('xxx').count()).toBe(0);
    await page.quit();
    await page.shows('Command window', 'Goodbye.');
    for (const button of ['User', 'List', 'Join', 'Send', 'Poke', 'Quit'])
      await expect.poll(() => page.button(button).getAttribute('aria-disabled')).toBe('true');
  });

  test('a command that is typed is done or refused, and never sent as a message', async () => {
    const server = await startRoomServer();
    const { peer, page } = await openPeer(server.port);
    const enter = async (line: string) => {
      await page.field().fill(line);
      await page.field().press('Enter');
    };
    const hints = (words: string) => expect.poll(() => page.hint().textContent()).toContain(words);
    await enter('/user alice');
    await page.shows('Command window', 'Your name is alice.');
    await enter(`/join ${ROOM}`);
    await page.shows('Command window', `Joined ${ROOM} as alice`);
    await enter('/poke bob');
    await page.shows('Command window', 'bob is not in this room');
    await page.press('Send', '/pke bob');
    await hints('There is no command /pke: did you mean /poke?');
    await enter('/members');
    await hints('the members stand in the list Members');
    await enter('/join other');
    await hints(`Join: You are in ${ROOM} already.`);
    await enter('//poke bob');
    await page.shows('Message window', '/poke bob');
    expect(await page.window('Message window').locator('.line').count()).toBe(1);
    await enter('/quit');
    await page.page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click();
    await enter('still here');
    await page.shows('Message window', 'still here');
    await page.button('Quit').click();
    await page.page.keyboard.press('Escape');
    expect(await page.page.getByRole('dialog').count()).toBe(0);
    await page.quit();
    await page.shows('Command window', 'Goodbye.');
    await expect.poll(() => peer.exit).toMatchObject({ code: 0 });
  });

  test('emoji and scripts with joiners are shown as they are, what can harm is written out', async () => {
    const server = await startRoomServer();
    const { page } = await openPeer(server.port, ['--utf8']);
    await page.join('alice', ROOM);
    const words = '👨‍👩‍👧‍👦 👩🏽‍🚀 ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 می‌خواهم';
    await page.press('Send', words);
    await expect.poll(() => page.window('Message window').textContent()).toContain(words);
    await page.press('Send', 'al\u200cice \u202egnp.exe');
    await page.shows('Message window', 'al\\u{200c}ice \\u{202e}gnp.exe');
  });

  test('everything works with the keyboard alone', async () => {
    const server = await startRoomServer();
    const { page } = await openPeer(server.port);
    const { keyboard } = page.page;
    // The field has the focus, and Enter does what leads on.
    await page.hint().getByText('Enter: User').waitFor();
    await keyboard.type('alice');
    await keyboard.press('Enter');
    await page.hint().getByText('Enter: Join').waitFor();
    await keyboard.type(ROOM);
    await keyboard.press('Enter');
    await page.hint().getByText('Enter: Send').waitFor();
    await keyboard.type('hello');
    await keyboard.press('Enter');
    await page.shows('Message window', 'hello');
    // Back from the field over the buttons: Quit, Poke, Send, Join, List.
    for (const name of ['Quit', 'Poke', 'Send', 'Join', 'List']) {
      await keyboard.press('Shift+Tab');
      await expect.poll(() => page.button(name).evaluate((element) => element.matches(':focus'))).toBe(true);
    }
    await keyboard.press('Enter');
    await page.shows('Command window', `Rooms: ${ROOM}.`);
  });

  test('a reload shows what was there before', async () => {
    const server = await startRoomServer();
    const { peer, page } = await openPeer(server.port);
    await page.join('alice', ROOM);
    await page.press('Send', 'to be kept');
    await page.shows('Message window', 'to be kept');
    peer.send('/status');
    const told: string[] = [];
    page.page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => told.push(payload.toString())),
    );
    await page.page.reload();
    await page.shows('Message window', 'to be kept');
    await page.shows('Command window', `Joined ${ROOM} as alice`);
    expect(await page.window('Message window').getByText('to be kept').count()).toBe(1);
    // The token stands in the address no more, nor anywhere else in any view.
    expect(new URL(page.page.url()).search).toBe('');
    const token = new URL(await consoleUrl(peer)).searchParams.get('token') ?? '';
    expect(token).not.toBe('');
    for (const tab of TAB_NAMES) {
      await page.tab(tab);
      expect(await page.page.content()).not.toContain(token);
    }
    expect(told.join('\n')).not.toContain(token);
  });
});
