/**
 * The page for everybody: axe finds nothing in any view in either colour scheme, each mark stands out from
 * its ground, all of it can be used on a narrow screen, at twice the size and without motion.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Program } from '../e2e/tools/program.ts';
import { axeFaults, type Mark, markContrasts } from './tools/axe.ts';
import { BROWSER_PATH, type OpenOptions, TestBrowser } from './tools/browser.ts';
import { ConsolePage, consoleUrl, TAB_NAMES } from './tools/console.ts';

const browser = new TestBrowser();
const SCHEMES = ['light', 'dark'] as const;
/** WCAG 2.2, 1.4.11: what is needed to understand a picture. */
const LEAST_CONTRAST = 3;
const LEAST_WORDS_PX = 9;

/** Whatever means something and is no text. */
const MARKS: readonly Mark[] = [
  { selector: '.entry input', property: 'border-top-color' },
  { selector: '.peer-picker select', property: 'border-top-color' },
  { selector: '.buttons button', property: 'border-top-color' },
  { selector: '.overlay .link', property: 'stroke' },
  { selector: '.overlay .link-head', property: 'fill' },
  { selector: '.overlay .dot[data-kind="linked"]', property: 'fill' },
  { selector: '.overlay .dot[data-kind="killed"]', property: 'stroke' },
  { selector: '.overlay .dot[data-kind="alone"]', property: 'stroke' },
  { selector: '.overlay .dot[data-kind="split"]', property: 'stroke' },
  { selector: '.overlay .halo', property: 'stroke' },
  { selector: '.overlay .ring-legend .courier', property: 'fill' },
  { selector: '.overlay .ring-legend .dropped', property: 'stroke' },
  { selector: '.machines .state > rect:first-child', property: 'stroke' },
  { selector: '.machines .arrow path', property: 'stroke' },
  { selector: '.machines .initial', property: 'fill' },
  { selector: '.sequence .frame-arrow', property: 'stroke' },
  { selector: '.sequence .arrow-head', property: 'fill' },
  { selector: '.sequence .lifeline', property: 'border-left-color' },
  { selector: '.figures .bar', property: 'fill' },
  { selector: '.figures .fault', property: 'fill' },
  { selector: '.figures .moment-line', property: 'stroke' },
  { selector: '.figures .base', property: 'stroke' },
  { selector: '.files button', property: 'border-top-color' },
  { selector: '.panel button:not([aria-disabled="true"])', property: 'border-top-color' },
];

async function openDemo(options: OpenOptions): Promise<ConsolePage> {
  const demo = new Program(['demo', '--peers', '5']);
  const console = new ConsolePage(await browser.open(await consoleUrl(demo), options));
  await console.tab('Overlay');
  await console.page.getByText(/^One piece: 5 members/).waitFor();
  await console.tab('Chat');
  await console.press('Send', 'hello');
  await console.shows('Message window', 'hello');
  return console;
}

/** Each view with what it unfolds; `look` is called on each. */
async function tour(console: ConsolePage, look: (place: string) => Promise<void>): Promise<void> {
  const { page } = console;
  await look('Chat');
  await console.tab('Machines');
  await page.locator('.state').first().waitFor();
  await look('Machines');
  await page.getByRole('button', { name: 'Payload and context' }).last().click();
  await look('Machines, unfolded');
  await console.tab('Sequence');
  await page.getByRole('option', { name: /TEXT/ }).last().click();
  await look('Sequence');
  await console.tab('Overlay');
  await page.getByText('Members as a table').click();
  await page.getByRole('button', { name: 'Kill bob' }).click();
  await page.getByRole('button', { name: 'Split off dave' }).click();
  await page.getByText(/1 killed/).waitFor();
  await page.getByRole('button', { name: /^carol,/ }).click();
  await look('Overlay');
  await console.tab('Figures');
  await page.getByRole('img', { name: /^Hops: mean/ }).waitFor();
  await page.getByText('2 faults in words').click();
  await page.locator('.figures .fault').first().waitFor();
  await look('Figures');
  await console.tab('Overlay');
  await page.getByRole('button', { name: 'Words' }).click();
  await page.getByRole('heading', { name: 'Glossary' }).waitFor();
  await page.getByText(/^The forward link is to|no forward link now/).waitFor();
  await look('Words');
  await page
    .getByRole('dialog', { name: 'What this view shows' })
    .getByRole('button', { name: 'Close' })
    .click();
  await console.tab('Chat');
  await page.getByRole('button', { name: 'Quit' }).click();
  await look('Quit?');
  await page.getByRole('button', { name: 'Stay' }).click();
}

