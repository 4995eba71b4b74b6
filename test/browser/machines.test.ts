/**
 * The Machines view: the actor tree, a statechart that changes state, its events, steps back and forth, an
 * event sent.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Program, startPeer, startRoomServer } from '../e2e/tools/program.ts';
import { BROWSER_PATH, TestBrowser } from './tools/browser.ts';
import { ConsolePage, consoleUrl } from './tools/console.ts';

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

/** Height of the smallest label of the statechart, in pixels on the screen. */
function smallestLabel(page: Page): Promise<number> {
  return page.locator('.chart-picture').evaluate((picture) => {
    const scale = picture.getBoundingClientRect().width / (picture as SVGSVGElement).viewBox.baseVal.width;
    const sizes = [...picture.querySelectorAll('text')].map((text) =>
      Number.parseFloat(getComputedStyle(text).fontSize),
    );
    return Math.min(...sizes) * scale;
  });
}

/** True if the middle of some innermost active state is within the room of the chart. */
function isInSight(page: Page): Promise<boolean> {
  return page.locator('.chart-room').evaluate((room) => {
    const within = room.getBoundingClientRect();
    const lit = [...room.querySelectorAll('.state[data-active="true"][data-type="atomic"]')];
    return lit.some((state) => {
      const box = state.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      return x >= within.left && x <= within.right && y >= within.top && y <= within.bottom;
    });
  });
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
    await page.locator('.step-line[data-kind="event"] button.unfold').last().click();
    await page.getByText('Changed in the context').waitFor();
  });

  test('the statechart can be read, follows what is active, and stays where the reader holds it', async () => {
    const demo = new Program(['demo', '--peers', '3']);
    const viewport = { width: 1_280, height: 800 };
    const console = new ConsolePage(await browser.open(await consoleUrl(demo), { viewport }));
    const { page } = console;
    await console.tab('Machines');
    const room = page.locator('.chart-room');
    for (const actor of [/^user/, /^room-session/, /^forward-link/, /^forward-1/]) {
      await page.getByRole('treeitem', { name: actor }).first().click();
      await page.locator('.state').first().waitFor();
      for (let press = 0; press < 8; press += 1) await page.getByRole('button', { name: 'Smaller' }).click();
      expect(await smallestLabel(page)).toBeGreaterThanOrEqual(9);
      await page.getByRole('button', { name: 'Fit' }).click();
      await expect.poll(() => isInSight(page)).toBe(true);
      expect(await smallestLabel(page)).toBeGreaterThanOrEqual(9);
    }
    // Held by wheel, keys and minimap.
    await page.getByRole('treeitem', { name: /^user/ }).first().click();
    await page.getByRole('region', { name: 'Statechart of user' }).waitFor();
    const width = () => page.locator('.chart-picture').evaluate((picture) => picture.clientWidth);
    const before = await width();
    await room.hover();
    await page.mouse.wheel(0, -400);
    await expect.poll(width).toBeGreaterThan(before);
    await room.press('+');
    const place = () => room.evaluate(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
    const start = await place();
    await room.press('ArrowUp');
    await expect.poll(place).not.toEqual(start);
    await page.locator('.minimap').click({ position: { x: 60, y: 12 } });
    expect(await room.getAttribute('data-held')).toBe('true');
    const held = await place();
    // Something happens: the picture stays.
    await page.getByRole('combobox', { name: 'Event' }).last().selectOption('POKE');
    await page.getByRole('textbox', { name: 'Payload (JSON)' }).fill('{"name": "bob"}');
    await page.getByRole('button', { name: 'Send to user' }).click();
    await page
      .getByRole('row', { name: /POKE_ENDED/ })
      .first()
      .waitFor();
    expect(await place()).toEqual(held);
    await room.press('0');
    await expect.poll(() => isInSight(page)).toBe(true);

    // All peers in one list, and a break.
    await page.getByRole('checkbox', { name: 'of all peers' }).check();
    for (const name of ['alice', 'bob', 'carol'])
      await page.getByRole('treeitem', { name: new RegExp(`^${name} ?user`) }).waitFor();
    await page.getByRole('combobox', { name: 'Pause at' }).selectOption('BACKWARD_LOST');
    const where = page.locator('.where');
    await where.getByText(/^Live/).waitFor();
    await page.evaluate(() => {
      const socket = new WebSocket(`ws://${location.host}/console`);
      socket.onopen = () => socket.send(JSON.stringify({ type: 'control', peer: 'peer-3', action: 'kill' }));
    });
    await where.getByText(/^Paused at/).waitFor();
    expect(await page.locator('.step-line[aria-selected="true"]').textContent()).toContain('BACKWARD_LOST');
  }, 90_000);
});
