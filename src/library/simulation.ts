/// <reference types="node" preserve="true" />
/**
 * `p2pchat/simulation`: whole rooms with faults in them, drawn from seeds (docs/SIMULATION.md), and actors of
 * a program's own in the places of their users.
 */
export type { WorldActor } from '../simulation/actor.ts';
export { FAULT_NAMES, type FaultName } from '../simulation/faults/faults.ts';
export { drawPlan, type Plan, type PlanOptions } from '../simulation/plan.ts';
export type { Recording, Violation } from '../simulation/recording.ts';
export { runWorld, worldSteps } from '../simulation/world.ts';
export type { Outcome, WorldOptions } from '../simulation/world-options.ts';
