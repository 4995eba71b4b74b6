/**
 * The Sequence view: the frames of a join and of a message, in order; their bytes; the filter; the export.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startPeer, startRoomServer } from '../e2e/tools/program.ts';
import { text } from '../e2e/tools/wire.ts';
import { BROWSER_PATH, TestBrowser } from './browser.ts';
import { ConsolePage, consoleUrl } from './console.ts';

const browser = new TestBrowser();

function frames(page: Page) {
  return page.getByRole('listbox', { name: 'Frames, oldest first' });
}

/** What the arrows say, oldest first, without their times. */
async function arrows({ page }: ConsolePage): Promise<string[]> {
  const words = await frames(page).getByRole('option').locator('.row-words').allTextContents();
  return words.map((row) => row.trim());
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
  });
});
