/**
 * The whole room in the view Sequence, over a live demo and over a recording: each frame once, between the
 * peer that sent it and the one that got it. The oracle is the recording; the live room is asked for its own.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Program } from '../../e2e/tools/program.ts';
import { axeFaults, markContrasts } from '../tools/axe.ts';
import { BROWSER_PATH, TestBrowser } from '../tools/browser.ts';
import { ConsolePage, consoleUrl } from '../tools/console.ts';
import { recordedWorld } from '../tools/recorded-world.ts';

const browser = new TestBrowser();
const MARKS = [
  { selector: '.room-lines .frame-arrow', property: 'stroke' },
  { selector: '.room-lines .mark', property: 'stroke' },
  { selector: '.room-lines .crossed', property: 'stroke' },
] as const;

function rows(page: Page) {
  return page.getByRole('listbox', { name: 'Frames of the room, in their order' });
}

async function showRoom(console: ConsolePage): Promise<void> {
  await console.tab('Sequence');
  await console.page.getByRole('combobox', { name: 'Show' }).selectOption('room');
  await rows(console.page).waitFor();
}

async function words(page: Page): Promise<string[]> {
  const all = await rows(page).getByRole('option').locator('.row-words').allTextContents();
  return all.map((row) => row.trim());
}

async function exported(page: Page, kind: string): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Export ${kind}` }).click(),
  ]);
  return readFile(await file.path(), 'utf8');
}

interface ExportedFrame {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly sentMs: number | null;
  readonly receivedMs: number | null;
  readonly isDuplicate: boolean;
}

async function framesOf(page: Page): Promise<readonly ExportedFrame[]> {
  return (JSON.parse(await exported(page, 'JSON')) as { frames: ExportedFrame[] }).frames;
}

/** A demo of five in which somebody has spoken, and its page in the view of the whole room. */
async function liveRoom(options: Parameters<TestBrowser['open']>[1] = {}): Promise<ConsolePage> {
  const demo = new Program(['demo', '--peers', '5']);
  const console = new ConsolePage(await browser.open(await consoleUrl(demo), options));
  await console.tab('Overlay');
  await console.page.getByText(/^One piece: 5 members/).waitFor();
  await console.tab('Chat');
  await console.press('Send', 'to all of you');
  await console.shows('Message window', 'to all of you');
  await showRoom(console);
  return console;
}

