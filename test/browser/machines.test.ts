/**
 * The Machines view: the actor tree, a statechart that changes state, its events, steps back and forth, an
 * event sent.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startPeer, startRoomServer } from '../e2e/tools/program.ts';
import { BROWSER_PATH, TestBrowser } from './browser.ts';
import { ConsolePage, consoleUrl } from './console.ts';

const browser = new TestBrowser();

/** What the tree says of each actor: its name, its kind where that is another word, its state. */
function actors(page: Page): Promise<string[]> {
  return page.getByRole('tree', { name: 'Actors' }).getByRole('treeitem').allInnerTexts();
}

/** The lit states of the chart, outermost first. */
function lit(page: Page): Promise<string[]> {
  return page
    .getByRole('region', { name: /^Statechart of/ })
    .locator('.state[data-active="true"] > .state-title')
    .allTextContents();
}

describe.skipIf(BROWSER_PATH === undefined)('the Machines view', () => {
  test('shows the statechart change its state, and steps back and forth', async () => {
    const server = await startRoomServer();
    const peer = await startPeer({ server: server.port, words: ['--web'] });
    const console = new ConsolePage(await browser.open(await consoleUrl(peer)));
    const { page } = console;
    await console.tab('Machines');
    await expect.poll(() => lit(page)).toContain('START');
    peer.send('/user alice');
    await expect.poll(() => lit(page)).toContain('NAMED');
    expect(await lit(page)).not.toContain('START');
    peer.send('/join tea');
    await expect.poll(() => lit(page)).toContain('JOINED');
    await expect
      .poll(async () => (await actors(page)).join(' '))
      .toMatch(/user.*room-session.*forward-link/s);

    // An event that the machine accepts, sent from the page.
    await page.getByRole('combobox', { name: 'Event' }).selectOption('SEND');
    await page.getByRole('textbox', { name: 'Payload (JSON)' }).fill('{"text": "from the page"}');
    await page.getByRole('button', { name: 'Send to user' }).click();
    await peer.waitFor('[msg] alice: from the page');
    await page.getByRole('textbox', { name: 'Payload (JSON)' }).fill('{"text": 7}');
    await page.getByRole('button', { name: 'Send to user' }).click();
    await expect.poll(() => page.locator('[data-wrong="true"]').count()).toBe(1);

    await page.getByRole('checkbox', { name: 'Only changes of state' }).check();
    const back = page.getByRole('button', { name: /Back/ });
    const stepBack = async () => {
      await back.click();
      return lit(page);
    };
    // Steps are those of all actors together: some back, the user machine was not there yet.
    await expect.poll(stepBack).not.toContain('JOINED');
    await page.getByRole('button', { name: /Forth/ }).click();
    await page.getByRole('button', { name: 'Live again' }).click();
    await expect.poll(() => lit(page)).toContain('JOINED');
  });
});
