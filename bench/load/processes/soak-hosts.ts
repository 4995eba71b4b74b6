/**
 * Where the processes of a soak run: on loopback, or each on a host of its own that can be cut off, where the
 * rights to make network namespaces are there.
 */
import { LOOPBACK } from '../../../src/protocol/names.ts';
import { type Host, Namespaces, namespacesRefusal } from '../../../test/netns/namespaces.ts';
import { freePort } from '../sockets.ts';

/** The same on every host of its own. */
const PORT = 5_001;

/** Where one process listens, and what runs it there. */
export interface Place {
  readonly address: string;
  readonly port: number;
  readonly launcher: readonly string[];
}

/** See above. */
export class SoakHosts {
  /** Why nobody can be cut off, where that was wanted. */
  readonly refusal: string | undefined;
  readonly #hasNamespaces: boolean;
  readonly #hosts = new Map<string, Host>();
  #namespaces: Namespaces | undefined;

  /** @param cuts whether somebody is to be cut off. */
  constructor(cuts: boolean) {
    this.refusal = cuts ? namespacesRefusal() : undefined;
    this.#hasNamespaces = cuts && this.refusal === undefined;
  }

  /** A place for a process. @param name who it is for, where it is to be cut off. */
  async add(name?: string): Promise<Place> {
    if (!this.#hasNamespaces) return { address: LOOPBACK, port: await freePort(), launcher: [] };
    this.#namespaces ??= await Namespaces.open();
    const host = await this.#namespaces.host();
    if (name !== undefined) this.#hosts.set(name, host);
    return { address: host.address, port: PORT, launcher: host.launcher };
  }

  /** Pulls its cable. @returns false where that can't be done. */
  cut(name: string): boolean {
    const host = this.#hosts.get(name);
    host?.cut();
    return host !== undefined;
  }

  mend(name: string): void {
    this.#hosts.get(name)?.mend();
  }

  async close(): Promise<void> {
    await this.#namespaces?.close();
  }
}
