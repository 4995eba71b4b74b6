/**
 * A room of the simulation as a teacher has it: it is paused, stepped, slowed down; a frame is dropped, a
 * peer chats, the room is split, rewound and forked; what was recorded runs again to the same trace.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { Program } from '../e2e/tools/program.ts';
import { axeFaults, markContrasts } from './tools/axe.ts';
import { BROWSER_PATH, type OpenOptions, TestBrowser } from './tools/browser.ts';
import { ConsolePage, consoleUrl } from './tools/console.ts';

const browser = new TestBrowser();
const SOON = { timeout: 20_000 };
const directory = mkdtempSync(join(tmpdir(), 'p2pchat-room-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

class Room extends ConsolePage {
  readonly bar = this.page.getByRole('region', { name: 'The simulated room' });

  static async open(program: Program, options: OpenOptions = {}): Promise<Room> {
    const room = new Room(
      await browser.open(await consoleUrl(program), { isOfflineExpected: true, ...options }),
    );
    await room.bar.waitFor();
    return room;
  }

  pressInBar(name: string): Promise<void> {
    return this.bar.getByRole('button', { name, exact: true }).click();
  }

  async choose(peer: string): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Peer' }).selectOption(peer);
  }

  /** What the bar says of the time: `00:00:07.123 paused`. */
  time(): Promise<string | null> {
    return this.bar.locator('.room-time').textContent();
  }

  frames() {
    return this.bar.getByRole('list', { name: 'Frames under way' }).getByRole('listitem');
  }

  /** It runs fast until everybody is linked, and stands still then. */
  async settle(): Promise<void> {
    await this.bar.getByRole('combobox', { name: 'room’s speed' }).selectOption('20');
    await this.tab('Overlay');
    await expect.poll(() => pieces(this.page), SOON).toMatch(/^One piece: 5 members/);
    await this.pressInBar('Pause the room');
    await expect.poll(() => this.time()).toMatch(/paused$/);
  }
}

function pieces(page: Page): Promise<string | null> {
  return page.getByRole('region', { name: 'The overlay' }).getByRole('status').first().textContent();
}

