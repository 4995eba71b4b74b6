/**
 * A moment of the past, in all four views at once: over a recording, and over a peer that runs. What a moment
 * has is read from the recording's own entries.
 */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { EntryOf, LogEntry } from '../../../src/log/entry.ts';
import { Program, startPeer, startRoomServer } from '../../e2e/tools/program.ts';
import { BROWSER_PATH, TestBrowser } from '../tools/browser.ts';
import { ConsolePage, consoleUrl, inSight } from '../tools/console.ts';
import { recordedWorld } from '../tools/recorded-world.ts';

const browser = new TestBrowser();
const MOMENT_MS = 40_000;

async function showMoment(page: Page, atMs: number): Promise<void> {
  await page.getByRole('slider', { name: 'Moment' }).fill(String(atMs));
}

/** The last of a peer's entries of a type, up to a moment. */
function lastOf<Type extends LogEntry['type']>(
  entries: readonly LogEntry[],
  party: string,
  type: Type,
): EntryOf<Type> {
  const found = entries.findLast(
    (entry) => entry.party === party && entry.type === type && entry.atMs <= MOMENT_MS,
  );
  return found as EntryOf<Type>;
}

describe.skipIf(BROWSER_PATH === undefined)('a moment of the past', () => {
  test('over a recording: chat, machines, frames and overlay are those of that moment', async () => {
    const { path, entries } = await recordedWorld();
    const replay = new Program(['replay', path]);
    const console = new ConsolePage(await browser.open(await consoleUrl(replay)));
    const { page } = console;
    await page.getByText('This is a recording', { exact: true }).waitFor();
    const [peer = ''] = await page
      .getByRole('combobox', { name: 'Peer' })
      .locator('option')
      .allTextContents();
    await expect.poll(() => page.getByRole('slider', { name: 'Moment' }).count()).toBe(1);
    await showMoment(page, MOMENT_MS);

    const said = entries.filter(
      (entry) =>
        entry.type === 'notice' &&
        entry.party === peer &&
        entry.window === 'message' &&
        entry.atMs <= MOMENT_MS,
    );
    expect(said.length).toBeGreaterThan(0);
    const lines = page.locator('.window.messages');
    await expect.poll(() => lines.getAttribute('data-lines')).toBe(String(said.length));
    const { members } = lastOf(entries, peer, 'members');
    await page.getByRole('tabpanel').getByText(`Members ${members.length}`).waitFor();

    await console.tab('Overlay');
    const { status } = lastOf(entries, peer, 'status');
    expect(status.links.length).toBeGreaterThan(0);
    await page.getByText(/^One piece: \d+ members, \d+ links?/).waitFor();

    await console.tab('Sequence');
    const frames = entries.filter(
      ({ type, party, atMs }) => type === 'frame' && party === peer && atMs <= MOMENT_MS,
    ).length;
    await page.getByText(`${frames} frames`).waitFor();

    await console.tab('Machines');
    const steps = page.getByRole('toolbar', { name: 'Steps' }).getByRole('status');
    await expect.poll(() => steps.textContent()).toMatch(/^Paused at \d+ of \d+$/);

    await page.getByRole('button', { name: '● End' }).click();
    await expect.poll(() => steps.textContent()).toMatch(/^Live, \d+ events$/);
  });

  test('is in the address: a link opens it, and reload, back and other views keep it', async () => {
    const { path, entries } = await recordedWorld();
    const url = await consoleUrl(new Program(['replay', path]));
    const console = new ConsolePage(await browser.open(url));
    const { page } = console;
    const moment = () => new URL(page.url()).hash.replace(/^[^?]*/, '');
    const frames = (serial: number) =>
      entries.filter((entry) => entry.type === 'frame' && entry.party === peer && entry.serial <= serial)
        .length;
    await page.getByText('This is a recording', { exact: true }).waitFor();
    const peer = await page
      .getByRole('combobox', { name: 'Peer' })
      .locator('option')
      .first()
      .getAttribute('value');
    // In the middle of a burst: the entries around it have the same time.
    const shared = entries.find(
      (entry, at) =>
        entry.party === peer &&
        entry.type === 'frame' &&
        entry.atMs > MOMENT_MS &&
        entries[at + 5]?.atMs === entry.atMs,
    );
    const serial = shared?.serial ?? 0;
    await page.goto(`${new URL('/', page.url()).href}#sequence/${peer}?at=${serial}`);
    await page.getByText(`${frames(serial)} frames`).waitFor();

    await page.getByRole('combobox', { name: 'by' }).selectOption('frame');
    await page.getByRole('button', { name: 'One step forth' }).click();
    await expect.poll(moment).not.toBe(`?at=${serial}`);
    const next = Number(moment().replace('?at=', ''));
    expect(entries[next - 1]).toMatchObject({ type: 'frame', serial: next });

    await page.reload();
    await page.getByText(`${frames(next)} frames`).waitFor();
    expect(moment()).toBe(`?at=${next}`);
    await console.tab('Machines');
    await page.getByText(/^Paused at \d+ of \d+$/).waitFor();
    expect(moment()).toBe(`?at=${next}`);
    await page.getByRole('button', { name: '● End' }).click();
    await expect.poll(moment).toBe('');
    await page.goBack();
    await page.getByText(`${frames(next)} frames`).waitFor();
    expect(moment()).toBe(`?at=${next}`);
  });

  test('it is played at the speed that is chosen, and captions say what has just happened', async () => {
    const { path } = await recordedWorld();
    const console = new ConsolePage(await browser.open(await consoleUrl(new Program(['replay', path]))));
    const { page } = console;
    await page.getByText('This is a recording', { exact: true }).waitFor();
    await page.getByRole('slider', { name: 'Moment' }).fill('20000');
    const time = async () => Number(await page.getByRole('slider', { name: 'Moment' }).inputValue());
    expect(await time()).toBe(20_000);
    await page.getByRole('combobox', { name: 'speed' }).selectOption('20');
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(time).toBeGreaterThan(25_000);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const held = await time();
    expect(await page.locator('.time-bar .caption').textContent()).toMatch(/^\w+: /);
    // The table of the machines shows the moment, also where its last entry is of something else.
    await console.tab('Machines');
    await inSight(page.locator('.step-line[aria-selected="true"]'));
    await page.getByText('This is a recording: its machines take no events.').waitFor();
    expect(await time()).toBe(held);
  });

  test('over a peer that runs: commands wait until the page is back at now', async () => {
    const server = await startRoomServer();
    const alice = await startPeer({ server: server.port, words: ['--web'], name: 'alice', room: 'tea' });
    await alice.waitFor(/^\[cmd\] Joined tea/);
    const console = new ConsolePage(await browser.open(await consoleUrl(alice)));
    const { page } = console;
    await console.shows('Command window', 'Joined tea as alice');
    await page.getByRole('combobox', { name: 'by' }).selectOption('line of a window');
    await page.getByRole('button', { name: 'One step back' }).click();
    await page.getByRole('button', { name: 'One step back' }).click();
    await expect.poll(() => console.hint().textContent()).toContain('This is the past');
    await page.getByRole('button', { name: '● Live' }).click();
    await console.press('Send', 'back again');
    await alice.waitFor('[msg] alice: back again');
  });

  test('a file that is dropped on a page is opened there, its bad lines are named, and Save gives it back', async () => {
    const { path } = await recordedWorld();
    const server = await startRoomServer();
    const alice = await startPeer({ server: server.port, words: ['--web'], name: 'alice', room: 'tea' });
    const { page } = new ConsolePage(await browser.open(await consoleUrl(alice)));
    await page.getByText('Connected to the program').waitFor();
    const whole = readFileSync(path, 'utf8');
    const text = `${whole}</script><script>document.title='run'</script>\n`;
    const transfer = await page.evaluateHandle((content) => {
      const dropped = new DataTransfer();
      dropped.items.add(new File([content], 'dropped.ndjson'));
      return dropped;
    }, text);
    await page.locator('main').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByText('This is a recording, dropped.ndjson').waitFor();
    await page.getByText('1 line was passed over').click();
    await page.getByText(/^Line \d+ was passed over: it is not JSON\.$/).waitFor();
    expect(await page.title()).not.toBe('run');
    expect(await page.getByRole('combobox', { name: 'Peer' }).locator('option').count()).toBe(5);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save', exact: true }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toBe(text);
    // What is no recording leaves what is shown.
    await page
      .getByLabel('Open a recording')
      .setInputFiles({ name: 'no.txt', mimeType: 'text/plain', buffer: Buffer.from('hello\n') });
    await page.getByRole('alert').getByText('no.txt is no recording.').waitFor();
    await page.getByText('This is a recording, dropped.ndjson').waitFor();
  });
});