/** The smallest words of the page's drawings, in pixels on the screen. */
function smallestWordsPx(page: Page): Promise<number> {
  return page.evaluate(() => {
    const sizes = [...document.querySelectorAll('#view svg text')].map((text) => {
      const picture = text.closest('svg') as SVGSVGElement;
      const scale = picture.getBoundingClientRect().width / (picture.viewBox.baseVal.width || 1);
      return Number.parseFloat(getComputedStyle(text).fontSize) * scale;
    });
    return Math.min(...sizes, Number.POSITIVE_INFINITY);
  });
}

/** How much wider the page is than its window, in pixels. */
function overflowPx(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

describe.skipIf(BROWSER_PATH === undefined)('the page for everybody', () => {
  test.each(SCHEMES)('axe finds nothing in any view, and marks can be seen (%s)', async (colorScheme) => {
    const console = await openDemo({ colorScheme });
    const faults: string[] = [];
    const faint: string[] = [];
    const looked = new Set<string>();
    await tour(console, async (place) => {
      faults.push(...(await axeFaults(console.page)).map((fault) => `${place}: ${fault}`));
      for (const [mark, contrast] of Object.entries(await markContrasts(console.page, MARKS))) {
        looked.add(mark);
        if (contrast < LEAST_CONTRAST) faint.push(`${place}: ${mark} ${contrast.toFixed(2)}`);
      }
    });
    expect(faults).toEqual([]);
    expect(faint).toEqual([]);
    // A selector that finds nothing would hide a mark that nobody looks at.
    expect(MARKS.map(({ selector, property }) => `${selector} ${property}`).sort()).toEqual(
      [...looked].sort(),
    );
  });

  test.each([
    { name: 'at 390 pixels', viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 },
    // A window of 1,280 × 800 at 200 %.
    { name: 'at 200 %', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  ])('everything can be used $name', async ({ viewport, deviceScaleFactor }) => {
    const console = await openDemo({ viewport, deviceScaleFactor });
    const wide: string[] = [];
    const small: string[] = [];
    await tour(console, async (place) => {
      const px = await overflowPx(console.page);
      if (px > 0) wide.push(`${place}: ${px} px`);
      const wordsPx = await smallestWordsPx(console.page);
      if (wordsPx < LEAST_WORDS_PX) small.push(`${place}: ${wordsPx.toFixed(1)} px`);
    });
    expect(wide).toEqual([]);
    expect(small).toEqual([]);
    expect(await axeFaults(console.page)).toEqual([]);
    for (const name of TAB_NAMES) await console.tab(name);
  });

  test('at the projector size everything is larger, and nothing is cut off', async () => {
    const console = await openDemo({});
    const { page } = console;
    const tab = page.getByRole('tab', { name: 'Chat' });
    const before = (await tab.boundingBox())?.height ?? 0;
    await page.getByRole('button', { name: 'Projector' }).click();
    await expect.poll(async () => (await tab.boundingBox())?.height ?? 0).toBeGreaterThan(before * 1.4);
    for (const name of TAB_NAMES) {
      await console.tab(name);
      expect(await overflowPx(page)).toBe(0);
    }
    await page.reload();
    await expect.poll(async () => (await tab.boundingBox())?.height ?? 0).toBeGreaterThan(before * 1.4);
  });

  test('each view explains itself in words of its own, and has the glossary', async () => {
    const console = await openDemo({});
    const { page } = console;
    const dialog = page.getByRole('dialog', { name: 'What this view shows' });
    const told = new Map<string, string>();
    for (const name of TAB_NAMES) {
      await console.tab(name);
      await page.getByRole('button', { name: 'Words' }).click();
      const words = (await dialog.textContent()) ?? '';
      const [own = '', glossary = ''] = words.split('Glossary');
      told.set(name, own);
      for (const term of ['Backward link', 'Flooding', 'KEEPALIVE', 'Hash ID'])
        expect(glossary).toContain(term);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    }
    expect(new Set(told.values()).size).toBe(TAB_NAMES.length);
    expect(told.get('Overlay')).toMatch(/backward link/i);
    expect(told.get('Sequence')).toMatch(/What is this duplicate\?/);
  });

  test('without motion nothing moves: a message lights its links', async () => {
    const console = await openDemo({ reducedMotion: 'reduce' });
    const { page } = console;
    await console.tab('Overlay');
    await page.getByRole('button', { name: 'Show it again' }).click();
    await page.locator('.overlay .ring .lit').waitFor({ state: 'attached' });
    expect(await page.locator('.overlay .ring .courier').count()).toBe(0);
    const moving = await page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
  });
});
