/**
 * The program goes and comes back: the page says so, keeps what it knows, offers to save it, and goes on by
 * itself. And what the reader has chosen outlives tabs, reloads and steps back; views are there before they
 * are opened.
 */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Program } from '../e2e/tools/program.ts';
import { BROWSER_PATH, TestBrowser } from './tools/browser.ts';
import { ConsolePage, consoleUrl, TAB_NAMES } from './tools/console.ts';

const browser = new TestBrowser();
const LONG = { timeout: 30_000 };

async function openDemo(words: readonly string[] = []) {
  const demo = new Program(['demo', '--peers', '3', ...words]);
  const url = await consoleUrl(demo);
  const page = await browser.open(url, { isOfflineExpected: true });
  return { demo, url, console: new ConsolePage(page), page };
}

describe.skipIf(BROWSER_PATH === undefined)('a program that goes', () => {
  test('is said to be gone; what is known stays, is saved, and the page shows it again when it is back', async () => {
    const { demo, url, console, page } = await openDemo();
    const { port } = new URL(url);
    await console.press('Send', 'before the end');
    await console.shows('Message window', 'before the end');
    await console.tab('Overlay');
    await page.getByText(/^One piece: 3 members/).waitFor();
    demo.signal('SIGKILL');
    const connection = page.locator('.connection');
    await connection.getByText('The program does not answer: trying again').waitFor();
    await page.getByText(/^One piece: 3 members/).waitFor();
    await console.tab('Chat');
    await console.shows('Message window', 'before the end');
    await expect.poll(() => console.hint().textContent()).toMatch(/^The program does not answer/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save', exact: true }).click(),
    ]);
    const saved = await readFile(await download.path(), 'utf8');
    const [header = ''] = saved.split('\n');
    expect(JSON.parse(header)).toMatchObject({ p2pchat: 'recording', version: 1, source: 'demo' });
    expect(saved).toContain('before the end');
    expect(saved).not.toContain(new URL(url).searchParams.get('token'));

    // Its next life has another token: who opens that in this browser lets this page in, too.
    const again = new Program(['demo', '--peers', '3', '--port', port]);
    const next = await page.context().newPage();
    await next.goto(await consoleUrl(again));
    await next.close();
    await expect.poll(() => connection.textContent(), LONG).toBe('Connected to the program');
    await console.tab('Overlay');
    await expect.poll(() => page.locator('.pieces').textContent(), LONG).toMatch(/^One piece: 3 members/);
    await console.tab('Chat');
    expect(await console.window('Message window').getByText('before the end').count()).toBe(0);

    // A program that is another one is not taken for it.
    again.signal('SIGTERM');
    await connection.getByText('The program has ended').waitFor();
    const other = new Program(['demo', '--peers', '4', '--port', port]);
    await other.waitFor(/Web console/);
    const third = await page.context().newPage();
    await third.goto(await consoleUrl(other));
    await third.locator('option', { hasText: 'dave' }).waitFor({ state: 'attached' });
    await third.close();
    await connection.getByText('Another program answers here now').waitFor(LONG);
    expect(await page.locator('option', { hasText: 'dave' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show the new one' }).click();
    await page.locator('option', { hasText: 'dave' }).waitFor({ state: 'attached' });
  }, 90_000);

  test('views are there before they are opened', async () => {
    const { console, page } = await openDemo();
    await expect
      .poll(() =>
        page.evaluate(
          () =>
            performance.getEntriesByType('resource').filter(({ name }) => /View-.*\.js|elk-worker/.test(name))
              .length,
        ),
      )
      .toBeGreaterThanOrEqual(4);
    await page.route('**/*', (route) => route.abort());
    for (const tab of TAB_NAMES) {
      await console.tab(tab);
      expect(await page.getByText('Loading…').count()).toBe(0);
      expect(await page.locator(`#view[data-view="${tab.toLowerCase()}"]`).count()).toBe(1);
    }
  });

  test('what was chosen and typed is there after other tabs, a reload and a step back', async () => {
    const { console, page } = await openDemo();
    await console.press('Send', 'to be looked at');
    await console.shows('Message window', 'to be looked at');
    await page.getByRole('combobox', { name: 'Peer' }).selectOption('peer-2');
    await console.field().fill('half a sentence');
    await console.tab('Sequence');
    await page.getByRole('option', { name: /TEXT/ }).last().click();
    const details = page.getByRole('complementary', { name: 'The frame that is looked at' });
    const frame = await details.getByRole('heading').textContent();
    await console.tab('Machines');
    await page.getByRole('treeitem', { name: /^room-session/ }).click();
    await page.getByRole('checkbox', { name: 'Only changes of state' }).check();
    await console.tab('Overlay');
    await page.getByRole('button', { name: /^carol,/ }).click();
    const everything = async () => {
      await page.getByRole('dialog', { name: 'carol' }).waitFor();
      await console.tab('Machines');
      await page.getByRole('region', { name: 'Statechart of room-session' }).waitFor();
      expect(await page.getByRole('checkbox', { name: 'Only changes of state' }).isChecked()).toBe(true);
      await console.tab('Sequence');
      expect(await details.getByRole('heading').textContent()).toBe(frame);
      await console.tab('Chat');
      expect(await console.field().inputValue()).toBe('half a sentence');
      expect(await page.getByRole('combobox', { name: 'Peer' }).inputValue()).toBe('peer-2');
      await console.tab('Overlay');
    };
    await everything();
    await page.reload();
    await everything();
    expect(new URL(page.url()).hash).toMatch(/^#overlay\/peer-2\/\d+$/);
    await console.tab('Sequence');
    const link = page.url();
    await page.goBack();
    await page.getByRole('dialog', { name: 'carol' }).waitFor();
    // A link opens what it names, also where nothing was chosen.
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(link);
    await page.reload();
    await details.getByRole('heading').waitFor();
    expect(await details.getByRole('heading').textContent()).toBe(frame);
  });
});
