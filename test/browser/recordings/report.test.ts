/**
 * The report of `p2pchat simulate --report`: one file that opens from a disk, without a network, with the
 * views of the console over the recordings in it. What it shows is read from the recording of the same seed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../../src/log/entry.ts';
import { type Limits, Program } from '../../e2e/tools/program.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { axeFaults } from '../tools/axe.ts';
import { BROWSER_PATH, type OpenOptions, TestBrowser } from '../tools/browser.ts';
import { ConsolePage } from '../tools/console.ts';

const browser = new TestBrowser();
/** Three worlds on a busy computer. */
const WORLDS_MS = 100_000;
const SMALL = ['--minutes', '1', '--peers', '5', '--faults', 'split,kill'];

/** Without failback a split room stays split: an invariant is broken. */
const WITHOUT_FAILBACK = { peer: { probeMinMs: 2e9, probeMaxMs: 2e9 } };

async function report(words: readonly string[], limits: Limits = {}, code = 0) {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-report-'));
  closeBehindTest(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'room.html');
  const record = join(folder, 'room.ndjson');
  const isOne = words.includes('--seed');
  const world = new Program(
    ['simulate', ...words, '--report', path, ...(isOne ? ['--record', record] : [])],
    limits,
  );
  expect((await world.until('its end', () => world.exit, WORLDS_MS)).code).toBe(code);
  const lines = isOne ? readFileSync(record, 'utf8').trimEnd().split('\n').slice(1) : [];
  const entries = lines.map((line) => JSON.parse(line) as LogEntry);
  return { url: pathToFileURL(path).href, entries };
}

async function openReport(url: string, options: OpenOptions = {}) {
  const page = await browser.open(url, options);
  await page.getByText('This is a recording', { exact: true }).waitFor({ timeout: WORLDS_MS });
  return { page, console: new ConsolePage(page) };
}

describe.skipIf(BROWSER_PATH === undefined)('the report', () => {
  test('opens from a disk, offline, with all views, at a moment in which something is to be seen', async () => {
    const { url, entries } = await report(['--seed', '7', ...SMALL]);
    const { page, console } = await openReport(url);
    await page.getByText('seed 7', { exact: false }).first().waitFor();
    const peers = await page.getByRole('combobox', { name: 'Peer' }).locator('option').allTextContents();
    expect(peers).toHaveLength(5);
    await console.tab('Overlay');
    await page.getByText(/^One piece: \d+ members/).waitFor();
    await page.getByRole('button', { name: '● End' }).click();
    await console.tab('Chat');
    const said = entries.filter(
      (entry) => entry.type === 'notice' && entry.party === peers[0] && entry.window === 'message',
    );
    await expect
      .poll(() => page.locator('.window.messages').getAttribute('data-lines'))
      .toBe(String(said.length));
    await console.tab('Sequence');
    const frames = entries.filter(({ type, party }) => type === 'frame' && party === peers[0]).length;
    await page.getByText(`${frames.toLocaleString('en')} frames`).waitFor();
    await console.tab('Machines');
    // Its layout is made by a worker that is in the file, too.
    await page.locator('.state').first().waitFor();
    await console.tab('Figures');
    await page.getByRole('img', { name: /^Delivery latency: p50/ }).waitFor();
    await page.getByRole('img', { name: /^Hops: mean/ }).waitFor();
    await page.getByRole('img', { name: /^TEXT frames per broadcast/ }).waitFor();
    const faults = entries.filter((entry) => entry.type === 'fault' && !entry.isOver).length;
    await page.getByText(`${faults} faults in words`).click();
    await page
      .getByRole('button', { name: /^\d\d:\d\d:\d\d$/ })
      .first()
      .click();
    await page.getByRole('button', { name: '● End' }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  test('several worlds: those that broke an invariant first', async () => {
    const words = ['--seeds', '1-3', '--minutes', '4', '--peers', '10', '--faults', 'split'];
    const { url } = await report(words, WITHOUT_FAILBACK, 1);
    const { page, console } = await openReport(url);
    await console.tab('Figures');
    const broken = page.getByRole('region', { name: 'Broken invariants' });
    await broken.waitFor();
    await broken.getByText(/^What each peer says/).click();
    await broken.getByRole('listitem').first().waitFor();
    await page.getByText(/^3 simulated rooms: \d rooms? broke an invariant/).click();
    const rows = page.getByRole('table').first().getByRole('row');
    expect(await rows.count()).toBe(4);
    expect(await rows.nth(1).textContent()).toContain('broken');
    expect(await axeFaults(page)).toEqual([]);
    await rows.nth(3).getByRole('button').click();
    const last = (await rows.nth(3).getByRole('rowheader').textContent()) ?? '';
    await page.getByText(`This is a recording, ${last}`).waitFor();
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Recording' }).locator('option:checked').textContent())
      .toContain(last);
  });
});
