/** The connection to a store that is one Redis, or several behind one address. */
import { createClient } from 'redis';
import type { ScriptName } from '../scripts/scripts.ts';
import {
  COMMAND_OPTIONS,
  nodeOptions,
  type StoreClient,
  type StoreClientOptions,
  tellError,
} from './store-client.ts';

function connectTo(options: StoreClientOptions) {
  const { address, scripts } = options;
  const { socket, ...others } = nodeOptions(options);
  const [place] = address.hosts;
  return createClient({
    ...{ ...others, scripts, database: address.database, commandOptions: COMMAND_OPTIONS },
    socket: { ...socket, ...place },
  });
}

/** See above. */
export class SingleClient implements StoreClient {
  readonly #name: string;
  readonly #client: ReturnType<typeof connectTo>;

  constructor(options: StoreClientOptions) {
    this.#name = options.address.name;
    this.#client = connectTo(options);
    this.#client.on('ready', () => options.onReady(this.#name));
    this.#client.on('error', (error) => tellError(options, this.#name, this.#client.isReady, error));
    // It fails only when it is closed here; everything else is an 'error', and another attempt.
    this.#client.connect().catch(() => {});
  }

  nodeOf(): string | undefined {
    return this.#client.isReady ? this.#name : undefined;
  }

  run(script: ScriptName, key: string, words: readonly string[]): Promise<unknown> {
    return this.#client[script](key, words);
  }

  memoryInfo(): Promise<string> {
    return this.#client.info('memory');
  }

  async look(): Promise<void> {
    // Its connection comes back by itself, and is told with 'ready'.
  }

  close(): void {
    if (this.#client.isOpen) this.#client.destroy();
  }
}
