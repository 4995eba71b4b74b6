/**
 * The lessons in the browser: one of them from its first step to its last, by the keyboard and by the
 * pointer, in its own world; what the page shows at each step is what the lesson says.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { LESSONS, type Lesson } from '../../src/console/page/explain/lessons/lessons.ts';
import { Program } from '../e2e/tools/program.ts';
import { axeFaults } from './tools/axe.ts';
import { BROWSER_PATH, type OpenOptions, TestBrowser } from './tools/browser.ts';
import { consoleUrl } from './tools/console.ts';

const browser = new TestBrowser();

async function openLessons(name: string, options: OpenOptions = {}): Promise<Page> {
  const page = await browser.open(await consoleUrl(new Program(['lessons', name])), options);
  await page.getByRole('complementary', { name: 'Lessons' }).waitFor();
  return page;
}

function panel(page: Page) {
  return page.getByRole('complementary', { name: 'Lessons' });
}

function lessonOf(name: string): Lesson {
  const lesson = LESSONS.find((each) => each.name === name);
  if (!lesson) throw new Error(`there is no lesson ${name}`);
  return lesson;
}

/** What stands in the address, and which moment the page shows. */
async function place(page: Page) {
  const [tab, peer] = new URL(page.url()).hash.slice(1).replace(/\?.*/, '').split('/');
  const atMs = Number(await page.getByRole('slider', { name: 'Moment' }).inputValue());
  return { tab, peer, atMs };
}

function sceneOf({ tab, peer, atMs }: Lesson['steps'][number]['before']) {
  return { tab, peer, atMs };
}

describe.skipIf(BROWSER_PATH === undefined)('the lessons', () => {
  test('one lesson whole: each step shows its moment, asks, and then shows what came', async () => {
    const { title, steps } = lessonOf('flooding');
    const page = await openLessons('flooding');
    await panel(page).getByRole('heading', { name: title }).waitFor();
    for (const [index, step] of steps.entries()) {
      await panel(page)
        .getByText(`Step ${index + 1} of ${steps.length}`)
        .waitFor();
      await expect.poll(() => place(page)).toEqual(sceneOf(step.before));
      expect(await panel(page).textContent()).not.toContain(step.explanation);
      const isWrong = index === 1;
      const choice = step.choices[isWrong ? (step.right + 1) % step.choices.length : step.right] ?? '';
      await panel(page).getByRole('button', { name: choice, exact: true }).press('Enter');
      await panel(page)
        .getByRole('status')
        .getByText(isWrong ? `No: ${step.choices[step.right]}.` : 'Yes.')
        .waitFor();
      await panel(page).getByText(step.explanation).waitFor();
      await expect.poll(() => place(page)).toEqual(sceneOf(step.after));
      const isLast = index === steps.length - 1;
      await panel(page)
        .getByRole('button', { name: isLast ? 'Finish' : 'Next' })
        .click();
    }
    await panel(page).getByRole('heading', { name: 'Lessons', exact: true }).waitFor();
  });

  test('the picture of a step: six TEXT frames, two of them crossed out', async () => {
    const page = await openLessons('flooding');
    await panel(page).getByRole('button', { name: '6', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('kind:TEXT');
    const rows = page.getByRole('listbox', { name: 'Frames of the room, in their order' });
    await expect.poll(() => rows.getByRole('option').count()).toBe(6);
    expect(await rows.locator('.crossed').count()).toBe(2);
  });

  test('a reload goes on at the same step; another lesson is chosen from the list', async () => {
    const page = await openLessons('crash');
    await panel(page).getByRole('button', { name: 'Nobody', exact: true }).click();
    await panel(page).getByRole('button', { name: 'Next' }).click();
    await panel(page).getByText('Step 2 of 4').waitFor();
    await page.reload();
    await panel(page).getByText('Step 2 of 4').waitFor();
    await panel(page).getByRole('button', { name: 'All lessons' }).click();
    await panel(page)
      .getByRole('button', { name: lessonOf('split').title })
      .click();
    await panel(page).getByText('Step 1 of 3').waitFor();
  });

  test.each([
    { colorScheme: 'light' },
    { colorScheme: 'dark' },
    { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  ] as const)('axe finds nothing, and nothing is wider than the window (%o)', async (options) => {
    const page = await openLessons('crash', options);
    const faults: string[] = [];
    faults.push(...(await axeFaults(page)));
    await panel(page).getByRole('button', { name: 'Nobody', exact: true }).click();
    await panel(page).getByRole('status').getByText('Yes.').waitFor();
    faults.push(...(await axeFaults(page)));
    await panel(page).getByRole('button', { name: 'All lessons' }).click();
    faults.push(...(await axeFaults(page)));
    expect(faults).toEqual([]);
    const overflowPx = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflowPx).toBe(0);
  });
});
