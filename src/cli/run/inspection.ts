/**
 * Whoever looks into the machines of this process, the console and a recording, finds them in one registry.
 */
import { ServiceRegistry } from '../../log/service-registry.ts';

/** The registry while it is this process's inspector. */
export interface Inspection {
  readonly registry: ServiceRegistry;
  /** Takes it off again. */
  release(): void;
}

/** Peers that start from now on with `isInspected` are seen. */
export function openInspection(): Inspection {
  const registry = new ServiceRegistry();
  return { registry, release: registry.install() };
}
