/**
 * The ports of one simulated host and one transport: who has which, on which of its addresses.
 * Invariant: no two owners share a port, unless on two different addresses neither of which is the wildcard.
 */

/** The wildcard address: all addresses of a host. */
export const ANY_ADDRESS = '0.0.0.0';

const EPHEMERAL_MIN = 49_152;
const PORT_MAX = 65_535;

interface Binding<Owner> {
  readonly address: string;
  readonly owner: Owner;
}

/** The ports of one host, see above. */
export class MemoryPorts<Owner> {
  readonly #bindings = new Map<number, Binding<Owner>[]>();
  #nextEphemeral = EPHEMERAL_MIN;

  /**
   * The port to take where `port` is asked for: itself, or the next free ephemeral one for 0.
   * @returns `undefined` where it is taken, or where no ephemeral one is left.
   */
  pick(address: string, port: number): number | undefined {
    if (port !== 0) return this.#isFree(address, port) ? port : undefined;
    for (let tries = EPHEMERAL_MIN; tries <= PORT_MAX; tries += 1) {
      const candidate = this.#nextEphemeral;
      this.#nextEphemeral = candidate === PORT_MAX ? EPHEMERAL_MIN : candidate + 1;
      if (this.#isFree(address, candidate)) return candidate;
    }
    return undefined;
  }

  /** Takes a port that `pick` has named. */
  take(address: string, port: number, owner: Owner): void {
    this.#bindings.set(port, [...(this.#bindings.get(port) ?? []), { address, owner }]);
  }

  /** Gives a port back. */
  release(port: number, owner: Owner): void {
    const left = (this.#bindings.get(port) ?? []).filter((binding) => binding.owner !== owner);
    if (left.length > 0) this.#bindings.set(port, left);
    else this.#bindings.delete(port);
  }

  /** Who is reached at an address and a port. */
  find(address: string, port: number): Owner | undefined {
    const bindings = this.#bindings.get(port) ?? [];
    return bindings.find((binding) => binding.address === ANY_ADDRESS || binding.address === address)?.owner;
  }

  #isFree(address: string, port: number): boolean {
    const bindings = this.#bindings.get(port) ?? [];
    return bindings.every(
      (binding) => address !== ANY_ADDRESS && binding.address !== ANY_ADDRESS && binding.address !== address,
    );
  }
}