describe.skipIf(BROWSER_PATH === undefined)('a simulated room', () => {
  test('is paused, stepped, broken, rewound and forked; its recording runs again to the same trace', async () => {
    const file = join(directory, 'room.ndjson');
    const program = new Program(['demo', '--simulated', '--seed', '3', '--record', file]);
    const room = await Room.open(program);
    const { page, bar } = room;
    await room.settle();
    const paused = await room.time();

    // Chat as anybody, while it stands still: it is shown at once, and nothing else happens.
    await room.tab('Chat');
    await room.choose('alice');
    await room.press('Send', 'first words');
    await room.shows('Message window', 'first words');
    await bar.getByRole('button', { name: /^Under way: / }).click();
    const copies = room.frames().filter({ hasText: 'first words' });
    await expect.poll(() => copies.count()).toBeGreaterThan(0);
    expect(await room.time()).toBe(paused);
    await page.screenshot({ path: shot('frames') });

    // Every copy is dropped: nobody hears it.
    for (let left = await copies.count(); left > 0; left -= 1) {
      await copies.first().getByRole('button', { name: /^Drop/ }).click();
      await expect.poll(() => copies.count()).toBe(left - 1);
    }
    await room.press('Send', 'second words');
    await expect.poll(() => room.frames().filter({ hasText: 'second words' }).count()).toBeGreaterThan(0);
    await room.pressInBar('Next delivery');
    await expect.poll(() => room.time()).not.toBe(paused);
    const later = room.frames().filter({ hasText: 'second words' }).first();
    await later.getByRole('button', { name: /^Hold/ }).click();
    await expect.poll(() => later.textContent()).toContain('held');
    await later.getByRole('button', { name: /^Release/ }).click();
    await room.pressInBar('Run the room');
    await room.choose('carol');
    await room.shows('Message window', 'second words');
    expect(await room.window('Message window').getByText('first words').count()).toBe(0);

    // Split in halves, and healed.
    await bar.getByRole('button', { name: /^Faults: / }).click();
    await bar.getByRole('spinbutton', { name: /It lasts/ }).fill('3600');
    await room.pressInBar('Split in halves');
    await room.tab('Overlay');
    await expect.poll(() => pieces(page), SOON).toMatch(/^2 pieces of 3 \+ 2 members/);
    await page.screenshot({ path: shot('split') });
    await bar.getByRole('button', { name: /^End it now: split/ }).click();
    await bar.getByRole('combobox', { name: 'room’s speed' }).selectOption('60');
    await expect.poll(() => pieces(page), SOON).toMatch(/^One piece: 5 members/);
    await room.pressInBar('Pause the room');
    await expect.poll(() => room.time()).toMatch(/paused$/);
    // A link that mends a break may have brought them after all.
    await room.tab('Chat');
    await room.shows('Message window', 'second words');
    const heard = await room.window('Message window').getByText('first words').count();

    // Back to just before the first copy was dropped: what if it had not been lost?
    await bar.getByRole('button', { name: /^Done by hand: / }).click();
    await bar
      .getByRole('button', { name: /^What if not\? drop / })
      .last()
      .click();
    await expect.poll(() => room.time(), SOON).toBe(paused);
    await expect.poll(() => bar.getByRole('combobox', { name: 'story' }).inputValue()).toBe('2');
    await room.pressInBar('Run the room');
    await room.tab('Chat');
    await room.choose('carol');
    await room.shows('Message window', 'first words');
    expect(await room.window('Message window').getByText('second words').count()).toBe(0);

    // The other story is still there.
    await bar.getByRole('combobox', { name: 'story' }).selectOption('1');
    await room.shows('Message window', 'second words');
    await expect.poll(() => room.time(), SOON).toMatch(/paused$/);
    expect(await room.window('Message window').getByText('first words').count()).toBe(heard);
    await page.screenshot({ path: shot('story') });

    program.signal('SIGINT');
    expect(await program.ended()).toMatchObject({ code: 0 });
    const recorded = readFileSync(file, 'utf8').split('\n');
    expect(recorded.filter((line) => line.includes('"type":"input"')).length).toBeGreaterThan(5);
    const again = new Program(['simulate', '--inputs', file]);
    expect(await again.ended(60_000)).toMatchObject({ code: 0 });
    expect(again.lines[0]).toMatch(/^The same as recorded\. \d+ ms, trace [0-9a-f]{64}$/);
  }, 120_000);

  test('rewound and left alone, it does the same again', async () => {
    const program = new Program(['demo', '--simulated']);
    const room = await Room.open(program);
    const { page, bar } = room;
    await room.settle();
    const [moment = ''] = (await room.time())?.split(' ') ?? [];
    await room.pressInBar('Run the room');
    await room.tab('Chat');
    await room.choose('bob');
    await room.press('Send', 'once');
    await room.choose('erin');
    await room.shows('Message window', 'once');
    await room.pressInBar('Pause the room');
    const jump = page.getByRole('textbox', { name: 'Jump to a time' });
    await jump.fill(moment);
    await jump.press('Enter');
    await room.pressInBar('Rewind to this moment');
    await bar.getByText('1 done by hand').last().waitFor();
    expect(await room.time()).toBe(`${moment} paused`);
    await expect.poll(() => room.window('Message window').getByText('once').count()).toBe(0);
    await room.pressInBar('Run the room');
    await room.shows('Message window', 'once');
    // A peer is killed and started again as in the demo.
    await room.tab('Overlay');
    await page.getByText('Members as a table').click();
    await page.getByRole('button', { name: 'Kill carol' }).click();
    await expect.poll(() => pieces(page), SOON).toMatch(/^One piece: 4 members/);
    await page.getByRole('button', { name: 'Restart carol' }).click();
    await expect.poll(() => pieces(page), SOON).toMatch(/^One piece: 5 members/);
    await page.getByRole('button', { name: 'Split off bob' }).click();
    await expect.poll(() => pieces(page), SOON).toMatch(/^2 pieces of 4 \+ 1 members/);
    await page.getByRole('button', { name: 'Heal bob' }).click();
    await expect.poll(() => pieces(page), SOON).toMatch(/^One piece: 5 members/);
  }, 120_000);

  test.each([
    { colorScheme: 'light', viewport: { width: 1_280, height: 860 } },
    { colorScheme: 'dark', viewport: { width: 1_280, height: 860 } },
    { colorScheme: 'light', viewport: { width: 390, height: 844 } },
    { colorScheme: 'dark', viewport: { width: 640, height: 400 } },
  ] as const)(
    'for everybody: $colorScheme, $viewport.width wide',
    async (options) => {
      const program = new Program(['demo', '--simulated']);
      const room = await Room.open(program, options);
      const { page, bar } = room;
      await bar.getByRole('combobox', { name: 'room’s speed' }).selectOption('20');
      await room.shows('Command window', 'JOINED → CONNECTED.');
      await room.pressInBar('Pause the room');
      await room.press('Send', 'to be looked at');
      for (const panel of [/^Under way: /, /^Faults: /, /^Done by hand: /]) {
        await bar.getByRole('button', { name: panel }).click();
        if (panel.source.includes('Faults')) await room.pressInBar('Split in halves');
        await bar.locator('.room-panel li').first().waitFor();
        expect(await axeFaults(page)).toEqual([]);
        const contrasts = await markContrasts(page, [
          { selector: '.room-bar button', property: 'border-top-color' },
          { selector: '.room-bar select', property: 'border-top-color' },
        ]);
        expect(Math.min(...Object.values(contrasts))).toBeGreaterThanOrEqual(3);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
        await page.screenshot({ path: shot(`${options.viewport.width}-${panel.source.slice(1, 6)}`) });
      }
    },
    60_000,
  );

  test('a drawn world runs live as well, with chat and faults of its own', async () => {
    const program = new Program(['simulate', '--web', '--seed', '7']);
    const room = await Room.open(program);
    await room.bar.getByRole('combobox', { name: 'room’s speed' }).selectOption('60');
    await expect
      .poll(() => room.page.locator('.window.messages').getAttribute('data-lines'), SOON)
      .not.toBe('0');
    program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0 });
  }, 60_000);
});

function shot(name: string): string {
  return join(process.env.P2PCHAT_SCREENSHOTS ?? directory, `room-${name}.png`);
}
