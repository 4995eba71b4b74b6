/** The demo as a newcomer has it: the whole overlay in one console; the hub is killed, and the room heals. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Program } from '../e2e/tools/program.ts';
import { BROWSER_PATH, TestBrowser } from './tools/browser.ts';
import { burst, ConsolePage, consoleUrl, TAB_NAMES } from './tools/console.ts';

const browser = new TestBrowser();
const PEERS = 5;
const BURST = 300;
/** The demo's own keepalive is as slow as everybody's; healing is not. */
const HEALING = { timeout: 20_000 };

async function openDemo(): Promise<ConsolePage> {
  const demo = new Program(['demo', '--peers', String(PEERS)]);
  const console = new ConsolePage(await browser.open(await consoleUrl(demo)));
  await console.tab('Overlay');
  await expect.poll(() => pieces(console.page), HEALING).toMatch(/^One piece: 5 members/);
  await openTable(console.page);
  return console;
}

async function openTable(page: Page): Promise<void> {
  await page.getByText('Members as a table').click();
}

function pieces(page: Page): Promise<string | null> {
  return page.getByRole('region', { name: 'The overlay' }).getByRole('status').first().textContent();
}

/** Who has the most links, as the table tells. */
async function hubOf(page: Page): Promise<string> {
  const rows = await page
    .getByRole('table', { name: 'Members in the order of the ring' })
    .locator('tbody tr')
    .evaluateAll((all) =>
      all.map((row) => ({
        name: row.querySelector('th')?.firstChild?.textContent ?? '',
        links: (row.querySelector('td')?.textContent ?? '').match(/alice|bob|carol|dave|erin/g)?.length ?? 0,
      })),
    );
  return rows.toSorted((one, other) => other.links - one.links)[0]?.name ?? '';
}

/** Everybody says something, and everybody alive hears it. */
async function everybodyHears(console: ConsolePage, names: readonly string[], words: string): Promise<void> {
  await console.tab('Chat');
  const picker = console.page.getByRole('combobox', { name: 'Peer' });
  const choose = async (name: string) => {
    const labels = await picker.locator('option').allTextContents();
    await picker.selectOption({ label: labels.find((label) => label.startsWith(name)) ?? name });
  };
  for (const name of names) {
    await choose(name);
    await console.press('Send', `${words} of ${name}`);
  }
  for (const name of names) {
    await choose(name);
    for (const other of names) await console.shows('Message window', `${words} of ${other}`);
  }
  await console.tab('Overlay');
  await openTable(console.page);
}

/** Lines of the Message window, drawn or not. */
async function linesIn(page: Page): Promise<number> {
  const log = page.locator('.window.messages');
  return Number(await log.getAttribute('data-lines'));
}

