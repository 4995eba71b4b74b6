/**
 * The Sequence view: the frames of a join and of a message, in order; their bytes; the filter; the export.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Program, startPeer, startRoomServer } from '../../e2e/tools/program.ts';
import { text } from '../../e2e/tools/wire.ts';
import { BROWSER_PATH, TestBrowser } from '../tools/browser.ts';
import { ConsolePage, consoleUrl } from '../tools/console.ts';

const browser = new TestBrowser();

function frames(page: Page) {
  return page.getByRole('listbox', { name: 'Frames, oldest first' });
}

/** What the arrows say, oldest first, without their times. */
async function arrows({ page }: ConsolePage): Promise<string[]> {
  const words = await frames(page).getByRole('option').locator('.row-words').allTextContents();
  return words.map((row) => row.trim());
}

/** Links of the whole room, as the overlay has them. */
async function linkCount(page: Page, console: ConsolePage): Promise<number> {
  await console.tab('Overlay');
  const words = (await page.locator('.pieces').textContent()) ?? '';
  await console.tab('Sequence');
  return Number(/(\d+) links/.exec(words)?.[1] ?? 0);
}

describe.skipIf(BROWSER_PATH === undefined)('the Sequence view', () => {
  test('shows the frames of a join, a handshake and a message as they pass, and their bytes', async () => {
    const server = await startRoomServer();
    const peer = await startPeer({ server: server.port, words: ['--web'], name: 'alice' });
    const console = new ConsolePage(await browser.open(await consoleUrl(peer)));
    const { page } = console;
    await console.press('Join', 'tea');
    await console.shows('Command window', 'Joined tea as alice');
    await console.tab('Sequence');
    const bob = await startPeer({ server: server.port, name: 'bob', room: 'tea' });
    await bob.waitFor(/^\[cmd\] JOINED → CONNECTED/);
    await peer.waitFor(/^\[cmd\] JOINED → CONNECTED/);
    bob.send('a message');
    bob.send('/poke alice');
    await bob.waitFor(/^\[cmd\] alice answered the poke/);
    await frames(page).getByRole('option', { name: /ACK/ }).waitFor();
    const all = [
      'to room server: JOIN tea',
      'from room server: MEMBERS 1 alice',
      'from bob: HANDSHAKE bob #0',
      'to room server: JOIN tea',
      'from room server: MEMBERS 2 bob, alice',
      'to bob: HANDSHAKE OK #0',
      'from bob: TEXT bob #1 a message',
      'from bob: POKE bob',
      'to bob: ACK',
    ];
    expect(await arrows(console)).toEqual(all);

    await frames(page).getByRole('option', { name: /TEXT/ }).click();
    const details = page.getByRole('complementary', { name: 'The frame that is looked at' });
    const bytes = Buffer.from(text(bob.address, 1, 'a message', 'tea'));
    const rows = [bytes.subarray(0, 16), bytes.subarray(16, 32)].map((row) => row.toString('hex'));
    const shown = async () => (await details.textContent())?.replaceAll(/\s/g, '') ?? '';
    for (const row of rows) await expect.poll(shown).toContain(row);

    await page.getByRole('checkbox', { name: /^POKE/ }).uncheck();
    await expect.poll(() => arrows(console)).toEqual(all.filter((label) => !label.includes('POKE')));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export SVG' }).click(),
    ]);
    const svg = await readFile(await download.path(), 'utf8');
    for (const label of ['JOIN', 'HANDSHAKE OK', 'TEXT', 'alice', 'bob', 'room server'])
      expect(svg).toContain(label);
    expect(svg).not.toContain('POKE');
    expect(svg.startsWith('<svg') || svg.startsWith('<?xml')).toBe(true);

    const exported = async (kind: string) => {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Export ${kind}` }).click(),
      ]);
      return readFile(await file.path(), 'utf8');
    };
    expect(JSON.parse(await exported('JSON')).frames).toHaveLength(all.length - 1);
    const mermaid = await exported('Mermaid');
    expect(mermaid).toMatch(
      /^sequenceDiagram\n {2}participant p0 as room server\n {2}participant p1 as alice\n/,
    );
    expect(mermaid).toContain('p2->>p1: TEXT bob #35;1 a message');

    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.fill('kind:TEXT');
    await expect.poll(() => arrows(console)).toEqual(['from bob: TEXT bob #1 a message']);
    await search.fill('bob -kind:HANDSHAKE text:message');
    await expect.poll(() => arrows(console)).toEqual(['from bob: TEXT bob #1 a message']);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => arrows(console)).toEqual(all);
  });

  test('crosses out duplicates, follows one message, and folds KEEPALIVEs', async () => {
    const demo = new Program(['demo', '--peers', '5'], { peer: { keepaliveMs: 1_000 } });
    const console = new ConsolePage(await browser.open(await consoleUrl(demo)));
    const { page } = console;
    await console.tab('Overlay');
    await page.getByText(/^One piece: 5 members/).waitFor();
    await console.tab('Chat');
    for (const words of ['one', 'two']) {
      await console.press('Send', words);
      await console.shows('Message window', words);
    }
    await console.tab('Sequence');
    const peers = page.getByRole('combobox', { name: 'Peer' });
    const folded = frames(page).getByRole('option', { name: /KEEPALIVE ×[2-9]/ });
    await folded.first().waitFor();
    // In a room of five with six links or more some member has a message twice.
    const crossed = frames(page).locator('.crossed');
    for (const id of ['peer-1', 'peer-2', 'peer-3', 'peer-4', 'peer-5']) {
      await peers.selectOption(id);
      await frames(page).getByRole('option', { name: /TEXT/ }).first().waitFor();
      if ((await crossed.count()) > 0) break;
    }
    const links = await linkCount(page, console);
    if (links > 4) expect(await crossed.count()).toBeGreaterThan(0);
    await frames(page)
      .getByRole('option', { name: /TEXT alice #2/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Follow this message' }).click();
    await expect
      .poll(async () => (await arrows(console)).every((row) => row.includes('TEXT alice #2')))
      .toBe(true);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('checkbox', { name: 'Fold KEEPALIVEs' }).uncheck();
    await folded.first().waitFor({ state: 'detached' });
  });
});
