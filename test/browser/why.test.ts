/**
 * "Why?" of what somebody reads in a demo: a chain of causes over all peers on its way, followed with the
 * keyboard, each line of which leads to where it is shown.
 */
import { describe, expect, test } from 'vitest';
import { Program } from '../e2e/tools/program.ts';
import { axeFaults, markContrasts } from './tools/axe.ts';
import { BROWSER_PATH, TestBrowser } from './tools/browser.ts';
import { burst, ConsolePage, consoleUrl, inSight } from './tools/console.ts';
import { recordedWorld } from './tools/recorded-world.ts';

const browser = new TestBrowser();

describe.skipIf(BROWSER_PATH === undefined)('Why?', () => {
  test('a line leads back to the command that said it, at another peer, and each cause to its view', async () => {
    const demo = new Program(['demo', '--peers', '3', '--port', '0']);
    const console = new ConsolePage(await browser.open(await consoleUrl(demo)));
    const { page } = console;
    await demo.waitFor(/^In the room demo/);
    const peer = page.getByRole('combobox', { name: 'Peer' });
    await expect.poll(() => peer.locator('option').count()).toBe(3);
    await console.press('Send', 'why is the sky blue');
    await peer.selectOption('peer-3');
    await console.shows('Message window', 'why is the sky blue');
    const line = console.window('Message window').locator('.line').last();
    await line.getByRole('button', { name: /^Why\?/ }).click();

    const panel = page.getByRole('complementary', { name: 'Why?', exact: true });
    const causes = panel.getByRole('list', { name: 'Causes' }).getByRole('button');
    await expect.poll(() => causes.count()).toBeGreaterThan(3);
    const words = await causes.allTextContents();
    expect(words[0]).toContain('why is the sky blue');
    expect(words[1]).toMatch(/carol.*TEXT #\d+ comes from/);
    expect(words[2]).toMatch(/TEXT #\d+ goes to carol/);
    expect(words.at(-1)).toMatch(/alice.*the user's command SEND/);
    await expect.poll(() => line.getAttribute('data-on-path')).toBe('true');
    expect(await axeFaults(page)).toEqual([]);

    // Beside the view: all of the field can be typed into.
    const field = (await console.field().boundingBox()) ?? { x: 0, width: 0 };
    const beside = (await panel.boundingBox()) ?? { x: 0 };
    expect(field.x + field.width).toBeLessThanOrEqual(beside.x);
    await console.tab('Overlay');
    await expect.poll(() => page.locator('.overlay .path-link').count()).toBe(1);
    expect(await page.locator('.overlay .path-member').count()).toBeGreaterThan(1);
    await console.tab('Chat');
    await causes.first().focus();

    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toMatch(/#sequence\/peer-3\/\d+\?at=\d+$/);
    await page.locator('.row[data-on-path="true"]').first().waitFor();
    await page.getByRole('button', { name: '● Live' }).waitFor();

    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).not.toMatch(/peer-3/);
    expect(page.url()).toMatch(/#sequence\/peer-\d\/\d+\?at=\d+$/);
    await page.getByRole('complementary', { name: 'The frame that is looked at' }).waitFor();
    await panel.getByRole('button').nth(1).focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => panel.count()).toBe(0);
  });

  test('the chain is framed and in sight in each view that is opened, however much has come since', async () => {
    const demo = new Program(['demo', '--peers', '3', '--port', '0']);
    const console = new ConsolePage(await browser.open(await consoleUrl(demo)));
    const { page } = console;
    await demo.waitFor(/^In the room demo/);
    const peer = page.getByRole('combobox', { name: 'Peer' });
    await expect.poll(() => peer.locator('option').count()).toBe(3);
    await console.tab('Overlay');
    await page.getByText(/^One piece: 3 members/).waitFor();
    await console.tab('Chat');
    await console.press('Send', 'why is the sky blue');
    await peer.selectOption('peer-3');
    await console.shows('Message window', 'why is the sky blue');
    await console
      .window('Message window')
      .getByRole('button', { name: /^Why\?/ })
      .last()
      .click();
    const causes = page.getByRole('list', { name: 'Causes' }).getByRole('button');
    await expect.poll(() => causes.count()).toBeGreaterThan(3);
    // The windows are smaller now: their newest lines stay in sight.
    expect(await page.getByRole('button', { name: 'Newest ↓' }).count()).toBe(0);
    await burst(page, 'peer-1', 100);
    await console.shows('Message window', 'burst 100');

    const framed = page.locator('[data-on-path="true"]');
    for (const tab of ['Sequence', 'Chat'] as const) {
      await console.tab(tab);
      await inSight(framed.last());
    }
    await console.tab('Sequence');
    await page.getByRole('combobox', { name: 'Show' }).selectOption('room');
    await page.locator('.room-row[data-on-path="true"]').first().waitFor();
    await inSight(page.locator('.room-row[data-on-path="true"]').last());
    await console.tab('Machines');
    await peer.selectOption('peer-1');
    await inSight(page.locator('.step-line[data-on-path="true"]').last());

    await console.tab('Overlay');
    await page.getByText('Members as a table').click();
    const table = page.getByRole('table', { name: 'Members in the order of the ring' });
    const members = await table.locator('tr[data-on-path="true"] th').allTextContents();
    expect(members.join()).toMatch(/alice.*carol|carol.*alice/);
    await inSight(table.locator('tr[data-on-path="true"] th').first());
    const marks = await markContrasts(page, [
      { selector: '.overlay .path-link', property: 'stroke' },
      { selector: '.overlay .path-member', property: 'stroke' },
    ]);
    expect(Object.keys(marks)).toHaveLength(2);
    expect(Math.min(...Object.values(marks))).toBeGreaterThanOrEqual(3);
    // Where the view is longer than the window it is scrolled to the path.
    await page.setViewportSize({ width: 390, height: 844 });
    await console.tab('Chat');
    await console.tab('Overlay');
    await inSight(page.locator('.overlay .ring'));
  });

  test('in the whole room, too, a duplicate says why it was dropped', async () => {
    const { path } = await recordedWorld();
    const console = new ConsolePage(await browser.open(await consoleUrl(new Program(['replay', path]))));
    const { page } = console;
    await page.getByText('This is a recording', { exact: true }).waitFor();
    await console.tab('Sequence');
    await page.getByRole('combobox', { name: 'Show' }).selectOption('room');
    await page.getByRole('searchbox', { name: 'Search' }).fill('kind:TEXT');
    const rows = page.getByRole('listbox', { name: 'Frames of the room, in their order' });
    await rows
      .getByRole('option', { name: /\(duplicate\)/ })
      .last()
      .click();
    await page.getByRole('button', { name: /^Why dropped\?/ }).click();
    const causes = page.getByRole('list', { name: 'Causes' }).getByRole('button');
    await expect.poll(() => causes.count()).toBeGreaterThan(2);
    const words = await causes.allTextContents();
    expect(words[0]).toMatch(/dropped \(duplicate\): TEXT/);
    expect(words[1]).toMatch(/TEXT #\d+ comes from/);
    expect(words[2]).toMatch(/TEXT #\d+ goes to/);
  });

  test('the links of a peer lead to what has changed them, and an event of a machine to what has sent it', async () => {
    const demo = new Program(['demo', '--peers', '3', '--port', '0']);
    const console = new ConsolePage(await browser.open(await consoleUrl(demo)));
    const { page } = console;
    await demo.waitFor(/^In the room demo/);
    await console.tab('Overlay');
    await page
      .getByRole('button', { name: /^Why these links\?/ })
      .first()
      .click();
    const causes = page.getByRole('list', { name: 'Causes' }).getByRole('button');
    await expect.poll(() => causes.count()).toBeGreaterThan(1);
    // What has changed them is a step of a machine, or a frame.
    expect((await causes.allTextContents()).join()).toMatch(/ → |comes from|connection/);
    await page.keyboard.press('Escape');

    // At one moment: a step that is looked at must not be moved out of sight by the next. It is one that
    // another machine has sent: of an actor that has just stopped nothing is asked.
    await console.tab('Machines');
    await page.getByRole('button', { name: 'One step back' }).click();
    await page
      .locator('.step-line', { hasText: ' from ' })
      .last()
      .getByRole('button', { name: 'Payload and context' })
      .click();
    await page
      .getByRole('button', { name: /^Why\?/ })
      .last()
      .click();
    await expect.poll(() => causes.count()).toBeGreaterThan(0);
    await page.locator('.step-line[data-on-path="true"]').first().waitFor();
  });
});