describe.skipIf(BROWSER_PATH === undefined)('the demo', () => {
  test('the hub is killed: the others link again, a message reaches all; it comes back under its name', async () => {
    const console = await openDemo();
    const { page } = console;
    const hub = await hubOf(page);
    await page.getByRole('button', { name: `Kill ${hub}` }).click();
    await expect.poll(() => pieces(page), HEALING).toMatch(/^One piece: 4 members, .*1 killed/);
    const others = ['alice', 'bob', 'carol', 'dave', 'erin'].filter((name) => name !== hub);
    await everybodyHears(console, others, 'without the hub');

    await page.getByRole('button', { name: `Restart ${hub}` }).click();
    await expect.poll(() => pieces(page), HEALING).toMatch(/^One piece: 5 members/);
    await everybodyHears(console, [...others, hub], 'with everybody');
  }, 60_000);

  test('a killed peer looks killed in every view, and chats when it was started again', async () => {
    const console = await openDemo();
    const { page } = console;
    await page.getByRole('combobox', { name: 'Peer' }).selectOption('peer-3');
    await page.getByRole('button', { name: 'Kill carol' }).click();
    const banner = page.getByText('carol is not running');
    const picker = page.getByRole('combobox', { name: 'Peer' }).locator('option:checked');
    for (const tab of TAB_NAMES) {
      await console.tab(tab);
      await banner.waitFor();
      expect(await picker.textContent()).toBe('carol, not running');
    }
    await console.tab('Overlay');
    await page.getByRole('button', { name: 'carol, killed' }).waitFor();
    await console.tab('Sequence');
    await page.locator('.head[data-kind="self"][data-gone="true"]').getByText('not running').waitFor();
    await console.tab('Machines');
    await page.getByRole('treeitem', { name: /^user ended in TERMINATED/ }).waitFor();
    await console.tab('Chat');
    await page.locator('.state-badge').getByText('NOT RUNNING').waitFor();
    expect(
      await page.getByRole('list', { name: 'Members, in HID order' }).getByRole('listitem').count(),
    ).toBe(0);
    await page.getByRole('button', { name: 'Start it again' }).click();
    await banner.waitFor({ state: 'detached' });
    await console.shows('Command window', 'JOINED → CONNECTED.');
    await console.press('Send', 'back again');
    await console.shows('Message window', 'back again');
  }, 60_000);

  test('a burst in a big room: the last message’s way is told whole, also after a reload; no chat loses lines', async () => {
    const demo = new Program(['demo', '--peers', '5']);
    const console = new ConsolePage(await browser.open(await consoleUrl(demo)));
    const { page } = console;
    await console.tab('Overlay');
    await expect.poll(() => pieces(page), HEALING).toMatch(/^One piece: 5 members/);
    await burst(page, 'peer-1', BURST);
    const last = page.getByRole('region', { name: 'The last message' });
    const whole = new RegExp(`Message #${BURST} of alice reached 4 others in [1-4] hops`);
    await expect.poll(() => last.textContent(), HEALING).toMatch(whole);
    await page.reload();
    // Nothing else is said meanwhile.
    const said = new Set<string>();
    await expect
      .poll(async () => said.add((await last.textContent()) ?? '').size > 0 && [...said].at(-1), HEALING)
      .toMatch(whole);
    expect([...said].filter((words) => /#/.test(words) && !/reached 4 others/.test(words))).toEqual([]);
    await console.tab('Chat');
    for (const id of ['peer-1', 'peer-4']) {
      await page.getByRole('combobox', { name: 'Peer' }).selectOption(id);
      await console.shows('Message window', `burst ${BURST}`);
    }
  }, 60_000);

  test('with 50 peers and a burst each chat has all of it, and what is not known of a way is said', async () => {
    const demo = new Program(['demo', '--peers', '50']);
    const console = new ConsolePage(await browser.open(await consoleUrl(demo)));
    const { page } = console;
    await console.tab('Overlay');
    await expect.poll(() => pieces(page), { timeout: 120_000 }).toMatch(/^One piece: 50 members/);
    await burst(page, 'peer-1', BURST);
    await burst(page, 'peer-2', BURST);
    const last = page.getByRole('region', { name: 'The last message' });
    await expect
      .poll(() => last.textContent(), { timeout: 120_000 })
      .toMatch(/reached 49 others|was seen in part only/);
    await page.reload();
    await expect
      .poll(() => last.textContent(), { timeout: 120_000 })
      .toMatch(/reached 49 others|was seen in part only/);
    await console.tab('Chat');
    for (const id of ['peer-1', 'peer-50']) {
      await page.getByRole('combobox', { name: 'Peer' }).selectOption(id);
      await expect.poll(() => linesIn(page), { timeout: 120_000 }).toBe(2 * BURST);
    }
  }, 500_000);

  test('a peer is split off and healed, and a message is seen travelling', async () => {
    const console = await openDemo();
    const { page } = console;
    await page.getByRole('button', { name: 'Split off bob' }).click();
    await expect.poll(() => pieces(page), HEALING).toMatch(/^2 pieces of 4 \+ 1 members/);
    await page.getByRole('button', { name: 'Heal bob' }).click();
    await expect.poll(() => pieces(page), HEALING).toMatch(/^One piece: 5 members/);
    await everybodyHears(console, ['alice', 'bob'], 'healed');
    await expect
      .poll(() => page.getByRole('region', { name: 'The last message' }).textContent())
      .toMatch(/Message #\d+ of bob reached 4 others in [1-4] hops/);
  }, 60_000);
});
