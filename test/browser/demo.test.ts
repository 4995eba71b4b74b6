/** The demo as a newcomer has it: the whole overlay in one console; the hub is killed, and the room heals. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Program } from '../e2e/tools/program.ts';
import { BROWSER_PATH, TestBrowser } from './browser.ts';
import { ConsolePage, consoleUrl } from './console.ts';

const browser = new TestBrowser();
const PEERS = 5;
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
