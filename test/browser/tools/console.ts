/** Programs whose web console is open, and the words by which tests find their way around its page. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Program } from '../../e2e/tools/program.ts';
import { expectOffline } from './browser.ts';

const URL_LINE = /Web console: (http:\S+)/;

/** The address that the program has told for its console. */
export async function consoleUrl(program: Program): Promise<string> {
  const line = await program.waitFor(URL_LINE);
  const [, url = ''] = URL_LINE.exec(line) ?? [];
  return url;
}

/** What stands on the tabs of the views. */
export const TAB_NAMES = ['Chat', 'Machines', 'Sequence', 'Overlay', 'Figures'] as const;

/** One page of a console, in the words of its user. */
export class ConsolePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  field() {
    return this.page.getByRole('textbox', { name: 'Name, room or message' });
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Types into the field and presses a button. */
  async press(name: string, typed = ''): Promise<void> {
    await this.field().fill(typed);
    await this.button(name).click();
  }

  /** Quits, and says yes to the question. */
  async quit(): Promise<void> {
    expectOffline(this.page);
    await this.button('Quit').click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Yes, quit' }).click();
  }

  window(name: 'Message window' | 'Command window') {
    return this.page.getByRole('log', { name });
  }

  /** Resolves when a window shows this. */
  async shows(name: 'Message window' | 'Command window', text: string | RegExp): Promise<void> {
    await this.window(name).getByText(text).last().waitFor();
  }

  /** What stands below the field: what Enter does, or why a button can't be pressed. */
  hint() {
    return this.page.getByRole('form', { name: 'Commands' }).getByRole('status');
  }

  async tab(name: (typeof TAB_NAMES)[number]): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  async join(name: string, room: string): Promise<void> {
    await this.press('User', name);
    await this.shows('Command window', `Your name is ${name}.`);
    await this.press('Join', room);
    await this.shows('Command window', `Joined ${room} as ${name}`);
  }
}

/** Many messages of one peer at one time, faster than anybody types: over a socket of the page's own. */
export async function burst(page: Page, peer: string, count: number): Promise<void> {
  await page.evaluate(
    ([from, messages]) => {
      const socket = new WebSocket(`ws://${location.host}/console`);
      socket.onopen = () => {
        for (let number = 1; number <= messages; number += 1) {
          const command = { type: 'SEND', text: `burst ${number}` };
          socket.send(JSON.stringify({ type: 'command', peer: from, command }));
        }
        socket.close();
      };
    },
    [peer, count] as const,
  );
}

/** Resolves when the middle of this is in sight: neither scrolled away nor covered. */
export async function inSight(element: Locator): Promise<void> {
  const isInSight = () =>
    element.evaluate((shown) => {
      const { x, y, width, height } = shown.getBoundingClientRect();
      const top = document.elementFromPoint(x + width / 2, y + height / 2);
      return top !== null && (shown.contains(top) || top.contains(shown));
    });
  await expect.poll(isInSight).toBe(true);
}
