/**
 * Takes the pictures of the web console that the README shows: starts the built program's demo, lets its
 * peers chat, kills one, and photographs the four views. `npm run screenshots`; wants a Chromium
 * (P2PCHAT_BROWSER names one elsewhere).
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';

const DIRECTORY = 'docs/images';
const VIEWPORT = { width: 1_280, height: 800 };
/** The statechart's layout and the ring's travelling dots are drawings, not text that could be waited for. */
const DRAWING_MS = 1_500;

const CONVERSATION = [
  ['alice', 'anybody up for tea?'],
  ['bob', 'always'],
  ['erin', 'on my way'],
  ['alice', 'bring a cup, we are one short'],
] as const;

const demo = spawn(process.execPath, ['dist/cli.js', 'demo', '--peers', '7'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await consoleUrl();
  const browser = await chromium.launch({
    executablePath: process.env.P2PCHAT_BROWSER ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(url);
    await mkdir(DIRECTORY, { recursive: true });
    await photograph(page);
  } finally {
    await browser.close();
  }
} finally {
  demo.kill('SIGTERM');
}

async function consoleUrl(): Promise<string> {
  for await (const line of createInterface({ input: demo.stdout })) {
    const [, url] = /Web console: (http:\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the demo has not told the address of its console');
}

async function photograph(page: Page): Promise<void> {
  await show(page, 'Overlay');
  await page.getByText(/^One piece: 7 members/).waitFor();
  await show(page, 'Chat');
  for (const [name, words] of CONVERSATION) await say(page, name, words);
  await choose(page, 'alice');
  await page.getByRole('button', { name: 'List' }).click();
  await page.getByRole('log', { name: 'Command window' }).getByText('Rooms: demo.').waitFor();
  await save(page, 'chat');
  await show(page, 'Machines');
  await page.getByRole('treeitem').filter({ hasText: 'forwardLink' }).click();
  await page.waitForTimeout(DRAWING_MS);
  await save(page, 'machines');
  await show(page, 'Sequence');
  await page.getByRole('option', { name: /TEXT/ }).last().click();
  await save(page, 'sequence');
  await show(page, 'Overlay');
  await page.getByRole('button', { name: /^carol,/ }).click();
  await page.getByRole('button', { name: 'Kill carol' }).click();
  await page.getByText(/^One piece: 6 members/).waitFor();
  await page.waitForTimeout(DRAWING_MS);
  await save(page, 'overlay');
}

async function show(page: Page, tab: string): Promise<void> {
  await page.getByRole('tab', { name: tab }).click();
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Peer' }).selectOption({ label: name });
}

async function say(page: Page, name: string, words: string): Promise<void> {
  await choose(page, name);
  await page.getByRole('textbox', { name: 'Name, room or message' }).fill(words);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('log', { name: 'Message window' }).getByText(words).waitFor();
}

async function save(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${DIRECTORY}/${name}.png` });
}
