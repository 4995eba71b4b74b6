/**
 * What a test has opened is closed behind it, whether it has passed or not. Importing this file is enough.
 */
import { afterEach } from 'vitest';

const closings: (() => Promise<void> | void)[] = [];

/** Calls `close` behind the test that is running; the last one opened is closed first. */
export function closeBehindTest(close: () => Promise<void> | void): void {
  closings.push(close);
}

afterEach(async () => {
  for (let close = closings.pop(); close !== undefined; close = closings.pop()) await close();
});