describe.skipIf(BROWSER_PATH === undefined)('the sequence of the whole room', () => {
  test('live: a message goes from peer to peer, each hop once, and reaches everybody', async () => {
    const console = await liveRoom();
    const { page } = console;
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.fill('kind:TEXT text:"to all of you"');
    const hops = async () => (await framesOf(page)).filter(({ kind }) => kind === 'TEXT');
    await expect
      .poll(async () => new Set((await hops()).filter((hop) => !hop.isDuplicate).map(({ to }) => to)).size)
      .toBe(4);
    const all = await hops();
    expect(new Set(all.map(({ from, to }) => `${from} ${to}`)).size).toBe(all.length);
    for (const { sentMs, receivedMs } of all) expect(receivedMs).toBeGreaterThanOrEqual(sentMs ?? 0);
    await expect.poll(async () => (await words(page)).length).toBe(all.length);
    expect(await rows(page).locator('.crossed').count()).toBe(all.filter((hop) => hop.isDuplicate).length);
    expect(await exported(page, 'Mermaid')).toMatch(/^sequenceDiagram\n {2}participant p0 as room server/);
    const svg = await exported(page, 'SVG');
    expect(svg.match(/fill="none" stroke="[^"]+" stroke-width="1.5"/g)).toHaveLength(all.length);
  });

  test('the choice is in the address: a reload shows the room, and the selected row', async () => {
    const console = await liveRoom();
    const { page } = console;
    expect(new URL(page.url()).hash).toMatch(/^#sequence\/peer-1\/room$/);
    await rows(page).getByRole('option', { name: /TEXT/ }).first().click();
    await page.getByRole('complementary', { name: 'The frame that is looked at' }).waitFor();
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#sequence\/peer-1\/room-\d+$/);
    await page.reload();
    const details = page.getByRole('complementary', { name: 'The frame that is looked at' });
    await details.getByText(/under way for/).waitFor();
    await page.getByRole('combobox', { name: 'Show' }).selectOption('peer');
    await page.getByRole('listbox', { name: 'Frames, oldest first' }).waitFor();
  });

  test('by the keyboard: to the end and back, open, follow, close', async () => {
    const { page } = await liveRoom();
    await page.getByRole('searchbox', { name: 'Search' }).fill('kind:TEXT');
    await rows(page).getByRole('option', { name: /TEXT/ }).first().waitFor();
    await rows(page).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const details = page.getByRole('complementary', { name: 'The frame that is looked at' });
    await details.getByRole('button', { name: 'Follow this message' }).press('Enter');
    await page.getByRole('searchbox', { name: 'Search' }).fill('');
    const followed = rows(page).locator('[data-followed="true"]');
    await expect.poll(() => followed.count()).toBeGreaterThan(3);
    await details.getByRole('button', { name: 'Follow this message' }).press('Escape');
    await details.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Stop following' }).click();
    await expect.poll(() => followed.count()).toBe(0);
  });

  test('a killed peer: its links are marked as reset, and its lifeline as gone', async () => {
    const console = await liveRoom();
    const { page } = console;
    await console.tab('Overlay');
    await page.getByText('Members as a table').click();
    await page.getByRole('button', { name: 'Kill bob' }).click();
    await page.getByText(/1 killed/).waitFor();
    await console.tab('Sequence');
    await page.getByRole('searchbox', { name: 'Search' }).fill('kind:CONNECTION rst');
    await rows(page).getByRole('option', { name: /RST/ }).first().waitFor();
    await rows(page).locator('.head[data-gone="true"]').getByText('bob').waitFor();
    // Whoever dials it again is refused.
    await page.getByRole('searchbox', { name: 'Search' }).fill('kind:CONNECTION refused bob');
    await rows(page)
      .getByRole('option', { name: /REFUSED, by bob/ })
      .first()
      .waitFor();
  });

  test('events of machines are found by what is in them and by what they change; a mark leads to its causes', async () => {
    const console = await liveRoom();
    const { page } = console;
    const search = page.getByRole('searchbox', { name: 'Search' });
    const shown = async () => (await words(page)).join();
    expect(await shown()).not.toContain('IN_ROOM');
    await search.fill('event:"to all of you" peer:alice');
    await expect.poll(shown).toMatch(/^alice: SEND, user: IN_ROOM\.CONNECTED$/);
    await search.fill('context:demo');
    await expect.poll(shown).toMatch(/alice: \S+/);
    expect(await shown()).not.toContain('TEXT');
    await search.fill('kind:CONNECTION peer:bob');
    await rows(page).getByRole('option', { name: /OPEN/ }).first().click();
    const details = page.getByRole('complementary', { name: 'The mark that is looked at' });
    await details.getByRole('button', { name: /^Why\?/ }).click();
    const causes = page.getByRole('list', { name: 'Causes' }).getByRole('button');
    await expect.poll(() => causes.first().textContent()).toContain('connection');
    expect(await axeFaults(page)).toEqual([]);
    // The same words in the machines' own search field.
    await console.tab('Machines');
    await page.getByRole('searchbox', { name: 'Search' }).fill('event:"to all of you"');
    await expect.poll(() => page.locator('.step-line[data-kind]').allTextContents()).toHaveLength(1);
    expect(await page.locator('.step-line[data-kind]').textContent()).toContain('SEND');
  });

  test('over a recording: the frames of a moment are those of the recording, each once', async () => {
    const { path, entries } = await recordedWorld();
    const console = new ConsolePage(await browser.open(await consoleUrl(new Program(['replay', path]))));
    const { page } = console;
    await page.getByText('This is a recording', { exact: true }).waitFor();
    await showRoom(console);
    const momentMs = 40_000;
    await page.getByRole('slider', { name: 'Moment' }).fill(String(momentMs));
    await page.getByRole('checkbox', { name: 'Fold KEEPALIVEs' }).uncheck();
    await page.getByRole('searchbox', { name: 'Search' }).fill('kind:TEXT');
    const recorded = entries.filter(
      (entry) =>
        entry.type === 'frame' &&
        entry.party !== 'room server' &&
        entry.kind === 'TEXT' &&
        entry.atMs <= momentMs,
    );
    // A frame that came in names the one that was sent as its cause: those two are one line.
    const came = recorded.filter((entry) => entry.type === 'frame' && entry.direction === 'in');
    const sent = recorded.filter((entry) => entry.type === 'frame' && entry.direction === 'out');
    const sentAt = new Map(sent.map(({ serial, atMs }) => [serial, atMs]));
    await expect.poll(async () => (await framesOf(page)).length).toBe(sent.length);
    const ways = (await framesOf(page))
      .filter(({ receivedMs }) => receivedMs !== null)
      .map(({ sentMs, receivedMs, to }) => `${sentMs} ${receivedMs} ${to}`);
    const oracle = came.map(({ atMs, causedBy, party }) => `${sentAt.get(causedBy ?? 0)} ${atMs} ${party}`);
    expect(ways.sort()).toEqual(oracle.sort());
  });

  test.each(['light', 'dark'] as const)(
    'axe finds nothing, and marks can be seen (%s)',
    async (colorScheme) => {
      const { page } = await liveRoom({ colorScheme });
      await rows(page).getByRole('option', { name: /TEXT/ }).first().click();
      await page.getByRole('button', { name: 'Follow this message' }).click();
      expect(await axeFaults(page)).toEqual([]);
      for (const [mark, contrast] of Object.entries(await markContrasts(page, MARKS)))
        expect({ mark, contrast }).toMatchObject({ contrast: expect.toSatisfy((one: number) => one >= 3) });
    },
  );

  test('on a narrow screen nothing is wider than the window', async () => {
    const { page } = await liveRoom({ viewport: { width: 390, height: 844 } });
    const overflowPx = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflowPx).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
  });
});
