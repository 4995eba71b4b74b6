/**
 * Errors that nobody would see: RxJS throws what a subscriber has thrown from a timer of its own, and XState
 * only warns where an event goes to an actor that has ended. Both are kept here, so that a property can fail
 * for them with its seed.
 */
import { config } from 'rxjs';
import { vi } from 'vitest';

/** What has gone wrong out of sight since `begin`. */
export class HiddenErrors {
  readonly #errors: string[] = [];
  readonly #restore: (() => void)[] = [];

  /** Keeps them from now on, until `end`. */
  begin(): void {
    const { onUnhandledError } = config;
    config.onUnhandledError = (error: unknown) => this.#errors.push(String((error as Error)?.stack ?? error));
    this.#restore.push(() => {
      config.onUnhandledError = onUnhandledError;
    });
    for (const method of ['warn', 'error'] as const) {
      const spy = vi.spyOn(console, method).mockImplementation((...words: unknown[]) => {
        this.#errors.push(words.map(String).join(' '));
      });
      this.#restore.push(() => spy.mockRestore());
    }
  }

  end(): void {
    for (const restore of this.#restore.splice(0)) restore();
  }

  /** Everything since the last time, once RxJS has had its timers. */
  async take(): Promise<string[]> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    return this.#errors.splice(0);
  }
}
