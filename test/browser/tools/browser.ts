/**
 * A real browser for tests: the Chromium of the system, driven by playwright-core. Every page is watched: an
 * error on its console, an uncaught exception or a request that leaves the machine fails the test that opened
 * it.
 */
import { existsSync } from 'node:fs';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

const PLACES = [
  process.env.P2PCHAT_BROWSER ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where the browser is; `undefined` where there is none. */
export const BROWSER_PATH = PLACES.find((path) => path !== '' && existsSync(path));

if (BROWSER_PATH === undefined) {
  console.warn('Browser tests are skipped: there is no Chromium here (P2PCHAT_BROWSER names one elsewhere).');
}

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost'];

/** Pages whose program goes away. */
const goingOffline = new WeakSet<Page>();

/** The program of this page goes away: connections that fail are no fault of the page. */
export function expectOffline(page: Page): void {
  goingOffline.add(page);
}

/** What a page has done that it must not. */
class Watch {
  readonly faults: string[] = [];

  constructor(page: Page) {
    page.on('console', (message) => {
      if (goingOffline.has(page) && FAILED_CONNECTION.test(message.text())) return;
      if (message.type() === 'error') this.faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.faults.push(`uncaught: ${error.message}`));
    page.on('request', (request) => this.#look(request.url()));
    page.on('websocket', (socket) => this.#look(socket.url()));
  }

  #look(address: string): void {
    // A worker out of the page's own text has none that can be told.
    const { protocol, hostname } = new URL(address === '' ? 'data:' : address);
    const isInside = ['data:', 'blob:', 'file:'].includes(protocol) || LOOPBACK_HOSTS.includes(hostname);
    if (!isInside) this.faults.push(`request to ${address}`);
  }
}

/** How the page is looked at; usually in a window of 1,280 × 860 pixels. */
export interface OpenOptions
  extends Pick<BrowserContextOptions, 'colorScheme' | 'viewport' | 'deviceScaleFactor' | 'reducedMotion'> {
  /** See `expectOffline`. */
  readonly isOfflineExpected?: boolean;
}

const FAILED_CONNECTION = /^(WebSocket connection to|Failed to load resource)/;

/** One browser for all tests of a file; each test has pages of its own. */
export class TestBrowser {
  #browser: Browser | undefined;
  readonly #contexts: BrowserContext[] = [];
  readonly #watches: Watch[] = [];

  /** Registers the hooks that start and end it. */
  constructor() {
    beforeAll(async () => {
      if (BROWSER_PATH === undefined) return;
      // In a container there is no sandbox to be had, and no shared memory to speak of.
      const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
      this.#browser = await chromium.launch({ executablePath: BROWSER_PATH, args });
    });
    afterEach(async () => {
      const faults = this.#watches.splice(0).flatMap((watch) => watch.faults);
      for (const context of this.#contexts.splice(0)) await context.close();
      expect(faults).toEqual([]);
    });
    afterAll(() => this.#browser?.close());
  }

  /** Opens a page as a new user would: no cookies, nothing stored. */
  async open(url: string, { isOfflineExpected = false, ...options }: OpenOptions = {}): Promise<Page> {
    if (!this.#browser) throw new Error('the browser has not started');
    const viewport = { width: 1_280, height: 860 };
    const context = await this.#browser.newContext({ viewport, ...options });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    if (isOfflineExpected) expectOffline(page);
    this.#watches.push(new Watch(page));
    await page.goto(url);
    return page;
  }
}
