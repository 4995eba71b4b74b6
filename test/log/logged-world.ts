/** A simulated world that is logged. */

import type { LogSink } from '../../src/log/log.ts';
import { ServiceRegistry } from '../../src/log/service-registry.ts';
import type { Plan } from '../../src/simulation/plan.ts';
import { runWorld } from '../../src/simulation/world.ts';
import type { Outcome } from '../../src/simulation/world-options.ts';
import { CauseCheck } from './causes.ts';

/** Runs a world; its entries go to `sink`. */
export function runLogged(plan: Plan, sink: LogSink): Outcome {
  const registry = new ServiceRegistry();
  const uninstall = registry.install();
  try {
    return runWorld(plan, { logged: { registry, sink } });
  } finally {
    uninstall();
  }
}

/** Runs a world and looks at its causes. */
export function runChecked(plan: Plan): Outcome & { readonly wrong: readonly string[] } {
  const others = plan.peers.filter(({ kind }) => kind !== 'ours').map(({ ip }) => ip);
  const check = new CauseCheck((address) => !others.some((ip) => address.startsWith(`${ip}:`)));
  return { ...runLogged(plan, check.take), wrong: check.wrong };
}
